#include "core/ssh/throwaway_ca.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include <openssl/core_names.h>

#include "core/jose/ecdsa_der.h"
#include "core/ssh/public_key.h"
#include "core/ssh/wire.h"

namespace pamjwt {
namespace {

constexpr std::size_t kCoordinateBytes = 32;
constexpr std::string_view kSshCurve = "nistp256";  // RFC 5656 §10.1

/// An uncompressed point: 0x04, x and y (SEC 1 §2.3.3).
using Point = std::array<std::uint8_t, 1 + 2 * kCoordinateBytes>;

Error OpensslFailed(const char* call) {
  return Error{Reason::kInternal, std::string(call) + " failed"};
}

Bytes PublicBlob(const Point& point) {
  WireWriter blob;
  blob.Text(Name(SshKeyType::kP256));
  blob.Text(kSshCurve);
  blob.String(point);
  return blob.bytes();
}

}  // namespace

Result<ThrowawayCa> ThrowawayCa::Make() {
  const OpensslErrorScope errors;
  EvpPkeyPtr key(EVP_EC_gen("P-256"));
  if (key == nullptr) return OpensslFailed("EVP_EC_gen");
  Point point{};
  std::size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                      point.size(), &size) != 1 ||
      size != point.size()) {
    return OpensslFailed("EVP_PKEY_get_octet_string_param");
  }
  return ThrowawayCa(std::move(key), PublicBlob(point));
}

Result<Bytes> ThrowawayCa::Sign(ByteView message) const {
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
  const Result<Bytes> numbers = EcdsaFromDer(ByteView(der).first(size), kCoordinateBytes);
  if (!numbers.ok()) return numbers.error();

  WireWriter pair;
  pair.PositiveMpint(ByteView(numbers.value()).first(kCoordinateBytes));
  pair.PositiveMpint(ByteView(numbers.value()).subspan(kCoordinateBytes));
  WireWriter signature;
  signature.Text(Name(SshKeyType::kP256));
  signature.String(pair.bytes());
  return signature.bytes();
}

}  // namespace pamjwt
