#pragma once

#include <string>

#include "module/login_attempt.h"
#include "support/certificate_builder.h"

namespace pamjwt::test {

/// Returns base64 with padding, as it stands in a .pub file.
std::string Base64(std::string_view bytes);

/// A token in a certificate, as sshd gives it to the session. It is accepted until a test changes
/// something.
///
/// The token is that of a LoginAttempt that Bind() bound to the key.
struct TokenInCertificate {
  explicit TokenInCertificate(const LoginAttempt& attempt);

  std::string salt;
  std::string token;
  std::string binding;  ///< behind the token, if not empty
  CertificateBuilder certificate;
  bool has_token = true;  ///< whether the certificate has our extension

  [[nodiscard]] std::string Blob() const;
  /// Returns the line of SSH_AUTH_INFO_0.
  [[nodiscard]] std::string Line() const;
};

/// Lets the issuer "test" give tokens for certificates, and binds the token to the key and the salt
/// of TokenInCertificate by its nonce.
void Bind(LoginAttempt& attempt);

/// Returns the fields of a second key, to which no token is bound.
std::string OtherKeyFields();

/// The audience that counts only with a key.
inline constexpr std::string_view kBoundAudience = "ssh-client";

}  // namespace pamjwt::test
