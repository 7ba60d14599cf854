// What the module asks, what counts as an answer, and what other modules find of the answer.
#include <syslog.h>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "core/login/message.h"
#include "module/login_attempt.h"
#include "support/expect.h"

namespace pamjwt::test {
namespace {

class AnswerTest : public testing::Test {
 protected:
  LoginOutcome Answer(std::vector<test::Answer> answers) {
    return LogIn(sandbox_, attempt_, std::move(answers));
  }

  Sandbox sandbox_;
  LoginAttempt attempt_;
};

// The length alone decides, because sshd replaces the answer of a refused user with junk of the
// same length.
TEST_F(AnswerTest, AnAnswerTooShortForATokenIsLeftToTheNextModule) {
  for (const std::string& answer :
       {std::string("x"), std::string(127, 'x'), std::string("a.b.c"),
        std::string("\b\n\r\177INCORRECT\b\n\r\177IN"), attempt_.Token().substr(0, 127)}) {
    const LoginOutcome outcome = Answer({answer});
    EXPECT_TRUE(EndsIn(Reason::kNoToken, outcome)) << answer;
    EXPECT_EQ(outcome.code, PAM_CRED_INSUFFICIENT);
    EXPECT_EQ(outcome.authtok, answer);
    EXPECT_EQ(outcome.told, std::vector<std::string>());
    EXPECT_EQ(outcome.log.front().priority, LOG_AUTHPRIV | LOG_INFO);
    EXPECT_EQ(outcome.Audit(), "no_token user=" + OwnAccount() + " reason=token.none");
  }
}

// The same for every user: sshd gives junk of the same length for users that it refused.
TEST_F(AnswerTest, TokenOnlySaysThatATokenIsExpectedAfterAnythingShorter) {
  attempt_.options = "token_only";
  for (const std::string& user : {OwnAccount(), std::string("no-such-account")}) {
    attempt_.user = user;
    for (const std::string& answer :
         {std::string(), std::string("correct horse"), std::string(127, 'x'),
          std::string("\b\n\r\177INCORRECT\b\n\r\177IN"), attempt_.Token().substr(0, 127)}) {
      const LoginOutcome outcome = Answer({answer});
      EXPECT_EQ(outcome.code, PAM_CRED_INSUFFICIENT) << answer;
      EXPECT_EQ(outcome.told, std::vector<std::string>{kTokenExpected}) << answer;
    }
  }
}

TEST_F(AnswerTest, TokenOnlySaysNothingElseAndNothingIfPamIsSilent) {
  attempt_.options = "token_only";
  EXPECT_EQ(Answer({attempt_.Token()}).told, std::vector<std::string>());
  EXPECT_EQ(Answer({std::string(128, 'x')}).told, std::vector<std::string>{"Token not accepted."});
  attempt_.flags = PAM_SILENT;
  EXPECT_EQ(Answer({"correct horse"}).told, std::vector<std::string>());
}

TEST_F(AnswerTest, AnEmptyAnswerIsNotLeftToTheNextModule) {
  const LoginOutcome outcome = Answer({""});
  EXPECT_EQ(outcome.code, PAM_CRED_INSUFFICIENT);
  EXPECT_EQ(outcome.authtok, std::nullopt);
}

TEST_F(AnswerTest, AnAnswerOf128BytesIsATokenAttempt) {
  const LoginOutcome outcome = Answer({std::string(128, 'x')});
  EXPECT_TRUE(EndsIn(Reason::kMalformed, outcome));
  EXPECT_EQ(outcome.code, PAM_AUTH_ERR);
  EXPECT_EQ(outcome.authtok, std::nullopt);
}

TEST_F(AnswerTest, AnAcceptedTokenIsNotLeftToTheNextModule) {
  const LoginOutcome outcome = Answer({attempt_.Token()});
  EXPECT_TRUE(EndsIn(Reason::kAccepted, outcome));
  EXPECT_EQ(outcome.authtok, std::nullopt);
}

TEST_F(AnswerTest, AsksForTheTokenAfterTheUser) {
  Install(sandbox_, attempt_);
  PamSession session(sandbox_, "sshd", std::nullopt);
  session.Prepare({OwnAccount(), attempt_.Token()});
  EXPECT_EQ(session.Authenticate(), PAM_SUCCESS);
  ASSERT_EQ(session.messages().size(), 2U);
  EXPECT_EQ(session.messages()[0].style, PAM_PROMPT_ECHO_ON);
  EXPECT_EQ(session.messages()[1].style, PAM_PROMPT_ECHO_OFF);
}

TEST_F(AnswerTest, JudgesForTheUserThatIsSetAfterTheConversation) {
  Install(sandbox_, attempt_);
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token(), attempt_.Token()});
  session.OnPrompt([&] { session.SetItem(PAM_USER, "somebody-else"); });
  EXPECT_EQ(session.Authenticate(), PAM_AUTH_ERR);
  session.OnPrompt([&] { session.SetItem(PAM_USER, OwnAccount().c_str()); });
  EXPECT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_EQ(session.CheckAccount(), PAM_SUCCESS);
}

// ---- The conversation fails

