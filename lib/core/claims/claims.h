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
  [[nodiscard]] bool operator==(const ClaimName& other) const { return path_ == other.path_; }

 private:
  std::string text_ = "sub";
  std::vector<std::string> path_ = {"sub"};
};

/// One value of a claim. Numbers that are no integer, null, and what is nested deeper match
/// nothing.
using ClaimValue = std::variant<std::string_view, std::int64_t, bool>;

/// `value` for messages: as JSON.
std::string Show(const ClaimValue& value);

/// `value` as text: a string as it is, else as JSON.
std::string TextOf(const ClaimValue& value);

/// A date as RFC 7519 §2 has it: seconds since 1970, fractions allowed, at most kLastSecond.
struct NumericDate {
  double seconds = 0;
};

/// What a registered claim may be (RFC 7519 §4.1).
enum class ClaimType { kString, kStrings, kDate };

/// The claims of a token whose signature held.
class Claims {
 public:
  /// Judges what is read of every token: iss, exp, nbf, and the other dates as far as they are
  /// numbers. Code that reads another claim checks its type.
  /// Errors: kMalformed if the payload is no strict JSON object; kClaimMissing without iss;
  /// kClaimWrongType if iss is no string, if exp is no date, if nbf is neither a date nor null, or
  /// if iat or auth_time is a number beyond kLastSecond.
  static Result<Claims> Parse(const VerifiedPayload& payload);

  [[nodiscard]] const std::string& issuer() const { return *String("iss"); }
  /// `sub`, if it is a string; else empty.
  [[nodiscard]] std::string_view subject() const;
  /// A top-level string claim, nullptr if absent or no string.
  [[nodiscard]] const std::string* String(std::string_view name) const;
  /// A date at the top level; none if it is absent or no number.
  [[nodiscard]] std::optional<NumericDate> Date(std::string_view name) const;
  /// Has the top-level claim this type, if it is there? Errors: kClaimWrongType, also for null.
  [[nodiscard]] Status CheckType(std::string_view name, ClaimType type) const;
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
