#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/ssh/certificate.h"

namespace pamjwt::ctl {

/// A certificate from a file.
struct CertificateFile {
  SecretString blob;
  SshCertificate certificate;  ///< points into `blob`
};

/// Reads the content of a -cert.pub file. Errors: kCertificateMalformed, with a detail that says
/// what to give if the text is a plain key or a private key.
Result<CertificateFile> ParseCertificateFile(std::string_view text);

}  // namespace pamjwt::ctl
