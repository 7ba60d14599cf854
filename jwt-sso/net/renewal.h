#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"
#include "jwt-sso/flow/flow.h"
#include "jwt-sso/net/login_state.h"

namespace pamjwt::sso {

/// Returns the login of a profile, renewed if its token, or its certificate, is not good for more
/// than `least`. One process renews at a time. The others wait, and then have the new login too.
///
/// Errors: those of OpenLoggedIn, Connect, Refresh, CheckRenewed and ChooseParts; kNoToken if the
/// user must log in, among others because the provider refused the refresh token (TheftNotice).
Result<SavedLogin> RenewIfNeeded(const OpenedProfile& opened, Seconds least);

/// The tokens that a refresh token gave.
struct RefreshedLogin {
  SavedLogin login;   ///< as it was, with the refresh token that counts now; it is written
  FlowTokens tokens;  ///< not checked yet
};

/// Uses the refresh token of a login, and keeps the new one if there is one. `resource` is the
/// service that the access token is for (RFC 8707 §2). Errors: those of Refresh; kNoToken if there
/// is no refresh token, or the provider refused it (TheftNotice); kMalformed for its other words.
Result<RefreshedLogin> RefreshAndKeep(const OpenedProfile& opened, const StateLock& lock,
                                      SavedLogin login, const FlowContext& context,
                                      std::string_view resource);

}  // namespace pamjwt::sso
