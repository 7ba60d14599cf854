#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "core/base/time.h"
#include "jwtctl/denylist/fleet_sessions.h"

namespace pamjwt::ctl {

/// The options of `jwtctl denylist apply`.
struct ApplyOptions {
  std::optional<std::string> config_path;    ///< nullopt: the configuration of this host
  std::optional<std::string> denylist_path;  ///< nullopt: the denylist of this host
};

/// The clock, and the way to end sessions, of a run.
struct ApplyTools {
  std::function<UnixTime()> now;
  EndSessions end_sessions;  ///< empty: no session is ended

  /// Returns the clock of this host, and EndDeniedSessions(), unless the options name another
  /// denylist than that of this host: that one denies nobody here.
  static ApplyTools OfThisHost(const ApplyOptions& options);
};

/// Runs `jwtctl denylist apply`: makes the list of the fleet of the feed that jwks-fetcher carries,
/// lets it count, and ends the sessions that it denies. If the feed is refused, or cannot be read,
/// the last list goes on to count, and is the one for which sessions are ended.
///
/// docs/decisions/0059 says in which order files are written. Prints a line for people on `out`,
/// and a line of the log for each thing that happened on `err`. Returns kOk; kNo if the feed was
/// refused, a file cannot be read or written, or a session cannot be ended; kUsage if the
/// configuration cannot be read.
int RunApply(const ApplyOptions& options, const ApplyTools& tools, std::ostream& out,
             std::ostream& err);

}  // namespace pamjwt::ctl
