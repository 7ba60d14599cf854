#include "core/config/store_url.h"

#include <algorithm>
#include <optional>

#include "core/base/decimal.h"
#include "core/base/url.h"

namespace pamjwt {
namespace {

constexpr std::size_t kMaxBytes = 1024;

Error Refuse(const std::string& why) {
  return {Reason::kConfigInvalid, "url " + why};
}

Result<StoreUrl> ParsePath(StoreUrl::Kind kind, std::string_view path) {
  // "?" and "#" would begin options, such as a password, in the urls of other programs.
  const bool has_stray = std::any_of(path.begin(), path.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '?' || c == '#';
  });
  if (!path.starts_with('/') || path.ends_with('/') || has_stray) {
    return Refuse("must name a file by its path from /, and nothing else");
  }
  StoreUrl url;
  url.kind = kind;
  url.path = path;
  return url;
}

Result<StoreUrl> ParseServer(StoreUrl::Kind kind, std::string_view text) {
  constexpr std::uint32_t kMaxDatabase = 9999;
  const Result<Url> server = ParseUrl(text, Reason::kConfigInvalid);
  if (!server.ok()) return Refuse(server.error().detail);
  if (!server.value().user.empty()) return Refuse("must not have a user");
  if (kind == StoreUrl::Kind::kRedis && !IsLoopback(server.value())) {
    return Refuse(
        "with redis:// must be on this host (localhost, 127.0.0.1, [::1]): else use rediss://");
  }
  StoreUrl url;
  url.kind = kind;
  url.host = server.value().host;
  if (server.value().port != 0) url.port = server.value().port;
  const std::string_view rest = server.value().rest;
  if (rest.empty()) return url;
  const auto database =
      rest.starts_with('/') ? ParseDecimal(rest.substr(1), kMaxDatabase) : std::nullopt;
  if (!database.has_value()) return Refuse("must end in the number of a database, or not in /");
  url.database = *database;
  return url;
}

}  // namespace

Result<StoreUrl> ParseStoreUrl(std::string_view text) {
  if (text.size() > kMaxBytes) return Refuse("is longer than 1024 bytes");
  const auto rest_after = [&](std::string_view scheme) { return text.substr(scheme.size()); };
  if (text.starts_with("sqlite:")) return ParsePath(StoreUrl::Kind::kSqlite, rest_after("sqlite:"));
  if (text.starts_with("unix:")) return ParsePath(StoreUrl::Kind::kUnix, rest_after("unix:"));
  if (text.starts_with("redis://")) return ParseServer(StoreUrl::Kind::kRedis, text);
  if (text.starts_with("rediss://")) return ParseServer(StoreUrl::Kind::kRedisTls, text);
  return Refuse("must begin with sqlite:/, redis://, rediss:// or unix:/");
}

}  // namespace pamjwt
