#include "core/ssh/auth_info.h"

#include <algorithm>

#include "core/ssh/key_line.h"
#include "core/ssh/public_key.h"

namespace pamjwt {
namespace {

/// Returns the key of a line if it is a certificate, else "".
std::string_view CertificateOf(std::string_view line) {
  constexpr std::string_view kMethod = "publickey ";
  if (!line.starts_with(kMethod)) return "";
  const std::string_view key = line.substr(kMethod.size());
  const bool is_certificate = FindSshCertificateType(key.substr(0, key.find(' '))).has_value();
  return is_certificate && key.size() <= kMaxSshKeyLineBytes ? key : "";
}

}  // namespace

std::vector<std::string_view> CertificatesIn(std::string_view auth_info) {
  std::vector<std::string_view> certificates;
  while (!auth_info.empty()) {
    const std::string_view line = auth_info.substr(0, auth_info.find('\n'));
    auth_info.remove_prefix(std::min(line.size() + 1, auth_info.size()));
    const std::string_view certificate = CertificateOf(line);
    if (!certificate.empty()) certificates.push_back(certificate);
  }
  return certificates;
}

}  // namespace pamjwt
