#pragma once

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "core/base/openssl_ptr.h"

namespace pamjwt::test {

using X509Ptr = std::unique_ptr<X509, FreeWith<&X509_free>>;
using SslCtxPtr = std::unique_ptr<SSL_CTX, FreeWith<&SSL_CTX_free>>;

/// The content of a server's certificate: its names (subjectAltName), and whether it has expired.
struct CertificateSpec {
  std::string names = "DNS:idp.test,DNS:other.test,DNS:localhost,IP:127.0.0.1";
  bool is_expired = false;
};

/// The authority of one test, which makes certificates for servers. Throws if OpenSSL fails.
class TestCa {
 public:
  explicit TestCa(const char* name = "test CA");
  /// Returns the certificate of the authority, for a file of certificates.
  [[nodiscard]] std::string Pem() const;
  /// Returns the context of a TLS server with a certificate of this authority.
  [[nodiscard]] SslCtxPtr MakeServer(const CertificateSpec& spec = {}) const;

 private:
  EvpPkeyPtr key_;
  X509Ptr certificate_;
};

}  // namespace pamjwt::test
