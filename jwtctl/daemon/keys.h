#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "core/base/time.h"

namespace pamjwt::ctl {

struct FetchedKeysOptions {
  std::optional<std::string> config_path;  ///< none: the one of this host
  bool json = false;
};

/// `jwtctl keys`: the keys that were fetched, as they stand in the file at `now`. Asks no daemon.
/// Returns a Health; kUnknown if the configuration cannot be read.
int RunKeys(const FetchedKeysOptions& options, UnixTime now, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
