#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "jwtctl/host/run_program.h"
#include "jwtctl/session/processes.h"

namespace pamjwt::ctl {

/// An open session, as systemd-logind knows it. What it does not know is empty.
struct OpenSession {
  std::string id;           ///< as `loginctl` takes it: letters and digits
  std::string service;      ///< the PAM service that opened it
  std::string remote_host;  ///< where the user came from
  std::string tty;
  std::string user;
  std::uint32_t uid = 0;
  std::int64_t leader = 0;  ///< the pid of the process that opened it; 0: it has ended
};

/// A user who has sessions, or whose services run without a session.
struct LogindUser {
  std::uint32_t uid;
  std::string name;
};

/// The sessions and users that systemd-logind knows.
struct Logind {
  bool answers = false;               ///< whether it runs, and has answered
  std::vector<OpenSession> sessions;  ///< without what systemd opened for users, and greeters
  std::vector<LogindUser> users;
  std::string gap;  ///< why there may be more sessions; "" if these are all
};

/// A function that runs `loginctl` with these arguments. Errors: kInternal if it is not installed,
/// or was not done in time.
using Loginctl = std::function<Result<ProgramEnd>(const std::vector<std::string>& arguments)>;

/// Runs the loginctl of this host. Waits at most 3 seconds.
Result<ProgramEnd> RunLoginctl(const std::vector<std::string>& arguments);

/// Asks for all sessions and users. If logind does not run, it does not answer, and there is no
/// gap. Sessions that end meanwhile are left out.
Logind AskLogind(const Loginctl& loginctl);

/// Runs a verb of loginctl, such as {"terminate-session"} or {"kill-user", "--signal=SIGKILL"}, for
/// all of these ids of sessions or users. Goes on with the others if loginctl refuses one of them,
/// as it does if the session has just ended, but begins with none after `deadline`.
void CallForEach(const Loginctl& loginctl, const std::vector<std::string>& verb,
                 const std::vector<std::string>& ids, SteadyTime deadline);

}  // namespace pamjwt::ctl
