#include "core/base/url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/decimal.h"

namespace pamjwt {
namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

bool IsOneOf(char c, std::string_view characters) {
  return characters.find(c) != std::string_view::npos;
}

/// Returns what the text has that a url must not have, or "" if it has nothing of that kind.
std::string_view FindStrayCharacter(std::string_view text) {
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == ' ') return "has a blank in it";
    if (c == '\\') return "has a backslash in it";
    if (octet < 0x20 || octet == 0x7f) return "has a control character in it";
    if (octet > 0x7f) return "has bytes beyond ASCII in it, which must be percent-encoded";
  }
  return "";
}

/// Checks whether a user may have the character without percent-encoding (RFC 3986 §3.2.1:
/// `unreserved` and `sub-delims`).
bool IsUserCharacter(char c) {
  return IsOneOf(c, kLetters) || IsOneOf(c, kDigits) || IsOneOf(c, "-._~!$&'()*+,;=");
}

bool IsScheme(std::string_view scheme) {
  return !scheme.empty() && IsOneOf(scheme.front(), kLetters) &&
         std::all_of(scheme.begin(), scheme.end(), [](char c) {
           return IsOneOf(c, kLetters) || IsOneOf(c, kDigits) || IsOneOf(c, "+-.");
         });
}

/// Parses two hexadecimal digits.
std::optional<char> ParseOctet(std::string_view digits) {
  unsigned octet = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), octet, 16);
  const bool is_octet =
      digits.size() == 2 && error == std::errc() && end == digits.data() + digits.size();
  if (!is_octet) return std::nullopt;
  return static_cast<char>(octet);
}

std::optional<std::string> DecodeUser(std::string_view text) {
  std::string user;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      if (!IsUserCharacter(text[i])) return std::nullopt;
      user += text[i];
      continue;
    }
    const std::optional<char> octet = ParseOctet(text.substr(i + 1, 2));
    if (!octet.has_value()) return std::nullopt;
    const auto value = static_cast<unsigned char>(*octet);
    // A colon would end the user where HTTP sends it (RFC 7617 §2).
    if (value < 0x20 || value == 0x7f || value == ':') return std::nullopt;
    user += *octet;
    i += 2;
  }
  if (user.empty()) return std::nullopt;
  return user;
}

std::string EncodeUser(std::string_view user) {
  std::string text;
  for (const char c : user) {
    if (IsUserCharacter(c)) {
      text += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    text += '%';
    text += kHexDigits[octet >> 4U];
    text += kHexDigits[octet & 0xFU];
  }
  return text;
}

bool IsHost(std::string_view host) {
  const bool is_address = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
  if (is_address) host = host.substr(1, host.size() - 2);
  return !host.empty() && std::all_of(host.begin(), host.end(), [is_address](char c) {
    if (IsOneOf(c, kDigits) || c == '.') return true;
    if (is_address) return c == ':' || IsOneOf(c, "abcdef");
    return c == '-' || c == '_' || (c >= 'a' && c <= 'z');
  });
}

/// Returns where the host ends in "host:port": at a colon behind the brackets, or at the end.
std::size_t HostEnd(std::string_view authority) {
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return authority.size();
  return std::min(authority.find(':', bracket), authority.size());
}

std::uint16_t PortOf(const Url& url) {
  if (url.port != 0) return url.port;
  return url.scheme == "https" ? 443 : 80;
}

/// Checks whether the host is four numbers with dots, of which the first is 127.
bool IsLoopbackAddress(std::string_view host) {
  constexpr std::uint32_t kMaxOctet = 255;
  if (!host.starts_with("127.")) return false;
  std::size_t numbers = 1;
  while (!host.empty()) {
    const std::size_t dot = std::min(host.find('.'), host.size());
    if (!ParseDecimal(host.substr(0, dot), kMaxOctet).has_value()) return false;
    if (dot == host.size()) return numbers == 4;
    host.remove_prefix(dot + 1);
    ++numbers;
  }
  return false;
}

Error PasswordError(Reason reason) {
  return {reason, "has a password: put it into a file (proxy_password_file, store.password_file)"};
}

/// Parses [USER@]HOST[:PORT].
Result<Url> ParseAuthority(std::string_view authority, Reason reason) {
  constexpr std::uint32_t kMaxPort = 65535;
  Url url;
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    const std::string_view user = authority.substr(0, at);
    if (user.find(':') != std::string_view::npos) {
      return PasswordError(reason);
    }
    const std::optional<std::string> decoded = DecodeUser(user);
    if (!decoded.has_value()) return Error{reason, "has a user that is not percent-encoded"};
    url.user = *decoded;
    authority.remove_prefix(at + 1);
  }
  const std::size_t end = HostEnd(authority);
  url.host = ToLowerAscii(authority.substr(0, end));
  if (!IsHost(url.host)) return Error{reason, "has no plain host"};
  if (end == authority.size()) return url;
  const std::optional<std::uint32_t> port = ParseDecimal(authority.substr(end + 1), kMaxPort);
  if (!port.has_value() || *port == 0) return Error{reason, "has no port from 1 to 65535"};
  url.port = static_cast<std::uint16_t>(*port);
  return url;
}

}  // namespace

