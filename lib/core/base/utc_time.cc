#include "core/base/utc_time.h"

#include <cstddef>
#include <cstdint>

namespace pamjwt {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kFirstSecond = -62'167'219'200;  // 0000-01-01T00:00:00Z

std::string Padded(std::int64_t number, std::size_t digits) {
  const std::string text = std::to_string(number);
  return std::string(digits - text.size(), '0') + text;
}

/// Returns "2026-03-01" of a day that is `days` after 1970-01-01, from year 0 on.
std::string FormatDate(std::int64_t days) {
  constexpr std::int64_t kEraDays = 146'097;    // 400 years
  constexpr std::int64_t kEpochDays = 719'468;  // from 0000-03-01 to 1970-01-01
  // Years begin in March here, so that the day of a leap year is the last of its year. One era more
  // keeps the first days of year 0 from being negative.
  const std::int64_t day = days + kEpochDays + kEraDays;
  const std::int64_t era = day / kEraDays - 1;
  const std::int64_t in_era = day % kEraDays;
  const std::int64_t year = (in_era - in_era / 1460 + in_era / 36'524 - in_era / 146'096) / 365;
  const std::int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
  const std::int64_t from_march = (5 * in_year + 2) / 153;
  const std::int64_t month = from_march < 10 ? from_march + 3 : from_march - 9;
  return Padded(era * 400 + year + (month <= 2 ? 1 : 0), 4) + "-" + Padded(month, 2) + "-" +
         Padded(in_year - (153 * from_march + 2) / 5 + 1, 2);
}

}  // namespace

std::string FormatUtc(UnixTime time) {
  if (time.seconds < kFirstSecond || time.seconds > kLastSecond.seconds) return "";
  const std::int64_t second = (time.seconds - kFirstSecond) % kDaySeconds;
  return FormatDate((time.seconds - second) / kDaySeconds) + "T" + Padded(second / 3600, 2) + ":" +
         Padded(second / 60 % 60, 2) + ":" + Padded(second % 60, 2) + "Z";
}

}  // namespace pamjwt
