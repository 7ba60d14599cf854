#include "core/jose/ecdsa_der.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/openssl_ptr.h"

namespace pamjwt {
namespace {

Error EncodingFailed(const char* call) {
  return Error{Reason::kInternal, std::string(call) + " failed"};
}

}  // namespace

Result<Bytes> EcdsaToDer(ByteView signature) {
  const std::size_t half = signature.size() / 2;
  BignumPtr r(BN_bin2bn(signature.data(), static_cast<int>(half), nullptr));
  BignumPtr s(BN_bin2bn(signature.data() + half, static_cast<int>(half), nullptr));
  const EcdsaSigPtr both(ECDSA_SIG_new());
  if (r == nullptr || s == nullptr || both == nullptr ||
      ECDSA_SIG_set0(both.get(), r.get(), s.get()) != 1) {
    return EncodingFailed("ECDSA_SIG_set0");
  }
  // `both` owns them now.
  (void)r.release();
  (void)s.release();
  const int size = i2d_ECDSA_SIG(both.get(), nullptr);
  if (size <= 0) return EncodingFailed("i2d_ECDSA_SIG");
  Bytes der(static_cast<std::size_t>(size));
  std::uint8_t* out = der.data();
  if (i2d_ECDSA_SIG(both.get(), &out) != size) return EncodingFailed("i2d_ECDSA_SIG");
  return der;
}

Result<Bytes> EcdsaFromDer(ByteView der, std::size_t coordinate_bytes) {
  const std::uint8_t* in = der.data();
  const EcdsaSigPtr both(d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size())));
  if (both == nullptr) return EncodingFailed("d2i_ECDSA_SIG");
  Bytes out(2 * coordinate_bytes);
  const int half = static_cast<int>(coordinate_bytes);
  if (BN_bn2binpad(ECDSA_SIG_get0_r(both.get()), out.data(), half) != half ||
      BN_bn2binpad(ECDSA_SIG_get0_s(both.get()), out.data() + coordinate_bytes, half) != half) {
    return EncodingFailed("BN_bn2binpad");
  }
  return out;
}

}  // namespace pamjwt
