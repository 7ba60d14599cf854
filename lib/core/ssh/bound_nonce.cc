#include "core/ssh/bound_nonce.h"

#include "core/jose/base64url.h"
#include "core/jose/sha256.h"
#include "core/ssh/wire.h"

namespace pamjwt {
namespace {

constexpr std::string_view kContext = "pjk1@pamjwt.io";
constexpr std::size_t kMinSaltCharacters = 22;
constexpr std::size_t kMaxSaltCharacters = 64;

}  // namespace

bool IsSalt(std::string_view salt) {
  return salt.size() >= kMinSaltCharacters && salt.size() <= kMaxSaltCharacters &&
         salt.find_first_not_of(kBase64UrlAlphabet) == std::string_view::npos;
}

Result<std::string> BoundNonce(std::string_view salt, ByteView key) {
  WireWriter hashed;
  hashed.String(AsBytes(kContext));
  hashed.String(AsBytes(salt));
  hashed.String(key);
  const Result<Sha256Digest> digest = Sha256(hashed.bytes());
  if (!digest.ok()) return digest.error();
  return std::string(kBoundNoncePrefix) + EncodeBase64Url(digest.value());
}

}  // namespace pamjwt
