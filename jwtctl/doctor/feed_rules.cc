#include "jwtctl/doctor/feed_rules.h"

#include <utility>

#include "io/denylist_file.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/host/run_program.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kTimer = "pam_jwt-denylist.timer";
constexpr const char* kWhere = "denylist of the fleet";
constexpr Seconds kPatience{5};

}  // namespace

std::optional<bool> AskSystemctl(const std::string& unit) {
  const Result<ProgramEnd> end =
      RunProgram({"systemctl", "is-active", unit}, kPatience, ProgramErrors::kDropped);
  if (!end.ok()) return std::nullopt;
  const std::string& state = end.value().output;
  if (state == "active\n") return true;
  // Without a systemd that runs, systemctl prints nothing.
  return state.empty() ? std::nullopt : std::optional(false);
}

Findings JudgeFleetList(const Config& config, const StatusReport& status,
                        const IsUnitActive& is_active) {
  Findings findings;
  if (!status.denylist.has_value()) return findings;
  const bool timer_is_off = is_active && is_active(kTimer) == false;
  if (timer_is_off) {
    findings.push_back(
        {Health::kWarning, "fleet.timer", kWhere,
         std::string(kTimer) + " does not run: no list is verified, and no session is ended",
         std::string("systemctl enable --now ") + kTimer});
  }
  for (const FeedProblem& problem : status.denylist->problems) {
    // The timer that does not run is the cause.
    if (timer_is_off && problem.rule == "fleet.not_applied") continue;
    findings.push_back({problem.health, problem.rule, kWhere, problem.text, problem.fix});
  }
  if (!*config.session.record) {
    findings.push_back({Health::kOk, "fleet.no_records", kWhere,
                        "sessions are not recorded: a list that denies a subject, token or key "
                        "ends no session",
                        "set record = true in [session], and run `jwtctl enable` again for each "
                        "service"});
  }
  return findings;
}

Findings JudgeFleetLeftOver(const HostTree& host, const Config& config,
                            const std::optional<std::string>& path) {
  if (config.denylist.url.given()) return {};
  std::optional<std::string> read = FromRoot(path);
  if (!read.has_value() && !host.IsThisHost()) read = host.Locate(kDefaultDenylistPath);
  const Result<Denylist> list = ReadReadableDenylist(read);
  if (!list.ok() || list.value().fleet() == FleetUse::kNone) return {};
  return {{Health::kWarning, "fleet.left_over", kWhere,
           "the denylist of this host says that the list of a fleet counts, but the configuration "
           "has no [denylist]: the last list counts for ever",
           "run `jwtctl denylist apply`, which takes it out"}};
}

}  // namespace pamjwt::ctl
