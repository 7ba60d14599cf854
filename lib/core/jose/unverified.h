#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/json/json.h"

namespace pamjwt {

/// The content of a token whose signature was not verified. It is for people to read, for ssh-jwt
/// to find the audience of the user's own token, and for the times of a certificate that is made of
/// the user's own token. Code that decides does not include this file.
struct UnverifiedToken {
  Json header;
  Json payload;
};

/// Decodes the first two parts of a compact JWS. Errors: kMalformed; kUnsupported for a JWE.
Result<UnverifiedToken> ReadUnverified(std::string_view text);

}  // namespace pamjwt
