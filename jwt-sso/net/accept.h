#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/config/client_profile.h"
#include "core/jose/jwk.h"
#include "core/oauth/token_response.h"
#include "jwt-sso/flow/flow.h"
#include "jwt-sso/state/saved_login.h"

namespace pamjwt::sso {

/// Returns the time, with the difference that may be between this clock and the provider's.
ClockReading ClockForTokens();

/// The part of a login that did not come from the provider.
struct LoginFacts {
  ClientFlow flow = ClientFlow::kCode;
  std::string key_fingerprint;  ///< of the ssh key that the tokens should name; empty: no key
  bool dpop = false;            ///< proofs of this key were sent
};

/// Verifies the tokens of a new login, and returns what is kept of them. `keys` are those that sign
/// the provider's ID tokens.
///
/// Errors: those of IdToken::Verify; kMalformed if the token that the profile wants is absent, or
/// is not a JWT.
Result<SavedLogin> AcceptLogin(const ClientProfile& profile, const LoginFacts& facts,
                               const FlowTokens& tokens, const std::vector<Jwk>& keys,
                               const ClockReading& clock);

/// Verifies the tokens that a refresh token gave for `login`, and returns the login with them. The
/// refresh token, and the count of renewals, are not among them: they are kept before the tokens
/// are looked at.
///
/// Errors: those of IdToken::Verify; kNoToken if the provider renews no ID tokens, so that the user
/// must log in; kMalformed if an access token is not a JWT; kBindingOther if it is of another
/// subject than before.
Result<SavedLogin> AcceptRenewed(const ClientProfile& profile, SavedLogin login,
                                 const oauth::IssuedTokens& issued, const std::vector<Jwk>& keys,
                                 const ClockReading& clock);

}  // namespace pamjwt::sso