TEST_F(AnswerTest, AConversationThatFailsIsAFault) {
  const LoginOutcome outcome = Answer({test::Answer::Failure()});
  EXPECT_EQ(outcome.code, PAM_CONV_ERR);
  EXPECT_TRUE(EndsIn(Reason::kConversation, outcome));
  EXPECT_EQ(outcome.told, std::vector<std::string>());
  EXPECT_EQ(outcome.authtok, std::nullopt);
}

TEST_F(AnswerTest, AMissingAnswerIsAFaultOfTheConversation) {
  const LoginOutcome outcome = Answer({test::Answer::Nothing()});
  EXPECT_EQ(outcome.code, PAM_CONV_ERR);
  EXPECT_TRUE(EndsIn(Reason::kConversation, outcome));
}

TEST_F(AnswerTest, AMissingUserIsAFaultOfTheConversation) {
  Install(sandbox_, attempt_);
  PamSession session(sandbox_, "sshd", std::nullopt);
  session.Prepare({"", attempt_.Token()});
  EXPECT_EQ(session.Authenticate(), PAM_CONV_ERR);
}

TEST_F(AnswerTest, ExplainsThatAnAnswerWasTooLongForSudo) {
  attempt_.service = "sudo";
  const std::vector<std::string> hint = {
      "sudo takes 511 bytes at a time. With SUDO_ASKPASS=ssh-jwt, sudo -A hands over a token file "
      "of this host in parts."};
  EXPECT_EQ(Answer({test::Answer::Failure()}).told, hint);
  attempt_.flags = PAM_SILENT;
  EXPECT_EQ(Answer({test::Answer::Failure()}).told, std::vector<std::string>());
}

// ---- An earlier module asked for the answer

class FirstPassTest : public AnswerTest {
 protected:
  LoginOutcome After(const std::string& authtok, const char* option,
                     std::vector<test::Answer> answers) {
    Install(sandbox_, attempt_);
    sandbox_.Write("authtok", authtok);
    sandbox_.WriteStack(
        "sshd",
        ProbeLine("auth", "optional", "authtok_file=" + sandbox_.Path("authtok")) +
            JwtLine("auth", "required", "config=" + sandbox_.Path("pam_jwt.toml") + " " + option) +
            ProbeLine("auth", "optional", "see"));
    return LogInAgain(sandbox_, attempt_, std::move(answers));
  }

  const std::vector<std::string> no_prompts_ = {};
  const std::vector<std::string> one_prompt_ = {"Token: "};
};

TEST_F(FirstPassTest, TakesATokenThatAnEarlierModuleAskedFor) {
  for (const char* const option : {"try_first_pass", "use_first_pass"}) {
    const LoginOutcome outcome = After(attempt_.Token(), option, {});
    EXPECT_TRUE(EndsIn(Reason::kAccepted, outcome)) << option;
    EXPECT_EQ(outcome.prompts, no_prompts_);
    EXPECT_EQ(outcome.authtok, std::nullopt);
  }
}

TEST_F(FirstPassTest, ErasesARefusedTokenAndDoesNotAskAgain) {
  for (const char* const option : {"try_first_pass", "use_first_pass"}) {
    const LoginOutcome outcome =
        After(WithFlippedBit(attempt_.Token()), option, {attempt_.Token()});
    EXPECT_TRUE(EndsIn(Reason::kSignature, outcome)) << option;
    EXPECT_EQ(outcome.prompts, no_prompts_);
    EXPECT_EQ(outcome.authtok, std::nullopt);
  }
}

TEST_F(FirstPassTest, AsksAgainAfterAnAnswerThatIsNoTokenOnlyWithTryFirstPass) {
  const LoginOutcome tried = After("correct horse", "try_first_pass", {attempt_.Token()});
  EXPECT_TRUE(EndsIn(Reason::kAccepted, tried));
  EXPECT_EQ(tried.prompts, one_prompt_);
  EXPECT_EQ(tried.authtok, std::nullopt);
  const LoginOutcome used = After("correct horse", "use_first_pass", {attempt_.Token()});
  EXPECT_TRUE(EndsIn(Reason::kNoToken, used));
  EXPECT_EQ(used.prompts, no_prompts_);
  EXPECT_EQ(used.authtok, "correct horse");
}

TEST_F(FirstPassTest, DoesNotLookAtAnEarlierAnswerWithoutAnOption) {
  const LoginOutcome outcome = After(attempt_.Token(), "", {"correct horse"});
  EXPECT_TRUE(EndsIn(Reason::kNoToken, outcome));
  EXPECT_EQ(outcome.prompts, one_prompt_);
  EXPECT_EQ(outcome.authtok, "correct horse");
}

TEST_F(FirstPassTest, AsksWithoutAnEarlierAnswerOnlyWithTryFirstPass) {
  attempt_.options = "try_first_pass";
  const LoginOutcome tried = Answer({attempt_.Token()});
  EXPECT_TRUE(EndsIn(Reason::kAccepted, tried));
  EXPECT_EQ(tried.prompts, one_prompt_);
  attempt_.options = "use_first_pass";
  const LoginOutcome used = Answer({attempt_.Token()});
  EXPECT_TRUE(EndsIn(Reason::kNoToken, used));
  EXPECT_EQ(used.prompts, no_prompts_);
  EXPECT_EQ(used.authtok, std::nullopt);
}

}  // namespace
}  // namespace pamjwt::test
