#include "jwtctl/config/ca_file.h"

#include <memory>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "core/base/openssl_ptr.h"

namespace pamjwt::ctl {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{4} * 1024 * 1024;

struct FreeInfos {
  void operator()(STACK_OF(X509_INFO) * infos) const noexcept {
    sk_X509_INFO_pop_free(infos, X509_INFO_free);
  }
};

using BioPtr = std::unique_ptr<BIO, FreeWith<&BIO_free>>;
using InfosPtr = std::unique_ptr<STACK_OF(X509_INFO), FreeInfos>;

}  // namespace

Result<CaCertificates> ReadCaFile(const std::string& path, Owners owners) {
  const Result<std::string> text = ReadTrustedFile(path, {owners, kMaxBytes, Reason::kKeysMissing});
  if (!text.ok()) return text.error();
  const OpensslErrorScope errors;
  const BioPtr bio(BIO_new_mem_buf(text.value().data(), static_cast<int>(text.value().size())));
  if (bio == nullptr) return Error{Reason::kInternal, "out of memory"};
  const InfosPtr infos(PEM_X509_INFO_read_bio(bio.get(), nullptr, nullptr, nullptr));
  if (infos == nullptr) return Error{Reason::kKeysMissing, path + ": a certificate is damaged"};
  CaCertificates found{0, 0};
  for (int i = 0; i < sk_X509_INFO_num(infos.get()); ++i) {
    const X509* const certificate = sk_X509_INFO_value(infos.get(), i)->x509;
    if (certificate == nullptr) continue;
    ++found.all;
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0) ++found.current;
  }
  if (found.all > 0) return found;
  return Error{Reason::kKeysMissing, path + ": has no certificate in PEM (BEGIN CERTIFICATE)"};
}

}  // namespace pamjwt::ctl
