#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/secret.h"

namespace pamjwt {

/// The letters of base64url (RFC 4648 §5), in the order of their values.
inline constexpr std::string_view kBase64UrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Decodes base64url (RFC 4648 §5) without padding (RFC 7515 §2).
///
/// Decoding is strict: returns nullopt if a byte is not in the alphabet, the length is 1 more than
/// a multiple of 4, or unused bits are not zero (RFC 4648 §3.5). So EncodeBase64Url gives back
/// exactly the text that was decoded.
std::optional<SecretString> DecodeBase64Url(std::string_view text);

/// Encodes as base64url without padding (RFC 7515 §2).
std::string EncodeBase64Url(ByteView bytes);

}  // namespace pamjwt
