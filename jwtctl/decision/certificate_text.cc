#include "jwtctl/decision/certificate_text.h"

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "core/claims/key_binding.h"
#include "core/claims/unverified_binding.h"
#include "core/ssh/fingerprint.h"
#include "core/ssh/public_key.h"
#include "core/ssh/token_certificate.h"
#include "core/ssh/wire.h"
#include "text/join.h"
#include "text/printable.h"
#include "text/time_text.h"

namespace pamjwt::ctl {
namespace {

std::string Line(std::string name, const std::string& value) {
  constexpr std::size_t kNameColumn = sizeof "critical options" - 1;
  name.resize(kNameColumn, ' ');
  return "  " + name + "  " + value + "\n";
}

std::string ListOf(const std::vector<std::string>& values) {
  return values.empty() ? "none" : Join(values, ", ");
}

/// Returns the names of options. Behind the name of a critical one stands its value, if it is text.
std::vector<std::string> NamesOf(const std::vector<CertificateOption>& options, bool with_values) {
  std::vector<std::string> names;
  for (const CertificateOption& option : options) {
    WireReader reader(option.data);
    const std::string_view value = with_values ? reader.Text() : "";
    const bool has_value = !value.empty() && reader.ok() && reader.at_end();
    names.push_back(Printable(option.name) + (has_value ? " " + QuotePrintable(value) : ""));
  }
  return names;
}

std::string ShowBound(std::uint64_t seconds, UnixTime now) {
  const bool is_shown = seconds <= static_cast<std::uint64_t>(kLastSecond.seconds);
  return is_shown ? ShowTimeFrom(now, UnixTime{static_cast<std::int64_t>(seconds)})
                  : std::to_string(seconds) + " seconds after 1970";
}

std::string ShowValidity(const SshCertificate& certificate, UnixTime now) {
  const bool has_end = certificate.valid_before != std::numeric_limits<std::uint64_t>::max();
  const std::string from = certificate.valid_after == 0
                               ? ""
                               : Line("valid from", ShowBound(certificate.valid_after, now));
  return from + Line("valid until", has_end ? ShowBound(certificate.valid_before, now) : "no end");
}

std::string DescribeBinding(const CarriedTokens& parts, const SshPublicKey& key) {
  const Result<KeyBinding::Proof> proof = CheckUnverifiedBinding(parts, key);
  if (!proof.ok()) return "no: " + Printable(proof.error().detail);
  return "yes, by " + std::string(Describe(proof.value()));
}

}  // namespace

Result<std::string> DescribeCertificate(const SshCertificate& certificate, UnixTime now) {
  const Result<std::string> key = Fingerprint(certificate.key.blob);
  if (!key.ok()) return key.error();
  const Result<std::string> signer = Fingerprint(certificate.signature_key);
  if (!signer.ok()) return signer.error();
  std::vector<std::string> principals;
  for (const std::string_view principal : certificate.principals) {
    principals.push_back(Printable(principal));
  }
  std::string text =
      Line("key", std::string(Name(certificate.key.type)) + " " + key.value()) +
      Line("signer", std::string(Name(certificate.signature_key_type)) + " " + signer.value()) +
      Line("principals", ListOf(principals)) + ShowValidity(certificate, now) +
      Line("critical options", ListOf(NamesOf(certificate.critical_options, true))) +
      Line("extensions", ListOf(NamesOf(certificate.extensions, false)));
  const Result<CarriedTokens> parts = ReadCarriedTokens(certificate);
  if (!parts.ok()) return text;
  return text + Line("salt", std::string(parts.value().salt)) +
         Line("names the key", DescribeBinding(parts.value(), certificate.key));
}

}  // namespace pamjwt::ctl
