#pragma once

#include <string>
#include <vector>

#include "core/login/session.h"
#include "pam_jwt/pam_handle.h"

namespace pamjwt {

/// The variables of the PAM environment that PrepareSession() may set.
std::vector<std::string> VariablesOf(const SessionFacts& session);

/// Logs for `debug` which variables of `export` are left out, and why.
void LogLeftOut(const PamHandle& pam, const SessionFacts& session);

/// Leaves to the session what it is to have: the exported variables, and its end in a variable of
/// our own. Of what sshd's child for keyboard-interactive did, only the PAM environment reaches the
/// session.
void PrepareSession(PamHandle& pam, const SessionFacts& session);

/// Takes the end out of the PAM environment and keeps it in the handle. For every call in the
/// process of the session: the sooner, the fewer others can have written it. Of several ends the
/// earliest stays; what is no end counts as one that is past.
void TakeEnd(PamHandle& pam);

/// pam_sm_open_session: gives pam_systemd, which stands behind, the time that remains. It reads no
/// configuration. PAM_SESSION_ERR if the end is past, else PAM_SUCCESS.
int OpenSession(PamHandle& pam);

}  // namespace pamjwt
