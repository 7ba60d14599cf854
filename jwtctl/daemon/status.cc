#include "jwtctl/daemon/status.h"

#include <ostream>
#include <utility>

#include "core/json/json.h"
#include "io/config_file.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/daemon/status_report.h"
#include "jwtctl/text/printable.h"

namespace pamjwt::ctl {
namespace {

void PrintText(const StatusReport& report, std::ostream& out) {
  out << Name(report.health) << ": " << Printable(report.text) << "\n";
  for (const IssuerHealth& line : report.issuers) {
    out << "  " << Printable(line.name) << "  " << Name(line.judgement.health) << "  "
        << Printable(line.judgement.text) << "\n";
  }
}

void PrintJson(const StatusReport& report, std::ostream& out) {
  JsonArray issuers;
  for (const IssuerHealth& line : report.issuers) {
    JsonObject members = *line.all.AsObject();
    members.emplace_back("health", JsonString(Name(line.judgement.health)));
    members.emplace_back("detail", JsonString(line.judgement.text));
    issuers.emplace_back(std::move(members));
  }
  const JsonObject all{{"health", JsonString(Name(report.health))},
                       {"detail", JsonString(report.text)},
                       {"daemon", JsonString(report.is_away ? "away" : "running")},
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
  const StatusReport report = ReadStatus(loaded.value(), now);
  if (options.json) {
    PrintJson(report, out);
  } else {
    PrintText(report, out);
  }
  return ExitCodeOf(report.health);
}

}  // namespace pamjwt::ctl
