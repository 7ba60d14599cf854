#pragma once

#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/jose/alg.h"

namespace pamjwt {

class ParsedJws;

/// A media type as `typ` and `cty` are compared (RFC 7515 §4.1.9): in lower case, and without
/// "application/".
std::string NormaliseMediaType(std::string_view type);

/// Splits and decodes a compact JWS (RFC 7515 §7.1), and refuses by shape and header alone.
///
/// Refused: anything but three parts of strict base64url, a header that is no strict JSON object
/// or has a parameter of a wrong type (kMalformed); `alg` outside the closed set (kAlgorithm);
/// `crit`, `b64`, `zip`, `enc`, a `cty` of JWT, five parts (kUnsupported). `jwk`, `jku`, `x5u` and
/// `x5c` are not looked at (RFC 8725 §3.10). The text must outlive the result.
Result<ParsedJws> ParseJws(std::string_view text);

/// A token in parts. The payload has no accessor: only jose/verify and jose/route can read it.
class ParsedJws {
 public:
  [[nodiscard]] Algorithm algorithm() const { return algorithm_; }
  [[nodiscard]] const std::string& kid() const { return kid_; }  ///< empty: none
  /// `typ` in lower case and without "application/"; "jwt" if absent (RFC 7515 §4.1.9).
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
  std::string_view signing_input_;  // of the text
  SecretString payload_;
  SecretString signature_;
};

}  // namespace pamjwt
