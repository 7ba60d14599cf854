#pragma once

#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace pamjwt {

/// The beginning of a nonce that binds a token to an ssh key.
inline constexpr std::string_view kBoundNoncePrefix = "pjk1.";

/// Returns whether `salt` has the form of a salt: 22 to 64 characters of base64url, which are 128
/// random bits or more.
bool IsSalt(std::string_view salt);

/// Returns the nonce that binds an ID token (OpenID Connect Core §2) to an ssh key: "pjk1." and a
/// SHA-256 digest in base64url over the salt and the key (docs/certificate-format.md). A nonce
/// shows nothing about its key to a reader who does not know the salt.
///
/// `key` is a blob as SshPublicKey has it. Errors: kInternal if the digest fails.
Result<std::string> BoundNonce(std::string_view salt, ByteView key);

}  // namespace pamjwt
