#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/json/json.h"

namespace pamjwt::sso {

// The content of the user's own tokens, without verification: an access token is not for the client
// to verify (RFC 6749 §1.4). Hosts verify each token.

/// Returns the claims of a token. Errors: kUnsupported if it is not a signed JWT.
Result<Json> ReadClaims(std::string_view token);

/// Returns the values of `aud` that are strings (RFC 7519 §4.1.3).
std::vector<std::string> AudiencesOf(const Json& claims);

/// Returns when a token ends (RFC 7519 §4.1.4), or nullopt if it cannot be read or has no end.
std::optional<UnixTime> EndOf(std::string_view token);

}  // namespace pamjwt::sso
