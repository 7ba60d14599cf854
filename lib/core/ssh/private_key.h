#pragma once

#include <cstddef>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/jose/p256_key.h"
#include "core/ssh/public_key.h"

namespace pamjwt {

/// The longest private key file that is read, in bytes.
inline constexpr std::size_t kMaxPrivateKeyBytes = std::size_t{16} * 1024;

/// Returns the public key of SSH for `key` (RFC 5656 §3.1). Errors: kInternal.
Result<SshPublicKey> SshPublicKeyOf(const P256Key& key);

/// Formats `key` as a file that ssh reads (OpenSSH's PROTOCOL.key), without a passphrase. `comment`
/// is printable ASCII. What is returned was read again with ParsePrivateKey. Errors: kInternal.
Result<SecretString> FormatPrivateKey(const P256Key& key, std::string_view comment);

/// Reads a file that FormatPrivateKey wrote, or ssh-keygen for the same kind of key. Errors:
/// kMalformed for any other text, with what is wrong: a passphrase, another type of key, a public
/// key that is not that of the private one. No detail has a part of the text.
Result<P256Key> ParsePrivateKey(std::string_view text);

}  // namespace pamjwt
