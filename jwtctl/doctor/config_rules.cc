#include "jwtctl/doctor/config_rules.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "io/denylist_file.h"
#include "jwtctl/config/config_check.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/config/fetcher_check.h"
#include "jwtctl/daemon/fetched_keys.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kStartFix =
    "run `systemctl enable jwks-fetcher && systemctl restart jwks-fetcher`, and if that does not "
    "help, see `journalctl -u jwks-fetcher`";

// systemd makes no socket for a service that runs.
constexpr const char* kRedeemFix =
    "run `systemctl stop jwks-fetcher && systemctl start jwks-fetcher-redeem.socket jwks-fetcher`, "
    "and if that does not help, see `journalctl -u jwks-fetcher`";

/// Says how to end an error of the configuration `path`, by `change` ("mend it") and a check.
std::string CheckFix(const std::string& change, const std::string& path) {
  const bool is_default = path == kDefaultConfigPath;
  return change + ", then run `jwtctl check" + (is_default ? "" : " --config " + path) + "`";
}

/// Returns what %h is on another host, by the same rule as on this host. Returns "" if the host has
/// no name with a dot.
std::string HostNameOf(const HostTree& host, const Config& config) {
  if (!config.login.host->empty()) return *config.login.host;
  const Result<std::string> text = host.Read("/etc/hostname");
  if (!text.ok()) return "";
  std::string name = text.value().substr(0, text.value().find_first_of(" \t\r\n"));
  return name.find('.') == std::string::npos ? "" : name;
}

/// Returns the setting with the path on this machine of a file of the host. An empty setting stays
/// empty.
Setting<std::string> Below(const HostTree& host, Setting<std::string> file) {
  if (!file->empty()) file.value = host.Locate(*file);
  return file;
}

std::vector<AccountRule> Below(const HostTree& host, std::vector<AccountRule> rules) {
  for (AccountRule& rule : rules) {
    if (!rule.map_file.empty()) rule.map_file = host.Locate(rule.map_file);
  }
  return rules;
}

Setting<std::string> StoreBelow(const HostTree& host, Setting<std::string> url) {
  for (const std::string& scheme : {std::string("sqlite:"), std::string("unix:")}) {
    if (url->starts_with(scheme)) url.value = scheme + host.Locate(url->substr(scheme.size()));
  }
  return url;
}

Issuer Below(const HostTree& host, Issuer issuer) {
  for (Setting<std::string>* const file :
       {&issuer.jwks_file, &issuer.secret_file, &issuer.ca_file, &issuer.bearer_token_file,
        &issuer.proxy_password_file}) {
    *file = Below(host, *file);
  }
  issuer.accounts = Below(host, std::move(issuer.accounts));
  for (auto& [service, policy] : issuer.policies) {
    policy.accounts = Below(host, std::move(policy.accounts));
  }
  return issuer;
}

/// Returns the configuration of a tree with the paths on this machine of the files that it names.
Config Below(const HostTree& host, Config config) {
  for (Setting<std::string>* const path :
       {&config.keys.file, &config.keys.public_socket, &config.keys.redeem_socket,
        &config.keys.metrics_file, &config.store.password_file, &config.denylist.keys,
        &config.denylist.ca_file, &config.denylist.proxy_password_file,
        &config.denylist.metrics_file}) {
    *path = Below(host, *path);
  }
  config.store.url = StoreBelow(host, config.store.url);
  for (Issuer& issuer : config.issuers) {
    issuer = Below(host, std::move(issuer));
  }
  return config;
}

Result<LoadedConfig> Load(const HostTree& host, const ConfigSource& source) {
  if (host.IsThisHost()) return LoadConfig(source);
  Result<LoadedConfig> any_host = LoadConfig({source.path, "localhost"});
  if (!any_host.ok()) return any_host;
  Result<LoadedConfig> loaded =
      LoadConfig({source.path, HostNameOf(host, any_host.value().config)});
  if (loaded.ok()) {
    LoadedConfig below = std::move(loaded).value();
    below.config = Below(host, std::move(below.config));
    return below;
  }
  return loaded;
}

