#include "jwtctl/daemon/status.h"

#include <ostream>
#include <utility>

#include "core/json/json.h"
#include "io/config_file.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/daemon/status_report.h"
#include "text/printable.h"

namespace pamjwt::ctl {
namespace {

void PrintText(const StatusReport& report, std::ostream& out) {
  out << Name(report.health) << ": " << Printable(report.text) << "\n";
  for (const IssuerHealth& line : report.issuers) {
    out << "  " << Printable(line.name) << "  " << Name(line.judgement.health) << "  "
        << Printable(line.judgement.text) << "\n";
  }
  if (!report.denylist.has_value()) return;
  const Judgement feed = report.denylist->Judge();
  out << "  denylist of the fleet  " << Name(feed.health) << "  " << Printable(feed.text) << "\n";
}

std::string_view StateOfDaemon(const StatusReport& report) {
  if (report.is_away) return "away";
  return report.config.is_awaited ? "waiting" : "running";
}

/// Returns the object `all` with health and detail in it.
Json WithJudgement(const Json& all, const Judgement& judgement) {
  JsonObject members = *all.AsObject();
  members.emplace_back("health", JsonString(Name(judgement.health)));
  members.emplace_back("detail", JsonString(judgement.text));
  return Json(std::move(members));
}

void PrintJson(const StatusReport& report, std::ostream& out) {
  JsonArray issuers;
  for (const IssuerHealth& line : report.issuers) {
    issuers.push_back(WithJudgement(line.all, line.judgement));
  }
  JsonObject all{{"health", JsonString(Name(report.health))},
                 {"detail", JsonString(report.text)},
                 {"daemon", JsonString(StateOfDaemon(report))}};
  const bool says_config = report.config.all.AsObject() != nullptr;
  if (says_config) all.emplace_back("config", report.config.all);
  all.emplace_back("issuers", Json(std::move(issuers)));
  if (report.denylist.has_value()) {
    all.emplace_back("denylist", WithJudgement(report.denylist->all, report.denylist->Judge()));
  }
  out << ToJsonText(Json(all)) << "\n";
}

}  // namespace

int RunStatus(const StatusOptions& options, UnixTime now, std::ostream& out) {
  const Result<LoadedConfig> loaded = LoadConfigWithoutHost(options.config_path);
  // A configuration that cannot be read does not say where the daemon listens.
  const StatusReport report =
      loaded.ok()
          ? ReadStatus(loaded.value(), FromRoot(options.denylist_path), now)
          : ReadStatusWithoutConfig(FromRoot(options.config_path).value_or(kDefaultConfigPath),
                                    loaded.error(), *KeysOptions().public_socket);
  if (options.json) {
    PrintJson(report, out);
  } else {
    PrintText(report, out);
  }
  return ExitCodeOf(report.health);
}

}  // namespace pamjwt::ctl
