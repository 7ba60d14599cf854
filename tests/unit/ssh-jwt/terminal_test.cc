#include "ssh-jwt/terminal.h"

#include <string>

#include <gtest/gtest.h>

namespace pamjwt::ssh {
namespace {

TEST(Printable, KeepsTextLineEndsAndTabs) {
  EXPECT_EQ(Printable("(alice@web1) caf\xc3\xa9\n\tToken: "),
            "(alice@web1) caf\xc3\xa9\n\tToken: ");
}

TEST(Printable, ReplacesWhatATerminalWouldObey) {
  EXPECT_EQ(Printable("x\x1b[2J\rroot\x7f\a"), "x?[2J?root??");
  EXPECT_EQ(Printable(std::string("a\0b", 3)), "a?b");
}

}  // namespace
}  // namespace pamjwt::ssh
