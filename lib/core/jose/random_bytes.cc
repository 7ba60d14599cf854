#include "core/jose/random_bytes.h"

#include <openssl/rand.h>

#include "core/base/openssl_ptr.h"

namespace pamjwt {

Result<Bytes> RandomBytes(std::size_t size) {
  const OpensslErrorScope errors;
  Bytes bytes(size);
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return Error{Reason::kInternal, "RAND_bytes failed"};
  }
  return bytes;
}

}  // namespace pamjwt
