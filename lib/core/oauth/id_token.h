#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/claims/claims.h"
#include "core/jose/jwk.h"

namespace pamjwt::oauth {

/// The longest ID token that is read, in bytes.
inline constexpr std::size_t kMaxIdTokenBytes = std::size_t{64} * 1024;

/// The login with which an ID token must agree.
struct IdTokenRules {
  std::string_view issuer;
  std::string_view client_id;
  std::string_view nonce;         ///< of the login; empty: none was sent, so none may be there
  bool may_lack_nonce = false;    ///< true for a refreshed token (OpenID Connect Core §12.2)
  std::string_view subject;       ///< of the login that is refreshed; empty: any
  std::string_view access_token;  ///< that came with it, for at_hash; empty: there is none
};

/// An ID token that was verified as OpenID Connect Core §3.1.3.7 says. Only Verify makes one.
class IdToken {
 public:
  /// Verifies the signature of `text` with the provider's keys, and checks its claims.
  ///
  /// The signature must be of a public key: `none` and HMAC are refused. iss must be the issuer and
  /// aud must have the client; azp must be the client if it is there, and must be there if aud has
  /// other values. sub, exp and iat must be there. nonce must be that of the login, and sub that of
  /// the login that is refreshed. at_hash must fit the access token, if both are there.
  ///
  /// Errors: those of ParseJws, SelectKeys, VerifiedPayload::Verify and Claims::Parse; kTooLong;
  /// kAlgorithm, kIssuerUnknown, kAudience, kClaimMissing, kClaimWrongType, kExpired, kNotYetValid;
  /// kBindingOther for nonce, sub and at_hash.
  static Result<IdToken> Verify(std::string_view text, const std::vector<Jwk>& keys,
                                const IdTokenRules& rules, const ClockReading& clock);

  [[nodiscard]] const Claims& claims() const { return claims_; }

 private:
  explicit IdToken(Claims claims) : claims_(std::move(claims)) {}

  Claims claims_;
};

}  // namespace pamjwt::oauth
