#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <map>

#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::fetcher {

/// How often each user may call: kCalls in any second.
class CallRate {
 public:
  static constexpr std::size_t kCalls = 10;
  static constexpr std::int64_t kSpanMs = 1000;

  /// Counts a call, unless there were kCalls within the last second: those that are refused do not
  /// count. What is kept of users who did not call for a second is dropped.
  bool Allow(uid_t user, MonoTime now);

  [[nodiscard]] std::size_t users() const { return users_.size(); }

 private:
  /// The last calls in a ring: the oldest stands at `next`.
  struct RecentCalls {
    std::array<MonoTime, kCalls> times{};
    std::size_t count = 0;
    std::size_t next = 0;
    MonoTime last{};
  };

  void Forget(MonoTime now);

  std::map<uid_t, RecentCalls> users_;
};

}  // namespace pamjwt::fetcher
