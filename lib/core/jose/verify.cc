#include "core/jose/verify.h"

#include <algorithm>
#include <array>
#include <bit>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/rsa.h>

#include "core/jose/ecdsa_der.h"

namespace pamjwt {
namespace {

Error OpensslFailed(const char* call) {
  return Error{Reason::kInternal, std::string(call) + " failed"};
}

Result<EvpPkeyPtr> FromParams(const char* type, OSSL_PARAM* params) {
  const EvpPkeyCtxPtr ctx(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  if (ctx == nullptr || EVP_PKEY_fromdata_init(ctx.get()) != 1) {
    return OpensslFailed("EVP_PKEY_fromdata_init");
  }
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(ctx.get(), &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
    return Error{Reason::kKeyUnknown, "OpenSSL refuses the key"};
  }
  return EvpPkeyPtr(key);
}

/// Turns a big-endian number into the byte order of the machine, which OSSL_PARAM wants.
Bytes ToNative(Bytes number) {
  if constexpr (std::endian::native == std::endian::little) {
    std::reverse(number.begin(), number.end());
  }
  return number;
}

Result<EvpPkeyPtr> BuildRsa(const Jwk& key) {
  Bytes n = ToNative(key.n);
  Bytes e = ToNative(key.e);
  std::array<OSSL_PARAM, 3> params = {
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n.data(), n.size()),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e.data(), e.size()),
      OSSL_PARAM_construct_end()};
  return FromParams("RSA", params.data());
}

const char* GroupName(KeyType type) {
  switch (type) {
    case KeyType::kP256:
      return "P-256";
    case KeyType::kP384:
      return "P-384";
    case KeyType::kP521:
      return "P-521";
    case KeyType::kRsa:
    case KeyType::kEd25519:
    case KeyType::kSecret:
      break;
  }
  return "";
}

/// Builds an EC key from the uncompressed form of its point, of which OpenSSL checks that it lies
/// on the curve.
Result<EvpPkeyPtr> BuildEc(const Jwk& key) {
  Bytes point;
  point.reserve(1 + key.x.size() + key.y.size());
  point.push_back(POINT_CONVERSION_UNCOMPRESSED);
  point.insert(point.end(), key.x.begin(), key.x.end());
  point.insert(point.end(), key.y.begin(), key.y.end());
  std::string group = GroupName(key.type);
  std::array<OSSL_PARAM, 3> params = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  return FromParams("EC", params.data());
}

Result<EvpPkeyPtr> BuildEd25519(const Jwk& key) {
  EvpPkeyPtr built(
      EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, key.x.data(), key.x.size()));
  if (built == nullptr) return Error{Reason::kKeyUnknown, "OpenSSL refuses the key"};
  return built;
}

/// Returns the exact length of a signature of this key, in bytes.
std::size_t SignatureBytes(const AlgorithmInfo& algorithm, const Jwk& key, EVP_PKEY* built) {
  switch (algorithm.scheme) {
    case Scheme::kRsaPkcs1:
    case Scheme::kRsaPss:
      return static_cast<std::size_t>(EVP_PKEY_get_size(built));  // RFC 8017 §8.1.2, §8.2.2
    case Scheme::kEcdsa:
      return 2 * key.x.size();  // RFC 7518 §3.4
    case Scheme::kEdDsa:
      return 64;  // RFC 8032 §5.1.6
    case Scheme::kHmac:
      break;
  }
  return algorithm.digest_bytes;
}

/// Sets MGF1 with the same hash, and a salt as long as the hash (RFC 7518 §3.5).
bool SetPssParameters(EVP_PKEY_CTX* ctx, const AlgorithmInfo& algorithm) {
  return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, algorithm.digest, nullptr) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, static_cast<int>(algorithm.digest_bytes)) == 1;
}

