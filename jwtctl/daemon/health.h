#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/config/config.h"

namespace pamjwt::ctl {

/// How something stands, by the exit codes of monitoring plugins; a worse one is greater.
enum class Health : int { kOk = 0, kWarning = 1, kCritical = 2, kUnknown = 3 };

std::string_view Name(Health health);
inline int ExitCodeOf(Health health) {
  return static_cast<int>(health);
}

struct Judgement {
  Health health;
  std::string text;  ///< "fetched 5m ago"
};

/// Keys that were fetched at this time, or never. Critical where logins get no verdict: never, more
/// than max_stale ago, or further in the future than leeway. A warning from half of max_stale on:
/// then the issuer has not answered for hours, and somebody should look.
Judgement JudgeAge(std::optional<UnixTime> fetched, UnixTime now, const Config& config);

/// "42s", "5m", "12h", "3d": in the largest unit that leaves at least two of it, or seconds.
std::string ShowSpan(Seconds span);

/// "1 key", "2 keys": of a noun whose plural has an s.
std::string ShowCount(std::size_t count, std::string_view noun);

}  // namespace pamjwt::ctl
