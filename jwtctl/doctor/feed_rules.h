#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/config/config.h"
#include "jwtctl/daemon/status_report.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/host/host_tree.h"

namespace pamjwt::ctl {

/// A function that returns whether a unit of systemd is active; nullopt: that is not known.
using IsUnitActive = std::function<std::optional<bool>(const std::string& unit)>;

/// Asks systemctl, on this host.
std::optional<bool> AskSystemctl(const std::string& unit);

/// Judges the denylist of a fleet, if the configuration has one: what `status` says of it, whether
/// the timer runs that takes it (fleet.timer), and whether sessions are recorded, so that it can
/// end them (fleet.no_records). `is_active` is empty if units cannot be asked.
Findings JudgeFleetList(const Config& config, const StatusReport& status,
                        const IsUnitActive& is_active);

/// Finds a denylist of a host that still names the list of a fleet, although the configuration has
/// none (fleet.left_over). `path` was given on the command line; nullopt: that of the host.
Findings JudgeFleetLeftOver(const HostTree& host, const Config& config,
                            const std::optional<std::string>& path);

}  // namespace pamjwt::ctl