Status VerifyDigest(const AlgorithmInfo& algorithm, EVP_PKEY* key, ByteView input,
                    ByteView signature) {
  const EvpMdCtxPtr ctx(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_ctx = nullptr;  // owned by ctx
  if (ctx == nullptr || EVP_DigestVerifyInit_ex(ctx.get(), &key_ctx, algorithm.digest, nullptr,
                                                nullptr, key, nullptr) != 1) {
    return OpensslFailed("EVP_DigestVerifyInit_ex");
  }
  if (algorithm.scheme == Scheme::kRsaPss && !SetPssParameters(key_ctx, algorithm)) {
    return OpensslFailed("setting the PSS parameters");
  }
  // 1 is the only success: 0 is a bad signature, a negative value an error, and neither may pass.
  if (EVP_DigestVerify(ctx.get(), signature.data(), signature.size(), input.data(), input.size()) !=
      1) {
    return Error{Reason::kSignature, "the signature was not made by this key"};
  }
  return Ok();
}

Status CheckKeyFits(const AlgorithmInfo& algorithm, const Jwk& key) {
  if (key.type != algorithm.key_type || (!key.alg.empty() && key.alg != algorithm.name)) {
    return Error{Reason::kKeyUnknown, "the key is not for " + std::string(algorithm.name)};
  }
  return Ok();
}

Status VerifyWithKey(const AlgorithmInfo& algorithm, const ParsedJws& jws, const Jwk& key) {
  Status fits = CheckKeyFits(algorithm, key);
  if (!fits.ok()) return fits;
  Result<EvpPkeyPtr> built = BuildKey(key);
  if (!built.ok()) return std::move(built).error();
  const ByteView signature = jws.signature();
  const std::size_t expected = SignatureBytes(algorithm, key, built.value().get());
  if (signature.size() != expected) {
    return Error{Reason::kSignature, "the signature has " + std::to_string(signature.size()) +
                                         " bytes, a signature of this key has " +
                                         std::to_string(expected)};
  }
  if (algorithm.scheme != Scheme::kEcdsa) {
    return VerifyDigest(algorithm, built.value().get(), jws.signing_input(), signature);
  }
  Result<Bytes> der = EcdsaToDer(signature);
  if (!der.ok()) return std::move(der).error();
  return VerifyDigest(algorithm, built.value().get(), jws.signing_input(), der.value());
}

Status VerifyWithSecret(const AlgorithmInfo& algorithm, const ParsedJws& jws,
                        const SecretString& secret) {
  if (algorithm.scheme != Scheme::kHmac) {
    return Error{Reason::kKeyUnknown, "a secret is not for " + std::string(algorithm.name)};
  }
  // RFC 7518 §3.2 wants a key that is at least as long as the hash.
  if (secret.size() < algorithm.digest_bytes) {
    return Error{Reason::kSecretUnusable, "the secret has " + std::to_string(secret.size()) +
                                              " bytes, " + std::string(algorithm.name) + " needs " +
                                              std::to_string(algorithm.digest_bytes)};
  }
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> mac{};
  std::size_t size = 0;
  const ByteView input = jws.signing_input();
  if (EVP_Q_mac(nullptr, "HMAC", nullptr, algorithm.digest, nullptr, secret.view().data(),
                secret.size(), input.data(), input.size(), mac.data(), mac.size(),
                &size) == nullptr) {
    return OpensslFailed("EVP_Q_mac");
  }
  const bool equal = jws.signature().size() == size &&
                     CRYPTO_memcmp(jws.signature().data(), mac.data(), size) == 0;
  OPENSSL_cleanse(mac.data(), mac.size());
  if (!equal) return Error{Reason::kSignature, "the signature was not made with this secret"};
  return Ok();
}

}  // namespace

Result<EvpPkeyPtr> BuildKey(const Jwk& key) {
  const OpensslErrorScope errors;
  switch (key.type) {
    case KeyType::kRsa:
      return BuildRsa(key);
    case KeyType::kP256:
    case KeyType::kP384:
    case KeyType::kP521:
      return BuildEc(key);
    case KeyType::kEd25519:
      return BuildEd25519(key);
    case KeyType::kSecret:
      break;
  }
  return Error{Reason::kInternal, "a secret is not a public key"};
}

Result<VerifiedPayload> VerifiedPayload::Verify(const ParsedJws& jws, const Jwk& key) {
  const OpensslErrorScope errors;
  Status verified = VerifyWithKey(Info(jws.algorithm()), jws, key);
  if (!verified.ok()) return std::move(verified).error();
  return VerifiedPayload(jws, key.kid);
}

Result<VerifiedPayload> VerifiedPayload::Verify(const ParsedJws& jws, const SecretString& secret) {
  const OpensslErrorScope errors;
  Status verified = VerifyWithSecret(Info(jws.algorithm()), jws, secret);
  if (!verified.ok()) return std::move(verified).error();
  return VerifiedPayload(jws, "");
}

}  // namespace pamjwt
