#include "core/jose/token_hash.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/openssl_ptr.h"
#include "core/jose/base64url.h"

namespace pamjwt {

Result<std::string> TokenHash(Algorithm algorithm, std::string_view token) {
  const OpensslErrorScope errors;
  const char* const named = Info(algorithm).digest;
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  std::size_t size = 0;
  if (EVP_Q_digest(nullptr, named == nullptr ? "SHA512" : named, nullptr, token.data(),
                   token.size(), digest.data(), &size) != 1) {
    return Error{Reason::kInternal, "a digest failed"};
  }
  return EncodeBase64Url(ByteView(digest).first(size / 2));
}

}  // namespace pamjwt
