#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/claims/claims.h"
#include "core/claims/login_binding.h"
#include "core/ssh/token_certificate.h"

namespace pamjwt {

/// The proof that a verified token names the key of a certificate. Only Check makes one. That the
/// user holds the key is sshd's to prove.
class KeyBinding {
 public:
  /// The claims that can name a key. A token may have several: each must name this key.
  enum class Proof {
    kJwk,         // cnf.jwk (RFC 7800 §3.2)
    kThumbprint,  // cnf.jkt (RFC 9449 §6.1, RFC 7638)
    kNonce,       // nonce (OpenID Connect Core §2), as BoundNonce makes it
    kLogin,       // the same nonce in the token of the login that the token came from
  };

  /// Checks each claim of `claims` that names a key against the key of `certificate`. Also checks
  /// `login`, which may be null. If it is there, its nonce must name the key, and its `cnf` if it
  /// has one.
  ///
  /// A FIDO key and a key of ML-DSA equal no JWK: for them a token with `cnf` is refused.
  /// Errors: kCertificateUnbound if no claim names a key, if one names another key, or if `cnf` is
  /// not an object, has a member that is not known, or a JWK that ParseJwk refuses; kInternal.
  static Result<KeyBinding> Check(const Claims& claims, const TokenCertificate& certificate,
                                  const LoginBinding* login);

  /// Returns the first proof that there is, in the order of the enum. A token that only its nonce
  /// binds was not given to the key's holder again, so its age may be limited otherwise.
  [[nodiscard]] Proof proof() const { return proof_; }

 private:
  explicit KeyBinding(Proof proof) : proof_(proof) {}

  Proof proof_;
};

/// The claims of a token that can name a key, each null if it is absent.
struct KeyClaims {
  const Json* cnf = nullptr;
  const Json* nonce = nullptr;
};

/// Checks the claims of a token, and those of the token of its login (null: there is none), against
/// a salt and a key, as KeyBinding::Check does. The claims need not be verified, and then nothing
/// is proved: this is for programs that make or show certificates. Returns the first proof. Errors:
/// those of KeyBinding::Check.
Result<KeyBinding::Proof> CheckKeyClaims(const KeyClaims& token, const KeyClaims* login,
                                         std::string_view salt, const SshPublicKey& key);

/// Returns the claim that is the proof, for messages: "cnf.jwk".
std::string_view Describe(KeyBinding::Proof proof);

/// Returns whether a token names a key, so that it must not count without proof of the key: it has
/// `cnf`, even null, or a nonce that begins as BoundNonce makes it.
bool IsBound(const Claims& claims);

}  // namespace pamjwt
