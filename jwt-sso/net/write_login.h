#pragma once

#include <vector>

#include "core/base/result.h"
#include "core/jose/jwk.h"
#include "jwt-sso/keys/login_key.h"
#include "jwt-sso/net/login_state.h"
#include "jwt-sso/state/saved_login.h"

namespace pamjwt::sso {

/// Makes the certificate of a login, then writes the login, and the certificate at last. `key` is
/// null if the tokens name no key: then there is no certificate. `keys` are those of the provider.
/// Nothing is written if there can be no certificate. A new login first takes the certificate of an
/// earlier one away. Errors: those of ChooseParts, CheckBinding, MakeCertificate,
/// ProfileState::Delete and ProfileState::Replace.
Status WriteLogin(const OpenedProfile& opened, const StateLock& lock, const SavedLogin& login,
                  const LoginKey* key, const std::vector<Jwk>& keys);

/// Makes and writes the certificate of a login that WriteLogin has taken. Errors: those of
/// WriteLogin.
Status WriteCertificate(const OpenedProfile& opened, const StateLock& lock, const SavedLogin& login,
                        const LoginKey& key);

}  // namespace pamjwt::sso
