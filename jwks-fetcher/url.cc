#include "jwks-fetcher/url.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/base/loopback.h"

namespace pamjwt::fetcher {
namespace {

Error Refuse(std::string_view what) {
  return {Reason::kKeysMissing, "URL " + std::string(what)};
}

bool IsPlain(char c) {
  return c > 0x20 && c < 0x7f && c != '\\';
}

std::string ToLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// The end of the host in "host:port"; npos if it is none.
std::size_t HostEnd(std::string_view authority) {
  constexpr std::string_view kName = "abcdefghijklmnopqrstuvwxyz0123456789.-";
  constexpr std::string_view kAddress = "abcdef0123456789:.";
  if (!authority.starts_with('[')) {
    const std::size_t end = std::min(authority.find_first_not_of(kName), authority.size());
    return end == 0 ? std::string_view::npos : end;
  }
  const std::size_t end = authority.find_first_not_of(kAddress, 1);
  const bool is_closed = end != std::string_view::npos && end > 1 && authority[end] == ']';
  return is_closed ? end + 1 : std::string_view::npos;
}

/// "" or ":port".
std::optional<std::uint16_t> ParsePort(std::string_view text, std::uint16_t otherwise) {
  if (text.empty()) return otherwise;
  text.remove_prefix(1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

}  // namespace

Result<UrlOrigin> ParseOrigin(std::string_view url) {
  if (url.size() > kMaxUrlBytes) return Refuse("has more than 2048 bytes");
  if (!std::all_of(url.begin(), url.end(), IsPlain)) {
    return Refuse("has blanks, backslashes or bytes beyond ASCII");
  }
  const std::size_t colon = url.find("://");
  UrlOrigin origin;
  origin.scheme = ToLower(url.substr(0, std::min(colon, url.size())));
  if (colon == std::string_view::npos || (origin.scheme != "https" && origin.scheme != "http")) {
    return Refuse("does not begin with https://");
  }
  url.remove_prefix(colon + 3);
  const std::string authority = ToLower(url.substr(0, url.find_first_of("/?#")));
  const std::size_t end = HostEnd(authority);
  if (end == std::string_view::npos || (end < authority.size() && authority[end] != ':')) {
    return Refuse("has a user, or no plain host");
  }
  origin.host = authority.substr(0, end);
  const std::optional<std::uint16_t> port =
      ParsePort(std::string_view{authority}.substr(end), origin.scheme == "https" ? 443 : 80);
  if (!port.has_value()) return Refuse("has no port from 1 to 65535");
  origin.port = *port;
  return origin;
}

bool IsLoopback(const UrlOrigin& origin) {
  return IsLoopbackHost(origin.host);
}

}  // namespace pamjwt::fetcher
