#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt {

/// The longest url that is read, in bytes.
inline constexpr std::size_t kMaxUrlBytes = 2048;

/// A url that names a host: SCHEME://[USER@]HOST[:PORT][REST] (RFC 3986 §3).
struct Url {
  std::string scheme;      ///< in lower case
  std::string user;        ///< without percent-encoding; empty: the url has no user
  std::string host;        ///< in lower case; an IPv6 address keeps its brackets
  std::uint16_t port = 0;  ///< 0: the url has no port
  std::string rest;        ///< as it was written: empty, or begins with one of / ? #
  bool operator==(const Url&) const = default;
};

/// Reads a url by rules so narrow that two readers cannot differ about its parts. The url is
/// printable ASCII without backslashes, at most kMaxUrlBytes long. The user is percent-encoded
/// where RFC 3986 §3.2.1 wants it, and has no control characters. The host is made of letters,
/// digits, dots, hyphens and underscores (`unreserved` of RFC 3986 §3.2.2 without "~"), or is an
/// address in brackets. The port is a number from 1 to 65535 without zeros in front.
///
/// A password is refused, because it would be shown wherever the url is shown. Errors: `reason`,
/// with what is wrong ("has no plain host"). The message does not quote the url.
Result<Url> ParseUrl(std::string_view text, Reason reason);

/// Formats `url` as the text that ParseUrl reads as `url`.
std::string FormatUrl(const Url& url);

/// Reads a url that can be fetched: of https or http, without a user. Errors: those of ParseUrl;
/// `reason` for another scheme and for a user.
Result<Url> ParseHttpUrl(std::string_view text, Reason reason);

/// Reads the url of a proxy. It has a scheme that libcurl takes, and nothing but a slash behind
/// host and port. Errors: those of ParseUrl; `reason` for another scheme and for anything more
/// behind the port.
Result<Url> ParseProxyUrl(std::string_view text, Reason reason);

/// Returns whether scheme, host and port are the same (RFC 6454 §5). Both must be urls of https or
/// http.
bool IsSameOrigin(const Url& one, const Url& other);

/// Returns whether the host is this machine: localhost, an address of 127.0.0.0/8, or [::1].
bool IsLoopback(const Url& url);

}  // namespace pamjwt
