#pragma once

#include <string>

#include "core/base/time.h"
#include "jwtctl/denylist/fleet_status.h"

namespace pamjwt::ctl {

/// Returns the metrics of a fleet's list in Prometheus' text format 0.0.4, for the textfile
/// collector of node_exporter. Every name begins with pam_jwt_denylist_. A value that is not known
/// has no sample. jwtctl(1) describes each metric.
std::string FleetMetricsText(const FleetStatus& status, UnixTime now);

}  // namespace pamjwt::ctl
