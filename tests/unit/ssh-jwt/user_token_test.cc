#include "ssh-jwt/user_token.h"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::ssh {
namespace {

using test::Accepted;
using test::RefusedFor;

constexpr const char* kNamed = "eyJhbGciOiJFUzI1NiJ9.e30.named";
constexpr const char* kOfProfile = "eyJhbGciOiJFUzI1NiJ9.e30.profile";
constexpr const char* kFound = "eyJhbGciOiJFUzI1NiJ9.e30.found";
const Target kTarget{"alice", "web1"};

/// A program in place of jwt-sso, and an environment in which no token can be found.
class UserTokenTest : public testing::Test {
 protected:
  void SetUp() override {
    Forget();
    wish_.tmp_dir = directory_.MakeDirectory("tmp");
    wish_.sso_program = directory_.Path("jwt-sso");
    LetJwtSso("echo " + std::string(kOfProfile));
  }
  void TearDown() override { Forget(); }

  static void Forget() {
    for (const char* const variable :
         {"SSH_JWT_COMMAND", "BEARER_TOKEN", "BEARER_TOKEN_FILE", "XDG_RUNTIME_DIR"}) {
      unsetenv(variable);
    }
  }
  /// Lets jwt-sso run a command of the shell. It notes its arguments.
  void LetJwtSso(const std::string& command) const {
    directory_.Write("jwt-sso",
                     "#!/bin/sh\necho \"$@\" >>" + directory_.Path("calls") + "\n" + command + "\n",
                     0755);
  }
  void LetAFileBeFound() const {
    directory_.Write("tmp/bt_u" + std::to_string(geteuid()), kFound, 0600);
  }
  [[nodiscard]] std::string Calls() const { return directory_.Read("calls"); }
  [[nodiscard]] std::string Got() const {
    const Result<UserToken> token = GetUserToken(wish_, kTarget);
    EXPECT_TRUE(Accepted(token));
    return token.ok() ? std::string(token.value().text.view()) : "";
  }

  const test::TempDir directory_;
  TokenWish wish_;
};

TEST_F(UserTokenTest, ComesFromTheProfileOfTheHost) {
  const Result<UserToken> token = GetUserToken(wish_, kTarget);
  ASSERT_TRUE(Accepted(token));
  EXPECT_EQ(token.value().text.view(), kOfProfile);
  EXPECT_TRUE(token.value().is_for_host);
  EXPECT_FALSE(token.value().may_change);
  EXPECT_EQ(Calls(), "token --host=web1\n");
}

TEST_F(UserTokenTest, ComesFromWhatIsNamedFirst) {
  wish_.file = directory_.Write("named", kNamed);
  EXPECT_EQ(Got(), kNamed);
  wish_.file = "";
  wish_.command = "echo " + std::string(kNamed);
  EXPECT_EQ(Got(), kNamed);
  wish_.command = "";
  const std::string file = directory_.Path("named");
  for (const auto& [variable, value] :
       {std::pair("SSH_JWT_COMMAND", "echo " + std::string(kNamed)),
        std::pair("BEARER_TOKEN", std::string(kNamed)), std::pair("BEARER_TOKEN_FILE", file)}) {
    setenv(variable, value.c_str(), 1);
    const Result<UserToken> token = GetUserToken(wish_, kTarget);
    ASSERT_TRUE(Accepted(token));
    EXPECT_EQ(token.value().text.view(), kNamed);
    EXPECT_FALSE(token.value().is_for_host);
    EXPECT_EQ(token.value().may_change, std::string(variable) == "SSH_JWT_COMMAND");
    unsetenv(variable);
  }
  EXPECT_EQ(Calls(), "");
}

TEST_F(UserTokenTest, ThatIsNamedAndNotThereIsAnError) {
  wish_.file = "/nowhere";
  EXPECT_TRUE(RefusedFor(Reason::kNoToken, GetUserToken(wish_, kTarget)));
  EXPECT_EQ(Calls(), "");
}

TEST_F(UserTokenTest, ComesFromTheProfileRatherThanFromAFileThatIsFound) {
  LetAFileBeFound();
  EXPECT_EQ(Got(), kOfProfile);
  LetJwtSso("exit 4");
  EXPECT_EQ(Got(), kFound);
  wish_.sso_program = "";
  EXPECT_EQ(Got(), kFound);
  EXPECT_EQ(Calls(), "token --host=web1\ntoken --host=web1\n");
}

TEST_F(UserTokenTest, IsMissingIfNoProfileIsForTheHost) {
  LetJwtSso("exit 4");
  const Result<UserToken> token = GetUserToken(wish_, kTarget);
  ASSERT_TRUE(RefusedFor(Reason::kNoToken, token));
  EXPECT_NE(token.error().detail.find("--token-command"), std::string::npos);
}

TEST_F(UserTokenTest, ComesFromNoOtherPlaceIfTheProfileGivesNone) {
  LetAFileBeFound();
  for (const int status : {1, 2, 3}) {
    LetJwtSso("echo " + std::string(kOfProfile) + "; exit " + std::to_string(status));
    const Result<UserToken> token = GetUserToken(wish_, kTarget);
    ASSERT_TRUE(RefusedFor(Reason::kNoToken, token));
    EXPECT_EQ(token.error().detail, "there is no token for web1 from jwt-sso (exit status " +
                                        std::to_string(status) + ")");
  }
}

TEST_F(UserTokenTest, OfAProfileMustBeAToken) {
  LetJwtSso("echo not a token");
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, GetUserToken(wish_, kTarget)));
  LetJwtSso("exit 0");
  EXPECT_TRUE(RefusedFor(Reason::kNoToken, GetUserToken(wish_, kTarget)));
  LetJwtSso("head -c 65537 /dev/zero | tr '\\0' a");
  EXPECT_TRUE(RefusedFor(Reason::kTooLong, GetUserToken(wish_, kTarget)));
}

TEST_F(UserTokenTest, OfAHostWithoutANameIsNotAskedFor) {
  LetAFileBeFound();
  const Result<UserToken> token = GetUserToken(wish_, Target{});
  ASSERT_TRUE(Accepted(token));
  EXPECT_EQ(token.value().text.view(), kFound);
  EXPECT_EQ(Calls(), "");
}

}  // namespace
}  // namespace pamjwt::ssh
