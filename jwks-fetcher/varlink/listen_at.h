#pragma once

#include <sys/types.h>

#include <string>

#include "core/base/result.h"
#include "io/unique_fd.h"

namespace pamjwt::fetcher {

/// Makes a listening Unix stream socket at `path` (at most 107 bytes). Its file has `mode`,
/// whatever the umask is. The socket does not block. Replaces a socket on which nobody listens,
/// because the process that made it was killed. Errors: kInternal, also if another process listens
/// at `path`, or if a file that is not a socket is there.
Result<UniqueFd> ListenAt(const std::string& path, mode_t mode);

/// Gives a file of this user to `group`. Errors: kInternal if there is no group of this name, or if
/// the user of this process is not in it.
Status GiveToGroup(const std::string& path, const char* group);

}  // namespace pamjwt::fetcher
