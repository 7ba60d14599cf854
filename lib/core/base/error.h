#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/origin.h"

namespace pamjwt {

/// The way an attempt to log in ended. The set is closed: a new value needs an id, a line in
/// docs/reasons.md, a class and a PAM code. The compiler or a lint finds what is missing.
enum class Reason : std::uint8_t {
  kAccepted,  // the token allows this account
  kNoToken,   // the answer is too short to be a token; the next PAM module may take it

  // What is wrong with the text of the token, or with its header.
  kMalformed,      // not three base64url parts of strict JSON (RFC 7515 §7.1)
  kTooLong,        // more than max_token_bytes
  kCut,            // ends where a known program cuts an answer off
  kUnsupported,    // crit, b64, zip, nested or encrypted (RFC 7515 §4.1.11, RFC 7797)
  kType,           // `typ` is not in token_types (RFC 8725 §3.11)
  kAlgorithm,      // `alg` is not allowed, or not for this issuer (RFC 8725 §3.1)
  kIssuerUnknown,  // no issuer has the url in `iss`
  kIssuerService,  // the issuer's tokens do not open this PAM service
  kKeyUnknown,     // the issuer has no usable key of this kid and type
  kKeyAmbiguous,   // too many keys fit
  kSignature,      // no key verifies the signature

  // What is wrong with the claims; the signature held.
  kClaimWrongType,  // a claim that is read has a wrong type (RFC 7519 §4.1)
  kClaimMissing,    // a mandatory claim is absent
  kAudience,        // no entry of `aud` is in audiences (RFC 7519 §4.1.3)
  kBound,           // bound to a key (RFC 7800), and typed: nothing proves that key
  kExpired,         // now >= exp + leeway (RFC 7519 §4.1.4)
  kNotYetValid,     // before nbf, or iat in the future (RFC 7519 §4.1.5)
  kTooOld,          // iat is older than max_token_age
  kLoginTooOld,     // auth_time is older than max_auth_age
  kCondition,       // a `require` does not hold
  kOverage,         // a `require` does not hold, as the issuer left its claim out (`_claim_names`)
  kDelegated,       // `act`: one party uses the token for another (RFC 8693 §4.1)
  kTokenDenied,     // the denylist has the token's sub, jti or key
  kRedeemed,        // one_time, and the token was used before

  // What is wrong with the ssh certificate that carries the token.
  kCertificateMalformed,  // not of the form that docs/certificate-format.md allows
  kCertificateRefused,    // for a host, another principal, at another time
  kCertificateUnbound,    // the token does not name the certificate's key (RFC 7800)
  kBindingMalformed,      // the token that binds the key is not a JWT that is read here
  kBindingKey,            // no key that the issuer publishes made its signature
  kBindingOther,          // it is for another issuer, subject, client, session or audience
  kBindingTooOld,         // its iat is older than max_binding_age

  // What is wrong between the token and the account.
  kAccountNotAllowed,  // no rule gives this account
  kAccountUnknown,     // the account does not exist
  kAccountDenied,      // the denylist has the account

  // There is no verdict: something that the decision needs is missing.
  kDenylistDamaged,    // the denylist cannot be read
  kDenylistStale,      // the denylist of the fleet is past its end, with stale = "deny"
  kRedeemUnavailable,  // one_time, and nothing can record that the token was used
  kKeysMissing,        // the issuer's keys cannot be read
  kKeysStale,          // the last fetch that succeeded is older than max_stale, or in the future
  kSecretUnusable,     // the issuer's secret cannot be read, or is too short
  kMapUnusable,        // a map file cannot be read
  kConfigInvalid,      // the configuration cannot be read, or has an error
  kConversation,       // the application gave no answer
  kInternal,           // OpenSSL or an allocation failed, or there is a bug
};

inline constexpr Reason kLastReason = Reason::kInternal;

/// Returns the id of `reason`, for example "token.expired". Ids are for programs and for searches:
/// they are not translated, and never used for another reason.
std::string_view Id(Reason reason);

/// Returns whether `reason` is a fault of this machine, so that there is no verdict about the
/// token. Every other reason is a verdict. Only kAccepted lets anybody in.
bool IsFault(Reason reason);

/// The answer of a function that has no value to return.
struct Error {
  Reason reason;
  std::string detail;  ///< one line for the log and `explain`; never a token
  Origin rule{};       ///< the line of the configuration that decided, if one did
};

}  // namespace pamjwt
