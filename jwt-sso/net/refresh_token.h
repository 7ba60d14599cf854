#pragma once

#include <string_view>

#include "core/base/result.h"
#include "jwt-sso/flow/flow.h"
#include "jwt-sso/net/login_state.h"

namespace pamjwt::sso {

/// The tokens that a refresh token gave.
struct RefreshedLogin {
  SavedLogin login;   ///< as it was, with the refresh token that counts now; it is written
  FlowTokens tokens;  ///< not checked yet
};

/// Uses the refresh token of a login, and keeps the new one if there is one. That it is sent is
/// written before: without an answer, it is not known which refresh token counts. `resource` is the
/// service that the access token is for (RFC 8707 §2). Errors: those of Refresh; kNoToken if there
/// is no refresh token, or the provider refused it (TheftNotice); kMalformed for its other words;
/// kInternal, also if another computer, which does not see the lock, renews the login meanwhile.
Result<RefreshedLogin> RefreshAndKeep(const OpenedProfile& opened, const StateLock& lock,
                                      SavedLogin login, const FlowContext& context,
                                      std::string_view resource);

/// Returns the error of a login that has no refresh token.
Error NoRefreshToken(const Profile& profile);

}  // namespace pamjwt::sso
