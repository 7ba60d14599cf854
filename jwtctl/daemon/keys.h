#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "core/base/time.h"

namespace pamjwt::ctl {

/// The options of `jwtctl keys`.
struct FetchedKeysOptions {
  std::optional<std::string> config_path;  ///< nullopt: the configuration of this host
  bool json = false;
};

/// Runs `jwtctl keys`: prints the fetched keys that are in the key file, and judges them at `now`.
/// Asks the daemon, if it answers, whether it has newer keys. Returns the exit code of a Health;
/// kUnknown if the configuration cannot be read.
int RunKeys(const FetchedKeysOptions& options, UnixTime now, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
