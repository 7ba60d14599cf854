#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt::oauth {

/// The place on this host to which a provider sends the browser back (RFC 8252 §7.3), as it is
/// registered at the provider: without a port.
struct RedirectUri {
  std::string host;  ///< "127.0.0.1" or "localhost"
  std::string path;  ///< begins with a slash, or is empty
  bool operator==(const RedirectUri&) const = default;

  /// Returns the part of a request that says to which server it goes (RFC 9110 §7.2). A browser
  /// leaves out the port of http, 80.
  [[nodiscard]] std::string Host(std::uint16_t port) const;
  /// Returns the redirect_uri with a port, as a login names it.
  [[nodiscard]] std::string WithPort(std::uint16_t port) const;
};

/// Reads http://127.0.0.1[/PATH] or http://localhost[/PATH], of at most 256 bytes. The path has
/// only characters that no browser writes in another way: letters, digits and "-._~/", without "."
/// and ".." between slashes. Errors: kConfigInvalid, with what is expected.
Result<RedirectUri> ParseRedirectUri(std::string_view text);

/// Returns the redirect_uri of a profile that names none: http://127.0.0.1/cb/ and the first 16
/// characters of base64url(SHA-256(issuer)). Each issuer has a path of its own, so that the answer
/// of one cannot pass for that of another (RFC 9700 §4.4.2). Errors: kInternal.
Result<std::string> DefaultRedirectUri(std::string_view issuer);

}  // namespace pamjwt::oauth
