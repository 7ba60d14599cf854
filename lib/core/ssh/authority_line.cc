#include "core/ssh/authority_line.h"

#include "core/ssh/base64.h"

namespace pamjwt {

std::string CertAuthorityLine(const TokenCertificate& certificate, std::string_view key_options) {
  const SshCertificate& signed_by = certificate.certificate();
  std::string line = "cert-authority,principals=\"" + std::string(kTokenCertificateName) + "\"";
  if (!key_options.empty()) {
    line += "," + std::string(key_options);
  }
  return line + " " + std::string(Name(signed_by.signature_key_type)) + " " +
         EncodeBase64(signed_by.signature_key) + "\n";
}

}  // namespace pamjwt
