#include "jwtctl/daemon/status_report.h"

#include <cstdlib>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "jwtctl/config/fetcher_check.h"
#include "jwtctl/daemon/fetched_keys.h"
#include "jwtctl/daemon/fetcher_status.h"
#include "text/count_text.h"

namespace pamjwt::ctl {
namespace {

Judgement Worsened(const Judgement& judgement, Health health, const std::string& why) {
  return {WorseOf(judgement.health, health), judgement.text + "; " + why};
}

/// Returns " (kid "a": why; kid "b": why)", or "" if the daemon does not say why.
std::string DescribeSkipped(const FetcherIssuer& issuer) {
  if (issuer.skipped_keys.empty()) return "";
  std::string list;
  for (const std::string& key : issuer.skipped_keys) {
    list += (list.empty() ? "" : "; ") + key;
  }
  return " (" + list + ")";
}

Judgement Judge(const FetcherIssuer& issuer, const Config& config, UnixTime now) {
  Judgement judgement = JudgeAge(issuer.fetched, now, config);
  judgement.text = ShowCount(issuer.keys, "key") + ", " + judgement.text;
  if (issuer.fetched.has_value() && issuer.keys == 0) {
    judgement = Worsened(judgement, Health::kCritical, "no usable key");
  }
  if (issuer.skipped > 0) {
    judgement.text += "; left out: " + std::to_string(issuer.skipped) + DescribeSkipped(issuer);
  }
  if (!issuer.error.empty()) {
    judgement = Worsened(judgement, Health::kWarning, "last fetch failed: " + issuer.error);
  }
  const std::int64_t skew = issuer.skew_s.value_or(0);
  if (std::abs(skew) > config.login.leeway->count) {
    judgement =
        Worsened(judgement, Health::kWarning,
                 "its clock and this host's are " + std::to_string(std::abs(skew)) + " s apart");
  }
  return judgement;
}

/// Returns the names of issuers that need the daemon, and that the daemon does not know. It then
/// reads another configuration, or has an older state of this one.
std::vector<std::string> MissingNames(const Config& config,
                                      const std::vector<FetcherIssuer>& status) {
  std::set<std::string_view> known;
  for (const FetcherIssuer& issuer : status) {
    known.insert(issuer.url);
  }
  std::vector<std::string> names;
  for (const Issuer& issuer : config.issuers) {
    if (issuer.NeedsDaemon() && !known.contains(*issuer.url)) names.push_back(issuer.name);
  }
  return names;
}

/// Returns what to do if the daemon lacks a part of the configuration.
std::string HowToMakeItKnown(const FetcherConfig& config) {
  return config.error.empty() ? "systemctl reload jwks-fetcher"
                              : "it does not use the configuration on disk";
}

/// The issuers for which the daemon has newer keys than the key file, by url.
using IssuersBehind = std::map<std::string_view, const FetchedKeys*>;

IssuersBehind FindBehind(const FetchedKeyFile& file) {
  IssuersBehind behind;
  for (const FetchedKeys& keys : file.issuers) {
    if (keys.is_behind) behind.emplace(keys.url, &keys);
  }
  return behind;
}

/// Judges an issuer by what the daemon says, and by the key file, which is what logins see.
IssuerHealth JudgeIssuer(const FetcherIssuer& issuer, const IssuersBehind& behind,
                         const Config& config, UnixTime now) {
  IssuerHealth line{issuer.name, Judge(issuer, config, now), issuer.all};
  const auto found = behind.find(issuer.url);
  if (found == behind.end()) return line;
  line.judgement = Worsened(line.judgement, Health::kCritical,
                            "in the key file: " + found->second->judgement.text);
  return line;
}

/// Says how many of the issuers whose keys are fetched are well.
std::string CountOfWell(std::size_t good, std::size_t all) {
  if (all == 0) return "no issuer needs keys that are fetched";
  return std::to_string(good) + " of " + std::to_string(all) + " issuers are well";
}

/// Returns why nobody answers at the socket `redeem`, or "" if the daemon does, or no issuer needs
/// it.
std::string RedeemError(const Config& config) {
  if (!NeedsRedeem(config)) return "";
  const Status answers = CheckRedeem(*config.keys.redeem_socket);
  return answers.ok() ? "" : answers.error().detail;
}

StatusReport ReportOfDaemon(const LoadedConfig& loaded, const FetcherStatus& status, UnixTime now) {
  StatusReport report;
  report.config = status.config;
  report.redeem_error = RedeemError(loaded.config);
  if (NeedsRedeem(loaded.config)) report.store_error = status.store_error;
  report.file = CompareWithDaemon(ReadFetchedKeys(loaded, now), status.issuers, now);
  const IssuersBehind behind = FindBehind(report.file);
  for (const FetcherIssuer& issuer : status.issuers) {
    report.issuers.push_back(JudgeIssuer(issuer, behind, loaded.config, now));
  }
  for (const std::string& name : MissingNames(loaded.config, status.issuers)) {
    report.issuers.push_back(
        {name,
         {Health::kCritical, "the daemon does not know it: " + HowToMakeItKnown(status.config)},
         Json(JsonObject{{"name", JsonString(name)}})});
  }
  std::size_t good = 0;
  for (const IssuerHealth& line : report.issuers) {
    report.health = WorseOf(report.health, line.judgement.health);
    good += line.judgement.health == Health::kOk ? 1 : 0;
  }
  report.text = "jwks-fetcher runs; " + CountOfWell(good, report.issuers.size());
  if (!status.config.error.empty()) {
    report.health = WorseOf(report.health, Health::kWarning);
    report.text +=
        "; it does not use the configuration on disk, but the old one: " + status.config.error +
        "; " + HowToGetConfigUsed();
  }
  if (!report.file.error.empty() && !report.file.issuers.empty()) {
    // The daemon may be about to write the file, but until then logins have no keys.
    report.health = Health::kCritical;
    report.text += "; logins cannot use the key file: " + report.file.error;
  }
  for (const std::string* const error : {&report.redeem_error, &report.store_error}) {
    if (error->empty()) continue;
    report.health = Health::kCritical;
    report.text += "; no one-time token gets in: " + *error;
  }
  if (!report.file.unwritable.empty()) {
    report.health = Health::kCritical;
    report.text = report.file.unwritable + "; " + HowToMakeWritable(*loaded.config.keys.file);
  }
  return report;
}

/// Reports what the key file has. `what` says that the daemon does not work, and `why` says why.
StatusReport ReportOfFile(const LoadedConfig& loaded, const std::string& what,
                          const std::string& why, UnixTime now) {
  StatusReport report;
  report.file = ReadFetchedKeys(loaded, now);
  if (!NeedsFetcher(loaded.config)) {
    report.text = what + ", and no issuer needs it";
    return report;
  }
  report.health = Health::kCritical;
  report.text = what + ": " + why;
  for (const FetchedKeys& issuer : report.file.issuers) {
    Judgement judgement = issuer.judgement;
    judgement.text = ShowCount(issuer.keys.size(), "key") + " in the file, " + judgement.text;
    report.issuers.push_back(
        {issuer.name, judgement,
         Json(JsonObject{{"name", JsonString(issuer.name)}, {"url", JsonString(issuer.url)}})});
  }
  return report;
}

std::string StateOf(const FetcherConfig& config) {
  return config.is_awaited ? "waits for it, and uses it as soon as it is good"
                           : "goes on with the one that it read before";
}

/// Reports a daemon that waits for a configuration that it can use.
StatusReport ReportOfWaiting(const LoadedConfig& loaded, const FetcherConfig& config,
                             UnixTime now) {
  StatusReport report = ReportOfFile(loaded, "jwks-fetcher waits for a configuration",
                                     config.error + "; " + HowToGetConfigUsed(), now);
  report.config = config;
  return report;
}

/// Returns the report with the denylist of the fleet in it. `status` is what the daemon said, or
/// nullptr.
StatusReport WithFeed(StatusReport report, const Config& config, FeedFacts facts,
                      const FetcherStatus* status, UnixTime now) {
  if (status != nullptr && !status->config.is_awaited) {
    facts.asked = true;
    facts.fetch = status->denylist;
  }
  report.denylist = JudgeFeed(facts, config, now);
  const Health health = report.denylist->Judge().health;
  if (health == Health::kOk) return report;
  report.health = WorseOf(report.health, health);
  report.text += "; denylist of the fleet: " + std::string(Name(health));
  return report;
}

/// Reports what the daemon says; `status` is its answer.
StatusReport ReportOf(const LoadedConfig& loaded, const FetcherStatus& status, UnixTime now) {
  return status.config.is_awaited ? ReportOfWaiting(loaded, status.config, now)
                                  : ReportOfDaemon(loaded, status, now);
}

}  // namespace

std::string HowToGetConfigUsed() {
  return "mend that, and run `jwtctl check`: the daemon then uses the configuration by itself; if "
         "it does not, run `systemctl reload jwks-fetcher`, and see its log";
}

StatusReport ReadStatus(const LoadedConfig& loaded, const std::optional<std::string>& denylist,
                        UnixTime now) {
  const Result<FetcherStatus> status = AskStatus(*loaded.config.keys.public_socket);
  StatusReport report;
  if (status.ok()) {
    report = ReportOf(loaded, status.value(), now);
  } else {
    report = ReportOfFile(loaded, "jwks-fetcher does not answer", status.error().detail, now);
    report.is_away = true;
  }
  if (!loaded.config.denylist.url.given()) return report;
  return WithFeed(std::move(report), loaded.config, ReadFeedFacts(denylist),
                  status.ok() ? &status.value() : nullptr, now);
}

StatusReport ReadStatusWithoutConfig(const std::string& path, const Error& error,
                                     const std::string& socket) {
  StatusReport report;
  report.health = Health::kUnknown;
  report.text = error.detail;
  const Result<FetcherStatus> status = AskStatus(socket);
  report.is_away = !status.ok();
  if (!status.ok()) {
    report.text += "; jwks-fetcher does not answer: " + status.error().detail;
    return report;
  }
  report.config = status.value().config;
  report.text += "; jwks-fetcher " + (report.config.path == path
                                          ? StateOf(report.config)
                                          : "reads another configuration: " + report.config.path);
  return report;
}

}  // namespace pamjwt::ctl
