#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <map>

#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::fetcher {

/// Limits how often each user may call: kCalls times in any span of kSpanMs.
class CallRate {
 public:
  static constexpr std::size_t kCalls = 10;
  static constexpr std::int64_t kSpanMs = 1000;

  /// Returns whether `user` may call now. Counts only the calls that it allows. When a new user
  /// calls, forgets the users who made no call within the last span, so that memory does not grow.
  bool Allow(uid_t user, MonoTime now);

  /// Returns the number of users whose calls are remembered.
  [[nodiscard]] std::size_t users() const { return users_.size(); }

 private:
  /// The last calls of one user, in a ring. The oldest is at `next`.
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
