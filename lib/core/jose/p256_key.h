#pragma once

#include <string_view>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/openssl_ptr.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/jose/jwk.h"

namespace pamjwt {

/// A private key on P-256, for ES256 (RFC 7518 §3.4). OpenSSL wipes it when it is dropped.
class P256Key {
 public:
  /// Makes a new key of the system's random numbers. Errors: kInternal.
  static Result<P256Key> Make();
  /// Makes the key of a private number, 32 bytes big-endian, which must be from 1 to the order of
  /// the curve less 1. Errors: kMalformed; kInternal.
  static Result<P256Key> FromScalar(ByteView scalar);

  /// Returns the public key, without kid, alg and use.
  [[nodiscard]] const Jwk& public_key() const { return public_; }
  /// Returns the private number, 32 bytes big-endian. Errors: kInternal.
  [[nodiscard]] Result<SecretString> Scalar() const;
  /// Signs `message` with ECDSA and SHA-256. Returns R || S, 64 bytes (RFC 7518 §3.4). Errors:
  /// kInternal.
  [[nodiscard]] Result<Bytes> Sign(ByteView message) const;

 private:
  P256Key(EvpPkeyPtr key, Jwk public_key) : key_(std::move(key)), public_(std::move(public_key)) {}

  EvpPkeyPtr key_;
  Jwk public_;
};

}  // namespace pamjwt
