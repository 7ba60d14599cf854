#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "jwtctl/session/logind.h"

namespace pamjwt::ctl {

/// The open sessions of a user.
struct OpenSessions {
  std::vector<OpenSession> known;
  std::string gap;  ///< why there may be more; "" if these are all
};

/// Returns the open sessions of a user. There are none if the user has none, or if systemd-logind
/// does not run.
OpenSessions FindOpenSessions(std::uint32_t uid, const Loginctl& loginctl);

/// Returns a sentence that names the sessions, at most 8 of them, and says how to end them, or that
/// they are not known. Returns "" if there are none.
std::string DescribeSessions(const std::string& account, std::uint32_t uid,
                             const OpenSessions& sessions);

}  // namespace pamjwt::ctl
