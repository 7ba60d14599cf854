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
  std::optional<std::string> config_path{};  ///< nullopt: the configuration of this host
};

/// Runs `jwtctl sessions`: prints the recorded sessions that are open, as a table or as JSON.
/// Says on `err`, but not with JSON, if the configuration does not have sessions recorded. Returns
/// kOk, or kNo if the directory or a record in it cannot be read; the other records are printed.
int RunSessions(const SessionsOptions& options, UnixTime now, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
