#include "jwt-sso/net/login_age.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "unit/jwt-sso/net/login_tokens.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;

constexpr std::int64_t kDay = 86400;
constexpr UnixTime kDayLater{1'799'999'990 + kDay};  // than the iat of the tokens
const std::string kNonce = R"(,"nonce":"of-the-login")";

class CheckLoginAgeTest : public testing::Test {
 protected:
  CheckLoginAgeTest() {
    profile_.name = "work";
    profile_.path = "/etc/jwt-sso/work.toml";
    profile_.settings = ProfileFor(ClientToken::kId);
    login_.nonce = "of-the-login";
    login_.binding = SecretString(IdClaims{.more = kNonce}.Token());
    SetRenewed("");
  }

  /// Sets the token that was renewed.
  void SetRenewed(const std::string& more) {
    login_.id_token = SecretString(IdClaims{.more = more}.Token());
  }
  [[nodiscard]] Status Check(UnixTime now) const { return CheckLoginAge(profile_, login_, now); }

  Profile profile_;
  SavedLogin login_;
};

TEST_F(CheckLoginAgeTest, EndsWithTheAgeThatHostsAllow) {
  EXPECT_TRUE(Accepted(Check(UnixTime{kDayLater.seconds - 1})));
  const Status old = Check(kDayLater);
  ASSERT_TRUE(RefusedFor(Reason::kNoToken, old));
  EXPECT_EQ(old.error().detail,
            "the login is too old: the tokens that this provider renews do not name the ssh key, "
            "and hosts take the ID token of the login, which does, for 24 hours (max_binding_age "
            "in /etc/jwt-sso/work.toml): run jwt-sso login work");
  profile_.settings.max_binding_age = Seconds{kDay + 1};
  EXPECT_TRUE(Accepted(Check(kDayLater)));
  EXPECT_TRUE(RefusedFor(Reason::kNoToken, Check(UnixTime{kDayLater.seconds + 1})));
}

TEST_F(CheckLoginAgeTest, DoesNotCountForATokenThatNamesTheKey) {
  EXPECT_TRUE(RefusedFor(Reason::kNoToken, Check(kDayLater)));
  SetRenewed(kNonce);
  EXPECT_TRUE(Accepted(Check(kDayLater)));
  SetRenewed(R"(,"cnf":{"jkt":"x"})");
  EXPECT_TRUE(Accepted(Check(kDayLater)));
  SetRenewed(R"(,"nonce":"of-another-login")");
  EXPECT_TRUE(RefusedFor(Reason::kNoToken, Check(kDayLater)));
}

TEST_F(CheckLoginAgeTest, LooksAtTheTokenOfTheProfile) {
  profile_.settings.token = ClientToken::kAccess;
  SetRenewed(kNonce);
  login_.access_token = SecretString(IdClaims{}.Token());
  EXPECT_TRUE(RefusedFor(Reason::kNoToken, Check(kDayLater)));
  login_.access_token = SecretString(IdClaims{.more = R"(,"cnf":{"jkt":"x"})"}.Token());
  EXPECT_TRUE(Accepted(Check(kDayLater)));
  // The profile asked for ID tokens before. The first renewal shows what it brings now.
  login_.access_token = SecretString();
  EXPECT_TRUE(Accepted(Check(kDayLater)));
}

TEST_F(CheckLoginAgeTest, ReadsADateWithAFraction) {
  login_.binding = SecretString(IdClaims{.iat = "1799999990.9", .more = kNonce}.Token());
  EXPECT_TRUE(Accepted(Check(UnixTime{kDayLater.seconds - 1})));
  EXPECT_TRUE(RefusedFor(Reason::kNoToken, Check(kDayLater)));
}

TEST_F(CheckLoginAgeTest, LeavesALoginWithoutADateToTheCertificate) {
  for (const char* const iat : {"\"x\"", "-1", "1e300", "null"}) {
    login_.binding = SecretString(IdClaims{.iat = iat, .more = kNonce}.Token());
    EXPECT_TRUE(Accepted(Check(kDayLater))) << iat;
  }
  login_.binding = SecretString();
  EXPECT_TRUE(Accepted(Check(kDayLater)));
}

}  // namespace
}  // namespace pamjwt::sso
