#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ctl {

/// An open session of a user, as systemd-logind knows it. What it does not know is empty.
struct OpenSession {
  std::string id;           ///< as `loginctl` takes it: letters and digits
  std::string service;      ///< the PAM service that opened it
  std::string remote_host;  ///< where the user came from
  std::string tty;
};

/// The open sessions of a user.
struct OpenSessions {
  std::vector<OpenSession> known;  ///< at most 64
  std::string gap;                 ///< why there may be more; "" if these are all
};

/// A function that runs `loginctl` with these arguments, and returns its standard output, or "" if
/// it refused. Errors: it is not installed, or was not done in time.
using Loginctl = std::function<Result<std::string>(const std::vector<std::string>& arguments)>;

/// Runs the loginctl of this host. Waits at most 3 seconds.
Result<std::string> RunLoginctl(const std::vector<std::string>& arguments);

/// Returns the open sessions of a user. There are none if the user has none, or if systemd-logind
/// does not run. Leaves out what systemd itself opened for the user (the class "manager"), and
/// greeters.
OpenSessions FindOpenSessions(std::uint32_t uid, const Loginctl& loginctl);

/// Returns a sentence that names the sessions, at most 8 of them, and says how to end them, or that
/// they are not known. Returns "" if there are none.
std::string DescribeSessions(const std::string& account, std::uint32_t uid,
                             const OpenSessions& sessions);

}  // namespace pamjwt::ctl
