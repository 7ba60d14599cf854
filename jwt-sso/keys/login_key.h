#pragma once

#include <optional>

#include "core/base/result.h"
#include "core/config/client_profile.h"
#include "core/jose/p256_key.h"
#include "core/ssh/public_key.h"
#include "jwt-sso/state/profile_state.h"

namespace pamjwt::sso {

/// The ssh key of a profile's certificates.
struct LoginKey {
  SshPublicKey public_key;
  std::optional<P256Key> private_key;  ///< only of ClientKey::Kind::kNew
};

/// Finds the key that a profile names: the one in the state, one in the user's ssh-agent, or that
/// of a file. The path of a file has no "~". Returns nullopt if a key of the profile's own was not
/// made yet.
///
/// Errors: kInternal if there is no agent, or it has no key with this fingerprint, and
/// kConfigInvalid if a file is not a public key, with what to do; kMalformed for a key in the state
/// that cannot be read; kInternal.
Result<std::optional<LoginKey>> FindLoginKey(const ClientKey& key, const ProfileState& state);

/// Makes the profile's own key, and writes it to the state. A key that is there is not replaced.
/// Errors: kInternal.
Result<LoginKey> MakeLoginKey(const ProfileState& state, const StateLock& lock);

/// Writes the public key to the state for a key in an agent, from where ssh then takes it. Errors:
/// kInternal.
Status KeepPublicKey(const ProfileState& state, const StateLock& lock, const LoginKey& key);

}  // namespace pamjwt::sso
