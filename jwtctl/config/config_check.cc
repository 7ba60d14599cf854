#include "jwtctl/config/config_check.h"

#include <array>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "core/account/map_file.h"
#include "core/account/map_line.h"
#include "core/base/ascii.h"
#include "io/system_host.h"
#include "jwtctl/config/bound_mistakes.h"
#include "jwtctl/config/config_mistakes.h"
#include "jwtctl/config/feed_check.h"
#include "jwtctl/config/fetcher_check.h"
#include "text/join.h"
#include "text/text_lines.h"

namespace pamjwt::ctl {
namespace {

/// The lines of a map file that have a value.
struct MapLines {
  std::size_t count = 0;
  std::size_t first_with_capital = 0;  ///< its number, from 1; 0: no value has a capital
};

MapLines ReadMapLines(std::string_view text) {
  MapLines lines;
  std::size_t number = 0;
  for (const std::string_view line : SplitLines(text)) {
    ++number;
    const Result<std::optional<MapEntry>> entry = ReadMapLine(line.substr(0, line.find('\n')));
    if (!entry.ok() || !entry.value().has_value()) continue;
    ++lines.count;
    const std::string& value = entry.value()->value;
    const bool has_capital = ToLowerAscii(value) != value;
    if (has_capital && lines.first_with_capital == 0) lines.first_with_capital = number;
  }
  return lines;
}

/// Examines what the module reads: keys, secrets and map files.
class ConfigExaminer {
 public:
  explicit ConfigExaminer(const LoadedConfig& loaded)
      : loaded_(loaded), config_(loaded.config), host_(loaded.owners), problems_(loaded.config) {}

  ExaminedConfig Examine() {
    if (config_.issuers.empty()) {
      problems_.AddWarning({}, "there are no issuers: every token is refused");
    }
    for (const Issuer& issuer : config_.issuers) {
      ExamineIssuer(issuer);
    }
    LocalKeys feed_keys = ExamineFeedKeys();
    return {std::move(problems_).Take(), std::move(keys_), std::move(feed_keys),
            std::move(map_lines_)};
  }

 private:
  void ExamineIssuer(const Issuer& issuer) {
    if (issuer.secret_file.given()) {
      ExamineSecret(issuer);
    } else if (issuer.jwks_file.given()) {
      ExamineJwkSet(issuer);
    }
    for (const std::string& service : *issuer.services) {
      for (const AccountRule& rule : issuer.PolicyFor(service)->accounts) {
        if (!rule.map_file.empty()) ExamineMap(rule);
      }
    }
  }

  LocalKeys ExamineFeedKeys() {
    if (!config_.denylist.url.given()) return {};
    ExaminedFeed feed = ExamineFeed(loaded_);
    problems_.Add(std::move(feed.problems));
    return std::move(feed.keys);
  }

  void ExamineJwkSet(const Issuer& issuer) {
    const std::string& path = *issuer.jwks_file;
    const Result<JwkSet> set = LoadJwkSet(path, loaded_.owners);
    if (!set.ok()) return RefuseKeys(issuer, issuer.jwks_file, set.error());
    KeyVerdicts keys = JudgeKeySet(set.value(), issuer);
    keys_[issuer.name] = {path + ": " + std::to_string(keys.usable) + " usable, " +
                              std::to_string(keys.unusable.size()) + " not",
                          std::move(keys.unusable)};
    if (keys.usable > 0) return;
    problems_.AddWarning(issuer.jwks_file.at, "issuer " + issuer.name + " has no usable key in " +
                                                  path + ": its tokens are refused");
  }

  void ExamineSecret(const Issuer& issuer) {
    const std::string& path = *issuer.secret_file;
    const Result<SecretString> secret = host_.ReadSecret(issuer);
    if (!secret.ok()) return RefuseKeys(issuer, issuer.secret_file, secret.error());
    const std::size_t size = secret.value().size();
    keys_[issuer.name] = {path + ": a secret of " + std::to_string(size) + " bytes", {}};
    ExamineSecretLength(issuer, size);
    if (!IsWorldReadable(path)) return;
    problems_.AddWarning(
        issuer.secret_file.at,
        path + " can be read by everybody, and a user who can read it can make tokens",
        "chmod 600");
  }

