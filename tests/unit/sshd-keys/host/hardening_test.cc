#include "sshd-keys/host/hardening.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pamjwt::keys {
namespace {

TEST(TakeWords, CopiesTheWordsAndOverwritesThemInPlace) {
  std::string program = "sshd-keys";
  std::string user = "alice";
  std::string empty;
  std::string key(100'000, 'K');
  std::array argv = {program.data(), user.data(), empty.data(), key.data()};
  EXPECT_EQ(TakeWords(argv), (std::vector<std::string>{"alice", "", std::string(100'000, 'K')}));
  EXPECT_EQ(program, "sshd-keys");
  EXPECT_EQ(user, std::string(5, '\0'));
  EXPECT_EQ(key, std::string(100'000, '\0'));
}

TEST(TakeWords, TakesNothingFromAnEmptyCommandLine) {
  std::string program = "sshd-keys";
  std::array argv = {program.data()};
  EXPECT_TRUE(TakeWords(argv).empty());
  EXPECT_TRUE(TakeWords({}).empty());
}

}  // namespace
}  // namespace pamjwt::keys
