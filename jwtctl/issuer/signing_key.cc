#include "jwtctl/issuer/signing_key.h"

#include <utility>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "core/jose/base64url.h"
#include "core/jose/ecdsa_der.h"
#include "jwtctl/issuer/key_numbers.h"

namespace pamjwt::ctl {
namespace {

Error OpensslFailed(const char* call) {
  return Error{Reason::kInternal, std::string(call) + " failed"};
}

Result<SigningKey> GenerateSecret(std::size_t bytes) {
  Bytes random(bytes);
  if (RAND_priv_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    return OpensslFailed("RAND_priv_bytes");
  }
  std::string text = EncodeBase64Url(random);
  SecretString secret(text);
  OPENSSL_cleanse(random.data(), random.size());
  OPENSSL_cleanse(text.data(), text.size());
  return SigningKey(std::move(secret));
}

EvpPkeyPtr GeneratePair(KeyType type, unsigned rsa_bits) {
  switch (type) {
    case KeyType::kRsa:
      return EvpPkeyPtr(EVP_RSA_gen(rsa_bits));
    case KeyType::kP256:
      return EvpPkeyPtr(EVP_EC_gen("P-256"));
    case KeyType::kP384:
      return EvpPkeyPtr(EVP_EC_gen("P-384"));
    case KeyType::kP521:
      return EvpPkeyPtr(EVP_EC_gen("P-521"));
    case KeyType::kEd25519:
      return EvpPkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    case KeyType::kSecret:
      break;
  }
  return nullptr;
}

/// Sets the parameters of RFC 7518 §3.5: MGF1 with the same hash, and a salt as long as the hash.
bool SetPssParameters(EVP_PKEY_CTX* ctx, const AlgorithmInfo& info) {
  return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, info.digest, nullptr) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, static_cast<int>(info.digest_bytes)) == 1;
}

Result<Bytes> SignDigest(EVP_PKEY* key, const AlgorithmInfo& info, ByteView input) {
  const EvpMdCtxPtr ctx(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_ctx = nullptr;  // owned by ctx
  if (ctx == nullptr || EVP_DigestSignInit_ex(ctx.get(), &key_ctx, info.digest, nullptr, nullptr,
                                              key, nullptr) != 1) {
    return OpensslFailed("EVP_DigestSignInit_ex");
  }
  if (info.scheme == Scheme::kRsaPss && !SetPssParameters(key_ctx, info)) {
    return OpensslFailed("setting the PSS parameters");
  }
  std::size_t size = 0;
  if (EVP_DigestSign(ctx.get(), nullptr, &size, input.data(), input.size()) != 1) {
    return OpensslFailed("EVP_DigestSign");
  }
  Bytes signature(size);
  if (EVP_DigestSign(ctx.get(), signature.data(), &size, input.data(), input.size()) != 1) {
    return OpensslFailed("EVP_DigestSign");
  }
  signature.resize(size);
  return signature;
}

Result<Bytes> SignHmac(const SecretString& secret, const AlgorithmInfo& info, ByteView input) {
  if (secret.size() < info.digest_bytes) {
    return Error{Reason::kSecretUnusable, "the secret has " + std::to_string(secret.size()) +
                                              " bytes, " + std::string(info.name) + " needs " +
                                              std::to_string(info.digest_bytes)};
  }
  Bytes mac(EVP_MAX_MD_SIZE);
  std::size_t size = 0;
  if (EVP_Q_mac(nullptr, "HMAC", nullptr, info.digest, nullptr, secret.view().data(), secret.size(),
                input.data(), input.size(), mac.data(), mac.size(), &size) == nullptr) {
    return OpensslFailed("EVP_Q_mac");
  }
  mac.resize(size);
  return mac;
}

}  // namespace

Result<SigningKey> SigningKey::Generate(Algorithm algorithm, unsigned rsa_bits) {
  const OpensslErrorScope errors;
  const AlgorithmInfo& info = Info(algorithm);
  if (info.key_type == KeyType::kSecret) return GenerateSecret(info.digest_bytes);
  EvpPkeyPtr key = GeneratePair(info.key_type, rsa_bits);
  if (key == nullptr) return OpensslFailed("making a key");
  Result<Jwk> public_key = PublicNumbers(key.get(), info.key_type);
  if (!public_key.ok()) return std::move(public_key).error();
  return SigningKey(std::move(public_key).value(), std::move(key));
}

Result<Bytes> SigningKey::Sign(Algorithm algorithm, std::string_view input) const {
  const OpensslErrorScope errors;
  const AlgorithmInfo& info = Info(algorithm);
  if (info.key_type != type()) {
    return Error{Reason::kKeyUnknown, std::string(info.name) + " does not go with a key of type " +
                                          std::string(Name(type()))};
  }
  if (info.scheme == Scheme::kHmac) return SignHmac(secret_, info, AsBytes(input));
  Result<Bytes> signature = SignDigest(key_.get(), info, AsBytes(input));
  if (!signature.ok() || info.scheme != Scheme::kEcdsa) return signature;
  return EcdsaFromDer(signature.value(), public_key_.x.size());
}

Result<std::string> SignToken(const SigningKey& key, Algorithm algorithm, std::string_view header,
                              std::string_view payload) {
  const std::string input =
      EncodeBase64Url(AsBytes(header)) + "." + EncodeBase64Url(AsBytes(payload));
  Result<Bytes> signature = key.Sign(algorithm, input);
  if (!signature.ok()) return std::move(signature).error();
  return input + "." + EncodeBase64Url(signature.value());
}

}  // namespace pamjwt::ctl
