// The answers of the phases after authentication, with pam_jwt alone in its stack, where libpam
// turns PAM_IGNORE into PAM_PERM_DENIED, and in the stacks of the documentation.
#include <syslog.h>

#include <gtest/gtest.h>

#include "core/jose/sha256.h"
#include "core/json/json.h"
#include "module/log_capture.h"
#include "module/login_attempt.h"
#include "support/expect.h"

namespace pamjwt::test {
namespace {

constexpr int kIgnored = PAM_PERM_DENIED;
constexpr const char* kPassword = "correct horse";

class PhasesTest : public testing::Test {
 protected:
  PhasesTest() {
    Install(sandbox_, attempt_);
    sandbox_.WriteStack("sshd", JwtLine("auth", "required", Config() + " " + DenylistOption()) +
                                    JwtLine("account", "required", DenylistOption()) +
                                    JwtLine("session", "required") +
                                    JwtLine("password", "required"));
  }

  [[nodiscard]] std::string Config() const { return "config=" + sandbox_.Path("pam_jwt.toml"); }

  [[nodiscard]] std::string DenylistOption() const {
    return "denylist=" + sandbox_.Path("denied.jsonl");
  }

  /// Writes a denylist of one line.
  void Deny(const std::string& members) const {
    sandbox_.Write("denied.jsonl", "{\"format\":1}\n{" + members + ",\"since\":1}\n");
  }

  Sandbox sandbox_;
  LoginAttempt attempt_;
};

TEST_F(PhasesTest, AllPhasesSucceedAfterALoginByToken) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  EXPECT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_EQ(session.CheckAccount(), PAM_SUCCESS);
  EXPECT_EQ(session.SetCredentials(), PAM_SUCCESS);
  EXPECT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_EQ(session.CloseSession(), PAM_SUCCESS);
}

TEST_F(PhasesTest, LaterPhasesIgnoreALoginThatTheModuleHadNoPartIn) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  EXPECT_EQ(session.CheckAccount(), kIgnored);
  EXPECT_EQ(session.SetCredentials(), kIgnored);
  EXPECT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_EQ(session.CloseSession(), PAM_SUCCESS);
}

TEST_F(PhasesTest, LaterPhasesIgnoreALoginAfterARefusal) {
  attempt_.claims.Set("aud", "\"ssh://other.example\"");
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  EXPECT_EQ(session.Authenticate(), PAM_AUTH_ERR);
  EXPECT_EQ(session.CheckAccount(), kIgnored);
  EXPECT_NE(session.SetCredentials(), PAM_SUCCESS);
}

TEST_F(PhasesTest, LaterPhasesIgnoreALoginByPassword) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({kPassword});
  EXPECT_EQ(session.Authenticate(), PAM_CRED_INSUFFICIENT);
  EXPECT_EQ(session.CheckAccount(), kIgnored);
}

TEST_F(PhasesTest, LaterPhasesIgnoreALoginWhoseUserChanged) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  session.SetItem(PAM_USER, "somebody-else");
  EXPECT_EQ(session.CheckAccount(), kIgnored);
  EXPECT_EQ(session.SetCredentials(), kIgnored);
  session.SetItem(PAM_USER, OwnAccount().c_str());
  EXPECT_EQ(session.CheckAccount(), PAM_SUCCESS);
  EXPECT_EQ(session.SetCredentials(), PAM_SUCCESS);
}

TEST_F(PhasesTest, ALaterFailureEndsAnEarlierSuccess) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token(), WithFlippedBit(attempt_.Token()), attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_EQ(session.CheckAccount(), PAM_SUCCESS);
  ASSERT_EQ(session.Authenticate(), PAM_AUTH_ERR);
  EXPECT_EQ(session.CheckAccount(), kIgnored);
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_EQ(session.CheckAccount(), PAM_SUCCESS);
}

TEST_F(PhasesTest, AConfigurationThatBreaksEndsAnEarlierSuccess) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  sandbox_.Write("pam_jwt.toml", "nonsense");
  ASSERT_EQ(session.Authenticate(), PAM_SERVICE_ERR);
  EXPECT_EQ(session.CheckAccount(), kIgnored);
}

