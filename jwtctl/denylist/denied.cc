#include "jwtctl/denylist/denied.h"

#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "core/denylist/denylist.h"
#include "core/denylist/sorted_denials.h"
#include "core/json/json.h"
#include "io/clock.h"
#include "io/denylist_file.h"
#include "io/fleet_list.h"
#include "io/host_denials.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/denylist/denial_text.h"
#include "jwtctl/denylist/denylist_change.h"
#include "jwtctl/exit_code.h"
#include "text/time_text.h"

namespace pamjwt::ctl {
namespace {

std::string ToJson(const std::vector<Denial>& entries) {
  std::string text = "[";
  for (const Denial& denial : entries) {
    text += text.size() == 1 ? "\n  {" : ",\n  {";
    if (!denial.issuer.empty()) {
      text += "\"iss\": " + QuoteJson(denial.issuer) + ", ";
    }
    text += QuoteJson(Name(denial.kind)) + ": " + QuoteJson(denial.value);
    if (denial.before.has_value()) {
      text += ", \"before\": " + std::to_string(denial.before->seconds);
    }
    text += ", \"since\": " + std::to_string(denial.since.seconds) + "}";
  }
  return text + (text.size() == 1 ? "]\n" : "\n]\n");
}

void Print(const std::vector<Denial>& entries, bool json, std::ostream& out) {
  if (json) {
    out << ToJson(entries);
    return;
  }
  for (const Denial& denial : entries) {
    out << Show(denial) << ", since " << ShowTimeFrom(Now(), denial.since) << "\n";
  }
}

/// Returns the list of the fleet, which is empty where there is none.
Result<std::vector<Denial>> ReadFleetEntries(const std::optional<std::string>& path,
                                             std::ostream& err) {
  Result<std::optional<SortedDenials>> list = ReadFleetList(path);
  if (!list.ok()) return std::move(list).error();
  std::optional<SortedDenials> fleet = std::move(list).value();
  if (fleet.has_value()) return std::move(fleet->entries);
  const Status whole = HostDenials::Open(path).CheckWhole();
  if (!whole.ok()) return whole.error();
  err << "jwtctl denied: this host has no list of a fleet\n";
  return std::vector<Denial>();
}

int RunDeniedByFleet(const std::optional<std::string>& path, bool json, std::ostream& out,
                     std::ostream& err) {
  const Result<std::vector<Denial>> entries = ReadFleetEntries(path, err);
  if (!entries.ok()) return Fail("denied", entries.error(), kNo, err);
  Print(entries.value(), json, out);
  return kOk;
}

}  // namespace

int RunDenied(const DeniedOptions& options, std::ostream& out, std::ostream& err) {
  const std::optional<std::string> path = FromRoot(options.denylist_path);
  if (options.fleet) return RunDeniedByFleet(path, options.json, out, err);
  const Result<Denylist> list = ReadReadableDenylist(path);
  if (!list.ok()) return Fail("denied", list.error(), kNo, err);
  Print(list.value().entries(), options.json, out);
  if (list.value().fleet() != FleetUse::kNone) {
    err << "jwtctl denied: the list of the fleet counts too: jwtctl denied --fleet prints it\n";
  }
  return TellOfDamage("denied", list.value().FindDamage(), err) ? kNo : kOk;
}

}  // namespace pamjwt::ctl
