#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/secret.h"

namespace pamjwt {

/// Decodes base64url (RFC 4648 §5) without padding (RFC 7515 §2), strictly: nothing if a byte is
/// outside the alphabet, the length is impossible, or unused bits are not zero (RFC 4648 §3.5).
/// What decodes is what EncodeBase64Url gives back.
std::optional<SecretString> DecodeBase64Url(std::string_view text);

/// Encodes without padding. Never fails.
std::string EncodeBase64Url(ByteView bytes);

}  // namespace pamjwt
