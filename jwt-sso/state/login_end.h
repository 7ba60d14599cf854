#pragma once

#include <optional>
#include <string_view>

#include "core/base/time.h"
#include "core/config/client_profile.h"
#include "jwt-sso/state/saved_login.h"

namespace pamjwt::sso {

/// Returns the token of a login that hosts get.
std::string_view TokenForHosts(const SavedLogin& login, ClientToken token);

/// Returns when hosts stop taking the ID token of the login itself (BINDING): max_binding_age
/// behind its `iat`. A renewal does not help then. Returns nullopt if the token for hosts names the
/// ssh key itself, by the nonce of the login or by `cnf`, or if one of both tokens cannot be read.
/// Verifies nothing, and needs neither a network nor libcrypto.
std::optional<UnixTime> EndOfBinding(const SavedLogin& login, const ClientProfile& profile);

}  // namespace pamjwt::sso
