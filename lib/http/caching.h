#pragma once

#include <optional>
#include <string_view>

#include "core/base/time.h"

namespace pamjwt::http {

/// The header fields of a response that tell its freshness, as received. A field that is absent is
/// empty.
struct CacheFields {
  std::string_view cache_control;
  std::string_view expires;
  std::string_view age;
  std::string_view date;
};

/// The longest value of a header field that is used, in bytes. A longer field counts as absent.
inline constexpr std::size_t kMaxFieldBytes = 1024;

/// Returns how long the response is fresh from now on (RFC 9111 §4.2), at most 2^31 seconds.
/// Returns 0 if the response must not be kept, or if its fields make no sense, and nullopt if no
/// field tells its freshness. Ignores `s-maxage`, which is for shared caches.
std::optional<Seconds> FreshFor(const CacheFields& fields);

/// Returns the sender's clock: `date`, plus the seconds of `age` if a cache kept the response
/// meanwhile. Returns nullopt if `date` is not a date.
std::optional<UnixTime> SenderTime(std::string_view date, std::string_view age);

}  // namespace pamjwt::http