TEST_F(PhasesTest, LaterPhasesNeedNoConfiguration) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  sandbox_.Remove("pam_jwt.toml");
  EXPECT_EQ(session.CheckAccount(), PAM_SUCCESS);
  EXPECT_EQ(session.SetCredentials(), PAM_SUCCESS);
}

/// A login with an SSH key, which runs the account phase only; another module follows in the stack.
class DeniedTest : public PhasesTest {
 protected:
  DeniedTest() {
    sandbox_.WriteStack("key", JwtLine("account", "required", DenylistOption()) +
                                   "account required pam_permit.so\n");
    ClearLog();
  }

  [[nodiscard]] int LogInByKey() const {
    return PamSession(sandbox_, "key", OwnAccount()).CheckAccount();
  }
};

TEST_F(DeniedTest, ADeniedAccountIsStoppedWithoutAToken) {
  Deny("\"account\":" + QuoteJson(OwnAccount()));
  PamSession session(sandbox_, "key", OwnAccount());
  EXPECT_EQ(session.CheckAccount(), PAM_PERM_DENIED);
  EXPECT_EQ(session.Told(), std::vector<std::string>{"The account is denied on this host."});
  ASSERT_EQ(Log().size(), 1U);
  EXPECT_EQ(Log()[0].text.find("pam_jwt(key:account): refused user=" + OwnAccount() +
                               " reason=account.denied"),
            0U)
      << Log()[0].text;
  Deny("\"account\":\"somebody-else\"");
  EXPECT_EQ(LogInByKey(), PAM_SUCCESS);
}

TEST_F(DeniedTest, DenyingEarlierTokensDoesNotStopALoginByKey) {
  Deny("\"account\":" + QuoteJson(OwnAccount()) + ",\"before\":4000000000");
  EXPECT_EQ(LogInByKey(), PAM_SUCCESS);
  EXPECT_TRUE(Log().empty());
}

TEST_F(DeniedTest, ATokenThatIsDeniedAfterAuthenticationIsStopped) {
  attempt_.claims.Set("jti", "\"one\"");
  const std::string issuer = "\"iss\":" + QuoteJson(kIssuerUrl);
  for (const std::string& members :
       {issuer + ",\"sub\":" + QuoteJson(OwnAccount()), issuer + ",\"kid\":\"p256\"",
        issuer + ",\"jti\":" + QuoteJson(Sha256Name("one").value()),
        "\"account\":" + QuoteJson(OwnAccount()) + ",\"before\":4000000000"}) {
    sandbox_.Write("denied.jsonl", "{\"format\":1}\n");
    PamSession session(sandbox_, "sshd", OwnAccount());
    session.Prepare({attempt_.Token()});
    ASSERT_EQ(session.Authenticate(), PAM_SUCCESS) << members;
    EXPECT_EQ(session.CheckAccount(), PAM_SUCCESS) << members;
    Deny(members);
    EXPECT_EQ(session.CheckAccount(), PAM_PERM_DENIED) << members;
  }
}

TEST_F(DeniedTest, AMissingListDeniesNobody) {
  EXPECT_EQ(LogInByKey(), PAM_SUCCESS);
  EXPECT_TRUE(Log().empty());
}

TEST_F(DeniedTest, ADamagedListStopsTokensAlone) {
  PamSession by_token(sandbox_, "sshd", OwnAccount());
  by_token.Prepare({attempt_.Token()});
  ASSERT_EQ(by_token.Authenticate(), PAM_SUCCESS);
  for (const char* const text :
       {"", "{\"format\":1}", "{\"format\":2}\n", "{\"format\":1}\n{}\n"}) {
    sandbox_.Write("denied.jsonl", text);
    ClearLog();
    EXPECT_EQ(by_token.CheckAccount(), PAM_AUTHINFO_UNAVAIL) << text;
    EXPECT_EQ(LogInByKey(), PAM_SUCCESS) << text;
    ASSERT_EQ(Log().size(), 2U) << text;
    for (const LogLine& line : Log()) {
      EXPECT_EQ(line.priority & LOG_PRIMASK, LOG_ERR) << line.text;
      EXPECT_NE(line.text.find("reason=denylist.damaged"), std::string::npos) << line.text;
    }
  }
  sandbox_.Remove("denied.jsonl");
  EXPECT_EQ(by_token.CheckAccount(), PAM_SUCCESS);
}

