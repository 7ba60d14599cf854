#include "core/ssh/fingerprint.h"

#include "core/jose/sha256.h"
#include "core/ssh/base64.h"

namespace pamjwt {

Result<std::string> Fingerprint(ByteView blob) {
  const Result<Sha256Digest> digest = Sha256(blob);
  if (!digest.ok()) return digest.error();
  std::string text = EncodeBase64(digest.value());
  text.resize(text.find_last_not_of('=') + 1);
  return "SHA256:" + text;
}

}  // namespace pamjwt
