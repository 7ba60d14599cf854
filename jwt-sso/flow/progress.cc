#include "jwt-sso/flow/progress.h"

#include <cstddef>
#include <iostream>

#include "io/clock.h"
#include "io/local_time.h"
#include "text/printable.h"

namespace pamjwt::sso {

void Say(std::string_view line) {
  std::cerr << Printable(line) + "\n";
}

std::string LocalTime(UnixTime time) {
  constexpr std::size_t kPreposition = 3;  // "at " or "on "
  const std::string text = LocalTimeText(time, Now());
  return text.empty() ? "an unknown time" : text.substr(kPreposition);
}

std::string LocalTimeAt(std::int64_t monotonic_ns) {
  constexpr std::int64_t kNsPerSecond = 1'000'000'000;
  return LocalTime({Now().seconds + (monotonic_ns - MonotonicNs()) / kNsPerSecond});
}

}  // namespace pamjwt::sso
