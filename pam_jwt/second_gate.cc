#include "pam_jwt/second_gate.h"

namespace pamjwt {

bool SecondGate::Pass(std::int64_t now_ns) {
  constexpr std::int64_t kSecondNs = 1'000'000'000;
  std::int64_t closed_until_ns = closed_until_ns_.load();
  // Of several threads in the same moment, only one makes the exchange.
  return now_ns >= closed_until_ns &&
         closed_until_ns_.compare_exchange_strong(closed_until_ns, now_ns + kSecondNs);
}

}  // namespace pamjwt
