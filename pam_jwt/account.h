#pragma once

#include <span>

#include "pam_jwt/pam_handle.h"

namespace pamjwt {

/// pam_sm_acct_mgmt(3), of any login: with a token, with a key, by cron. Reads the denylist, and no
/// configuration. `arguments` is the rest of the PAM line.
///
/// PAM_PERM_DENIED if the account is denied, or the token that let it in on this handle. Else
/// PAM_SUCCESS if a token did, and PAM_IGNORE if none did. A list that cannot be read, or an option
/// that is wrong, stops a login by token alone: one damaged file must not lock keys out.
int CheckAccount(PamHandle& pam, int flags, std::span<const char* const> arguments);

}  // namespace pamjwt
