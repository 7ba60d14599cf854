#pragma once

#include <span>

#include "core/login/decide.h"
#include "pam_jwt/pam_handle.h"

namespace pamjwt {

/// The variable that carries the record of a session from authentication to the process that opens
/// the session.
inline constexpr const char* kRecordVariable = "PAM_JWT_RECORD";

/// Sets the variable, if `record` is on, for the session of a login that `decision` accepts.
/// Forgets an earlier record. If there can be no record, logs why and sets nothing.
void PrepareRecord(PamHandle& pam, const Decision& decision);

/// Moves the record from the PAM environment to the handle, unless the handle has a record. Every
/// call in the process of the session does this, as TakeEnd() does, and for the same reason.
void TakeRecord(PamHandle& pam);

/// Writes the record of the session, for pam_sm_open_session(3), and then reads the denylist again.
///
/// `jwtctl deny` writes the list and then looks for records, so that no session slips in between.
/// Does nothing, reads no file and returns PAM_SUCCESS if there is no record to write, or if the
/// process does not run as root and the PAM line does not name a directory. A record that cannot be
/// written is logged, and the session opens. Returns PAM_PERM_DENIED if the account or the token is
/// denied by now, and for a fault the code of its reason; then the record is removed, and the
/// session ends after one second, if the PAM line is optional.
int RecordSession(PamHandle& pam, int flags, std::span<const char* const> arguments);

/// Removes the record of the session, if RecordSession() wrote one. Logs if it cannot be removed.
void EndRecord(PamHandle& pam);

}  // namespace pamjwt
