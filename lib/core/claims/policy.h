#pragma once

#include <string>
#include <vector>

#include "core/base/origin.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/trace.h"
#include "core/claims/claims.h"
#include "core/claims/condition.h"

namespace pamjwt {

/// What the claims of an issuer's token must say, for one PAM service.
struct ClaimPolicy {
  Setting<std::string> audience_claim{"aud"};
  Setting<std::vector<std::string>> audiences;     ///< never empty
  Setting<Seconds> max_token_age{{24 * 60 * 60}};  ///< of `iat`; 0: not looked at
  Setting<Seconds> max_auth_age{{0}};              ///< of `auth_time`; 0: not looked at
  Setting<bool> one_time{false};
  Setting<bool> require_sub{true};
  std::vector<Condition> require;  ///< all must hold
};

/// What this host's clock says, and how far it may be off.
struct ClockReading {
  UnixTime now;
  Seconds leeway;  ///< 0 to 5 minutes
};

/// Does `aud` (or the claim that stands for it) hold one of the audiences (RFC 7519 §4.1.3)?
/// Errors: kClaimWrongType; kAudience.
Status CheckAudience(const Claims& claims, const ClaimPolicy& policy);

/// exp is mandatory, and refused on or after it (RFC 7519 §4.1.4); before nbf (§4.1.5), and with an
/// iat or auth_time in the future, a token is not yet valid; iat and auth_time are mandatory where
/// their age is looked at.
/// Errors: kExpired, kNotYetValid, kTooOld, kLoginTooOld, kClaimMissing, kClaimWrongType.
Status CheckTimes(const Claims& claims, const ClaimPolicy& policy, const ClockReading& clock);

/// Claims that hold by policy, whatever account they are for. Check is the only way to one.
class AcceptedClaims {
 public:
  /// Errors: kBound for a token with `cnf` (RFC 7800 §3.1); those of CheckAudience, CheckTimes and
  /// CheckConditions. For a sub that must be there, and for the jti of a one-time token:
  /// kClaimMissing if it is absent or empty, kClaimWrongType if it is no string, or too long a jti.
  static Result<AcceptedClaims> Check(const Claims& claims, const ClaimPolicy& policy,
                                      const ClockReading& clock, Trace* trace);

  [[nodiscard]] const Claims& claims() const { return *claims_; }

 private:
  explicit AcceptedClaims(const Claims& claims) : claims_(&claims) {}

  const Claims* claims_;  // borrowed
};

/// The seconds since exp, without leeway; 0 or less before it, and if there is none.
double SecondsPastExpiry(const Claims& claims, const ClockReading& clock);

}  // namespace pamjwt
