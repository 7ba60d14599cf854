#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt {

inline constexpr std::size_t kMaxUrlBytes = 2048;

/// A url that names a host: SCHEME://[USER@]HOST[:PORT][REST] (RFC 3986 §3).
struct Url {
  std::string scheme;      ///< in lower case
  std::string user;        ///< without percent-encoding; empty: none is given
  std::string host;        ///< in lower case; an IPv6 address keeps its brackets
  std::uint16_t port = 0;  ///< 0: none is given
  std::string rest;        ///< as it was written: empty, or begins with one of / ? #
  bool operator==(const Url&) const = default;
};

/// Reads a url by rules so narrow that two readers cannot differ about its parts. It is printable
/// ASCII without backslashes. The user is percent-encoded where RFC 3986 §3.2.1 wants it, and has
/// no control characters. The host is made of letters, digits, dots and hyphens, or is an address
/// in brackets. The port is a number from 1 to 65535 without zeros in front.
///
/// A password is refused, because it would be shown wherever the url is shown. Errors: `reason`,
/// with what is wrong ("has no plain host"). The message does not quote the url.
Result<Url> ParseUrl(std::string_view text, Reason reason);

/// The text that ParseUrl reads as this url.
std::string FormatUrl(const Url& url);

/// A url of https or http, without a user: what can be fetched. Errors: as ParseUrl.
Result<Url> ParseHttpUrl(std::string_view text, Reason reason);

/// A url of a proxy, of a scheme that libcurl takes: nothing stands behind host and port. Errors:
/// as ParseUrl.
Result<Url> ParseProxyUrl(std::string_view text, Reason reason);

/// Are scheme, host and port the same (RFC 6454 §5)? Both are urls of https or http.
bool IsSameOrigin(const Url& one, const Url& other);

/// Is the host this machine: localhost, an address of 127.0.0.0/8, or [::1]?
bool IsLoopback(const Url& url);

}  // namespace pamjwt
