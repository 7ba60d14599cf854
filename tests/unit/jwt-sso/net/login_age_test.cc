#include "jwt-sso/net/login_age.h"

#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "core/ssh/base64.h"
#include "support/certificate_builder.h"
#include "support/expect.h"
#include "support/temp_dir.h"
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

class CheckLastsTest : public testing::Test {
 protected:
  CheckLastsTest() {
    Result<ProfileState> state = ProfileState::Make(directory_.Path("work"));
    EXPECT_TRUE(Accepted(state));
    opened_.emplace(OpenedProfile{{}, std::move(state).value()});
    opened_->profile.settings = ProfileFor(ClientToken::kId);
  }

  void WriteCertificate() {
    const test::CertificateBuilder builder;
    directory_.Write("work/key-cert.pub",
                     builder.type + " " + EncodeBase64(AsBytes(builder.Blob())) + "\n", 0600);
  }
  [[nodiscard]] Status Check(std::int64_t now, std::int64_t least) const {
    return CheckLasts(*opened_, login_, UnixTime{now}, Seconds{least});
  }

  test::TempDir directory_;
  SavedLogin login_;
  std::optional<OpenedProfile> opened_;
};

TEST_F(CheckLastsTest, LooksAtTheEndOfTheCertificate) {
  constexpr std::int64_t kNow = 1700003000;  // the token of the certificate ends 300 seconds later
  WriteCertificate();
  EXPECT_TRUE(Accepted(Check(kNow, 299)));
  const Status lasts = Check(kNow, 300);
  ASSERT_TRUE(RefusedFor(Reason::kExpired, lasts));
  EXPECT_EQ(lasts.error().detail,
            "the certificate is good for 5 minutes only: the provider's tokens do not live longer");
  EXPECT_TRUE(RefusedFor(Reason::kExpired, Check(kNow + 301, 0)));
}

TEST_F(CheckLastsTest, LooksAtTheEndOfATokenForPrompts) {
  constexpr std::int64_t kNow = 1'800'000'000;  // the token ends an hour later
  opened_->profile.settings.use = ClientUse::kPrompt;
  login_.id_token = SecretString(IdClaims{}.Token());
  EXPECT_TRUE(Accepted(Check(kNow, 3599)));
  EXPECT_TRUE(RefusedFor(Reason::kExpired, Check(kNow, 3600)));
}

TEST_F(CheckLastsTest, TakesATokenWhoseEndIsNotKnown) {
  EXPECT_TRUE(Accepted(Check(1700003000, 300)));
  WriteCertificate();
  EXPECT_TRUE(RefusedFor(Reason::kExpired, Check(1700003000, 300)));
}

}  // namespace
}  // namespace pamjwt::sso
