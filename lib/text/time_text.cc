#include "text/time_text.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

#include "core/base/duration.h"
#include "core/base/time.h"
#include "core/base/utc_time.h"

namespace pamjwt {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kFirstSecond = -62167219200;  // 0000-01-01T00:00:00Z

/// Reads the parts of a time, one after the other. AtEnd returns false if a part was missing or out
/// of its range.
class TimeReader {
 public:
  explicit TimeReader(std::string_view rest) : rest_(rest) {}

  /// Reads `count` digits, as a number from `min` to `max`.
  int Number(std::size_t count, int min, int max) {
    int number = 0;
    const std::string_view digits = rest_.substr(0, count);
    const bool is_number = digits.size() == count && std::all_of(digits.begin(), digits.end(),
                                                                 [](char c) { return IsDigit(c); });
    if (is_number) {
      std::from_chars(digits.data(), digits.data() + count, number);
    }
    ok_ = ok_ && is_number && number >= min && number <= max;
    rest_.remove_prefix(digits.size());
    return number;
  }

  /// Reads one of `characters`.
  char OneOf(std::string_view characters) {
    const char c = rest_.empty() ? '\0' : rest_.front();
    ok_ = ok_ && c != '\0' && characters.find(c) != std::string_view::npos;
    rest_.remove_prefix(rest_.empty() ? 0 : 1);
    return c;
  }

  /// Skips ".123", if it is there.
  void SkipFraction() {
    if (!rest_.starts_with('.')) return;
    rest_.remove_prefix(1);
    const auto* const end = std::find_if_not(rest_.begin(), rest_.end(), IsDigit);
    ok_ = ok_ && end != rest_.begin();
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.begin()));
  }

  [[nodiscard]] bool AtEnd() const { return ok_ && rest_.empty(); }

 private:
  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }

  std::string_view rest_;
  bool ok_ = true;
};

/// Reads a time of RFC 3339 §5.6. Returns nullopt if it is not one.
std::optional<std::int64_t> ReadRfc3339(std::string_view text) {
  TimeReader reader(text);
  const int year = reader.Number(4, 0, 9999);
  reader.OneOf("-");
  const int month = reader.Number(2, 1, 12);
  reader.OneOf("-");
  const int day = reader.Number(2, 1, 31);
  reader.OneOf("Tt ");
  std::int64_t seconds = reader.Number(2, 0, 23) * kHour;
  reader.OneOf(":");
  seconds += reader.Number(2, 0, 59) * kMinute;
  reader.OneOf(":");
  seconds += reader.Number(2, 0, 60);  // 60: a leap second
  reader.SkipFraction();
  const char zone = reader.OneOf("Zz+-");
  if (zone == '+' || zone == '-') {
    std::int64_t offset = reader.Number(2, 0, 23) * kHour;
    reader.OneOf(":");
    offset += reader.Number(2, 0, 59) * kMinute;
    seconds += zone == '+' ? -offset : offset;
  }
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!reader.AtEnd() || !date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count() * kDay + seconds;
}

/// Reads a whole number. Returns nullopt if `text` is not one, or has more behind the number.
std::optional<std::int64_t> ReadInteger(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace

Result<UnixTime> ParseTime(std::string_view text) {
  std::optional<std::int64_t> seconds = ReadInteger(text);
  if (!seconds.has_value()) {
    seconds = ReadRfc3339(text);
  }
  if (!seconds.has_value() || *seconds < kFirstSecond || *seconds > kLastSecond.seconds) {
    return Error{Reason::kConfigInvalid,
                 "must be a time such as 2026-03-01T12:00:00Z, or seconds since 1970"};
  }
  return UnixTime{*seconds};
}

Result<Seconds> ParseSpan(std::string_view text) {
  constexpr std::int64_t kMostSeconds = kDay * 365 * 100;
  const std::optional<Seconds> span = ParseDuration(text);
  if (!span.has_value() || span->count > kMostSeconds) {
    return Error{Reason::kConfigInvalid, R"(must be a span of time such as 30s, 10m, 24h or 7d)"};
  }
  return *span;
}

std::string ShowTimeFrom(UnixTime now, UnixTime time) {
  std::string text = FormatUtc(time);
  if (text.empty()) return "";
  text.replace(text.find('T'), 1, " ").replace(text.size() - 1, 1, " UTC");
  if (time == now) return text + " (now)";
  // Both times are bounded: one was formatted, and the other is that of a clock or of a user.
  const bool is_past = time < now;
  const Seconds span{is_past ? now.seconds - time.seconds : time.seconds - now.seconds};
  return text + (is_past ? " (" + SpanInWords(span) + " ago)" : " (in " + SpanInWords(span) + ")");
}

}  // namespace pamjwt
