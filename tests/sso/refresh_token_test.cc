// What RefreshAndKeep leaves in the state, whatever the provider answers.
#include "jwt-sso/net/refresh_token.h"

#include <optional>
#include <string>
#include <utility>

#include "sso/provider_case.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;

constexpr const char* kTokens =
    R"({"access_token":"a","token_type":"Bearer","refresh_token":"next"})";

ScriptedAnswer Refusal(const std::string& code) {
  return {.status = 400, .body = R"({"error":")" + code + "\"}"};
}

class RefreshAndKeepTest : public ProviderCase {
 protected:
  RefreshAndKeepTest() { Save("first"); }

  [[nodiscard]] ProfileState OpenState() const {
    return ProfileState::Make(directory_.Path("state")).value();
  }

  /// Writes a login with this refresh token, as another computer does, whose lock is not seen here.
  void Save(const std::string& refresh_token) const {
    SavedLogin login;
    login.issuer = profile_.issuer;
    login.client_id = profile_.client_id;
    login.refresh_token = SecretString(refresh_token);
    const ProfileState state = OpenState();
    directory_.Write("state/tokens", std::string(FormatSavedLogin(login).value().view()), 0600);
  }

  [[nodiscard]] SavedLogin Saved() const { return std::move(*ReadLogin(OpenState()).value()); }

  /// Uses the refresh token that is saved.
  Result<RefreshedLogin> Refresh() {
    profile_.use = ClientUse::kPrompt;
    const OpenedProfile opened{{"work", "/etc/work.toml", profile_}, OpenState()};
    Provider provider = Discovered();
    const Result<StateLock> lock = opened.state.Lock(0);
    EXPECT_TRUE(Accepted(lock));
    return RefreshAndKeep(opened, lock.value(), Saved(), {profile_, provider, nullptr, nullptr},
                          "");
  }
};

TEST_F(RefreshAndKeepTest, KeepsTheNextRefreshToken) {
  Answer("/token", {.body = kTokens});
  ASSERT_TRUE(Accepted(Refresh()));
  EXPECT_EQ(Saved().refresh_token.view(), "next");
  EXPECT_EQ(Saved().renewals, 1);
  EXPECT_FALSE(Saved().unanswered.has_value());
}

TEST_F(RefreshAndKeepTest, RemembersThatNoAnswerCame) {
  Answer("/token", {.status = 500, .body = "<html>"});
  EXPECT_TRUE(FailedWith(Reason::kKeysMissing, {"500"}, Refresh()));
  EXPECT_EQ(Saved().refresh_token.view(), "first");
  EXPECT_TRUE(Saved().unanswered.has_value());
}

// Else the notice of a theft would be left out later, as if an answer had been lost here.
TEST_F(RefreshAndKeepTest, TakesTheRefusalOfTheTokenForAnAnswer) {
  Answer("/token", Refusal("invalid_grant"));
  EXPECT_TRUE(FailedWith(Reason::kNoToken, {"may have been stolen"}, Refresh()));
  EXPECT_FALSE(Saved().unanswered.has_value());
  EXPECT_EQ(Saved().refresh_token.view(), "first");
}

TEST_F(RefreshAndKeepTest, RemembersARefusalThatMayHaveUsedTheTokenUp) {
  Answer("/token", Refusal("invalid_target"));
  EXPECT_TRUE(FailedWith(Reason::kMalformed, {"invalid_target"}, Refresh()));
  EXPECT_TRUE(Saved().unanswered.has_value());
}

TEST_F(RefreshAndKeepTest, TriesTheTokenThatAnotherComputerWrote) {
  ScriptedAnswer refusal = Refusal("invalid_grant");
  refusal.meanwhile = [this] { Save("second"); };
  Answers("/token", {refusal, {.body = kTokens}});
  ASSERT_TRUE(Accepted(Refresh()));
  EXPECT_NE(RequestsFor("/token").at(1).body.find("refresh_token=second"), std::string::npos);
  EXPECT_EQ(Saved().refresh_token.view(), "next");
}

TEST_F(RefreshAndKeepTest, OverwritesNoTokenThatAnotherComputerWrote) {
  ScriptedAnswer first = Refusal("invalid_grant");
  first.meanwhile = [this] { Save("second"); };
  ScriptedAnswer second = Refusal("invalid_grant");
  second.meanwhile = [this] { Save("third"); };
  Answers("/token", {first, second});
  EXPECT_TRUE(FailedWith(Reason::kInternal, {"another computer", "try again"}, Refresh()));
  EXPECT_EQ(RequestsFor("/token").size(), 2U);
  EXPECT_EQ(Saved().refresh_token.view(), "third");
}

}  // namespace
}  // namespace pamjwt::sso
