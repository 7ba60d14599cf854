#pragma once

#include <span>

#include "pam_jwt/pam_handle.h"

namespace pamjwt {

/// Answers pam_sm_acct_mgmt(3) for any login: with a token, with a key, by cron. Reads the
/// denylist, but no configuration. `flags` and `arguments` are PAM's.
///
/// Returns PAM_PERM_DENIED if the denylist denies the account, or the token that let it in on this
/// handle. Else returns PAM_SUCCESS if a token let it in, and PAM_IGNORE if not. If the list cannot
/// be read or is damaged, or an option is wrong, only a login by token is refused: one damaged file
/// must not lock out logins with keys.
int CheckAccount(PamHandle& pam, int flags, std::span<const char* const> arguments);

}  // namespace pamjwt
