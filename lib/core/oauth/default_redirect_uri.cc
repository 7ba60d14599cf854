// This function is not beside ParseRedirectUri, because programs without libcrypto need that one.
#include <cstddef>

#include "core/base/bytes.h"
#include "core/jose/base64url.h"
#include "core/jose/sha256.h"
#include "core/oauth/redirect_uri.h"

namespace pamjwt::oauth {

Result<std::string> DefaultRedirectUri(std::string_view issuer) {
  constexpr std::size_t kHashCharacters = 16;
  const Result<Sha256Digest> digest = Sha256(AsBytes(issuer));
  if (!digest.ok()) return digest.error();
  return "http://127.0.0.1/cb/" + EncodeBase64Url(digest.value()).substr(0, kHashCharacters);
}

}  // namespace pamjwt::oauth
