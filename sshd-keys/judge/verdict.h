#pragma once

#include <string>

#include "core/base/error.h"
#include "core/base/time.h"
#include "sshd-keys/judge/question.h"

namespace pamjwt::keys {

/// The answer to a question, and what is logged of it.
struct Verdict {
  Reason reason;
  std::string log;   ///< as AuditLine formats it
  std::string line;  ///< for sshd, with a line feed; empty unless the reason is kAccepted
};

/// Decides whether the token in a certificate opens an account, as a login would be decided.
///
/// Nobody has proved yet that he holds the key: sshd asks for any certificate that a client shows.
/// So this never waits for the daemon, and a token that passes is only `offered`.
Verdict Judge(const Question& question, UnixTime now);

}  // namespace pamjwt::keys
