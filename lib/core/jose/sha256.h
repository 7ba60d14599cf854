#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt {

/// "sha256:" and the digest in hexadecimal: how a jti, which can be long and a secret of the
/// issuer's, is named in the log and in the denylist. Errors: kInternal.
Result<std::string> Sha256Name(std::string_view text);

/// Does `text` have that form?
bool IsSha256Name(std::string_view text);

}  // namespace pamjwt
