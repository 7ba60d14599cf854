#pragma once

#include <string>
#include <string_view>

#include "core/ssh/bound_nonce.h"
#include "core/ssh/token_certificate.h"
#include "support/certificate_builder.h"
#include "support/login_scene.h"

namespace pamjwt::test {

/// The configuration of a scene with certificates: an issuer whose tokens may be bound.
inline constexpr std::string_view kBoundConfig = R"(
[login]
max_token_bytes = 8192

[issuer.staff]
url = "https://sso.example"
audiences = ["prompt"]
bound_audiences = ["ssh-client"]
services = ["sshd", "login"]
jwks_file = "/etc/keys/staff.json"
algorithms = ["ES256"]
token_types = ["JWT"]
max_binding_age = "8h"
key_options = "restrict,pty"

[[issuer.staff.account]]

[[issuer.staff.account]]
claim = "groups"
pattern = "ops"
name = "daemon"
key_options = "restrict"

[issuer.staff.service.login]
one_time = true
)";

/// One attempt to log in by certificate. An attempt that is not changed is accepted: its token is
/// bound by its nonce.
struct CertificateAttempt {
  CertificateAttempt() {
    token.claims.erase("email_verified");
    token.claims["aud"] = R"("ssh-client")";
    token.claims["nonce"] = Nonce();
    login = token;
    login.claims["iat"] = "1799980000";
    login.claims["exp"] = "1799980300";
  }

  /// Returns the nonce that binds the certificate's key, or the key of another certificate, as
  /// JSON.
  [[nodiscard]] std::string Nonce(std::string_view with_salt = {}) const {
    const Bytes key = Key(certificate);
    return "\"" + BoundNonce(with_salt.empty() ? salt : with_salt, key).value() + "\"";
  }

  static Bytes Key(const CertificateBuilder& builder) {
    return ParseSshCertificate(AsBytes(builder.Blob())).value().key.blob;
  }

  /// Returns the blob of the certificate with the token in it.
  [[nodiscard]] std::string Blob() const {
    CertificateBuilder built = certificate;
    const std::string text =
        salt + "~" + token.Token() + (has_login ? "~" + login.Token() : std::string());
    built.extensions = {{"permit-pty", ""}, {"token@pamjwt.io", WireString(text)}};
    return built.Blob();
  }

  std::string salt = std::string(22, 's');
  LoginAttempt token;
  LoginAttempt login;      ///< the token of the login, which binds the key too
  bool has_login = false;  ///< the certificate has it
  CertificateBuilder certificate = AtNow();
  Seconds grace{0};

 private:
  static CertificateBuilder AtNow() {
    CertificateBuilder builder;
    builder.valid_after = 1799990000;
    builder.valid_before = 1800001000;
    return builder;
  }
};

/// A host whose issuer may bind tokens. The key `k1` of the issuer is TestKey::P256().
class CertificateScene {
 public:
  CertificateScene() : config(ConfigOf(std::string(kBoundConfig))) {
    host.keys["staff"] = {PublicKey(TestKey::P256(), {"k1", "", ""})};
    host.accounts = {{"alice", 1000}, {"bob", 1001}, {"daemon", 2}};
  }

  /// Decides on the certificate at kNow.
  Decision Decide(const CertificateAttempt& attempt, Trace* trace = nullptr) {
    const std::string blob = attempt.Blob();
    const TokenCertificate certificate =
        TokenCertificate::Check(ParseSshCertificate(AsBytes(blob)).value(), kNow).value();
    return pamjwt::Decide(
        config, {"", attempt.token.service, attempt.token.user, kNow, &certificate, attempt.grace},
        host, trace);
  }
  /// Decides on the same token, typed at a prompt.
  Decision DecideTyped(const CertificateAttempt& attempt) {
    const std::string token = attempt.token.Token();
    return pamjwt::Decide(config, {token, attempt.token.service, attempt.token.user, kNow}, host);
  }

  Config config;
  FakeHost host;
};

}  // namespace pamjwt::test
