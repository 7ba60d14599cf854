#include "core/base/duration.h"

#include <charconv>
#include <limits>

namespace pamjwt {
namespace {

std::int64_t UnitSeconds(char unit) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return kMinute;
    case 'h':
      return kHour;
    case 'd':
      return 24 * kHour;
  }
  return 0;  // not a unit
}

}  // namespace

std::optional<Seconds> ParseDuration(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const std::int64_t unit = UnitSeconds(text.back());
  std::int64_t number = 0;
  const char* const end = text.data() + text.size() - 1;
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool is_number = error == std::errc() && stop == end && number >= 0;
  if (unit == 0 || !is_number || number > std::numeric_limits<std::int64_t>::max() / unit) {
    return std::nullopt;
  }
  return Seconds{number * unit};
}

std::string SpanInWords(Seconds span) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  const auto count = [](std::int64_t number, const char* unit) {
    return std::to_string(number) + " " + unit + (number == 1 ? "" : "s");
  };
  if (span.count < 2 * kMinute) return count(span.count, "second");
  if (span.count < 2 * kHour) return count(span.count / kMinute, "minute");
  if (span.count < 2 * kDay) return count(span.count / kHour, "hour");
  return count(span.count / kDay, "day");
}

}  // namespace pamjwt
