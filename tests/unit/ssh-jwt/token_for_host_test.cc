#include "ssh-jwt/token_for_host.h"

#include <string>

#include <gtest/gtest.h>

namespace pamjwt::ssh {
namespace {

constexpr const char* kForWeb1 = "e30.eyJhdWQiOiJ3ZWIxIn0.x";  // {"aud":"web1"}

class TokenForHostTest : public testing::Test {
 protected:
  Result<SecretString> Get(const SshConfig& config, const AudienceRule& audience = {}) {
    return TokenForHost(config, audience, [this](const Target& target) -> Result<UserToken> {
      asked_for_ += NameOf(target);
      return UserToken{SecretString(kForWeb1), is_for_host_, false};
    });
  }

  const SshConfig web1_{{"alice", "web1"}, {.strict = "true"}};
  const SshConfig web2_{{"alice", "web2"}, {.strict = "true"}};
  std::string asked_for_;
  bool is_for_host_ = false;
};

TEST_F(TokenForHostTest, GivesTheTokenThatTheHostMayHave) {
  const Result<SecretString> got = Get(web1_);
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got.value().view(), kForWeb1);
  EXPECT_EQ(asked_for_, "alice@web1");
}

TEST_F(TokenForHostTest, GetsNoTokenForAHostWhoseKeyIsNotChecked) {
  SshConfig unchecked = web1_;
  unchecked.host_key.strict = "false";
  const Result<SecretString> got = Get(unchecked, {.accepted = {}, .any_host = true});
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().reason, Reason::kConfigInvalid);
  EXPECT_EQ(asked_for_, "");
}

TEST_F(TokenForHostTest, RefusesATokenForAnotherHostUnlessTheUserVouchesForIt) {
  const Result<SecretString> got = Get(web2_);
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().reason, Reason::kAudience);
  EXPECT_TRUE(Get(web2_, {.accepted = {"web1"}, .any_host = false}).ok());
}

TEST_F(TokenForHostTest, TakesTheWordOfAProfileForTheHost) {
  EXPECT_FALSE(Get(web2_).ok());
  is_for_host_ = true;
  EXPECT_TRUE(Get(web2_).ok());
  SshConfig unchecked = web2_;
  unchecked.host_key.strict = "false";
  EXPECT_FALSE(Get(unchecked).ok());
}

TEST_F(TokenForHostTest, RefusesATokenThatHasExpired) {
  constexpr const char* kExpired = "e30.eyJhdWQiOiJ3ZWIxIiwiZXhwIjoxfQ.x";  // "aud":"web1","exp":1
  const Result<SecretString> got = TokenForHost(web1_, {}, [](const Target&) {
    return Result<UserToken>(UserToken{SecretString(kExpired), true, false});
  });
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().reason, Reason::kExpired);
}

TEST_F(TokenForHostTest, PassesOnWhyThereIsNoToken) {
  const Result<SecretString> got = TokenForHost(web1_, {}, [](const Target&) {
    return Result<UserToken>(Error{Reason::kNoToken, "no token: do this"});
  });
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().reason, Reason::kNoToken);
}

}  // namespace
}  // namespace pamjwt::ssh
