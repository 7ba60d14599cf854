#include "bench/raw_verification.h"

#include <stdexcept>

#include <openssl/evp.h>

#include "core/jose/ecdsa_der.h"
#include "core/jose/jws.h"
#include "core/jose/verify.h"

namespace pamjwt::bench {

RawVerification::RawVerification(const Jwk& key, std::string_view token)
    : key_(BuildKey(key).value()),
      digest_(key.type == KeyType::kEd25519 ? nullptr : EVP_sha256()),
      input_(token.substr(0, token.rfind('.'))) {
  const ParsedJws jws = ParseJws(token).value();
  const ByteView signature = jws.signature();
  signature_ = key.type == KeyType::kP256 ? EcdsaToDer(signature).value()
                                          : Bytes(signature.begin(), signature.end());
  if (!Run()) throw std::runtime_error("EVP_DigestVerify");
}

bool RawVerification::Run() const {
  const EvpMdCtxPtr context(EVP_MD_CTX_new());
  const ByteView input = AsBytes(input_);
  return EVP_DigestVerifyInit(context.get(), nullptr, digest_, nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature_.data(), signature_.size(), input.data(),
                          input.size()) == 1;
}

}  // namespace pamjwt::bench
