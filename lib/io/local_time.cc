#include "io/local_time.h"

#include <time.h>

#include <array>
#include <optional>

namespace pamjwt {
namespace {

std::optional<tm> ToLocal(UnixTime time) {
  const time_t seconds = time.seconds;
  tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return std::nullopt;
  return local;
}

bool IsSameDay(const tm& a, const tm& b) {
  return a.tm_year == b.tm_year && a.tm_yday == b.tm_yday;
}

}  // namespace

std::string LocalTimeText(UnixTime time, UnixTime now) {
  const std::optional<tm> local = ToLocal(time);
  const std::optional<tm> today = ToLocal(now);
  if (!local.has_value() || !today.has_value()) return "";
  std::array<char, 64> text{};
  const char* const format = IsSameDay(*local, *today) ? "at %H:%M %Z" : "on %Y-%m-%d at %H:%M %Z";
  return {text.data(), strftime(text.data(), text.size(), format, &*local)};
}

}  // namespace pamjwt
