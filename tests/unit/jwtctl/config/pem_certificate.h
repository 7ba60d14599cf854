#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "core/base/openssl_ptr.h"

namespace pamjwt::ctl {

/// Returns a certificate in PEM, signed with its own key, that expires `seconds` from now.
inline std::string PemCertificate(int seconds) {
  const EvpPkeyPtr key(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, FreeWith<&X509_free>> certificate(X509_new());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds);
  X509_set_pubkey(certificate.get(), key.get());
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const std::unique_ptr<BIO, FreeWith<&BIO_free_all>> bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate.get());
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace pamjwt::ctl
