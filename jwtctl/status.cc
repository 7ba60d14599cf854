#include "jwtctl/status.h"

#include <algorithm>
#include <cstdlib>
#include <ostream>
#include <utility>
#include <vector>

#include "core/json/json.h"
#include "io/config_file.h"
#include "jwtctl/config_source.h"
#include "jwtctl/fetched_keys.h"
#include "jwtctl/fetcher_status.h"
#include "jwtctl/printable.h"

namespace pamjwt::ctl {
namespace {

/// How one issuer stands, and why.
struct Line {
  std::string name;
  Judgement judgement;
  Json all;  ///< what the daemon says, for --json
};

struct Report {
  Health health = Health::kOk;
  std::string text;
  bool is_away = false;  ///< the daemon
  std::vector<Line> lines;
};

Json Text(std::string_view text) {
  return Json(std::string(text));
}

void Worsen(Judgement& judgement, Health health, const std::string& why) {
  judgement.health = std::max(judgement.health, health);
  judgement.text += "; " + why;
}

Judgement Judge(const FetcherIssuer& issuer, const Config& config, UnixTime now) {
  Judgement judgement = JudgeAge(issuer.fetched, now, config);
  judgement.text = ShowCount(issuer.keys, "key") + ", " + judgement.text;
  if (issuer.fetched.has_value() && issuer.keys == 0) {
    Worsen(judgement, Health::kCritical, "no usable key");
  }
  if (issuer.skipped > 0) {
    judgement.text += "; left out: " + std::to_string(issuer.skipped);
  }
  if (!issuer.error.empty()) {
    Worsen(judgement, Health::kWarning, "last fetch failed: " + issuer.error);
  }
  const std::int64_t skew = issuer.skew_s.value_or(0);
  if (std::abs(skew) > config.login.leeway->count) {
    Worsen(judgement, Health::kWarning,
           "its clock and this host's are " + std::to_string(std::abs(skew)) + " s apart");
  }
  return judgement;
}

/// An issuer of the configuration that the daemon does not have: it reads another one.
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

Report OfDaemon(const LoadedConfig& loaded, const std::vector<FetcherIssuer>& status,
                UnixTime now) {
  Report report;
  for (const FetcherIssuer& issuer : status) {
    report.lines.push_back({issuer.name, Judge(issuer, loaded.config, now), issuer.all});
  }
  for (const std::string& name : MissingNames(loaded.config, status)) {
    report.lines.push_back(
        {name,
         {Health::kCritical, "the daemon does not know it: systemctl reload jwks-fetcher"},
         Json(JsonObject{{"name", Text(name)}})});
  }
  std::size_t good = 0;
  for (const Line& line : report.lines) {
    report.health = std::max(report.health, line.judgement.health);
    good += line.judgement.health == Health::kOk ? 1 : 0;
  }
  report.text = "jwks-fetcher runs; " + std::to_string(good) + " of " +
                std::to_string(report.lines.size()) + " issuers are well";
  return report;
}

Report WithoutDaemon(const LoadedConfig& loaded, const std::string& why, UnixTime now) {
  const FetchedKeyFile file = ReadFetchedKeys(loaded, now);
  Report report;
  report.is_away = true;
  if (file.issuers.empty()) {
    report.text = "jwks-fetcher does not answer, and no issuer needs it";
    return report;
  }
  report.health = Health::kCritical;
  report.text = "jwks-fetcher does not answer: " + why;
  for (const FetchedKeys& issuer : file.issuers) {
    Judgement judgement = issuer.judgement;
    judgement.text = ShowCount(issuer.keys.size(), "key") + " in the file, " + judgement.text;
    report.lines.push_back(
        {issuer.name, judgement,
         Json(JsonObject{{"name", Text(issuer.name)}, {"url", Text(issuer.url)}})});
  }
  return report;
}

void PrintText(const Report& report, std::ostream& out) {
  out << Name(report.health) << ": " << Printable(report.text) << "\n";
  for (const Line& line : report.lines) {
    out << "  " << Printable(line.name) << "  " << Name(line.judgement.health) << "  "
        << Printable(line.judgement.text) << "\n";
  }
}

void PrintJson(const Report& report, std::ostream& out) {
  JsonArray issuers;
  for (const Line& line : report.lines) {
    JsonObject members = *line.all.AsObject();
    members.emplace_back("health", Text(Name(line.judgement.health)));
    members.emplace_back("detail", Text(line.judgement.text));
    issuers.emplace_back(std::move(members));
  }
  const JsonObject all{{"health", Text(Name(report.health))},
                       {"detail", Text(report.text)},
                       {"daemon", Text(report.is_away ? "away" : "running")},
                       {"issuers", Json(std::move(issuers))}};
  out << ToJsonText(Json(all)) << "\n";
}

}  // namespace

int RunStatus(const StatusOptions& options, UnixTime now, std::ostream& out, std::ostream& err) {
  const Result<LoadedConfig> loaded = LoadConfigWithoutHost(options.config_path);
  if (!loaded.ok()) {
    err << "jwtctl status: " << Printable(loaded.error().detail) << "\n";
    return ExitCodeOf(Health::kUnknown);
  }
  const Result<std::vector<FetcherIssuer>> status =
      AskStatus(*loaded.value().config.keys.public_socket);
  const Report report = status.ok() ? OfDaemon(loaded.value(), status.value(), now)
                                    : WithoutDaemon(loaded.value(), status.error().detail, now);
  if (options.json) {
    PrintJson(report, out);
  } else {
    PrintText(report, out);
  }
  return ExitCodeOf(report.health);
}

}  // namespace pamjwt::ctl
