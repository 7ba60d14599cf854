#include "module/token_in_certificate.h"

#include <time.h>

#include "core/jose/base64url.h"
#include "core/json/json.h"
#include "core/ssh/bound_nonce.h"

namespace pamjwt::test {
namespace {

const std::string& Salt() {
  static const std::string salt(22, 's');
  return salt;
}

}  // namespace

std::string Base64(std::string_view bytes) {
  std::string text = EncodeBase64Url(AsBytes(bytes));
  for (char& c : text) {
    c = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  return text + std::string((4 - text.size() % 4) % 4, '=');
}

TokenInCertificate::TokenInCertificate(const LoginAttempt& attempt)
    : salt(Salt()), token(attempt.Token()) {
  const auto now = static_cast<std::uint64_t>(time(nullptr));
  certificate.valid_after = now - 3600;
  certificate.valid_before = now + 3600;
  certificate.extensions = {{"permit-pty", ""}};
}

std::string TokenInCertificate::Blob() const {
  CertificateBuilder built = certificate;
  if (has_token) {
    const std::string text = salt + "~" + token + (binding.empty() ? "" : "~" + binding);
    built.extensions.emplace_back("token@pamjwt.io", WireString(text));
  }
  return built.Blob();
}

std::string TokenInCertificate::Line() const {
  return "publickey " + certificate.type + " " + Base64(Blob()) + "\n";
}

void Bind(LoginAttempt& attempt) {
  attempt.issuer.Set("bound_audiences", "[" + QuoteJson(kBoundAudience) + "]");
  attempt.claims.Set("aud", QuoteJson(kBoundAudience));
  const std::string key = WireString("ssh-ed25519") + CertificateBuilder().key_fields;
  attempt.claims.Set("nonce", QuoteJson(BoundNonce(Salt(), AsBytes(key)).value()));
}

std::string OtherKeyFields() {
  return WireString("\x03" + std::string(31, '\0'));
}

}  // namespace pamjwt::test
