#include "jwks-fetcher/varlink/call_rate.h"

#include <algorithm>

namespace pamjwt::fetcher {

bool CallRate::Allow(uid_t user, MonoTime now) {
  if (!users_.contains(user)) {
    Forget(now);
  }
  RecentCalls& calls = users_[user];
  const bool is_full = calls.count == kCalls;
  if (is_full && now.ms - calls.times.at(calls.next).ms < kSpanMs) return false;
  calls.times.at(calls.next) = now;
  calls.next = (calls.next + 1) % kCalls;
  calls.count = std::min(calls.count + 1, kCalls);
  calls.last = now;
  return true;
}

void CallRate::Forget(MonoTime now) {
  std::erase_if(users_,
                [&](const auto& entry) { return now.ms - entry.second.last.ms >= kSpanMs; });
}

}  // namespace pamjwt::fetcher
