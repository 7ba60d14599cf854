#include "jwtctl/daemon/health.h"

#include <algorithm>

#include "core/base/duration.h"

namespace pamjwt::ctl {
namespace {

/// Returns the place of `health` in the order from good to bad. What is not known may be critical,
/// so it is worse than a warning. What is known to be critical is the worst, so that nothing hides
/// it.
int Rank(Health health) {
  switch (health) {
    case Health::kOk:
      return 0;
    case Health::kWarning:
      return 1;
    case Health::kUnknown:
      return 2;
    case Health::kCritical:
      return 3;
  }
  return 0;
}

}  // namespace

std::string_view Name(Health health) {
  switch (health) {
    case Health::kOk:
      return "ok";
    case Health::kWarning:
      return "warning";
    case Health::kCritical:
      return "critical";
    case Health::kUnknown:
      return "unknown";
  }
  return "";
}

bool IsWorse(Health a, Health b) {
  return Rank(a) > Rank(b);
}

Health WorseOf(Health a, Health b) {
  return IsWorse(a, b) ? a : b;
}

Judgement JudgeAge(std::optional<UnixTime> fetched, UnixTime now, const Config& config) {
  if (!fetched.has_value()) return {Health::kCritical, "never fetched"};
  const Seconds age{now.seconds - fetched->seconds};
  const Seconds max_stale = *config.keys.max_stale;
  if (age.count < -config.login.leeway->count) {
    return {Health::kCritical, "fetched in the future: look at this host's clock"};
  }
  const std::string text = "fetched " + SpanInWords(std::max(age, Seconds{0})) + " ago";
  if (age > max_stale) {
    return {Health::kCritical, text + ", too old: max_stale is " + SpanInWords(max_stale)};
  }
  if (age.count > max_stale.count / 2) {
    return {Health::kWarning, text + ", over half of max_stale, " + SpanInWords(max_stale)};
  }
  return {Health::kOk, text};
}

}  // namespace pamjwt::ctl