Result<Url> ParseUrl(std::string_view text, Reason reason) {
  if (text.size() > kMaxUrlBytes) return Error{reason, "has more than 2048 bytes"};
  const std::string_view stray = FindStrayCharacter(text);
  if (!stray.empty()) return Error{reason, std::string(stray)};
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || !IsScheme(text.substr(0, colon))) {
    return Error{reason, "does not begin with a scheme and ://"};
  }
  const std::string_view behind = text.substr(colon + 3);
  const std::size_t end = std::min(behind.find_first_of("/?#"), behind.size());
  Result<Url> parsed = ParseAuthority(behind.substr(0, end), reason);
  if (!parsed.ok()) {
    // In "http://user:pass#word@host" the # ends the authority, and "pass" is not a port.
    const bool is_cut = behind.find('@', end) != std::string_view::npos;
    return is_cut ? PasswordError(reason) : parsed.error();
  }
  Url url = std::move(parsed).value();
  url.scheme = ToLowerAscii(text.substr(0, colon));
  url.rest = behind.substr(end);
  return url;
}

std::string FormatUrl(const Url& url) {
  std::string text = url.scheme + "://";
  if (!url.user.empty()) text += EncodeUser(url.user) + "@";
  text += url.host;
  if (url.port != 0) text += ":" + std::to_string(url.port);
  return text + url.rest;
}

Result<Url> ParseHttpUrl(std::string_view text, Reason reason) {
  Result<Url> url = ParseUrl(text, reason);
  if (!url.ok()) return url;
  const bool is_http = url.value().scheme == "https" || url.value().scheme == "http";
  if (!is_http) return Error{reason, "does not begin with https://"};
  if (!url.value().user.empty()) return Error{reason, "has a user"};
  return url;
}

Result<Url> ParseProxyUrl(std::string_view text, Reason reason) {
  constexpr std::array<std::string_view, 6> kSchemes = {"http",    "https",  "socks4",
                                                        "socks4a", "socks5", "socks5h"};
  Result<Url> url = ParseUrl(text, reason);
  if (!url.ok()) return url;
  if (std::find(kSchemes.begin(), kSchemes.end(), url.value().scheme) == kSchemes.end()) {
    return Error{
        reason,
        "must begin with http://, https://, socks4://, socks4a://, socks5:// or socks5h://"};
  }
  if (!url.value().rest.empty() && url.value().rest != "/") {
    return Error{reason, "has something behind its host and port"};
  }
  return url;
}

bool IsSameOrigin(const Url& one, const Url& other) {
  return one.scheme == other.scheme && one.host == other.host && PortOf(one) == PortOf(other);
}

bool IsLoopback(const Url& url) {
  return url.host == "localhost" || url.host == "[::1]" || IsLoopbackAddress(url.host);
}

}  // namespace pamjwt
