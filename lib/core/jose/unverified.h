#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/json/json.h"

namespace pamjwt {

/// What a token says of itself, believed by nobody: for people to read, and for ssh-jwt to find
/// the audience of the user's own token. Nothing that decides includes this file.
struct UnverifiedToken {
  Json header;
  Json payload;
};

/// Decodes the first two parts of a compact JWS. Errors: kMalformed; kUnsupported for a JWE.
Result<UnverifiedToken> ReadUnverified(std::string_view text);

}  // namespace pamjwt
