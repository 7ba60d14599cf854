#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/secret.h"

namespace pamjwt {

/// Decodes base64 with padding (RFC 4648 §4), as it stands in a .pub file.
///
/// Decoding is strict: returns nullopt if a byte is not in the alphabet, the length is not a
/// multiple of 4, padding is absent or too long, or unused bits are not zero.
std::optional<SecretString> DecodeBase64(std::string_view text);

/// Encodes as base64 with padding (RFC 4648 §4).
std::string EncodeBase64(ByteView bytes);

}  // namespace pamjwt