TEST_F(DeniedTest, AnAccountIsStoppedWhateverBecameOfTheOtherLines) {
  const std::string denied = "{\"account\":" + QuoteJson(OwnAccount()) + ",\"since\":1}";
  for (const std::string& text :
       {"{\"format\":1}\n{\"account\":\"m\xfcller\",\"since\":1}\n" + denied + "\n",
        "{\"format\":1}\n" + denied + "\n{\n", "{\"format\":2}\n" + denied + "\n", denied + "\n",
        "{\"format\":1}\n" + denied}) {
    sandbox_.Write("denied.jsonl", text);
    ClearLog();
    EXPECT_EQ(LogInByKey(), PAM_PERM_DENIED) << text;
    ASSERT_EQ(Log().size(), 1U) << text;
    EXPECT_NE(Log()[0].text.find(" reason=account.denied"), std::string::npos) << Log()[0].text;
    EXPECT_NE(Log()[0].text.find("the denylist is damaged: "), std::string::npos) << Log()[0].text;
  }
  sandbox_.Write("denied.jsonl", "{\"format\":1}\n{\n{\"account\":\"bob\",\"since\":1}\n");
  EXPECT_EQ(LogInByKey(), PAM_SUCCESS);
}

TEST_F(DeniedTest, ATokenIsStoppedInTheAccountPhaseByALineOfADamagedList) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  const std::string denied = "{\"iss\":" + QuoteJson(kIssuerUrl) +
                             ",\"sub\":" + QuoteJson(OwnAccount()) + ",\"since\":1}\n";
  sandbox_.Write("denied.jsonl", "{\"format\":1}\n{\n" + denied);
  EXPECT_EQ(session.CheckAccount(), PAM_PERM_DENIED);
  sandbox_.Write("denied.jsonl", "{\"format\":1}\n{\n");
  EXPECT_EQ(session.CheckAccount(), PAM_AUTHINFO_UNAVAIL);
}

TEST_F(DeniedTest, AWrongOptionStopsTokensAlone) {
  sandbox_.WriteStack(
      "key", JwtLine("account", "required", "denylist=") + "account required pam_permit.so\n");
  EXPECT_EQ(LogInByKey(), PAM_SUCCESS);
  ASSERT_EQ(Log().size(), 1U);
  EXPECT_NE(Log()[0].text.find("reason=config.invalid"), std::string::npos) << Log()[0].text;

  sandbox_.WriteStack("sshd", JwtLine("auth", "required", Config() + " " + DenylistOption()) +
                                  JwtLine("account", "required", "denylist="));
  PamSession by_token(sandbox_, "sshd", OwnAccount());
  by_token.Prepare({attempt_.Token()});
  ASSERT_EQ(by_token.Authenticate(), PAM_SUCCESS);
  EXPECT_EQ(by_token.CheckAccount(), PAM_SERVICE_ERR);
}

TEST_F(PhasesTest, ThePasswordPhaseFailsAndAsksNothing) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  EXPECT_NE(session.ChangePassword(), PAM_SUCCESS);
  EXPECT_EQ(session.messages().size(), 0U);
}

TEST_F(PhasesTest, JudgesTheTokenForTheUserThatAnEarlierModuleSet) {
  sandbox_.WriteStack("sshd", ProbeLine("auth", "optional", "user=somebody-else") +
                                  JwtLine("auth", "required", Config()));
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  EXPECT_EQ(session.Authenticate(), PAM_AUTH_ERR);
}

/// A stack of the documentation, in front of a module that takes one password.
struct Recipe {
  const char* name;
  const char* control;
  bool takes_password;
  bool survives_fault;  ///< whether the password still works with a broken configuration
};

void PrintTo(const Recipe& recipe, std::ostream* out) {
  *out << recipe.control;
}

constexpr Recipe kRecipes[] = {
    {"TokenOnly", "[success=done ignore=ignore default=die]", false, false},
    {"TokenOrPassword",
     "[success=done ignore=ignore cred_insufficient=ignore service_err=ignore "
     "module_unknown=ignore default=die]",
     true, true},
};

