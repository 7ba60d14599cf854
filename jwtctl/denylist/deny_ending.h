#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "core/denylist/denylist.h"

namespace pamjwt::ctl {

/// The options of `jwtctl deny` for open sessions.
struct EndingOptions {
  bool end = false;                     ///< without it, `end_denied` of the configuration counts
  bool end_own = false;                 ///< also those that this process runs in
  std::optional<std::string> sessions;  ///< the directory of the records; nullopt: of this host
};

/// Decides whether `jwtctl deny` must end sessions. `is_here` is whether the denylist is that of
/// this host: the configuration speaks of no other one. Warns if the configuration cannot be read.
bool MustEnd(const EndingOptions& options, const std::optional<std::string>& config_path,
             bool is_here, std::ostream& err);

/// Ends the open sessions that `denial` denies. Prints each one on `out`, and on `err` those that
/// stay open. Returns kOk, or kNo if a session could not be ended, or others may be open because
/// they are not recorded.
int EndDenied(const Denial& denial, const EndingOptions& options,
              const std::optional<std::string>& config_path, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
