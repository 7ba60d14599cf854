#include "jwtctl/config/check.h"

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <set>
#include <utility>

#include "core/account/map_file.h"
#include "core/config/store_url.h"
#include "core/json/json.h"
#include "io/denylist_file.h"
#include "io/key_file_reader.h"
#include "io/password_file.h"
#include "io/system_host.h"
#include "io/varlink_client.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/config/key_verdicts.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/text/printable.h"

namespace pamjwt::ctl {
namespace {

std::string Join(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& entry : list) {
    out += (out.empty() ? "" : " ") + entry;
  }
  return out;
}

/// Looks at one configuration, and counts what is wrong with it.
class Checker {
 public:
  Checker(const LoadedConfig& loaded, const CheckOutput& output)
      : loaded_(loaded),
        config_(loaded.config),
        host_(loaded.owners),
        output_(output),
        out_(output.out) {}

  int Run() {
    out_ << "files  " << Join(config_.files) << "\n"
         << "host   " << (loaded_.host.empty() ? "(nothing asks for it)" : loaded_.host) << "\n";
    if (config_.issuers.empty()) Warn({}, "there are no issuers: every token is refused");
    for (const Issuer& issuer : config_.issuers) {
      CheckIssuer(issuer);
    }
    if (needs_daemon_) {
      CheckPlace(config_.keys.file, CheckKeyFilePlace(*config_.keys.file, loaded_.owners));
      CheckPlace(config_.keys.public_socket, CheckSocketPlace(*config_.keys.public_socket));
    }
    if (has_one_time_) CheckStore();
    out_ << "\nerrors: " << errors_ << ", warnings: " << warnings_ << "\n";
    return errors_ == 0 ? kOk : kUsage;
  }

 private:
  void Show(const std::string& title, const std::string& text) {
    constexpr std::size_t kColumn = 14;
    std::string padded = "  " + title;
    padded.resize(std::max(kColumn, padded.size() + 1), ' ');
    out_ << padded << Printable(text) << "\n";
  }

  void Report(bool is_error, Origin at, const std::string& text) {
    const std::string where = config_.Describe(at);
    output_.report(is_error, (where.empty() ? "" : where + ": ") + text);
  }

  void Fail(Origin at, const std::string& text) {
    ++errors_;
    Report(true, at, text);
  }

  void Warn(Origin at, const std::string& text) {
    ++warnings_;
    Report(false, at, text);
  }

  void CheckIssuer(const Issuer& issuer) {
    out_ << "\nissuer " << issuer.name << "  [" << config_.Describe(issuer.at) << "]\n";
    Show("url", *issuer.url);
    std::vector<std::string> algorithms;
    for (const Algorithm algorithm : *issuer.algorithms) {
      algorithms.emplace_back(Info(algorithm).name);
    }
    Show("algorithms", Join(algorithms));
    if (!*issuer.require_sub) Show("sub", "not required");
    CheckKeys(issuer);
    CheckPassword(issuer.proxy_password_file, Reason::kKeysMissing);
    for (const std::string& service : *issuer.services) {
      CheckService(service, *issuer.PolicyFor(service));
    }
  }

  void CheckKeys(const Issuer& issuer) {
    if (issuer.secret_file.given()) return CheckSecret(issuer);
    if (issuer.jwks_file.given()) return CheckJwkSet(issuer);
    Show("keys", "fetched by jwks-fetcher into " + *config_.keys.file);
    needs_daemon_ = true;
  }

  void CheckJwkSet(const Issuer& issuer) {
    const Result<JwkSet> set = LoadJwkSet(*issuer.jwks_file, loaded_.owners);
    if (!set.ok()) {
      Show("keys", *issuer.jwks_file + ": cannot be used");
      Fail(issuer.jwks_file.at, set.error().detail);
      return;
    }
    const KeyVerdicts keys = JudgeKeySet(set.value(), issuer);
    Show("keys", *issuer.jwks_file + ": " + std::to_string(keys.usable) + " usable, " +
                     std::to_string(keys.unusable.size()) + " not");
    for (const std::string& key : keys.unusable) {
      Show("", key);
    }
    if (keys.usable == 0) {
      Warn(issuer.jwks_file.at, "issuer " + issuer.name + " has no usable key in " +
                                    *issuer.jwks_file + ": its tokens are refused");
    }
  }

  void CheckSecret(const Issuer& issuer) {
    const Result<SecretString> secret = host_.ReadSecret(issuer);
    if (!secret.ok()) {
      Show("keys", *issuer.secret_file + ": cannot be used");
      Fail(issuer.secret_file.at, secret.error().detail);
      return;
    }
    const std::size_t size = secret.value().size();
    Show("keys", *issuer.secret_file + ": a secret of " + std::to_string(size) + " bytes");
    CheckSecretLength(issuer, size);
    if (IsWorldReadable(*issuer.secret_file)) {
      Warn(issuer.secret_file.at, *issuer.secret_file +
                                      " can be read by everybody, and who can read it can make "
                                      "tokens: chmod 600");
    }
  }

