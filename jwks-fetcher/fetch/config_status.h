#pragma once

#include <optional>
#include <string>

#include "core/base/time.h"

namespace pamjwt::fetcher {

/// The state of the daemon's configuration: what the method Status and systemd are told.
struct ConfigStatus {
  std::string path;                ///< the file; the directory conf.d beside it belongs to it
  std::optional<UnixTime> loaded;  ///< when the one in use was read; nullopt: there is none yet
  std::string error;               ///< why the files are not in use; empty if they are
  std::optional<UnixTime> error_since;  ///< when the first of the errors in a row was
};

}  // namespace pamjwt::fetcher
