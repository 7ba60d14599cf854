#include "jwtctl/daemon/status_report.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "jwtctl/daemon/fetched_keys.h"
#include "jwtctl/daemon/fetcher_status.h"

namespace pamjwt::ctl {
namespace {

Judgement Worsened(const Judgement& judgement, Health health, const std::string& why) {
  return {WorseOf(judgement.health, health), judgement.text + "; " + why};
}

Judgement Judge(const FetcherIssuer& issuer, const Config& config, UnixTime now) {
  Judgement judgement = JudgeAge(issuer.fetched, now, config);
  judgement.text = ShowCount(issuer.keys, "key") + ", " + judgement.text;
  if (issuer.fetched.has_value() && issuer.keys == 0) {
    judgement = Worsened(judgement, Health::kCritical, "no usable key");
  }
  if (issuer.skipped > 0) {
    judgement.text += "; left out: " + std::to_string(issuer.skipped);
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
  std::vector<std::string> names;
  for (const Issuer& issuer : config.issuers) {
    const bool is_there = std::any_of(status.begin(), status.end(), [&](const FetcherIssuer& has) {
      return has.url == *issuer.url;
    });
    if (issuer.NeedsDaemon() && !is_there) names.push_back(issuer.name);
  }
  return names;
}

/// Judges an issuer by what the daemon says, and by the key file, which is what logins see.
IssuerHealth JudgeIssuer(const FetcherIssuer& issuer, const FetchedKeyFile& file,
                         const Config& config, UnixTime now) {
  IssuerHealth line{issuer.name, Judge(issuer, config, now), issuer.all};
  for (const FetchedKeys& keys : file.issuers) {
    if (keys.url != issuer.url || !keys.is_behind) continue;
    line.judgement =
        Worsened(line.judgement, Health::kCritical, "in the key file: " + keys.judgement.text);
  }
  return line;
}

StatusReport ReportOfDaemon(const LoadedConfig& loaded, const std::vector<FetcherIssuer>& status,
                            UnixTime now) {
  StatusReport report;
  report.file = CompareWithDaemon(ReadFetchedKeys(loaded, now), status, now);
  for (const FetcherIssuer& issuer : status) {
    report.issuers.push_back(JudgeIssuer(issuer, report.file, loaded.config, now));
  }
  for (const std::string& name : MissingNames(loaded.config, status)) {
    report.issuers.push_back(
        {name,
         {Health::kCritical, "the daemon does not know it: systemctl reload jwks-fetcher"},
         Json(JsonObject{{"name", JsonString(name)}})});
  }
  std::size_t good = 0;
  for (const IssuerHealth& line : report.issuers) {
    report.health = WorseOf(report.health, line.judgement.health);
    good += line.judgement.health == Health::kOk ? 1 : 0;
  }
  report.text = "jwks-fetcher runs; " + std::to_string(good) + " of " +
                std::to_string(report.issuers.size()) + " issuers are well";
  if (!report.file.error.empty() && !report.file.issuers.empty()) {
    // The daemon may be about to write the file, but until then logins have no keys.
    report.health = Health::kCritical;
    report.text += "; logins cannot use the key file: " + report.file.error;
  }
  if (!report.file.unwritable.empty()) {
    report.health = Health::kCritical;
    report.text = report.file.unwritable + "; " + HowToMakeWritable(*loaded.config.keys.file);
  }
  return report;
}

StatusReport ReportOfFile(const LoadedConfig& loaded, const std::string& why, UnixTime now) {
  StatusReport report;
  report.is_away = true;
  report.file = ReadFetchedKeys(loaded, now);
  if (report.file.issuers.empty()) {
    report.text = "jwks-fetcher does not answer, and no issuer needs it";
    return report;
  }
  report.health = Health::kCritical;
  report.text = "jwks-fetcher does not answer: " + why;
  for (const FetchedKeys& issuer : report.file.issuers) {
    Judgement judgement = issuer.judgement;
    judgement.text = ShowCount(issuer.keys.size(), "key") + " in the file, " + judgement.text;
    report.issuers.push_back(
        {issuer.name, judgement,
         Json(JsonObject{{"name", JsonString(issuer.name)}, {"url", JsonString(issuer.url)}})});
  }
  return report;
}

}  // namespace

StatusReport ReadStatus(const LoadedConfig& loaded, UnixTime now) {
  const Result<std::vector<FetcherIssuer>> status = AskStatus(*loaded.config.keys.public_socket);
  return status.ok() ? ReportOfDaemon(loaded, status.value(), now)
                     : ReportOfFile(loaded, status.error().detail, now);
}

}  // namespace pamjwt::ctl
