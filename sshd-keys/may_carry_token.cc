#include "sshd-keys/may_carry_token.h"

#include <optional>

#include "core/ssh/base64.h"
#include "core/ssh/token_certificate.h"

namespace pamjwt::keys {

bool MayCarryToken(std::string_view type, std::string_view key) {
  if (!type.ends_with("-cert-v01@openssh.com")) return false;
  const std::optional<SecretString> blob = DecodeBase64(key);
  return blob.has_value() && blob->view().find(kTokenCertificateName) != std::string_view::npos;
}

}  // namespace pamjwt::keys
