#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt::fetcher {

inline constexpr std::size_t kMaxUrlBytes = 2048;

/// Where a URL leads: its origin (RFC 6454 §4). The path is left to libcurl.
struct UrlOrigin {
  std::string scheme;  ///< "https" or "http"
  std::string host;    ///< in lower case; of a numeric IPv6 address with its brackets
  std::uint16_t port = 0;
  bool operator==(const UrlOrigin&) const = default;
};

/// The origin of an absolute URL, read so narrowly that no two readers differ about its host: https
/// or http, no user, letters, digits, dots and hyphens or a bracketed address, an optional port,
/// then the end or a slash, and nothing but printable ASCII without backslashes.
/// Errors: kKeysMissing.
Result<UrlOrigin> ParseOrigin(std::string_view url);

/// localhost, 127.0.0.0/8 or [::1]: this host, by a name that nobody else can have.
bool IsLoopback(const UrlOrigin& origin);

}  // namespace pamjwt::fetcher
