#pragma once

#include <string_view>

namespace pamjwt::keys {

/// Returns false if a key cannot be a certificate with a token, so that sshd-keys has nothing to do
/// with it. Returns true for every certificate in which the name of our extension stands somewhere:
/// those are parsed.
///
/// `type` and `key` are as sshd gives them: the name of the type, and the blob in base64. This is
/// asked for every key that somebody offers to sshd, and decides without libcrypto.
bool MayCarryToken(std::string_view type, std::string_view key);

}  // namespace pamjwt::keys
