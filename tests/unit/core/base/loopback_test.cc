#include "core/base/loopback.h"

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(IsLoopbackHost, KnowsThisMachineByNamesThatNobodyElseCanHave) {
  for (const char* const host : {"localhost", "127.0.0.1", "127.255.255.254", "[::1]"}) {
    EXPECT_TRUE(IsLoopbackHost(host)) << host;
  }
  for (const char* const host :
       {"", "localhost.example.com", "localhost.", "127.0.0.1.example.com", "127.evil.example",
        "127.1", "127.0.0.1.", "128.0.0.1", "1.127.0.0", "::1", "[::2]", "[::1]x"}) {
    EXPECT_FALSE(IsLoopbackHost(host)) << host;
  }
}

}  // namespace
}  // namespace pamjwt
