#include "jwtctl/decision/certificate_file.h"

#include <utility>

#include "core/ssh/key_line.h"
#include "core/ssh/public_key.h"

namespace pamjwt::ctl {
namespace {

Error Malformed(const char* why) {
  return Error{Reason::kCertificateMalformed, why};
}

}  // namespace

Result<CertificateFile> ParseCertificateFile(std::string_view text) {
  if (text.find("PRIVATE KEY-----") != std::string_view::npos) {
    return Malformed("this is a private key: give the file KEY-cert.pub");
  }
  Result<SshKeyLine> line = ParseSshKeyLine(text);
  if (!line.ok()) return std::move(line).error();
  if (FindSshKeyType(line.value().type).has_value()) {
    return Malformed("this is a plain key: give its certificate, the file KEY-cert.pub");
  }
  CertificateFile read;
  read.blob = std::move(line).value().blob;
  Result<SshCertificate> certificate = ParseSshCertificate(read.blob.bytes());
  if (!certificate.ok()) return std::move(certificate).error();
  read.certificate = std::move(certificate).value();
  return read;
}

}  // namespace pamjwt::ctl
