#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt {

/// A parsed `store.url`: the place where used one-time tokens are recorded.
struct StoreUrl {
  enum class Kind {
    kSqlite,    ///< sqlite:/PATH
    kUnix,      ///< unix:/PATH, the socket of a Valkey or Redis
    kRedis,     ///< redis://HOST[:PORT][/DATABASE], on this host only: it is not encrypted
    kRedisTls,  ///< rediss://HOST[:PORT][/DATABASE]
  };

  Kind kind = Kind::kSqlite;
  std::string path;  ///< of a file or socket, from /
  std::string host;  ///< a name or an address; [::1] has its brackets
  std::uint16_t port = 6379;
  std::uint32_t database = 0;  ///< at most 9999
};

/// Parses `store.url`, which has at most 1024 bytes. Errors: kConfigInvalid, with what is wrong
/// with the url.
Result<StoreUrl> ParseStoreUrl(std::string_view text);

}  // namespace pamjwt
