#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/denylist/denial.h"
#include "core/session/session_record.h"
#include "jwtctl/session/logind.h"
#include "jwtctl/session/own_session.h"

namespace pamjwt::ctl {

/// A function that returns the denial of a session, or nullopt if the session is not denied.
/// `token` is nullptr for a session of which only the account is known. Errors: whether the session
/// is denied cannot be told.
using IsDenied =
    std::function<Result<std::optional<Denial>>(std::string_view account, const TokenFacts* token)>;

/// An open session that is denied. What is not known of it is empty.
struct DeniedSession {
  std::string account;               ///< the account that can be denied
  std::string user;                  ///< the user of the session, as root for sudo
  std::string service;               ///< the PAM service that opened it
  std::string from;                  ///< the host that the user came from, or the terminal
  std::string logind_id;             ///< the id of the session of systemd-logind
  std::optional<std::uint32_t> uid;  ///< that of `user`, if the session has no record
  ProcessIdentity process;           ///< the process that opened it; pid 0: not known
  TokenFacts token;                  ///< the token that opened it, if it was recorded
  Denial by;
  /// The number of the processes of the user, where logind does not run. No session is known then.
  std::size_t processes = 0;
  std::string why_not;  ///< why it was not ended; empty if it was ended, or is spared
};

/// The denied sessions of a host.
struct DeniedSessions {
  std::vector<DeniedSession> others;  ///< the sessions that this process does not run in
  std::vector<DeniedSession> own;     ///< the sessions that this process runs in
  /// The denied users that logind knows. It ends all that they run, but not if one of their
  /// sessions is in `own`: then the user is left out here.
  std::vector<std::uint32_t> users;
  std::vector<std::string> gaps;  ///< why there may be more sessions
};

/// Finds the denied sessions. `records` is the directory of the records, or nullopt for that of
/// this host.
DeniedSessions FindDeniedSessions(const std::optional<std::string>& records, const Logind& logind,
                                  const OwnSession& own, const IsDenied& is_denied);

}  // namespace pamjwt::ctl
