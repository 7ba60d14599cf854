#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "jwtctl/session/denied_sessions.h"

namespace pamjwt::ctl {

/// The outcome of ending the denied sessions.
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
/// systemd-logind. Where logind does not answer, asks it of each user that has processes, and ends
/// all processes of a denied user, but never those of root. `records` is the directory of the
/// records, or nullopt for that of this host. docs/denylist.md says what ends. Takes less than 3
/// seconds if logind answers at once, however many sessions there are. Never sends a signal to pid
/// 1, to threads of the kernel, to this process or to those above it.
EndReport EndDeniedSessions(const std::optional<std::string>& records, const IsDenied& is_denied);

/// Ends the sessions that EndDeniedSessions() spared. Afterwards the streams of this process may
/// lead nowhere, and this process may be killed: print everything before.
void EndSparedSessions(const std::vector<DeniedSession>& spared);

/// A function that returns what LogindIdOf() does.
using SessionOf = std::function<std::string(std::int64_t pid)>;

/// Does what EndDeniedSessions() above does, but uses `own` as the session of this process,
/// `loginctl` for loginctl, and `session_of` for LogindIdOf(). For tests.
EndReport EndDeniedSessions(const std::optional<std::string>& records, const IsDenied& is_denied,
                            const OwnSession& own, const Loginctl& loginctl,
                            const SessionOf& session_of);
/// Does the same, for tests, and lets this process take each signal as before.
void EndSparedSessions(const std::vector<DeniedSession>& spared, const OwnSession& own,
                       const Loginctl& loginctl);

}  // namespace pamjwt::ctl
