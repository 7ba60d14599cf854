#include "jwtctl/config/fetcher_check.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/url.h"
#include "core/config/store_url.h"
#include "io/bearer_token_file.h"
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
    for (const Issuer& issuer : config_.issuers) {
      ExamineIssuer(issuer);
    }
    ExamineFeed(config_.denylist);
    if (NeedsFetcher(config_)) ExamineStart();
    if (has_one_time) {
      ExamineSocket(config_.keys.redeem_socket, "redeem_socket");
      problems_.Add(FindStoreProblems(loaded_, rights_));
    }
    return std::move(problems_).Take();
  }

 private:
  void ExamineIssuer(const Issuer& issuer) {
    if (!issuer.NeedsDaemon()) return;  // nobody fetches with its files
    ExaminePassword(issuer.proxy_password_file, issuer.proxy);
    ExamineBearerToken(issuer);
    ExamineCaFile(issuer.ca_file);
  }

  /// Looks at what the daemon reads to fetch the denylist of the fleet.
  void ExamineFeed(const DenylistOptions& denylist) {
    ExaminePassword(denylist.proxy_password_file, denylist.proxy);
    ExamineCaFile(denylist.ca_file);
  }

  void ExamineCaFile(const Setting<std::string>& file) {
    if (!file.given() || !files_seen_.insert(*file).second) return;
    const Result<CaCertificates> certificates = ReadCaFile(*file, loaded_.owners);
    if (!certificates.ok()) return problems_.AddError(file.at, certificates.error().detail);
    if (certificates.value().current == 0) {
      problems_.AddError(file.at, *file + ": every certificate in it has expired",
                         "get the present ones of the server's CA");
    }
    problems_.Add(rights_.FindReadProblems(config_, file));
  }

  void ExamineBearerToken(const Issuer& issuer) {
    const Setting<std::string>& file = issuer.bearer_token_file;
    if (!file.given() || !files_seen_.insert(*file).second) return;
    problems_.Add(rights_.FindSecretProblems(
        config_, file, ReadBearerTokenFile(*file, loaded_.owners, Reason::kKeysMissing)));
  }

  void ExaminePassword(const Setting<std::string>& file, const Setting<std::string>& proxy_url) {
    if (!file.given()) return;
    const Result<SecretString> password =
        ReadPasswordFile(*file, loaded_.owners, Reason::kKeysMissing);
    if (files_seen_.insert(*file).second) {
      problems_.Add(rights_.FindSecretProblems(config_, file, password));
    }
    const Result<Url> proxy = ParseProxyUrl(*proxy_url, Reason::kKeysMissing);
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
    struct Named {
      std::string key, path;
      Origin at;
    };
    const KeysOptions& keys = config_.keys;
    std::vector<Named> files = {{"keys.file", *keys.file, keys.file.at},
                                {"keys.public_socket", *keys.public_socket, keys.public_socket.at},
                                {"keys.redeem_socket", *keys.redeem_socket, keys.redeem_socket.at},
                                {"keys.metrics_file", *keys.metrics_file, keys.metrics_file.at}};
    if (config_.denylist.url.given()) {
      files.push_back({"denylist.metrics_file", *config_.denylist.metrics_file,
                       config_.denylist.metrics_file.at});
    }
    const Result<StoreUrl> store = ParseStoreUrl(*config_.store.url);
    if (AnyIssuer(config_, IsOneTime) && store.ok() && !store.value().path.empty()) {
      files.push_back({"store.url", store.value().path, config_.store.url.at});
    }
    std::map<std::string, Named> seen;
    for (const Named& file : files) {
      const std::string path = std::filesystem::path(file.path).lexically_normal();
      const auto [other, is_new] = seen.emplace(path, file);
      if (is_new) continue;
      problems_.AddError(file.at.given() ? file.at : other->second.at,
                         file.key + " and " + other->second.key + " are one path: " + path,
                         "give each a path of its own");
    }
  }

  const LoadedConfig& loaded_;
  const Config& config_;
  FetcherRights rights_;
  ProblemCollector problems_;
  std::set<std::string> files_seen_;  ///< examined already, for another issuer
};

}  // namespace

bool NeedsRedeem(const Config& config) {
  return AnyIssuer(config, IsOneTime);
}

bool NeedsFetcher(const Config& config) {
  return config.denylist.url.given() || AnyIssuer(config, [](const Issuer& issuer) {
           return issuer.NeedsDaemon() || IsOneTime(issuer);
         });
}

ConfigProblems FindFetcherProblems(const LoadedConfig& loaded, const ConfigHost& host) {
  return FetcherExaminer(loaded, host).Examine();
}

}  // namespace pamjwt::ctl
