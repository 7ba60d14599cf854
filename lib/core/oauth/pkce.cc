#include "core/oauth/pkce.h"

#include "core/jose/base64url.h"
#include "core/jose/sha256.h"

namespace pamjwt::oauth {

Result<Pkce> MakePkce(ByteView random) {
  constexpr std::size_t kRandomBytes = 32;
  if (random.size() != kRandomBytes) {
    return Error{Reason::kInternal, "a PKCE verifier needs 32 random bytes"};
  }
  Pkce pkce;
  pkce.verifier = SecretString(EncodeBase64Url(random));
  const Result<Sha256Digest> digest = Sha256(pkce.verifier.bytes());
  if (!digest.ok()) return digest.error();
  pkce.challenge = EncodeBase64Url(digest.value());
  return pkce;
}

}  // namespace pamjwt::oauth
