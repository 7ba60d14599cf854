#pragma once

#include <cstdint>
#include <optional>

#include "core/base/error.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "io/denylist_file.h"
#include "jwtctl/denylist/fleet_status.h"

namespace pamjwt::ctl {

/// The result of one run of `jwtctl denylist apply`.
struct FleetRun {
  UnixTime now;
  bool is_written = false;     ///< a new list was written
  bool is_good = false;        ///< a list had come, and it was good
  std::optional<Error> error;  ///< the first fault; nullopt: there was no fault
  std::int64_t ended = 0;      ///< the sessions that were ended
  std::int64_t not_ended = 0;  ///< the denied sessions that could not be ended
};

/// Returns the state after a run. Makes the error printable, and cuts it after 500 bytes.
FleetState AfterRun(const FleetState& before, const FleetRun& run);

/// Writes the state after a run, for any user to read. If the old state cannot be read, counts from
/// 0. Errors: kInternal.
Status RecordRun(const DenylistLock& lock, const FleetRun& run);

/// Writes the metrics of the list at `denylist` (or of this host) to `path`, for any user to read.
/// Makes the directory of `path` with mode 0755 if it is absent. Errors: kInternal.
Status WriteFleetMetrics(const std::string& path, const std::optional<std::string>& denylist,
                         UnixTime now);

}  // namespace pamjwt::ctl
