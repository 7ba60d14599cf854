#include "jwtctl/config/fetcher_check.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/base/url.h"
#include "io/key_file_reader.h"
#include "io/password_file.h"
#include "io/varlink_client.h"
#include "jwtctl/config/ca_file.h"
#include "jwtctl/config/fetcher_rights.h"
#include "jwtctl/config/store_check.h"

namespace pamjwt::ctl {
namespace {

bool IsOneTime(const Issuer& issuer) {
  return std::any_of(issuer.policies.begin(), issuer.policies.end(),
                     [](const auto& policy) { return *policy.second.claims.one_time; });
}

template <typename Needs>
bool AnyIssuer(const Config& config, Needs needs) {
  return std::any_of(config.issuers.begin(), config.issuers.end(), needs);
}

class FetcherExaminer {
 public:
  FetcherExaminer(const LoadedConfig& loaded, const ConfigHost& host)
      : loaded_(loaded), config_(loaded.config), rights_(host), problems_(loaded.config) {}

  ConfigProblems Examine() {
    const bool has_one_time = AnyIssuer(config_, IsOneTime);
    const bool needs_keys =
        AnyIssuer(config_, [](const Issuer& issuer) { return issuer.NeedsDaemon(); });
    for (const Issuer& issuer : config_.issuers) {
      ExamineIssuer(issuer);
    }
    if (has_one_time || needs_keys) ExamineStart();
    if (has_one_time) {
      ExamineSocket(config_.keys.redeem_socket, "redeem_socket");
      problems_.Add(FindStoreProblems(loaded_, rights_));
    }
    return std::move(problems_).Take();
  }

 private:
  void ExamineIssuer(const Issuer& issuer) {
    ExaminePassword(issuer);
    if (!issuer.NeedsDaemon() || !issuer.ca_file.given() || issuer.ca_file->empty()) return;
    const Result<CaCertificates> certificates = ReadCaFile(*issuer.ca_file, loaded_.owners);
    if (!certificates.ok()) {
      return problems_.AddError(issuer.ca_file.at, certificates.error().detail);
    }
    if (certificates.value().current == 0) {
      problems_.AddError(issuer.ca_file.at,
                         *issuer.ca_file + ": every certificate in it has expired",
                         "get the present ones of the issuer");
    }
    problems_.Add(rights_.FindReadProblems(config_, issuer.ca_file));
  }

  void ExaminePassword(const Issuer& issuer) {
    const Setting<std::string>& file = issuer.proxy_password_file;
    if (!file.given() || file->empty()) return;
    const Result<SecretString> password =
        ReadPasswordFile(*file, loaded_.owners, Reason::kKeysMissing);
    problems_.Add(rights_.FindPasswordProblems(config_, file, password));
    const Result<Url> proxy = ParseProxyUrl(*issuer.proxy, Reason::kKeysMissing);
    constexpr std::size_t kMostSocksBytes = 255;  // RFC 1929 §2
    const bool is_socks = proxy.ok() && proxy.value().scheme.starts_with("socks5");
    if (!is_socks || !password.ok()) return;
    if (std::max(proxy.value().user.size(), password.value().size()) <= kMostSocksBytes) return;
    problems_.AddError(file.at, "user and password of a SOCKS 5 proxy have at most 255 bytes each");
  }

  /// Looks at what the daemon needs to start.
  void ExamineStart() {
    problems_.Add(rights_.FindConfigProblems(config_));
    ExamineDistinctPaths();
    ExamineKeyFile();
    ExamineSocket(config_.keys.public_socket, "public_socket");
    const Setting<std::string>& metrics = config_.keys.metrics_file;
    const std::optional<Obstacle> obstacle = rights_.FindWriteObstacle(*metrics);
    if (!obstacle.has_value()) return;
    problems_.AddWarning(metrics.at, "jwks-fetcher cannot write metrics_file: " + obstacle->what,
                         obstacle->what_to_do);
  }

  void ExamineKeyFile() {
    const Setting<std::string>& file = config_.keys.file;
    const Status place = CheckKeyFilePlace(*file, loaded_.owners);
    if (!place.ok()) return problems_.AddError(file.at, place.error().detail);
    std::optional<Obstacle> obstacle = rights_.FindWriteObstacle(*file);
    if (!obstacle.has_value()) obstacle = rights_.FindLockObstacle(*file + ".lock");
    AddError(file, "jwks-fetcher cannot write keys.file: ", obstacle);
  }

  void ExamineSocket(const Setting<std::string>& socket, const std::string& key) {
    const Status place = CheckSocketPlace(*socket);
    if (!place.ok()) return problems_.AddError(socket.at, place.error().detail);
    const std::optional<Obstacle> no_socket = rights_.FindSocketObstacle(*socket);
    if (no_socket.has_value()) return AddError(socket, key + ": ", no_socket);
    if (IsSocket(*socket)) return;  // made by the daemon, or by systemd for it
    const std::optional<Obstacle> obstacle = rights_.FindWriteObstacle(*socket);
    if (!obstacle.has_value()) return;
    problems_.AddWarning(
        socket.at,
        "jwks-fetcher cannot make " + key + ", unless systemd does it: " + obstacle->what,
        obstacle->what_to_do);
  }

  void AddError(const Setting<std::string>& setting, const std::string& consequence,
                const std::optional<Obstacle>& obstacle) {
    if (!obstacle.has_value()) return;
    problems_.AddError(setting.at, consequence + obstacle->what, obstacle->what_to_do);
  }

  /// Looks for files of the daemon that have the same path: one would replace the other.
  void ExamineDistinctPaths() {
    std::map<std::string, std::string> seen;
    const KeysOptions& keys = config_.keys;
    for (const auto& [setting, key] :
         {std::pair(&keys.file, "keys.file"), std::pair(&keys.public_socket, "keys.public_socket"),
          std::pair(&keys.redeem_socket, "keys.redeem_socket"),
          std::pair(&keys.metrics_file, "keys.metrics_file")}) {
      const auto [other, is_new] = seen.emplace(**setting, key);
      if (is_new) continue;
      problems_.AddError(
          setting->at, std::string(key) + " and " + other->second + " are one path: " + **setting);
    }
  }

  const LoadedConfig& loaded_;
  const Config& config_;
  FetcherRights rights_;
  ProblemCollector problems_;
};

}  // namespace

ConfigProblems FindFetcherProblems(const LoadedConfig& loaded, const ConfigHost& host) {
  return FetcherExaminer(loaded, host).Examine();
}

}  // namespace pamjwt::ctl
