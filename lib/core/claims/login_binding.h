#pragma once

#include <string>
#include <utility>

#include "core/base/origin.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/claims/claims.h"
#include "core/jose/verify.h"

namespace pamjwt {

/// The ID token of the login itself, which binds a key for a token that was refreshed since then:
/// the refreshed token may lack the nonce (OpenID Connect Core §12.2). Only Check makes one.
class LoginBinding {
 public:
  /// Checks that the verified token `login` belongs to the login that `token` came from.
  ///
  /// `iss`, `sub` (never absent), `azp` and `client_id` must be equal, `aud` as a set, and `sid` if
  /// both have it. `exp` of `login` does not count, but its iat: at most `max_age` ago, not later.
  /// Errors: kBindingMalformed for what Claims::Parse refuses, and without iat; kBindingOther;
  /// kDelegated for a login with `act`; kBindingTooOld; kNotYetValid.
  static Result<LoginBinding> Check(const Claims& token, const VerifiedPayload& login,
                                    const Setting<Seconds>& max_age, const ClockReading& clock);

  [[nodiscard]] const Claims& claims() const { return claims_; }
  /// Returns the id of the key that verified it; "" if the key has no id.
  [[nodiscard]] const std::string& key_id() const { return key_id_; }
  /// Returns the time of the login's token (`iat`), in seconds since 1970.
  [[nodiscard]] double issued_at() const { return claims_.Date("iat")->seconds; }

 private:
  LoginBinding(Claims claims, std::string key_id)
      : claims_(std::move(claims)), key_id_(std::move(key_id)) {}

  Claims claims_;
  std::string key_id_;
};

}  // namespace pamjwt
