#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/origin.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/trace.h"
#include "core/claims/claims.h"
#include "core/claims/condition.h"

namespace pamjwt {

/// The longest `jti` of a one-time token, in bytes. It fits into a call of the daemon even if each
/// byte is escaped.
inline constexpr std::size_t kMaxJtiBytes = 512;

/// The rules for the claims of an issuer's tokens, for one PAM service.
struct ClaimPolicy {
  Setting<std::string> audience_claim{"aud"};
  Setting<std::vector<std::string>> audiences;     ///< never empty
  Setting<Seconds> max_token_age{{24 * 60 * 60}};  ///< since `iat`; 0: any age
  Setting<Seconds> max_auth_age{{0}};              ///< since `auth_time`; 0: any age
  Setting<bool> one_time{false};
  Setting<bool> require_sub{true};
  std::vector<Condition> require;  ///< all must hold
};

/// A reading of this host's clock, with the error that is allowed for it.
struct ClockReading {
  UnixTime now;
  Seconds leeway;  ///< from 0 to 5 minutes
};

/// Checks that `aud`, or the claim that `audience_claim` names, has one of the audiences (RFC 7519
/// §4.1.3). Errors: kClaimWrongType; kAudience.
Status CheckAudience(const Claims& claims, const ClaimPolicy& policy);

/// The most bytes of ShownAudience(). The line of the log shows 256 of them.
inline constexpr std::size_t kMaxShownAudience = 257;

/// Returns the values of the claim that CheckAudience looks at, with ", " between them, but at most
/// kMaxShownAudience bytes. Returns "" if the token has no such claim.
std::string ShownAudience(const Claims& claims, const ClaimPolicy& policy);

/// Checks the dates of a token, allowing for the leeway of the clock.
///
/// A token must have exp, and is refused at that second and later (RFC 7519 §4.1.4). It is refused
/// before nbf (§4.1.5), and before its iat and auth_time. It must have iat and auth_time if the
/// policy limits their age.
/// Errors: kExpired, kNotYetValid, kTooOld, kLoginTooOld, kClaimMissing, kClaimWrongType.
Status CheckTimes(const Claims& claims, const ClaimPolicy& policy, const ClockReading& clock);

/// Claims that a policy accepts, whatever account they are for. Only Check makes them.
class AcceptedClaims {
 public:
  /// Checks `claims`, which must outlive the result, by `policy`.
  ///
  /// Errors: kBound for a token with `cnf` (RFC 7800 §3.1); those of CheckAudience, CheckTimes and
  /// CheckConditions. For sub with require_sub, and for jti with one_time: kClaimMissing if it is
  /// absent or empty; kClaimWrongType if it is not a string, or if jti has more than 512 bytes.
  static Result<AcceptedClaims> Check(const Claims& claims, const ClaimPolicy& policy,
                                      const ClockReading& clock, Trace* trace);

  [[nodiscard]] const Claims& claims() const { return *claims_; }

 private:
  explicit AcceptedClaims(const Claims& claims) : claims_(&claims) {}

  const Claims* claims_;  // borrowed
};

/// Returns the seconds since exp, without leeway. They are negative before exp, and 0 if there is
/// no exp.
double SecondsPastExpiry(const Claims& claims, const ClockReading& clock);

}  // namespace pamjwt