/// Returns the host of a configuration. The users of a tree are not known.
ConfigHost ConfigHostOf(const HostTree& host, const std::optional<std::string>& path) {
  if (host.IsThisHost()) return ThisConfigHost(FromRoot(path));
  ConfigHost tree;
  tree.root = host.Locate("");
  tree.pam_services = ListPamServices(tree.root);
  return tree;
}

Health HealthOf(ConfigProblem::Severity severity) {
  switch (severity) {
    case ConfigProblem::Severity::kNote:
      return Health::kOk;
    case ConfigProblem::Severity::kWarning:
      return Health::kWarning;
    case ConfigProblem::Severity::kError:
      return Health::kCritical;
  }
  return Health::kCritical;
}

class KeysJudge {
 public:
  /// Takes the status of the daemon; of a tree, which has no daemon, that of its key file alone.
  /// `keys` and `status` must outlive this object.
  KeysJudge(const KeysOptions& keys, const StatusReport& status)
      : keys_(keys), path_(*keys.file), status_(status) {}

  void JudgeFile() {
    const FetchedKeyFile& file = status_.file;
    if (!file.unwritable.empty()) {
      Add("keys.unwritable", file.unwritable + ": logins do not see what it fetches",
          HowToMakeWritable(path_));
    }
    if (!file.error.empty()) {
      Add("keys.file", file.error, FixOr(HowToMakeFile()));
      return;
    }
    for (const FetchedKeys& issuer : file.issuers) {
      if (issuer.judgement.health == Health::kOk) continue;
      troubled_.insert(issuer.name);
      JudgeIssuer(issuer);
    }
  }

  void JudgeDaemon() {
    if (status_.is_away) {
      findings_.push_back({Health::kCritical, "fetcher.away", *keys_.public_socket, status_.text,
                           kStartFix + UnitToo("public", keys_.public_socket)});
      return;
    }
    JudgeItsConfig();
    if (status_.config.is_awaited) return;
    JudgeRedeem();
    for (const IssuerHealth& issuer : status_.issuers) {
      const bool is_known = troubled_.count(issuer.name) > 0 || !status_.file.error.empty();
      if (issuer.judgement.health == Health::kOk || is_known) continue;
      findings_.push_back({issuer.judgement.health, "fetcher.issuer", "jwks-fetcher",
                           "issuer " + issuer.name + ": " + issuer.judgement.text,
                           "see jwtctl status, and the log of jwks-fetcher"});
    }
  }

  Findings Take() && { return std::move(findings_); }

 private:
  void JudgeItsConfig() {
    const FetcherConfig& config = status_.config;
    if (config.error.empty()) return;
    if (config.is_awaited) {
      findings_.push_back({Health::kCritical, "fetcher.waits", config.path,
                           "jwks-fetcher waits for a configuration: " + config.error,
                           HowToGetConfigUsed()});
      return;
    }
    findings_.push_back(
        {Health::kWarning, "fetcher.old_config", config.path,
         "jwks-fetcher does not use it, but the one that it read before: " + config.error,
         HowToGetConfigUsed()});
  }

  void JudgeRedeem() {
    constexpr const char* kText = "no one-time token gets in: ";
    if (!status_.redeem_error.empty()) {
      findings_.push_back({Health::kCritical, "fetcher.redeem", *keys_.redeem_socket,
                           kText + status_.redeem_error,
                           kRedeemFix + UnitToo("redeem", keys_.redeem_socket)});
    }
    if (!status_.store_error.empty()) {
      findings_.push_back(
          {Health::kCritical, "fetcher.store", "jwks-fetcher", kText + status_.store_error,
           "mend that, or url in [store], then run `systemctl restart jwks-fetcher`, "
           "which tries the store"});
    }
  }

  /// Says what else is needed if the configuration names another place for a socket, which systemd
  /// makes.
  static std::string UnitToo(const std::string& name, const Setting<std::string>& socket) {
    if (!socket.given()) return "";
    return "; before that, give jwks-fetcher-" + name + ".socket the same path as ListenStream=";
  }

