#include "jwt-sso/provider/repeated_secret.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/base/secret.h"

namespace pamjwt::sso {
namespace {

// Of RFC 6749, RFC 7009 §2.1, RFC 7521 §4.1, RFC 7636 §4.5, RFC 8628 §3.4 and RFC 8693 §2.1.
constexpr std::array<std::string_view, 8> kSecretNames = {
    "code",      "refresh_token", "client_secret", "token",
    "assertion", "code_verifier", "device_code",   "subject_token"};

bool IsSecret(std::string_view name) {
  return std::find(kSecretNames.begin(), kSecretNames.end(), name) != kSecretNames.end();
}

bool Contains(std::string_view text, std::string_view part) {
  return !part.empty() && text.find(part) != std::string_view::npos;
}

}  // namespace

bool RepeatsSecret(std::string_view text, const oauth::Form& form, std::string_view client_secret) {
  if (Contains(text, client_secret)) return true;
  // Each character is encoded for itself, so the encoded text has the encoded secret in it.
  const SecretString encoded = oauth::EncodeFormText(text);
  for (std::string_view rest = form.text(); !rest.empty();) {
    const std::string_view field = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(field.size() + 1, rest.size()));
    const std::size_t equals = field.find('=');
    if (equals == std::string_view::npos || !IsSecret(field.substr(0, equals))) continue;
    if (Contains(encoded.view(), field.substr(equals + 1))) return true;
  }
  return false;
}

}  // namespace pamjwt::sso
