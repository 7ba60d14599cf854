#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt {

/// Returns "sha256:" and the digest of `text` in hexadecimal. It stands for a jti in the log and in
/// the denylist, since a jti can be long, and a secret of the issuer. Errors: kInternal.
Result<std::string> Sha256Name(std::string_view text);

/// Returns whether `text` has the form of Sha256Name: 64 hexadecimal digits in lower case.
bool IsSha256Name(std::string_view text);

}  // namespace pamjwt
