#include "jwks-fetcher/redeem/make_store.h"

#include <stdexcept>
#include <utility>

#include "core/config/store_url.h"
#include "io/password_file.h"
#include "jwks-fetcher/redeem/redis_store.h"
#include "jwks-fetcher/redeem/sqlite_store.h"

namespace pamjwt::fetcher {

std::unique_ptr<OneTimeStore> MakeStore(const StoreOptions& options, Owners owners,
                                        std::function<void(const std::string& path)> on_made) {
  Result<StoreUrl> url = ParseStoreUrl(*options.url);
  // The parser of the configuration has refused every other url.
  if (!url.ok()) throw std::logic_error(url.error().detail);
  if (url.value().kind == StoreUrl::Kind::kSqlite) {
    return std::make_unique<SqliteStore>(url.value().path, SqliteLimits{}, std::move(on_made));
  }
  RedisOptions redis;
  redis.url = std::move(url).value();
  if (!options.password_file->empty()) {
    // The file is read for each connection, so that a new password needs no reload.
    redis.password = [path = *options.password_file, owners] {
      return ReadPasswordFile(path, owners, Reason::kRedeemUnavailable);
    };
  }
  return std::make_unique<RedisStore>(std::move(redis));
}

}  // namespace pamjwt::fetcher
