#pragma once

#include <optional>
#include <string_view>

#include "core/base/time.h"

namespace pamjwt::http {

/// What a response says about its freshness, as received; empty: the field is absent.
struct CacheFields {
  std::string_view cache_control;
  std::string_view expires;
  std::string_view age;
  std::string_view date;
};

/// No field is longer; what is longer says nothing.
inline constexpr std::size_t kMaxFieldBytes = 1024;

/// How long the response is fresh from now on (RFC 9111 §4.2): 0 if it says that it must not be
/// kept, or what it says makes no sense; none if it says nothing. `s-maxage` is for caches that
/// are shared, which this is not.
std::optional<Seconds> FreshFor(const CacheFields& fields);

/// The issuer's time: `date`, and `age` in seconds later, if a cache kept the response meanwhile.
std::optional<UnixTime> SenderTime(std::string_view date, std::string_view age);

}  // namespace pamjwt::http
