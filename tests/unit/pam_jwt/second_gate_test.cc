#include "pam_jwt/second_gate.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

TEST(SecondGate, LetsOneCallPassPerSecond) {
  SecondGate gate;
  EXPECT_TRUE(gate.Pass(5 * kSecondNs));
  EXPECT_FALSE(gate.Pass(5 * kSecondNs));
  EXPECT_FALSE(gate.Pass(6 * kSecondNs - 1));
  EXPECT_TRUE(gate.Pass(6 * kSecondNs));
  EXPECT_FALSE(gate.Pass(7 * kSecondNs - 1));
  EXPECT_TRUE(gate.Pass(20 * kSecondNs));
}

TEST(SecondGate, StaysClosedIfTheClockCannotBeRead) {
  SecondGate gate;
  EXPECT_FALSE(gate.Pass(0));
  EXPECT_TRUE(gate.Pass(1));
}

TEST(SecondGate, LetsOneOfSeveralThreadsPass) {
  SecondGate gate;
  std::atomic<int> passed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { passed += gate.Pass(kSecondNs) ? 1 : 0; });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(passed, 1);
}

}  // namespace
}  // namespace pamjwt
