#include "fetcher/test_ca.h"

#include <stdexcept>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace pamjwt::test {
namespace {

constexpr long kDay = 24L * 60 * 60;  // NOLINT(google-runtime-int): OpenSSL's type

void Must(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

EvpPkeyPtr MakeKey() {
  EvpPkeyPtr key(EVP_EC_gen("P-256"));
  Must(key != nullptr, "EVP_EC_gen");
  return key;
}

void AddExtension(X509& certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, nullptr, &certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, FreeWith<&X509_EXTENSION_free>> extension(
      X509V3_EXT_nconf_nid(nullptr, &context, nid, value.c_str()));
  Must(extension != nullptr, "X509V3_EXT_nconf_nid");
  Must(X509_add_ext(&certificate, extension.get(), -1) == 1, "X509_add_ext");
}

void SetName(X509_NAME* name, const char* text) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text);
  Must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, bytes, -1, -1, 0) == 1, "name");
}

/// Makes a certificate that is not signed yet.
X509Ptr MakeCertificate(EVP_PKEY* key, const char* name, bool is_expired) {
  X509Ptr certificate(X509_new());
  Must(certificate != nullptr, "X509_new");
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -2 * kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), is_expired ? -kDay : kDay);
  X509_set_pubkey(certificate.get(), key);
  SetName(X509_get_subject_name(certificate.get()), name);
  return certificate;
}

}  // namespace

TestCa::TestCa(const char* name)
    : key_(MakeKey()), certificate_(MakeCertificate(key_.get(), name, false)) {
  X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
  AddExtension(*certificate_, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(*certificate_, NID_key_usage, "critical,keyCertSign");
  Must(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0, "X509_sign");
}

std::string TestCa::Pem() const {
  const std::unique_ptr<BIO, FreeWith<&BIO_free_all>> bio(BIO_new(BIO_s_mem()));
  Must(PEM_write_bio_X509(bio.get(), certificate_.get()) == 1, "PEM_write_bio_X509");
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

SslCtxPtr TestCa::MakeServer(const CertificateSpec& spec) const {
  const EvpPkeyPtr key = MakeKey();
  const X509Ptr certificate = MakeCertificate(key.get(), "test server", spec.is_expired);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  AddExtension(*certificate, NID_subject_alt_name, spec.names);
  Must(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0, "X509_sign");

  SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
  Must(context != nullptr, "SSL_CTX_new");
  Must(SSL_CTX_use_certificate(context.get(), certificate.get()) == 1, "certificate");
  Must(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1, "key");
  return context;
}

}  // namespace pamjwt::test
