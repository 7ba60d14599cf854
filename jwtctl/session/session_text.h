#pragma once

#include <string>

#include "jwtctl/session/denied_sessions.h"

namespace pamjwt::ctl {

/// Returns "alice as root, sudo, pid 4711, session 5", or "3 processes of alice", for people. Names
/// what is known.
std::string Show(const DeniedSession& session);

}  // namespace pamjwt::ctl
