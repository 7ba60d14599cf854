#include "core/ssh/key_options.h"

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(IsKeyOptions, TakesListsOfKnownOptions) {
  for (const char* const text :
       {"restrict", "restrict,pty", "no-pty,no-X11-forwarding,no-agent-forwarding",
        "restrict,port-forwarding,agent-forwarding,X11-forwarding,user-rc", "verify-required",
        "no-port-forwarding,no-user-rc"}) {
    EXPECT_TRUE(IsKeyOptions(text)) << text;
  }
}

TEST(IsKeyOptions, RefusesOptionsThatCanDoMoreAndOtherText) {
  for (const char* const text :
       {"", ",", "restrict,", ",restrict", "restrict, pty", "restrict pty", "Restrict",
        "command=\"/bin/sh\"", "environment=\"A=b\"", "cert-authority", "principals=\"root\"",
        "from=\"*\"", "no-touch-required", "no-restrict", "restrict\npty", "pty\""}) {
    EXPECT_FALSE(IsKeyOptions(text)) << text;
  }
}

}  // namespace
}  // namespace pamjwt
