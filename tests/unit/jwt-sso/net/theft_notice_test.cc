#include "jwt-sso/net/theft_notice.h"

#include <gtest/gtest.h>

namespace pamjwt::sso {
namespace {

SavedLogin Login() {
  SavedLogin login;
  login.issuer = "https://sso.example";
  login.client_id = "ssh";
  login.subject = "alice";
  login.refresh_token = SecretString("secret-refresh-token");
  login.logged_in = UnixTime{1800000000};
  login.renewed = UnixTime{1800003600};
  login.renewals = 7;
  return login;
}

TEST(IsRefreshTokenRefusedTest, IsTrueForInvalidGrantOnly) {
  EXPECT_TRUE(IsRefreshTokenRefused({"invalid_grant", ""}));
  EXPECT_FALSE(IsRefreshTokenRefused({"invalid_client", ""}));
  EXPECT_FALSE(IsRefreshTokenRefused({"server_error", "invalid_grant"}));
}

TEST(TheftNoticeTest, SaysWhatHappenedSinceWhenAndWhatToDo) {
  EXPECT_EQ(
      TheftNotice(Login(), "work", {"invalid_grant", "reused"}),
      "the provider refused the refresh token of work (\"invalid_grant\", \"reused\"). It was "
      "revoked, is too old, or was used by somebody else since 2027-01-15T09:00:00Z: nobody "
      "here used it (renewals: 7, last 2027-01-15T09:00:00Z). If you did not log out "
      "elsewhere, tell your administrator that the login of \"alice\" of "
      "2027-01-15T08:00:00Z, for the client \"ssh\" at https://sso.example, may have been "
      "stolen. Then run jwt-sso login work");
}

TEST(TheftNoticeTest, AccusesNobodyIfAnAnswerWasLostHere) {
  SavedLogin login = Login();
  login.unanswered = UnixTime{1800007200};
  EXPECT_EQ(
      TheftNotice(login, "work", {"invalid_grant", ""}),
      "the provider refused the refresh token of work (\"invalid_grant\"): this computer sent "
      "the token at 2027-01-15T10:00:00Z, and got no new one, so the provider has probably "
      "replaced it then: run jwt-sso login work");
}

TEST(TheftNoticeTest, HasNoToken) {
  const std::string text = TheftNotice(Login(), "work", {"invalid_grant", ""});
  EXPECT_EQ(text.find("secret-refresh-token"), std::string::npos);
  EXPECT_NE(text.find("(\"invalid_grant\")"), std::string::npos);
}

}  // namespace
}  // namespace pamjwt::sso
