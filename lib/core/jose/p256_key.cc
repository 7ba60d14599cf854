#include "core/jose/p256_key.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <openssl/core_names.h>
#include <openssl/obj_mac.h>

#include "core/jose/ecdsa_der.h"

namespace pamjwt {
namespace {

constexpr const char* kCurve = "P-256";
constexpr std::size_t kNumberBytes = 32;

/// An uncompressed point: 0x04, x and y (SEC 1 §2.3.3).
using Point = std::array<std::uint8_t, 1 + 2 * kNumberBytes>;

using PrivateBignumPtr = std::unique_ptr<BIGNUM, FreeWith<&BN_clear_free>>;
using EcGroupPtr = std::unique_ptr<EC_GROUP, FreeWith<&EC_GROUP_free>>;
using EcPointPtr = std::unique_ptr<EC_POINT, FreeWith<&EC_POINT_free>>;

Error OpensslFailed(const char* call) {
  return Error{Reason::kInternal, std::string(call) + " failed"};
}

Jwk PublicOf(const Point& point) {
  Jwk key;
  key.type = KeyType::kP256;
  key.x.assign(point.begin() + 1, point.begin() + 1 + kNumberBytes);
  key.y.assign(point.begin() + 1 + kNumberBytes, point.end());
  return key;
}

/// Returns the point of the public key: the base point times the private number.
Result<Point> PointOf(const EC_GROUP* group, const BIGNUM* number) {
  const EcPointPtr product(EC_POINT_new(group));
  if (product == nullptr ||
      EC_POINT_mul(group, product.get(), number, nullptr, nullptr, nullptr) != 1) {
    return OpensslFailed("EC_POINT_mul");
  }
  Point point{};
  if (EC_POINT_point2oct(group, product.get(), POINT_CONVERSION_UNCOMPRESSED, point.data(),
                         point.size(), nullptr) != point.size()) {
    return OpensslFailed("EC_POINT_point2oct");
  }
  return point;
}

Result<EvpPkeyPtr> BuildPair(const BIGNUM* number, const Point& point) {
  const OsslParamBldPtr builder(OSSL_PARAM_BLD_new());
  if (builder == nullptr ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, kCurve, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number) != 1) {
    return OpensslFailed("OSSL_PARAM_BLD_push");
  }
  const OsslParamPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
  const EvpPkeyCtxPtr ctx(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (params == nullptr || ctx == nullptr || EVP_PKEY_fromdata_init(ctx.get()) != 1 ||
      EVP_PKEY_fromdata(ctx.get(), &key, EVP_PKEY_KEYPAIR, params.get()) != 1) {
    return OpensslFailed("EVP_PKEY_fromdata");
  }
  return EvpPkeyPtr(key);
}

}  // namespace

Result<P256Key> P256Key::Make() {
  const OpensslErrorScope errors;
  EvpPkeyPtr key(EVP_EC_gen(kCurve));
  if (key == nullptr) return OpensslFailed("EVP_EC_gen");
  Point point{};
  std::size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                      point.size(), &size) != 1 ||
      size != point.size()) {
    return OpensslFailed("EVP_PKEY_get_octet_string_param");
  }
  return P256Key(std::move(key), PublicOf(point));
}

Result<P256Key> P256Key::FromScalar(ByteView scalar) {
  const OpensslErrorScope errors;
  if (scalar.size() != kNumberBytes) {
    return Error{Reason::kMalformed, "the private number does not have 32 bytes"};
  }
  const EcGroupPtr group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  // OpenSSL wipes its copies of secure numbers.
  const PrivateBignumPtr number(BN_secure_new());
  if (group == nullptr || number == nullptr ||
      BN_bin2bn(scalar.data(), static_cast<int>(scalar.size()), number.get()) == nullptr) {
    return OpensslFailed("BN_bin2bn");
  }
  if (BN_is_zero(number.get()) || BN_cmp(number.get(), EC_GROUP_get0_order(group.get())) >= 0) {
    return Error{Reason::kMalformed, "the private number is not one of P-256"};
  }
  const Result<Point> point = PointOf(group.get(), number.get());
  if (!point.ok()) return point.error();
  Result<EvpPkeyPtr> key = BuildPair(number.get(), point.value());
  if (!key.ok()) return std::move(key).error();
  return P256Key(std::move(key).value(), PublicOf(point.value()));
}

Result<SecretString> P256Key::Scalar() const {
  const OpensslErrorScope errors;
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key_.get(), OSSL_PKEY_PARAM_PRIV_KEY, &raw) != 1) {
    return OpensslFailed("EVP_PKEY_get_bn_param");
  }
  const PrivateBignumPtr number(raw);
  SecretString scalar;
  auto* const out = reinterpret_cast<unsigned char*>(scalar.Extend(kNumberBytes));
  if (BN_bn2binpad(number.get(), out, static_cast<int>(kNumberBytes)) < 0) {
    return OpensslFailed("BN_bn2binpad");
  }
  return scalar;
}

Result<Bytes> P256Key::Sign(ByteView message) const {
  const OpensslErrorScope errors;
  const EvpMdCtxPtr ctx(EVP_MD_CTX_new());
  if (ctx == nullptr || EVP_DigestSignInit_ex(ctx.get(), nullptr, "SHA256", nullptr, nullptr,
                                              key_.get(), nullptr) != 1) {
    return OpensslFailed("EVP_DigestSignInit_ex");
  }
  std::array<std::uint8_t, 128> der{};  // a signature of P-256 has at most 72 bytes
  std::size_t size = der.size();
  if (EVP_DigestSign(ctx.get(), der.data(), &size, message.data(), message.size()) != 1) {
    return OpensslFailed("EVP_DigestSign");
  }
  return EcdsaFromDer(ByteView(der).first(size), kNumberBytes);
}

}  // namespace pamjwt