  void JudgeIssuer(const FetchedKeys& issuer) {
    const std::string text = "issuer " + issuer.name + ": " + issuer.judgement.text;
    if (issuer.is_behind) {
      Add("keys.behind", text,
          FixOr("systemctl restart jwks-fetcher, if keys.file was changed, and see its log"));
      return;
    }
    findings_.push_back(
        {issuer.judgement.health, "keys.age", path_, text,
         FixOr(status_.config.error.empty()
                   ? "jwtctl refresh " + issuer.name + ", and see the log of jwks-fetcher"
                   : HowToGetConfigUsed())});
  }

  /// Says how to get a key file. A daemon that runs does not look at the file that it has written:
  /// it writes a new one after each fetch.
  [[nodiscard]] std::string HowToMakeFile() const {
    if (!status_.config.error.empty()) return HowToGetConfigUsed();
    if (status_.issuers.empty() || status_.is_away) return kStartFix;
    return "jwtctl refresh " + status_.file.issuers.front().name +
           ": jwks-fetcher then writes the file anew, or says why it cannot; if keys.file was "
           "changed, systemctl restart jwks-fetcher";
  }

  /// Returns `otherwise`, or how to make the file writable: before that nothing else helps.
  [[nodiscard]] std::string FixOr(std::string otherwise) const {
    return status_.file.unwritable.empty() ? std::move(otherwise) : HowToMakeWritable(path_);
  }

  void Add(const char* rule, std::string text, std::string fix) {
    findings_.push_back({Health::kCritical, rule, path_, std::move(text), std::move(fix)});
  }

  const KeysOptions& keys_;
  std::string path_;  ///< the key file
  const StatusReport& status_;
  std::set<std::string> troubled_;  ///< names of issuers that have a finding already
  Findings findings_;
};

}  // namespace

HostConfig ReadHostConfig(const HostTree& host, const std::optional<std::string>& path) {
  HostConfig config{path.value_or(kDefaultConfigPath), std::nullopt, {}, {}};
  std::optional<std::string> source = path;
  if (!path.has_value() && !host.IsThisHost()) source = host.Locate(kDefaultConfigPath);
  const ConfigSource named = MakeConfigSource(source, std::nullopt);
  Result<LoadedConfig> loaded = Load(host, named);
  if (loaded.ok()) {
    config.loaded = std::move(loaded).value();
    config.problems = ExamineConfig(*config.loaded, ConfigHostOf(host, path)).problems;
    return config;
  }
  for (std::string& text : DescribeConfigErrors(named, loaded.error())) {
    config.findings.push_back({Health::kCritical, "config.invalid", config.path, std::move(text),
                               CheckFix("write or mend it", config.path)});
  }
  return config;
}

Findings JudgeConfig(const HostConfig& config) {
  Findings findings = config.findings;
  for (const ConfigProblem& problem : config.problems) {
    const bool is_note = problem.severity == ConfigProblem::Severity::kNote;
    findings.push_back({HealthOf(problem.severity), std::string("config.") + Name(problem.severity),
                        config.path, ShowPlaceAndSentence(problem),
                        problem.what_to_do.empty() && !is_note ? CheckFix("mend it", config.path)
                                                               : problem.what_to_do});
  }
  return findings;
}

StatusReport ReadHostStatus(const HostTree& host, const LoadedConfig& loaded,
                            const std::optional<std::string>& denylist, UnixTime now) {
  const std::optional<std::string> list = FromRoot(denylist);
  if (host.IsThisHost()) return ReadStatus(loaded, list, now);
  StatusReport status;
  status.file = ReadFetchedKeys(loaded, now);
  if (!loaded.config.denylist.url.given()) return status;
  const FeedFacts facts = ReadFeedFacts(list.value_or(host.Locate(kDefaultDenylistPath)));
  status.denylist = JudgeFeed(facts, loaded.config, now);
  return status;
}

Findings JudgeKeys(const LoadedConfig& loaded, const StatusReport& status) {
  if (!NeedsFetcher(loaded.config)) return {};
  KeysJudge judge(loaded.config.keys, status);
  if (!status.file.issuers.empty()) judge.JudgeFile();
  judge.JudgeDaemon();
  return std::move(judge).Take();
}

}  // namespace pamjwt::ctl
