#pragma once

#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/jose/alg.h"

namespace pamjwt {

class ParsedJws;

/// Returns a media type in the form in which `typ` and `cty` are compared (RFC 7515 §4.1.9): in
/// lower case, and without "application/".
std::string NormaliseMediaType(std::string_view type);

/// Splits and decodes a compact JWS (RFC 7515 §7.1). Looks at its shape and its header only.
///
/// Ignores the parameters that bring a key: `jwk`, `jku`, `x5u` and `x5c` (RFC 8725 §3.10). The
/// text must outlive the result. Errors: kMalformed if it does not have three parts of strict
/// base64url, or the header is not a strict JSON object or has a parameter of a wrong type;
/// kAlgorithm if `alg` is not known; kUnsupported for `crit`, `b64`, `zip`, `enc`, a `cty` of JWT,
/// and five parts.
Result<ParsedJws> ParseJws(std::string_view text);

/// A token in parts. The payload has no accessor: only jose/verify and jose/route can read it, so
/// that nothing else reads it before its signature was verified.
class ParsedJws {
 public:
  [[nodiscard]] Algorithm algorithm() const { return algorithm_; }
  [[nodiscard]] const std::string& kid() const { return kid_; }  ///< empty: it has no kid
  /// Returns `typ` as NormaliseMediaType does, or "jwt" if it is absent (RFC 7515 §4.1.9).
  [[nodiscard]] const std::string& type() const { return type_; }
  [[nodiscard]] ByteView signing_input() const { return AsBytes(signing_input_); }
  [[nodiscard]] ByteView signature() const { return signature_.bytes(); }

 private:
  friend Result<ParsedJws> ParseJws(std::string_view text);
  friend class VerifiedPayload;
  friend class IssuerRouter;
  ParsedJws() = default;

  Algorithm algorithm_ = Algorithm::kRs256;
  std::string kid_;
  std::string type_;
  std::string_view signing_input_;  // a part of the text
  SecretString payload_;
  SecretString signature_;
};

}  // namespace pamjwt
