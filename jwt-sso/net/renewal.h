#pragma once

#include "core/base/result.h"
#include "core/base/time.h"
#include "jwt-sso/net/login_state.h"

namespace pamjwt::sso {

/// Returns the login of a profile, renewed if its token, or its certificate, is not good for more
/// than `least`. One process renews at a time. The others wait, and then have the new login too.
///
/// Errors: those of OpenLoggedIn, CheckKeyFor, Connect, Refresh, AcceptRenewed, CheckLoginAge and
/// WriteLogin; kNoToken if the user must log in, among others because the provider refused the
/// refresh token (TheftNotice).
Result<SavedLogin> RenewIfNeeded(const OpenedProfile& opened, Seconds least);

}  // namespace pamjwt::sso
