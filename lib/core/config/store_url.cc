#include "core/config/store_url.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "core/base/loopback.h"

namespace pamjwt {
namespace {

constexpr std::size_t kMaxBytes = 1024;
constexpr std::uint32_t kMaxDatabase = 9999;

Error Refuse(const std::string& why) {
  return {Reason::kConfigInvalid, "url " + why};
}

/// A decimal number without sign and without zeros in front.
std::optional<std::uint32_t> ParseNumber(std::string_view text, std::uint32_t most) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  const bool is_canonical = text == "0" || !text.starts_with('0');
  if (!is_number || !is_canonical || number > most) return std::nullopt;
  return number;
}

/// Letters, digits, dots and hyphens; or an IPv6 address in brackets.
bool IsHost(std::string_view host) {
  const bool has_brackets = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  const std::string_view inside = has_brackets ? host.substr(1, host.size() - 2) : host;
  const std::string_view more = has_brackets ? ":." : "-.";
  const auto fits = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
  };
  return !inside.empty() && std::all_of(inside.begin(), inside.end(), fits);
}

Result<StoreUrl> ParsePath(StoreUrl::Kind kind, std::string_view path) {
  const bool has_stray = std::any_of(path.begin(), path.end(),
                                     [](char c) { return static_cast<unsigned char>(c) <= ' '; });
  if (!path.starts_with('/') || path.ends_with('/') || has_stray) {
    return Refuse("must name a file by its path from /");
  }
  StoreUrl url;
  url.kind = kind;
  url.path = path;
  return url;
}

Result<StoreUrl> ParseServer(StoreUrl::Kind kind, std::string_view rest) {
  StoreUrl url;
  url.kind = kind;
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos) {
    const auto database = ParseNumber(rest.substr(slash + 1), kMaxDatabase);
    if (!database.has_value()) return Refuse("must end in the number of a database, or not in /");
    url.database = *database;
    rest = rest.substr(0, slash);
  }
  if (rest.find('@') != std::string_view::npos) {
    return Refuse("must not have a user or a password: use password_file");
  }
  const std::size_t colon =
      rest.find(':', rest.find(']') == std::string_view::npos ? 0 : rest.find(']'));
  if (colon != std::string_view::npos) {
    const auto port =
        ParseNumber(rest.substr(colon + 1), std::numeric_limits<std::uint16_t>::max());
    if (!port.has_value() || *port == 0) return Refuse("has a port that is none");
    url.port = static_cast<std::uint16_t>(*port);
    rest = rest.substr(0, colon);
  }
  if (!IsHost(rest)) return Refuse("must name a host");
  url.host = rest;
  if (kind == StoreUrl::Kind::kRedis && !IsLoopbackHost(url.host)) {
    return Refuse(
        "with redis:// must be on this host (localhost, 127.0.0.1, [::1]): else use rediss://");
  }
  return url;
}

}  // namespace

Result<StoreUrl> ParseStoreUrl(std::string_view text) {
  if (text.size() > kMaxBytes) return Refuse("is longer than 1024 bytes");
  const auto rest_after = [&](std::string_view scheme) { return text.substr(scheme.size()); };
  if (text.starts_with("sqlite:")) return ParsePath(StoreUrl::Kind::kSqlite, rest_after("sqlite:"));
  if (text.starts_with("unix:")) return ParsePath(StoreUrl::Kind::kUnix, rest_after("unix:"));
  if (text.starts_with("redis://")) {
    return ParseServer(StoreUrl::Kind::kRedis, rest_after("redis://"));
  }
  if (text.starts_with("rediss://")) {
    return ParseServer(StoreUrl::Kind::kRedisTls, rest_after("rediss://"));
  }
  return Refuse("must begin with sqlite:/, redis://, rediss:// or unix:/");
}

}  // namespace pamjwt
