#pragma once

#include <string>
#include <string_view>

#include "core/oauth/provider_error.h"
#include "jwt-sso/state/saved_login.h"

namespace pamjwt::sso {

/// Returns whether a refusal says that the refresh token itself is not valid any more (RFC 6749
/// §5.2).
bool IsRefreshTokenRefused(const oauth::ProviderError& refusal);

/// Returns the text for a user whose newest refresh token the provider refused. If nobody here used
/// the token, it was revoked, is too old, or somebody else used it (RFC 9700 §4.14.2). If it was
/// sent before, and no answer came (`unanswered`), the text accuses nobody. `profile` is the name
/// of the profile. Times are in UTC, since an administrator compares them with the provider's log.
std::string TheftNotice(const SavedLogin& login, std::string_view profile,
                        const oauth::ProviderError& refusal);

}  // namespace pamjwt::sso
