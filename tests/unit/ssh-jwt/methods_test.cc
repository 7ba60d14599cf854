#include "ssh-jwt/methods.h"

#include <gtest/gtest.h>

namespace pamjwt::ssh {
namespace {

TEST(HasMethod, ComparesWholeNames) {
  EXPECT_TRUE(HasMethod("publickey", "publickey"));
  EXPECT_TRUE(HasMethod("publickey,password,keyboard-interactive", kKeyboardInteractive));
  EXPECT_TRUE(HasMethod("publickey,password,keyboard-interactive", "password"));
  EXPECT_FALSE(HasMethod("keyboard-interactive-2@example.com", kKeyboardInteractive));
  EXPECT_FALSE(HasMethod("x-publickey", "publickey"));
  EXPECT_FALSE(HasMethod("", "publickey"));
}

TEST(MethodsBeforeToken, AreKeysUnlessTheUserPrefersAnotherOrder) {
  EXPECT_EQ(MethodsBeforeToken(""), "gssapi-with-mic,hostbased,publickey");
  EXPECT_EQ(MethodsBeforeToken("keyboard-interactive"), "");
  EXPECT_EQ(MethodsBeforeToken("keyboard-interactive,publickey"), "");
  EXPECT_EQ(MethodsBeforeToken("hostbased,keyboard-interactive,publickey"), "hostbased,");
  EXPECT_EQ(MethodsBeforeToken("publickey,password"), "publickey,password");
  EXPECT_TRUE(HasMethod(MethodsBeforeToken("a,publickey,keyboard-interactive"), "publickey"));
}

TEST(CheckTokenCanBeGiven, WantsKeyboardInteractive) {
  EXPECT_TRUE(CheckTokenCanBeGiven("").ok());
  EXPECT_TRUE(CheckTokenCanBeGiven("publickey,keyboard-interactive").ok());
  const Status got = CheckTokenCanBeGiven("publickey,password");
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().reason, Reason::kConfigInvalid);
  EXPECT_EQ(got.error().detail,
            "PreferredAuthentications is publickey,password, so ssh gives no token: add "
            "keyboard-interactive to it");
}

}  // namespace
}  // namespace pamjwt::ssh