  void RefuseKeys(const Issuer& issuer, const Setting<std::string>& file, const Error& error) {
    keys_[issuer.name] = {*file + ": cannot be used", {}};
    problems_.AddError(file.at, error.detail);
  }

  /// Warns of a secret that is too short for the algorithms. By default all three are allowed. Then
  /// it is enough that the secret is long enough for one of them.
  void ExamineSecretLength(const Issuer& issuer, std::size_t size) {
    std::vector<std::string> too_long;
    for (const Algorithm algorithm : *issuer.algorithms) {
      const AlgorithmInfo& info = Info(algorithm);
      if (size < info.digest_bytes) too_long.emplace_back(info.name);
    }
    const std::string bytes = std::to_string(size) + " bytes";
    if (too_long.size() == issuer.algorithms->size()) {
      problems_.AddWarning(issuer.secret_file.at, "issuer " + issuer.name +
                                                      " has no usable secret: " + bytes +
                                                      " are too short for " + Join(too_long, " "));
    } else if (!too_long.empty() && issuer.algorithms.given()) {
      problems_.AddWarning(issuer.secret_file.at, "the secret of issuer " + issuer.name +
                                                      " is too short for " + Join(too_long, " ") +
                                                      ": it has " + bytes);
    }
  }

  void ExamineMap(const AccountRule& rule) {
    if (!maps_seen_.emplace(rule.map_file, rule.names).second) return;
    std::string text;
    const Status read = host_.ReadMapFile(rule.map_file, [&](std::string_view piece) {
      text += piece;
      return true;
    });
    if (!read.ok()) return problems_.AddError(rule.at, read.error().detail);
    const MapLines lines = ReadMapLines(text);
    map_lines_[rule.map_file] = lines.count;
    if (rule.lowercase && lines.first_with_capital > 0) {
      problems_.AddWarning(rule.at,
                           rule.map_file + ": line " + std::to_string(lines.first_with_capital) +
                               ": the value has capitals, and lowercase takes them out of the "
                               "claim: the line never matches",
                           "write values in lower case, or leave lowercase out");
    }
    const auto exists = [this](std::string_view name) {
      const Result<std::optional<SystemAccount>> account = host_.FindAccount(name);
      return !account.ok() || account.value().has_value();
    };
    for (const MapRemark& remark : CheckMapFile(text, rule.names, exists)) {
      const std::string sentence = rule.map_file + ": " + remark.text;
      remark.is_error ? problems_.AddError(rule.at, sentence)
                      : problems_.AddWarning(rule.at, sentence);
    }
  }

  const LoadedConfig& loaded_;
  const Config& config_;
  SystemHost host_;
  ProblemCollector problems_;
  std::map<std::string, LocalKeys> keys_;
  std::map<std::string, std::size_t> map_lines_;
  std::set<std::pair<std::string, AccountNames>> maps_seen_;
};

}  // namespace

ExaminedConfig ExamineConfig(const LoadedConfig& loaded, const ConfigHost& host) {
  ExaminedConfig examined = ConfigExaminer(loaded).Examine();
  for (ConfigProblems& found :
       std::array{FindConfigMistakes(loaded.config, host.pam_services),
                  FindBoundMistakes(loaded.config), FindFetcherProblems(loaded, host)}) {
    std::move(found.begin(), found.end(), std::back_inserter(examined.problems));
  }
  return examined;
}

ConfigProblems FindRootInSshd(const Config& config) {
  ProblemCollector problems(config);
  for (const Issuer& issuer : config.issuers) {
    const ServicePolicy* const policy = issuer.PolicyFor("sshd");
    if (policy == nullptr) continue;
    for (const AccountRule& rule : policy->accounts) {
      const bool is_literal = rule.map_file.empty() && !rule.name.has_star();
      if (!is_literal || rule.name.text() != "root") continue;
      problems.AddWarning(
          rule.at,
          std::string("a rule gives root in sshd, which lets root in by a typed token only with "
                      "PermitRootLogin yes") +
              (issuer.bound_audiences.given()
                   ? ", by one in a certificate also with prohibit-password, its default"
                   : ""));
    }
  }
  return std::move(problems).Take();
}

}  // namespace pamjwt::ctl
