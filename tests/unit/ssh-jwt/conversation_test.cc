#include "ssh-jwt/conversation.h"

#include <string>

#include <gtest/gtest.h>

namespace pamjwt::ssh {
namespace {

constexpr const char* kForWeb1 = "e30.eyJhdWQiOiJ3ZWIxIn0.";  // {"aud":"web1"}
constexpr const char* kAsks = "(alice@web1) Token: ";
constexpr const char* kPasswordMethod = "alice@web1's password: ";

/// A conversation about a token of `size` bytes for web1, which counts how often it is got.
class ConversationTest : public testing::Test {
 protected:
  static SshConfig For(const char* host) { return {{"alice", host}, {.strict = "true"}}; }

  Conversation Make(std::size_t size, SshConfig config = For("web1")) {
    token_ = kForWeb1;
    token_.resize(size, 'x');
    return Conversation(
        std::move(config), {},
        [this](const Target& target) -> Result<UserToken> {
          ++got_;
          asked_for_ = NameOf(target);
          return UserToken{SecretString(token_)};
        },
        has_terminal_);
  }

  std::string token_;
  int got_ = 0;
  std::string asked_for_;
  bool has_terminal_ = true;
};

TEST_F(ConversationTest, GivesATokenInPartsThatAreGotOnce) {
  Conversation conversation = Make(2000);
  const Reply first = conversation.Ask(kAsks, true);
  const Reply second = conversation.Ask("(alice@web1) Token (continued from byte 1023): ", true);
  EXPECT_EQ(first.answer, Answer::kToken);
  EXPECT_EQ(first.part.size(), kSshPart);
  EXPECT_EQ(second.answer, Answer::kToken);
  EXPECT_EQ(std::string(first.part.view()) + std::string(second.part.view()), token_);
  EXPECT_EQ(got_, 1);
  EXPECT_EQ(asked_for_, "alice@web1");
  EXPECT_EQ(conversation.TakeMessage(), "");
}

TEST_F(ConversationTest, GetsTheTokenFirstAndOnce) {
  Conversation conversation = Make(500);
  EXPECT_TRUE(conversation.GetTokenFirst().ok());
  EXPECT_EQ(got_, 1);
  EXPECT_EQ(conversation.Ask(kAsks, true).part.size(), 500U);
  EXPECT_EQ(got_, 1);
}

TEST_F(ConversationTest, SaysFirstWhyThereIsNoTokenForTheHost) {
  Conversation conversation = Make(500, For("web2"));
  const Status got = conversation.GetTokenFirst();
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().reason, Reason::kAudience);
}

TEST_F(ConversationTest, GetsNoTokenFirstIfTheKeyOfTheHostIsNotYetChecked) {
  SshConfig new_key = For("web1");
  new_key.host_key = {.strict = "accept-new", .known_hosts = "/none/known_hosts"};
  Conversation conversation = Make(500, new_key);
  EXPECT_TRUE(conversation.GetTokenFirst().ok());
  EXPECT_EQ(got_, 0);
}

TEST_F(ConversationTest, EndsATokenOfExactlyOnePartWithAnEmptyAnswer) {
  Conversation conversation = Make(kSshPart);
  EXPECT_EQ(conversation.Ask(kAsks, true).part.size(), kSshPart);
  const Reply last = conversation.Ask("(alice@web1) Token (continued from byte 1023): ", true);
  EXPECT_EQ(last.answer, Answer::kToken);
  EXPECT_TRUE(last.part.empty());
}

TEST_F(ConversationTest, GivesNoPartOfATokenTwice) {
  Conversation conversation = Make(500);
  EXPECT_EQ(conversation.Ask(kAsks, true).answer, Answer::kToken);
  const Reply again = conversation.Ask(kAsks, true);
  EXPECT_EQ(again.answer, Answer::kNothing);
  EXPECT_TRUE(again.part.empty());
  EXPECT_NE(conversation.TakeMessage().find("second time"), std::string::npos);
}

TEST_F(ConversationTest, GetsNoTokenForQuestionsThatAreNotItsOwn) {
  Conversation conversation = Make(500);
  EXPECT_EQ(conversation.Ask("Enter passphrase for key 'k': ", true).answer, Answer::kUser);
  EXPECT_EQ(conversation.Ask("(alice@bastion) Token: ", true).answer, Answer::kNothing);
  EXPECT_EQ(conversation.Ask(kAsks, false).answer, Answer::kNothing);
  EXPECT_EQ(got_, 0);
  EXPECT_EQ(conversation.Ask(kAsks, true).answer, Answer::kToken);
  EXPECT_EQ(got_, 1);
}

TEST_F(ConversationTest, SaysTheSameThingOnce) {
  Conversation conversation = Make(500);
  conversation.Ask("(alice@bastion) Token: ", false);
  EXPECT_NE(conversation.TakeMessage(), "");
  conversation.Ask("(alice@bastion) Token: ", false);
  EXPECT_EQ(conversation.TakeMessage(), "");
}

TEST_F(ConversationTest, KeepsATokenFromAHostThatItsAudienceDoesNotName) {
  Conversation conversation = Make(500, For("web2"));
  EXPECT_EQ(conversation.Ask("(alice@web2) Token: ", true).answer, Answer::kNothing);
  EXPECT_EQ(conversation.TakeMessage(), "the token is not for web2: its audience is \"web1\"");
}

TEST_F(ConversationTest, KeepsATokenFromAHostWhoseKeyIsNotChecked) {
  SshConfig unchecked = For("web1");
  unchecked.host_key.strict = "false";
  Conversation conversation = Make(500, unchecked);
  EXPECT_EQ(conversation.Ask(kAsks, true).answer, Answer::kNothing);
  EXPECT_NE(conversation.TakeMessage().find("StrictHostKeyChecking is off"), std::string::npos);
  EXPECT_EQ(got_, 0);
  EXPECT_EQ(conversation.Ask("(alice@web1) Password: ", true).answer, Answer::kUser);
}

TEST_F(ConversationTest, SaysWhyThereIsNoTokenAndAsksForItOnce) {
  int got = 0;
  Conversation conversation(
      For("web1"), {},
      [&got](const Target&) {
        ++got;
        return Result<UserToken>(Error{Reason::kNoToken, "no token: do this"});
      },
      true);
  EXPECT_EQ(conversation.Ask(kAsks, true).answer, Answer::kNothing);
  EXPECT_EQ(conversation.TakeMessage(), "no token: do this");
  EXPECT_EQ(conversation.Ask(kAsks, true).answer, Answer::kNothing);
  EXPECT_EQ(got, 1);
}

LoginEnd Denied(const char* methods) {
  return {LoginEnd::Kind::kDenied, methods};
}

TEST_F(ConversationTest, SaysThatTheServerOffersNoKeyboardInteractiveOnceSshIsDenied) {
  Conversation conversation = Make(500);
  EXPECT_EQ(conversation.Ask(kPasswordMethod, true).answer, Answer::kUser);
  EXPECT_EQ(conversation.TakeMessage(), "");
  EXPECT_NE(conversation.Farewell(255, Denied("publickey,password"))
                .find("KbdInteractiveAuthentication yes"),
            std::string::npos);
}

TEST_F(ConversationTest, SaysNothingOfKeyboardInteractiveWhereItIsOffered) {
  Conversation conversation = Make(500);
  conversation.Ask("(alice@web1) Password: ", true);
  conversation.Ask(kPasswordMethod, true);
  EXPECT_EQ(conversation.TakeMessage(), "");
  EXPECT_EQ(conversation.Farewell(255, Denied("publickey,keyboard-interactive")),
            "web1 never asked for a token: `jwtctl doctor` there tells its administrator why");
}

TEST_F(ConversationTest, NamesThePreferredMethodsIfTheyLeaveOutKeyboardInteractive) {
  SshConfig keys_alone = For("web1");
  keys_alone.other_ways.preferred_methods = "publickey";
  Conversation conversation = Make(500, keys_alone);
  const std::string words =
      "PreferredAuthentications is publickey, so ssh gives no token: add keyboard-interactive to "
      "it";
  EXPECT_EQ(conversation.Farewell(255, Denied("publickey,keyboard-interactive")), words);
  EXPECT_EQ(conversation.GetTokenFirst().error().detail, words);
  EXPECT_EQ(got_, 0);
}

TEST_F(ConversationTest, SaysWhyAServerMayCloseTheConnection) {
  const std::string said = Make(500).Farewell(255, {LoginEnd::Kind::kClosed, {}});
  EXPECT_TRUE(said.starts_with("the connection to web1 was closed before")) << said;
  EXPECT_NE(said.find(" sshd does so for a while after failed logins from the same address ("
                      "PerSourcePenalties "),
            std::string::npos);
  EXPECT_EQ(said.find("KbdInteractive"), std::string::npos);
  const std::string of_proxy = Make(500).Farewell(255, {LoginEnd::Kind::kClosedByProxy, {}});
  EXPECT_NE(of_proxy.find(". If the proxy has not said why: sshd does so"), std::string::npos);
}

TEST_F(ConversationTest, SaysNoMoreOfAProxyThatGotNoToken) {
  Conversation conversation = Make(500);
  conversation.Ask("(alice@bastion) Token: ", false);
  EXPECT_EQ(conversation.Farewell(255, {LoginEnd::Kind::kClosedByProxy, {}}), "");
}

TEST_F(ConversationTest, SaysWhatToDoAboutTooManyKeys) {
  const std::string said = Make(500).Farewell(255, {LoginEnd::Kind::kTooMany, {}});
  EXPECT_NE(said.find("IdentitiesOnly=yes"), std::string::npos);
  EXPECT_NE(said.find("-o PreferredAuthentications=keyboard-interactive"), std::string::npos);
}

TEST_F(ConversationTest, SaysNothingMoreOfAnotherEnd) {
  Conversation conversation = Make(500);
  EXPECT_EQ(conversation.Farewell(255, {}), "");
  EXPECT_EQ(conversation.Farewell(0, Denied("publickey")), "");
  EXPECT_EQ(conversation.Farewell(1, Denied("publickey")), "");
  conversation.Ask(kAsks, true);
  EXPECT_EQ(conversation.Farewell(255, Denied("publickey")), "");
  EXPECT_EQ(conversation.Farewell(255, {LoginEnd::Kind::kTooMany, {}}), "");
  EXPECT_EQ(conversation.Farewell(255, {LoginEnd::Kind::kClosed, {}}), "");
}

TEST_F(ConversationTest, SaysOnceThatThereIsNoTerminal) {
  has_terminal_ = false;
  Conversation conversation = Make(500);
  EXPECT_EQ(conversation.Ask("(alice@web1) Password: ", true).answer, Answer::kNothing);
  EXPECT_EQ(conversation.TakeMessage(), "there is no terminal to ask at");
  conversation.Ask("(alice@bastion) Token: ", false);
  EXPECT_NE(conversation.TakeMessage(), "");
  EXPECT_EQ(conversation.Ask(kPasswordMethod, true).answer, Answer::kNothing);
  EXPECT_EQ(conversation.TakeMessage(), "");
  EXPECT_EQ(conversation.Ask(kAsks, true).answer, Answer::kToken);
}

}  // namespace
}  // namespace pamjwt::ssh
