#include "core/oauth/redirect_uri.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace pamjwt::oauth {
namespace {

constexpr std::string_view kScheme = "http://";
constexpr std::uint16_t kHttpPort = 80;

Error Refuse(std::string_view why) {
  return {Reason::kConfigInvalid,
          "must be http://127.0.0.1/PATH or http://localhost/PATH: " + std::string(why)};
}

bool IsPathCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~' || c == '/';
}

/// Checks whether a path, which begins with a slash, has a part that a browser would resolve (RFC
/// 3986 §5.2.4).
bool HasDotSegment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

}  // namespace

std::string RedirectUri::Host(std::uint16_t port) const {
  return port == kHttpPort ? host : host + ":" + std::to_string(port);
}

std::string RedirectUri::WithPort(std::uint16_t port) const {
  return std::string(kScheme) + host + ":" + std::to_string(port) + path;
}

Result<RedirectUri> ParseRedirectUri(std::string_view text) {
  constexpr std::size_t kMaxBytes = 256;
  constexpr std::array<std::string_view, 2> kHosts = {"127.0.0.1", "localhost"};
  if (text.size() > kMaxBytes) return Refuse("it has more than 256 bytes");
  if (!text.starts_with(kScheme)) return Refuse("it does not begin with http://");
  text.remove_prefix(kScheme.size());
  const std::string_view authority = text.substr(0, text.find('/'));
  const std::string_view path = text.substr(authority.size());
  const std::size_t colon = authority.find(':');
  if (std::ranges::find(kHosts, authority.substr(0, colon)) == kHosts.end()) {
    return Refuse("it has another host");
  }
  if (colon != std::string_view::npos) {
    return Refuse("it has a port, which redirect_ports must name");
  }
  if (!std::ranges::all_of(path, IsPathCharacter) || HasDotSegment(path)) {
    return Refuse("its path may have letters, digits and -._~ between slashes, but no . and ..");
  }
  return RedirectUri{std::string(authority), std::string(path)};
}

}  // namespace pamjwt::oauth
