#include "http/http_date.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace pamjwt::http {
namespace {

/// Parses a number of at most four digits.
std::optional<unsigned> ParseNumber(std::string_view text) {
  unsigned number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number;
}

/// Returns 1 to 12, or 0 if `name` is not a month.
unsigned MonthOf(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto* const found = std::find(kMonths.begin(), kMonths.end(), name);
  return found == kMonths.end() ? 0 : static_cast<unsigned>(found - kMonths.begin()) + 1;
}

/// Parses "08:49:37" into seconds of the day. A leap second counts as the second before it.
std::optional<unsigned> ParseClock(std::string_view text) {
  const std::optional<unsigned> hour = ParseNumber(text.substr(0, 2));
  const std::optional<unsigned> minute = ParseNumber(text.substr(3, 2));
  const std::optional<unsigned> second = ParseNumber(text.substr(6, 2));
  if (!hour.has_value() || !minute.has_value() || !second.has_value()) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return *hour * 3600 + *minute * 60 + std::min(*second, 59U);
}

/// Checks that the separators and "GMT" are in their places. The name of the day is not checked.
bool HasDateForm(std::string_view text) {
  constexpr std::string_view kForm = "Aaa, 00 Aaa 0000 00:00:00 GMT";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const char want = kForm[i];
    if (want == '0' || want == 'A' || want == 'a') continue;
    if (text[i] != want) return false;
  }
  return true;
}

}  // namespace

std::optional<UnixTime> ParseHttpDate(std::string_view text) {
  if (!HasDateForm(text)) return std::nullopt;
  const std::optional<unsigned> day = ParseNumber(text.substr(5, 2));
  const std::optional<unsigned> year = ParseNumber(text.substr(12, 4));
  const std::optional<unsigned> clock = ParseClock(text.substr(17, 8));
  if (!day.has_value() || !year.has_value() || !clock.has_value()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(MonthOf(text.substr(8, 3))),
                                         std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return UnixTime{days * 86'400 + *clock};
}

}  // namespace pamjwt::http
