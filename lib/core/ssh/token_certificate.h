#pragma once

#include <string_view>
#include <utility>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/ssh/certificate.h"

namespace pamjwt {

/// The extension that carries the token, and the one principal of a token certificate. No other
/// cert-authority line of sshd takes this principal.
inline constexpr std::string_view kTokenCertificateName = "token@pamjwt.io";

/// The texts that a token certificate carries. Views point into the text or the certificate that
/// was read.
struct CarriedTokens {
  std::string_view salt;
  std::string_view token;    ///< its form is not checked
  std::string_view binding;  ///< the token that binds the key in place of `token`; "" if absent
};

/// Reads SALT~TOKEN or SALT~TOKEN~BINDING. Errors: kCertificateMalformed, with a detail that has
/// nothing of the text.
Result<CarriedTokens> ParseCarriedTokens(std::string_view text);

/// Reads the parts from the extension of a certificate, and checks nothing else of it.
/// Errors: kCertificateMalformed if the extension is absent, is not one string, or has a text that
/// ParseCarriedTokens refuses.
Result<CarriedTokens> ReadCarriedTokens(const SshCertificate& certificate);

/// Returns whether a certificate carries a token, so that it is for this project to judge.
bool CarriesToken(const SshCertificate& certificate);

/// Returns whether kTokenCertificateName is the one principal, as a token certificate must have it.
bool HasTokenPrincipal(const SshCertificate& certificate);

/// A user certificate that carries a token, and that may be used now (docs/certificate-format.md).
/// Only Check makes one. It proves nothing: anybody can make a certificate for any key.
class TokenCertificate {
 public:
  /// Checks a certificate. Its views still point into the blob that was parsed.
  ///
  /// Errors: kCertificateMalformed if the extension is absent, or is not SALT~TOKEN or
  /// SALT~TOKEN~BINDING; kCertificateRefused if there is another principal, a critical option other
  /// than force-command, source-address and verify-required, or `now` is outside its validity.
  /// `grace` is the time for which it may still be used behind its end.
  static Result<TokenCertificate> Check(SshCertificate certificate, UnixTime now,
                                        Seconds grace = {0});

  [[nodiscard]] const SshCertificate& certificate() const { return certificate_; }
  [[nodiscard]] std::string_view salt() const { return parts_.salt; }
  /// Returns the text of the token. Its form is not checked.
  [[nodiscard]] std::string_view token() const { return parts_.token; }
  /// Returns the text of the token that binds the key in place of `token`, or "" if there is none.
  [[nodiscard]] std::string_view binding() const { return parts_.binding; }

 private:
  TokenCertificate(SshCertificate certificate, const CarriedTokens& parts)
      : certificate_(std::move(certificate)), parts_(parts) {}

  SshCertificate certificate_;
  CarriedTokens parts_;
};

}  // namespace pamjwt
