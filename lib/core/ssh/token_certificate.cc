#include "core/ssh/token_certificate.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "core/ssh/bound_nonce.h"
#include "core/ssh/wire.h"

namespace pamjwt {
namespace {

// These narrow what a login may do, and sshd enforces them (PROTOCOL.certkeys, "Critical options").
constexpr std::array<std::string_view, 3> kCriticalOptions = {"force-command", "source-address",
                                                              "verify-required"};

Error Malformed(std::string why) {
  return {Reason::kCertificateMalformed, std::move(why)};
}
Error Refused(std::string why) {
  return {Reason::kCertificateRefused, std::move(why)};
}

Status CheckPrincipals(const SshCertificate& certificate) {
  if (HasTokenPrincipal(certificate)) return Ok();
  return Refused("the certificate's one principal must be " + std::string(kTokenCertificateName));
}

Status CheckCriticalOptions(const SshCertificate& certificate) {
  for (const CertificateOption& option : certificate.critical_options) {
    const bool is_known = std::find(kCriticalOptions.begin(), kCriticalOptions.end(),
                                    option.name) != kCriticalOptions.end();
    if (!is_known) return Refused("the certificate has a critical option that is not known");
  }
  return Ok();
}

Status CheckValidity(const SshCertificate& certificate, UnixTime now, Seconds grace) {
  const auto second = [](std::int64_t time) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(time, 0));
  };
  if (second(now.seconds) < certificate.valid_after) {
    return Refused("the certificate is not valid yet");
  }
  if (second(now.seconds - grace.count) >= certificate.valid_before) {
    return Refused("the certificate is no longer valid");
  }
  return Ok();
}

}  // namespace

bool CarriesToken(const SshCertificate& certificate) {
  return FindOption(certificate.extensions, kTokenCertificateName) != nullptr;
}

bool HasTokenPrincipal(const SshCertificate& certificate) {
  return certificate.principals.size() == 1 && certificate.principals[0] == kTokenCertificateName;
}

Result<CarriedTokens> ParseCarriedTokens(std::string_view text) {
  const std::size_t first = std::min(text.find('~'), text.size());
  const std::size_t second = std::min(text.find('~', first + 1), text.size());
  const bool has_token = first < text.size();
  const bool has_binding = second < text.size();
  const CarriedTokens parts{text.substr(0, first),
                            has_token ? text.substr(first + 1, second - first - 1) : "",
                            has_binding ? text.substr(second + 1) : ""};
  const bool is_whole = !parts.token.empty() && has_binding != parts.binding.empty() &&
                        parts.binding.find('~') == std::string_view::npos;
  if (!is_whole) return Malformed("the text is not SALT~TOKEN or SALT~TOKEN~BINDING");
  if (!IsSalt(parts.salt)) return Malformed("the salt is not 22 to 64 characters of base64url");
  return parts;
}

Result<CarriedTokens> ReadCarriedTokens(const SshCertificate& certificate) {
  const CertificateOption* const option = FindOption(certificate.extensions, kTokenCertificateName);
  if (option == nullptr) return Malformed("the certificate carries no token");
  WireReader reader(option->data);
  const std::string_view text = reader.Text();
  if (!reader.ok() || !reader.at_end()) return Malformed("the extension is not one string");
  return ParseCarriedTokens(text);
}

Result<TokenCertificate> TokenCertificate::Check(SshCertificate certificate, UnixTime now,
                                                 Seconds grace) {
  const Result<CarriedTokens> parts = ReadCarriedTokens(certificate);
  if (!parts.ok()) return parts.error();
  Status step = CheckPrincipals(certificate);
  if (!step.ok()) return std::move(step).error();
  step = CheckCriticalOptions(certificate);
  if (!step.ok()) return std::move(step).error();
  step = CheckValidity(certificate, now, grace);
  if (!step.ok()) return std::move(step).error();
  return TokenCertificate(std::move(certificate), parts.value());
}

}  // namespace pamjwt
