#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/jose/verify.h"
#include "core/json/json.h"

namespace pamjwt {

/// The name of a claim as the configuration writes it: a top-level claim, dots, colons and slashes
/// included, unless it begins with "/": then a JSON pointer (RFC 6901) through objects only.
class ClaimName {
 public:
  ClaimName() = default;
  /// Errors: kConfigInvalid if it is empty, or a pointer with a `~` that is neither ~0 nor ~1.
  static Result<ClaimName> Parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  /// The members to follow from the top; never empty.
  [[nodiscard]] const std::vector<std::string>& path() const { return path_; }

 private:
  std::string text_ = "sub";
  std::vector<std::string> path_ = {"sub"};
};

/// One value of a claim. Numbers that are no integer, null, and what is nested deeper match
/// nothing.
using ClaimValue = std::variant<std::string_view, std::int64_t, bool>;

/// `value` for messages: as JSON.
std::string Show(const ClaimValue& value);

/// A date as RFC 7519 §2 has it: seconds since 1970, fractions allowed, always finite.
struct NumericDate {
  double seconds = 0;
};

/// The claims of a token whose signature held, their types checked (RFC 7519 §4.1).
class Claims {
 public:
  /// Errors: kMalformed if the payload is no strict JSON object; kClaimWrongType for a registered
  /// claim of a wrong type, null included; kClaimMissing without iss or with an empty or absent
  /// sub.
  static Result<Claims> Parse(const VerifiedPayload& payload);

  [[nodiscard]] const std::string& issuer() const { return *String("iss"); }
  [[nodiscard]] const std::string& subject() const { return *String("sub"); }
  /// A top-level string claim, nullptr if absent or no string.
  [[nodiscard]] const std::string* String(std::string_view name) const;
  [[nodiscard]] std::optional<NumericDate> Date(std::string_view name) const;
  [[nodiscard]] bool Has(std::string_view name) const { return json_.Find(name) != nullptr; }

  /// The values of a claim: a string is a list of one, an array is looked at element by element,
  /// and `scope` and `scp`, if strings, are split at single spaces. None if the claim is absent.
  /// The values live as long as the claims.
  [[nodiscard]] std::optional<std::vector<ClaimValue>> Values(const ClaimName& name) const;

  /// The claim as it stands, if it is one string, integer or boolean. It lives as long as the
  /// claims.
  [[nodiscard]] std::optional<ClaimValue> Value(const ClaimName& name) const;

  /// Did the issuer leave this claim out for its size (OpenID Connect Core §5.6.2)?
  [[nodiscard]] bool LeftOut(const ClaimName& name) const;

 private:
  explicit Claims(Json json) : json_(std::move(json)) {}
  [[nodiscard]] const Json* Find(const ClaimName& name) const;

  Json json_;
};

}  // namespace pamjwt
