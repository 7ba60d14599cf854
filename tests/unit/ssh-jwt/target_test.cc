#include "ssh-jwt/target.h"

#include <gtest/gtest.h>

namespace pamjwt::ssh {
namespace {

TEST(IsPlainName, RefusesWhatAShellOrAProgramMayMisread) {
  for (const char* const name : {"alice", "web1.example.com", "::1", "a@b", "x%y", "a+b-c_d"}) {
    EXPECT_TRUE(IsPlainName(name)) << name;
  }
  for (const char* const name : {"", "-oProxyCommand", "a b", "a;b", "$(id)", "`id`", "a\nb", "a'b",
                                 "a\"b", "a\\b", "a|b", "a&b", "a>b", "a*b", "a/b", "ä"}) {
    EXPECT_FALSE(IsPlainName(name)) << name;
  }
}

}  // namespace
}  // namespace pamjwt::ssh
