#include "jwt-sso/state/certificate_use.h"

#include <algorithm>
#include <cstdint>

#include "core/ssh/certificate.h"
#include "core/ssh/certificate_maker.h"
#include "core/ssh/key_line.h"

namespace pamjwt::sso {

bool IsGoodFor(std::string_view line, UnixTime now, Seconds least) {
  const Result<SshKeyLine> key = ParseSshKeyLine(line);
  if (!key.ok()) return false;
  const Result<SshCertificate> certificate = ParseSshCertificate(key.value().blob.bytes());
  // Now() is the last second if the clock cannot be read, and no certificate is good then.
  if (!certificate.ok() || now.seconds < 0 || now >= kLastSecond) return false;
  const auto first = static_cast<std::uint64_t>(now.seconds);
  const auto last =
      static_cast<std::uint64_t>(now.seconds + least.count + kCertificateOutlives.count);
  return certificate.value().valid_after <= first && certificate.value().valid_before > last;
}

std::optional<UnixTime> EndOfUse(std::string_view line) {
  const Result<SshKeyLine> key = ParseSshKeyLine(line);
  if (!key.ok()) return std::nullopt;
  const Result<SshCertificate> certificate = ParseSshCertificate(key.value().blob.bytes());
  if (!certificate.ok()) return std::nullopt;
  const auto last = static_cast<std::uint64_t>(kLastSecond.seconds);
  const std::uint64_t end = std::min(certificate.value().valid_before, last);
  return UnixTime{static_cast<std::int64_t>(end) - kCertificateOutlives.count};
}

}  // namespace pamjwt::sso
