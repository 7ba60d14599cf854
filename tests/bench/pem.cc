#include "bench/pem.h"

#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/pem.h>

#include "core/base/openssl_ptr.h"
#include "core/jose/jwk_set.h"
#include "core/jose/verify.h"

namespace pamjwt::bench {

std::string PemOfFirstKey(const std::string& key_set) {
  using BioPtr = std::unique_ptr<BIO, FreeWith<&BIO_free>>;
  const EvpPkeyPtr key = BuildKey(ParseJwkSet(key_set).value().keys.at(0)).value();
  const BioPtr text(BIO_new(BIO_s_mem()));
  char* data = nullptr;
  if (text == nullptr || PEM_write_bio_PUBKEY(text.get(), key.get()) != 1) {
    throw std::runtime_error("PEM_write_bio_PUBKEY");
  }
  const long size = BIO_get_mem_data(text.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace pamjwt::bench
