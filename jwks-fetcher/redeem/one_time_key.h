#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt::fetcher {

/// What a store has in place of a token: SHA-256 of the issuer's url and the jti, each with its
/// length in front, in hexadecimal. Errors: kInternal.
Result<std::string> OneTimeKey(std::string_view issuer_url, std::string_view jti);

}  // namespace pamjwt::fetcher
