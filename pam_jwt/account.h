#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/session/session_record.h"
#include "pam_jwt/pam_handle.h"

namespace pamjwt {

/// Answers pam_sm_acct_mgmt(3) for any login: with a token, with a key, by cron. Reads the
/// denylists, but no configuration. `flags` and `arguments` are PAM's.
///
/// Returns PAM_PERM_DENIED if a denylist denies the account, or the token that let it in on this
/// handle. Else returns PAM_SUCCESS if a token let it in, and PAM_IGNORE if not. If a list cannot
/// be read, is damaged or stale, or an option is wrong, only a login by token is refused: one
/// damaged file must not lock out logins with keys.
int CheckAccount(PamHandle& pam, int flags, std::span<const char* const> arguments);

/// Checks the denylist at `denylist`, or that of this host, for the account and the token of a
/// session. sudo opens the session of root: PAM_USER is not the account that the token let in. Logs
/// a refusal, and tells the user of it unless `flags` has PAM_SILENT.
/// Returns PAM_SUCCESS, PAM_PERM_DENIED, or for a fault the code of its reason.
int CheckDenied(PamHandle& pam, int flags, const std::optional<std::string>& denylist,
                const SessionRecord& record);

}  // namespace pamjwt