  /// By default all three algorithms are allowed: then it is enough if the secret does for one.
  void CheckSecretLength(const Issuer& issuer, std::size_t size) {
    std::vector<std::string> too_long;
    for (const Algorithm algorithm : *issuer.algorithms) {
      const AlgorithmInfo& info = Info(algorithm);
      if (size < info.digest_bytes) too_long.emplace_back(info.name);
    }
    if (too_long.size() == issuer.algorithms->size()) {
      Warn(issuer.secret_file.at, "issuer " + issuer.name +
                                      " has no usable secret: " + std::to_string(size) +
                                      " bytes are too short for " + Join(too_long));
    } else if (!too_long.empty() && issuer.algorithms.given()) {
      Warn(issuer.secret_file.at, "the secret of issuer " + issuer.name + " is too short for " +
                                      Join(too_long) + ": it has " + std::to_string(size) +
                                      " bytes");
    }
  }

  void CheckService(const std::string& service, const ServicePolicy& policy) {
    std::vector<std::string> audiences;
    for (const std::string& audience : *policy.claims.audiences) {
      audiences.push_back(QuoteJson(audience));
    }
    Show("service", service + ": " + *policy.claims.audience_claim + " one of " + Join(audiences));
    if (*policy.claims.one_time) {
      Show("one-time", service + ": used tokens are recorded in " + *config_.store.url);
      has_one_time_ = true;
    }
    for (const AccountRule& rule : policy.accounts) {
      CheckRule(rule, service);
    }
  }

  /// Fails if other users could put a file or a server of their own there before the daemon does.
  void CheckPlace(const Setting<std::string>& setting, const Status& place) {
    if (!place.ok()) Fail(setting.at, place.error().detail);
  }

  void CheckStore() {
    CheckPlace(config_.keys.redeem_socket, CheckSocketPlace(*config_.keys.redeem_socket));
    WarnOfStorePlace();
    CheckPassword(config_.store.password_file, Reason::kRedeemUnavailable);
  }

  /// A warning only: the daemon follows links to the store, and its owner may be any user.
  void WarnOfStorePlace() {
    const Result<StoreUrl> url = ParseStoreUrl(*config_.store.url);
    if (!url.ok() || url.value().path.empty()) return;
    std::error_code error;
    const std::string path = std::filesystem::weakly_canonical(url.value().path, error).string();
    const Status place = error ? Ok() : CheckSocketPlace(path);
    if (!place.ok()) Warn(config_.store.url.at, place.error().detail);
  }

  /// The password file of the store or of a proxy: only the daemon has to read it.
  void CheckPassword(const Setting<std::string>& file, Reason reason) {
    if (!file.given() || file->empty()) return;
    const Result<SecretString> password = ReadPasswordFile(*file, loaded_.owners, reason);
    if (!password.ok()) {
      Fail(file.at, password.error().detail);
    } else if (IsWorldReadable(*file)) {
      Warn(file.at, *file + " can be read by everybody: chown root:jwks-fetcher, chmod 640");
    }
  }

  void CheckRule(const AccountRule& rule, const std::string& service) {
    if (!rule.map_file.empty()) return CheckMap(rule);
    const bool gives_root = !rule.name.has_star() && rule.name.text() == "root";
    if (gives_root && service == "sshd" && output_.warns_of_root) {
      Warn(
          rule.at,
          "a rule gives root in sshd, which lets root in by a token only with PermitRootLogin yes");
    }
  }

  void CheckMap(const AccountRule& rule) {
    if (!maps_seen_.insert(rule.map_file).second) return;
    std::string text;
    const Status read = host_.ReadMapFile(rule.map_file, [&](std::string_view piece) {
      text += piece;
      return true;
    });
    if (!read.ok()) {
      Fail(rule.at, read.error().detail);
      return;
    }
    const auto exists = [this](std::string_view name) {
      const Result<std::optional<SystemAccount>> account = host_.FindAccount(name);
      return !account.ok() || account.value().has_value();
    };
    for (const MapRemark& remark : CheckMapFile(text, exists)) {
      remark.is_error ? Fail(rule.at, rule.map_file + ": " + remark.text)
                      : Warn(rule.at, rule.map_file + ": " + remark.text);
    }
  }

  const LoadedConfig& loaded_;
  const Config& config_;
  SystemHost host_;
  const CheckOutput& output_;
  std::ostream& out_;
  std::set<std::string> maps_seen_;
  bool needs_daemon_ = false;
  bool has_one_time_ = false;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

}  // namespace

int CheckConfig(const LoadedConfig& loaded, const CheckOutput& output) {
  return Checker(loaded, output).Run();
}

namespace {

int CheckDenylist(const std::optional<std::string>& path, const CheckOutput& output) {
  const Result<Denylist> list = ReadDenylist(path);
  if (!list.ok()) {
    output.report(true, list.error().detail);
    return kUsage;
  }
  output.out << "denylist: " << list.value().entries().size() << " entries\n";
  return kOk;
}

}  // namespace

int RunCheck(const CheckOptions& options, std::ostream& out, std::ostream& err) {
  const Result<LoadedConfig> loaded =
      LoadConfig(MakeConfigSource(options.config_path, options.host));
  if (!loaded.ok()) {
    err << "error: " << Printable(loaded.error().detail) << "\n";
    return kUsage;
  }
  const auto report = [&err](bool is_error, const std::string& text) {
    err << (is_error ? "error: " : "warning: ") << Printable(text) << "\n";
  };
  const CheckOutput output{out, report};
  const int config = CheckConfig(loaded.value(), output);
  const int denylist = CheckDenylist(FromRoot(options.denylist_path), output);
  return config == kOk ? denylist : config;
}

}  // namespace pamjwt::ctl
