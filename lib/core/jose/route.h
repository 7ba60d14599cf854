#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/jose/jws.h"

namespace pamjwt {

/// The most bytes of an `iss` that is kept for messages. The line of the log shows 256 of them.
inline constexpr std::size_t kMaxShownIss = 257;

/// The issuer that a token names.
struct RoutedIssuer {
  std::optional<std::size_t> index;  ///< of the url that equals `iss`
  /// The beginning of an `iss` that equals no url, at most kMaxShownIss bytes; nullopt if there is
  /// no text in `iss`. Anybody can write it: it is for messages only.
  std::optional<std::string> unknown_iss;
};

/// The only code of a decision that looks at a payload before its signature was verified. It finds
/// the issuer that the token names.
class IssuerRouter {
 public:
  /// Finds the entry of `issuers` that equals the payload's top-level `iss`, byte for byte
  /// (RFC 7519 §4.1.1). Nothing but `iss` is returned, since all of the payload may be forged.
  /// Errors: kMalformed if the payload is not a strict JSON object.
  static Result<RoutedIssuer> Route(const ParsedJws& jws,
                                    std::span<const std::string_view> issuers);
};

}  // namespace pamjwt
