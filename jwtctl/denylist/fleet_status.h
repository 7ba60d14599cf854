#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/denylist/sorted_denials.h"

namespace pamjwt::ctl {

/// The results of all runs of `jwtctl denylist apply`, as a host keeps them in fleet.status.json,
/// beside its denylist.
struct FleetState {
  UnixTime checked;                   ///< when it last ran
  std::optional<UnixTime> applied;    ///< when it last wrote a list; nullopt: never
  std::optional<UnixTime> succeeded;  ///< when it last found the fetched list good
  std::string reason;                 ///< the id of the reason of `error`: "signature.invalid"
  std::string error;                  ///< why the last run failed, for people; empty: it did not
  std::optional<UnixTime>
      error_since;             ///< since when each run failed; nullopt: the last one did not
  std::int64_t not_ended = 0;  ///< the denied sessions that the last run could not end
  std::int64_t ended = 0;      ///< the sessions that all runs have ended
  std::map<std::string, std::int64_t> refused;  ///< the runs that failed, by the id of the reason

  bool operator==(const FleetState&) const = default;
};

/// The longest state that is read or written, in bytes.
inline constexpr std::size_t kMaxFleetStateBytes = std::size_t{16} * 1024;

/// Parses a state. Only the bytes that the writer writes are accepted. Errors: kInternal.
Result<FleetState> ParseFleetState(std::string_view text);
/// Formats a state as one line of JSON with its newline.
std::string FormatFleetState(const FleetState& state);

/// Returns the path of the state: beside the denylist at `denylist`, or that of this host.
std::string FleetStatePath(const std::optional<std::string>& denylist);

/// Reads the state beside the denylist at `denylist`, or beside that of this host. Returns nullopt
/// if there is no such file. Errors: kInternal, with the path.
Result<std::optional<FleetState>> ReadFleetState(const std::optional<std::string>& denylist);

/// All that a host has of the list of its fleet.
struct FleetStatus {
  std::optional<FleetState> state;  ///< nullopt: `jwtctl denylist apply` has never run
  std::optional<SortedHead> list;   ///< the first line of fleet.jsonl; nullopt: no list has come
  std::string state_error;          ///< why the state cannot be read; empty: it can
  std::string list_error;           ///< why the list cannot be read; empty: it can
};

/// Reads the status beside the denylist at `denylist`, or beside that of this host. Any user can.
FleetStatus ReadFleetStatus(const std::optional<std::string>& denylist);

}  // namespace pamjwt::ctl
