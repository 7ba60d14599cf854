#pragma once

#include <span>

#include "pam_jwt/pam_handle.h"

namespace pamjwt {

/// Judges the tokens in the certificates with which a user logged in to sshd, for
/// pam_sm_open_session(3). `flags` and `arguments` are PAM's.
///
/// Does nothing and reads no file if there are none, and returns PAM_SUCCESS. Else it decides again
/// what sshd-keys decided before the user had proved the key, logs one line, and sets what the
/// token leaves to the session. Returns PAM_SUCCESS if every token is accepted, and all are of one
/// user of one issuer; PAM_PERM_DENIED if a token is refused; and for a fault the code of its
/// reason. A session that is refused ends after one second, if the PAM line is optional.
///
/// A certificate with other principals than kTokenCertificateName came in by another line of sshd.
/// It is not judged, gives no identity, and the log says so.
int AdmitCertificates(PamHandle& pam, int flags, std::span<const char* const> arguments);

}  // namespace pamjwt
