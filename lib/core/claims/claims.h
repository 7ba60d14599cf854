#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/claims/claim_name.h"
#include "core/jose/verify.h"
#include "core/json/json.h"

namespace pamjwt {

/// One value of a claim that a rule can match. Null, numbers that are not integers of 64 bits,
/// arrays and objects have no ClaimValue, and are left out.
using ClaimValue = std::variant<std::string_view, std::int64_t, bool>;

/// Formats `value` as JSON, for messages.
std::string Show(const ClaimValue& value);

/// Returns a string as it is, and any other value as JSON.
std::string TextOf(const ClaimValue& value);

/// A date of a token (RFC 7519 §2): seconds since 1970, which may have a fraction.
struct NumericDate {
  double seconds = 0;
};

/// The types of registered claims (RFC 7519 §4.1). kStrings is a string or an array of strings. A
/// date is at most kLastSecond.
enum class ClaimType { kString, kStrings, kDate };

/// The claims of a token whose signature was verified.
class Claims {
 public:
  /// Parses the payload, and checks the claims that are read of every token: iss, exp, nbf, and, if
  /// they are numbers, iat and auth_time. Code that reads another claim must check its type.
  /// Errors: kMalformed if the payload is not a strict JSON object; kClaimMissing if iss is absent
  /// or empty; kClaimWrongType if iss is not a string, exp is not a date, nbf is neither a date nor
  /// null, or iat or auth_time is a number beyond kLastSecond.
  static Result<Claims> Parse(const VerifiedPayload& payload);

  [[nodiscard]] const std::string& issuer() const { return *String("iss"); }
  /// Returns `sub` if it is a string, else "".
  [[nodiscard]] std::string_view subject() const;
  /// Returns a string at the top level, or nullptr if it is absent or not a string.
  [[nodiscard]] const std::string* String(std::string_view name) const;
  /// Returns a date at the top level, or nullopt if it is absent or not a number.
  [[nodiscard]] std::optional<NumericDate> Date(std::string_view name) const;
  /// Checks that a claim at the top level has this type, if it is there. Errors: kClaimWrongType,
  /// also for null.
  [[nodiscard]] Status CheckType(std::string_view name, ClaimType type) const;
  /// Returns a claim at the top level, or nullptr if it is absent. It lives as long as the claims.
  [[nodiscard]] const Json* Member(std::string_view name) const { return json_.Find(name); }
  /// Returns whether the top level has a claim of this name, even null.
  [[nodiscard]] bool Has(std::string_view name) const { return json_.Find(name) != nullptr; }

  /// Returns the values of a claim, or nullopt if it is absent. Each element of an array is a
  /// value, and any other claim is one value. Values that a ClaimValue cannot hold are left out. If
  /// `name` ends in "/*", the values are the names of the members of the object there, and there
  /// are none if something else is there. The values live as long as the claims.
  ///
  /// If the claim is one string, it is split at each character of `separators`. Without separators
  /// only `scope` and `scp` are split, at their spaces. Spaces around a piece are dropped, and then
  /// empty pieces. The elements of an array, and names, are not split.
  [[nodiscard]] std::optional<std::vector<ClaimValue>> Values(
      const ClaimName& name, std::string_view separators = {}) const;

  /// Says, for messages, why the claim has no values although it is there: it is an object, or the
  /// name wants the members of what is not an object. Shows at most kShownMembers names, quoted and
  /// cut. Returns "" if this is not the cause.
  [[nodiscard]] std::string WhyNoValues(const ClaimName& name) const;

  /// Returns the claim if it is one string, integer or boolean, else nullopt. A string lives as
  /// long as the claims.
  [[nodiscard]] std::optional<ClaimValue> Value(const ClaimName& name) const;

  /// Returns whether the issuer left this claim out, and named it in `_claim_names`, as issuers do
  /// with long lists of groups (OpenID Connect Core §5.6.2).
  [[nodiscard]] bool LeftOut(const ClaimName& name) const;

 private:
  explicit Claims(Json json) : json_(std::move(json)) {}
  [[nodiscard]] const Json* Find(const ClaimName& name) const;

  Json json_;
};

/// The most names of members that a message shows, and the longest part of a name, in bytes.
inline constexpr std::size_t kShownMembers = 8;
inline constexpr std::size_t kShownNameBytes = 64;

}  // namespace pamjwt
