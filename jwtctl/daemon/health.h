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
/// Returns the exit code of a monitoring plugin.
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

/// Judges keys by the time when they were fetched; nullopt: never. Critical if logins get no
/// verdict with them: never fetched, fetched more than max_stale ago, or further in the future than
/// leeway. A warning if they are older than half of max_stale: then the issuer has not answered for
/// hours.
Judgement JudgeAge(std::optional<UnixTime> fetched, UnixTime now, const Config& config);

}  // namespace pamjwt::ctl
