#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/config/config.h"

namespace pamjwt::ctl {

/// The state of something, with the exit codes of monitoring plugins as values. The values are not
/// the order: see IsWorse.
enum class Health : int { kOk = 0, kWarning = 1, kCritical = 2, kUnknown = 3 };

/// Returns "ok", "warning", "critical" or "unknown".
std::string_view Name(Health health);
inline int ExitCodeOf(Health health) {
  return static_cast<int>(health);
}

/// Checks whether `a` is worse than `b`. From good to bad: ok, warning, unknown, critical
/// (docs/decisions/0033-one-order-of-health.md).
bool IsWorse(Health a, Health b);
/// Returns the worse of two.
Health WorseOf(Health a, Health b);

/// The health of something, and why.
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
