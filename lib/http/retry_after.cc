#include "http/retry_after.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

#include "http/http_date.h"

namespace pamjwt::http {

std::optional<Seconds> RetryAfter(std::string_view value, UnixTime sent) {
  const char* const end = value.data() + value.size();
  std::uint32_t seconds = 0;
  const std::from_chars_result read = std::from_chars(value.data(), end, seconds);
  if (read.ec == std::errc() && read.ptr == end) return Seconds{seconds};
  const std::optional<UnixTime> date = ParseHttpDate(value);
  if (!date.has_value()) return std::nullopt;
  return Seconds{std::max<std::int64_t>(date->seconds - sent.seconds, 0)};
}

}  // namespace pamjwt::http