class RecipeTest : public testing::TestWithParam<Recipe> {
 protected:
  RecipeTest() {
    Install(sandbox_, attempt_);
    sandbox_.Write("password", kPassword);
    sandbox_.WriteStack(
        "sshd", JwtLine("auth", GetParam().control, "config=" + sandbox_.Path("pam_jwt.toml")) +
                    ProbeLine("auth", "required", "expect_file=" + sandbox_.Path("password")) +
                    JwtLine("account", "required") + "account required pam_permit.so\n");
  }

  int LogInWith(const std::string& answer) {
    PamSession session(sandbox_, "sshd", OwnAccount());
    session.Prepare({answer});
    return session.Authenticate();
  }

  Sandbox sandbox_;
  LoginAttempt attempt_;
};

TEST_P(RecipeTest, AllPhasesSucceedWithAToken) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  EXPECT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_EQ(session.CheckAccount(), PAM_SUCCESS);
  EXPECT_EQ(session.SetCredentials(), PAM_SUCCESS);
}

TEST_P(RecipeTest, TakesThePasswordWhereItShould) {
  EXPECT_EQ(LogInWith(kPassword) == PAM_SUCCESS, GetParam().takes_password);
  EXPECT_NE(LogInWith("another password"), PAM_SUCCESS);
  EXPECT_NE(LogInWith(""), PAM_SUCCESS);
}

TEST_P(RecipeTest, NeverAsksThePasswordModuleAboutARefusedToken) {
  sandbox_.Write("password", WithFlippedBit(attempt_.Token()));
  EXPECT_EQ(LogInWith(WithFlippedBit(attempt_.Token())), PAM_AUTH_ERR);
}

TEST_P(RecipeTest, DiesOnAFaultOfTheKeys) {
  sandbox_.Remove("keys.json");
  EXPECT_EQ(LogInWith(attempt_.Token()), PAM_AUTHINFO_UNAVAIL);
}

TEST_P(RecipeTest, LeavesTheOtherModuleWhenTheConfigurationIsBroken) {
  sandbox_.Write("pam_jwt.toml", "nonsense");
  EXPECT_EQ(LogInWith(kPassword) == PAM_SUCCESS, GetParam().survives_fault);
  EXPECT_NE(LogInWith("another password"), PAM_SUCCESS);
}

TEST_P(RecipeTest, LetsCredentialsOfALoginByKeyBeSet) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  EXPECT_EQ(session.SetCredentials(), PAM_SUCCESS);
  EXPECT_EQ(session.CheckAccount(), PAM_SUCCESS);
}

INSTANTIATE_TEST_SUITE_P(Module, RecipeTest, testing::ValuesIn(kRecipes), kCaseName);

/// A stack for tokens alone: "auth requisite pam_jwt.so", then pam_permit.
class OwnStackTest : public PhasesTest {
 protected:
  OwnStackTest() {
    sandbox_.WriteStack("sshd",
                        JwtLine("auth", "requisite", Config()) + "auth required pam_permit.so\n" +
                            JwtLine("account", "required") + "account required pam_permit.so\n");
  }
};

TEST_F(OwnStackTest, TakesATokenAndNothingElse) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  const std::string token = attempt_.Token();
  session.Prepare({token, "", kPassword, WithFlippedBit(token)});
  EXPECT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_EQ(session.SetCredentials(), PAM_SUCCESS);
  EXPECT_EQ(session.Authenticate(), PAM_CRED_INSUFFICIENT);
  EXPECT_EQ(session.Authenticate(), PAM_CRED_INSUFFICIENT);
  EXPECT_EQ(session.Authenticate(), PAM_AUTH_ERR);
  EXPECT_EQ(session.Authenticate(), PAM_CONV_ERR);
}

TEST_F(OwnStackTest, LetsCredentialsOfALoginByKeyBeSet) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  EXPECT_EQ(session.SetCredentials(), PAM_SUCCESS);
  EXPECT_EQ(session.CheckAccount(), PAM_SUCCESS);
}

}  // namespace
}  // namespace pamjwt::test
