#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/denylist/denylist.h"
#include "core/session/session_record.h"

namespace pamjwt::ctl {

/// A function that returns the denial of a session, or nullopt if the session is not denied.
/// `token` is nullptr for a session of which only the account is known. Errors: whether the session
/// is denied cannot be told.
using IsDenied =
    std::function<Result<std::optional<Denial>>(std::string_view account, const TokenFacts* token)>;

/// An open session that is denied. What is not known of it is empty.
struct DeniedSession {
  std::string account;      ///< the account that can be denied
  std::string user;         ///< the user of the session, as root for sudo
  std::string service;      ///< the PAM service that opened it
  std::string from;         ///< the host that the user came from, or the terminal
  std::string logind_id;    ///< the id of the session of systemd-logind
  ProcessIdentity process;  ///< the process that opened it; pid 0: not known
  TokenFacts token;         ///< the token that opened it, if it was recorded
  Denial by;
  /// The processes of an account, where systemd-logind does not run, and no session is known. Else
  /// 0.
  std::size_t processes = 0;
  std::string why_not;  ///< why it was not ended; empty if it was ended, or is spared
};

/// What became of the denied sessions.
struct EndReport {
  std::vector<DeniedSession> ended;
  std::vector<DeniedSession> not_ended;  ///< each has a `why_not`
  std::vector<DeniedSession> spared;     ///< the sessions that this process runs in
  std::vector<std::string> gaps;         ///< why there may be more sessions
};

/// Ends the open sessions that are denied, but not those that this process runs in, and waits for
/// their ends.
///
/// Asks `is_denied` of each recorded session, with its token, and of each session of
/// systemd-logind. Where logind does not run, asks it of each user that has processes, and ends all
/// processes of a denied user, but never those of root. `records` is the directory of the records,
/// or nullopt for that of this host. docs/denylist.md says what ends. Takes less than 3 seconds if
/// logind answers at once, however many sessions there are. Never sends a signal to pid 1, to the
/// kernel's threads, to this process or to its ancestors.
EndReport EndDeniedSessions(const std::optional<std::string>& records, const IsDenied& is_denied);

/// Ends the sessions that EndDeniedSessions() spared. Afterwards the streams of this process may
/// lead nowhere, and this process may be killed: print everything before.
void EndSparedSessions(const std::vector<DeniedSession>& spared);

}  // namespace pamjwt::ctl
