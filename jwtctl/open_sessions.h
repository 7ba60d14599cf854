#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pamjwt::ctl {

/// An open session of a user, as systemd-logind knows it. What it does not know is empty.
struct OpenSession {
  std::string id;           ///< as `loginctl` takes it: letters and digits
  std::string service;      ///< the PAM service that opened it
  std::string remote_host;  ///< where the user came from
  std::string tty;
};

/// A function that runs `loginctl` with these arguments, and returns its standard output, or "" if
/// it failed.
using Loginctl = std::function<std::string(const std::vector<std::string>& arguments)>;

/// Runs the loginctl of this host. Waits at most 3 seconds.
std::string RunLoginctl(const std::vector<std::string>& arguments);

/// Returns the open sessions of a user, at most 64. The list is empty if the user has none, or if
/// nobody knows, for example because systemd-logind does not run. Leaves out what systemd itself
/// opened for the user (the class "manager"), and greeters.
std::vector<OpenSession> FindOpenSessions(std::uint32_t uid, const Loginctl& loginctl);

/// Returns a sentence that names the sessions, at most 8 of them, and says how to end them. Returns
/// "" if there are none.
std::string DescribeSessions(const std::string& account, std::uint32_t uid,
                             const std::vector<OpenSession>& sessions);

}  // namespace pamjwt::ctl
