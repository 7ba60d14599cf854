#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "core/base/time.h"

namespace pamjwt::ctl {

/// The options of `jwtctl sessions`.
struct SessionsOptions {
  std::optional<std::string> directory;  ///< nullopt: the records of this host
  bool json = false;
};

/// Runs `jwtctl sessions`: prints the recorded sessions that are open, as a table or as JSON.
/// Returns kOk, or kNo if the directory or a record in it cannot be read; the other records are
/// printed.
int RunSessions(const SessionsOptions& options, UnixTime now, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
