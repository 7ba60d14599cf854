#pragma once

#include <optional>
#include <string_view>

#include "core/base/time.h"

namespace pamjwt::sso {

/// The time that a certificate must still have, so that a login begun now ends in time.
inline constexpr Seconds kLeastUse{60};

/// Checks whether the certificate on `line`, the content of a -cert.pub file, is valid now, and its
/// token for more than `least`, from 0. The token ends kCertificateOutlives before the certificate,
/// and hosts refuse it then. Returns false for text that is not a certificate, so that a new one is
/// made. Needs neither a network nor libcrypto.
bool IsGoodFor(std::string_view line, UnixTime now, Seconds least);

/// Returns when the token in the certificate on `line` ends, at most kLastSecond, or nullopt if the
/// text is not a certificate.
std::optional<UnixTime> EndOfUse(std::string_view line);

}  // namespace pamjwt::sso
