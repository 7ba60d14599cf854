#pragma once

#include <sys/types.h>

#include <string>

#include "core/base/result.h"
#include "io/unique_fd.h"

namespace pamjwt::fetcher {

/// A listening Unix stream socket at `path`, whose file has this mode whatever the umask. It does
/// not block. A socket that nobody listens on, of a process that was killed, is replaced.
/// Errors: kInternal if somebody listens there, or what is there is no socket.
Result<UniqueFd> ListenAt(const std::string& path, mode_t mode);

/// Gives a file of this user to a group that the user is in. False: there is no such group, or he
/// is not in it.
bool GiveToGroup(const std::string& path, const char* group);

}  // namespace pamjwt::fetcher
