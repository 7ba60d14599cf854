#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace pamjwt {

using Sha256Digest = std::array<std::uint8_t, 32>;

/// Returns the SHA-256 digest of `bytes`. Errors: kInternal.
Result<Sha256Digest> Sha256(ByteView bytes);

/// Returns "sha256:" and the digest of `text` in hexadecimal. It stands for a jti in the log and in
/// the denylist, since a jti can be long, and a secret of the issuer. Errors: kInternal.
Result<std::string> Sha256Name(std::string_view text);

/// Returns whether `text` has the form of Sha256Name: 64 hexadecimal digits in lower case.
bool IsSha256Name(std::string_view text);

}  // namespace pamjwt
