#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "core/claims/claims.h"
#include "core/claims/policy.h"
#include "support/verify_token.h"

namespace pamjwt::test {

/// The time of the tests: 2027-01-15T08:00:00Z.
inline constexpr UnixTime kNow{1'800'000'000};

/// Signs and verifies `payload`, and returns its claims.
inline Result<Claims> ParseClaims(std::string_view payload) {
  const std::string token = SignToken(Algorithm::kHs256, payload);
  const Result<VerifiedPayload> verified = Verify(token, TestKey::Secret());
  if (!verified.ok()) return verified.error();
  return Claims::Parse(verified.value());
}

/// Returns a payload with iss, sub, aud, iat and exp, and with `members` (`"a":1,"b":2`) behind
/// them. The token was issued an hour before kNow and expires an hour after it.
inline std::string PayloadWith(std::string_view members) {
  return R"({"iss":"https://issuer.example","sub":"alice","aud":"ssh://host.example",)"
         R"("iat":1799996400,"exp":1800003600)" +
         (members.empty() ? "" : "," + std::string(members)) + "}";
}

/// Returns the claims of PayloadWith(members). Throws if they are refused.
inline Claims ClaimsWith(std::string_view members) {
  Result<Claims> claims = ParseClaims(PayloadWith(members));
  if (!claims.ok()) throw std::invalid_argument(claims.error().detail);
  return std::move(claims).value();
}

/// Returns `text` as the name of a claim. Throws if it is not a name.
inline ClaimName Named(std::string_view text) {
  return ClaimName::Parse(text).value();
}

}  // namespace pamjwt::test
