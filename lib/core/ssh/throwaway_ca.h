#pragma once

#include <utility>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/jose/p256_key.h"

namespace pamjwt {

/// A P-256 key that signs one certificate and is then forgotten. Its signature proves nothing, and
/// need not: sshd wants one, and the token in the certificate is what counts.
class ThrowawayCa {
 public:
  /// Makes a new key. Errors: kInternal.
  static Result<ThrowawayCa> Make();

  /// Returns the blob of the public key, as a certificate names its signer (RFC 5656 §3.1).
  [[nodiscard]] const Bytes& blob() const { return blob_; }

  /// Signs `message` with ECDSA and SHA-256. Returns the blob of the signature, as it stands in a
  /// certificate (RFC 5656 §3.1.2). Errors: kInternal.
  [[nodiscard]] Result<Bytes> Sign(ByteView message) const;

 private:
  ThrowawayCa(P256Key key, Bytes blob) : key_(std::move(key)), blob_(std::move(blob)) {}

  P256Key key_;
  Bytes blob_;
};

}  // namespace pamjwt
