#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/jose/jws.h"

namespace pamjwt {

/// The only code of a decision that looks at a payload before its signature was verified. It finds
/// the issuer that the token names.
class IssuerRouter {
 public:
  /// Returns the index in `issuers` of the url that equals the payload's top-level `iss`, byte for
  /// byte (RFC 7519 §4.1.1), or nullopt. Nothing else of the payload is returned, since all of it
  /// may be forged. Errors: kMalformed if the payload is not a strict JSON object.
  static Result<std::optional<std::size_t>> Route(const ParsedJws& jws,
                                                  std::span<const std::string_view> issuers);
};

}  // namespace pamjwt
