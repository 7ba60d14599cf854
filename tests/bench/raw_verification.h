#pragma once

#include <string_view>

#include "core/base/bytes.h"
#include "core/base/openssl_ptr.h"
#include "core/jose/jwk.h"

namespace pamjwt::bench {

/// The least work of OpenSSL for a signature: EVP_DigestVerify alone, with the key built and the
/// signature decoded before.
class RawVerification {
 public:
  /// Builds the key and decodes the signature. Throws if that fails.
  RawVerification(const Jwk& key, std::string_view token);

  [[nodiscard]] bool Run() const;

 private:
  EvpPkeyPtr key_;
  const EVP_MD* digest_;  ///< nullptr for EdDSA, which has a digest of its own
  std::string_view input_;
  Bytes signature_;
};

}  // namespace pamjwt::bench
