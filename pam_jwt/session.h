#pragma once

#include <string>
#include <vector>

#include "core/login/session.h"
#include "pam_jwt/pam_handle.h"

namespace pamjwt {

/// Returns the names of the variables that PrepareSession() and PrepareRecord() may set.
std::vector<std::string> VariablesOf(const SessionFacts& session);

/// Logs, for `debug`, which variables of `export` are left out, and why.
void LogLeftOut(const PamHandle& pam, const SessionFacts& session);

/// Sets the exported variables, and the end of the session in a variable of our own. Deletes
/// variables of `export` that are left out.
///
/// sshd authenticates in a child for keyboard-interactive. Only the PAM environment of that child
/// reaches the session.
void PrepareSession(PamHandle& pam, const SessionFacts& session);

/// Moves the end of the session from the PAM environment to the handle.
///
/// Every call in the process of the session does this: the sooner it is done, the fewer other
/// modules can have written the variable. If there are several ends, the earliest stays. Text that
/// is not an end counts as an end that is past.
void TakeEnd(PamHandle& pam);

/// Gives the time that remains to pam_systemd, whose line comes later, and tells the user when the
/// session ends, unless `flags` has PAM_SILENT. Reads no configuration. Returns PAM_SESSION_ERR if
/// the end is past, else PAM_SUCCESS.
int LimitSession(PamHandle& pam, int flags);

}  // namespace pamjwt
