#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/base/origin.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/trace.h"
#include "core/claims/claims.h"
#include "core/claims/condition.h"
#include "core/claims/key_binding.h"

namespace pamjwt {

/// The longest `jti` of a one-time token, in bytes. It fits into a call of the daemon even if each
/// byte is escaped.
inline constexpr std::size_t kMaxJtiBytes = 512;

/// The rules for the claims of an issuer's tokens, for one PAM service.
struct ClaimPolicy {
  Setting<std::string> audience_claim{"aud"};
  Setting<std::vector<std::string>> audiences;        ///< of tokens that are typed
  Setting<std::vector<std::string>> bound_audiences;  ///< of tokens with proof of a key
  Setting<Seconds> max_token_age{{24 * 60 * 60}};     ///< since `iat`; 0: any age
  Setting<Seconds> max_auth_age{{0}};                 ///< since `auth_time`; 0: any age
  Setting<Seconds> max_bound_age{{0}};  ///< since `iat`, in place of `exp`, by nonce; 0: exp holds
  Setting<Seconds> max_binding_age{{24 * 60 * 60}};  ///< of the login that binds the key
  Setting<bool> one_time{false};
  Setting<bool> require_sub{true};
  std::vector<Condition> require;  ///< all must hold
};

/// Checks that `aud`, or the claim of `audience_claim`, has one of `audiences` (RFC 7519 §4.1.3),
/// or of `bound_audiences` if there is a `binding`, which may be null. If a nonce binds the key,
/// azp and client_id are one of them too, or absent. Errors: kClaimWrongType; kAudience.
Status CheckAudience(const Claims& claims, const ClaimPolicy& policy, const KeyBinding* binding);

/// The most bytes of ShownAudience(). The line of the log shows 256 of them.
inline constexpr std::size_t kMaxShownAudience = 257;

/// Returns the values of the claim that CheckAudience looks at, with ", " between them, but at most
/// kMaxShownAudience bytes. Returns "" if the token has no such claim.
std::string ShownAudience(const Claims& claims, const ClaimPolicy& policy);

/// Checks the dates of a token, allowing for the leeway of the clock.
///
/// A token must have exp, and is refused at that second and later (RFC 7519 §4.1.4), with
/// max_bound_age at the end that EndOf() returns. It is refused before nbf (§4.1.5), and before its
/// iat and auth_time. It must have iat and auth_time if the policy limits their age.
/// Errors: kExpired, kNotYetValid, kTooOld, kLoginTooOld, kClaimMissing, kClaimWrongType.
Status CheckTimes(const Claims& claims, const ClaimPolicy& policy, const KeyBinding* binding,
                  const ClockReading& clock);

/// Returns the second, since 1970, from which on a token counts no longer: its exp or, if its nonce
/// alone binds it and the policy has max_bound_age, iat plus this age. Returns nullopt if the date
/// that it needs is absent.
std::optional<double> EndOf(const Claims& claims, const ClaimPolicy& policy,
                            const KeyBinding* binding);

/// Claims that a policy accepts, whatever account they are for. Only Check makes them.
class AcceptedClaims {
 public:
  /// Checks `claims`, which must outlive the result, by `policy`. `binding` is the proof of the key
  /// that the claims name, or null if the token was typed.
  ///
  /// Errors: without a binding kBound for a token of IsBound (RFC 7800 §3.1), or with one of
  /// bound_audiences; with a binding kCertificateRefused under one_time; those of CheckAudience,
  /// CheckTimes and CheckConditions. For sub with require_sub, and for jti with one_time:
  /// kClaimMissing if it is absent or empty; kClaimWrongType if it is not a string, or if jti has
  /// more than 512 bytes.
  static Result<AcceptedClaims> Check(const Claims& claims, const ClaimPolicy& policy,
                                      const KeyBinding* binding, const ClockReading& clock,
                                      Trace* trace);

  [[nodiscard]] const Claims& claims() const { return *claims_; }

 private:
  explicit AcceptedClaims(const Claims& claims) : claims_(&claims) {}

  const Claims* claims_;  // borrowed
};

/// Returns the seconds since EndOf(), without leeway. They are negative before it, and 0 if there
/// is no end.
double SecondsPastEnd(const Claims& claims, const ClaimPolicy& policy, const KeyBinding* binding,
                      const ClockReading& clock);

}  // namespace pamjwt
