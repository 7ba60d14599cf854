#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt::fetcher {

/// Returns the key under which a store records a token: SHA-256 of the issuer's url and the jti, in
/// hexadecimal. In front of each text is its length in bytes, and a colon.
///
/// The lengths keep two different pairs from having the same key. A store does not learn the url or
/// the jti from the key. Errors: kInternal.
Result<std::string> OneTimeKey(std::string_view issuer_url, std::string_view jti);

}  // namespace pamjwt::fetcher
