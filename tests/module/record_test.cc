// The record of a session that a token opened (`record` of [session]).
#include <unistd.h>

#include <filesystem>

#include <gtest/gtest.h>

#include "core/jose/sha256.h"
#include "core/json/json.h"
#include "io/process_stat.h"
#include "io/session_files.h"
#include "module/log_capture.h"
#include "module/login_attempt.h"
#include "module/token_in_certificate.h"
#include "support/expect.h"

namespace pamjwt::test {
namespace {

constexpr const char* kRecord = "PAM_JWT_RECORD";

class RecordTest : public testing::Test {
 protected:
  RecordTest() {
    attempt_.session.Set("record", "true");
    attempt_.claims.Set("jti", "\"j-1\"");
    Install(FilesAndSessions());
  }

  [[nodiscard]] std::string Files() const {
    return "config=" + sandbox_.Path("pam_jwt.toml") + " denylist=" + sandbox_.Path("denied.jsonl");
  }
  [[nodiscard]] std::string FilesAndSessions() const {
    return Files() + " sessions=" + Directory();
  }
  [[nodiscard]] std::string Directory() const { return sandbox_.Path("run/sessions"); }

  void Install(const std::string& session_options) {
    test::Install(sandbox_, attempt_);
    sandbox_.WriteStack("sshd", JwtLine("auth", "required", Files()) +
                                    JwtLine("session", "required", session_options) +
                                    ProbeLine("session", "optional", "runtime"));
    ClearLog();
  }

  void Deny(const std::string& members) const {
    sandbox_.Write("denied.jsonl", "{\"format\":1}\n{" + members + ",\"since\":1}\n");
  }

  /// Returns the records of open sessions.
  [[nodiscard]] std::vector<SessionRecord> Open() const {
    const Result<FoundSessions> found = FindSessions(Directory());
    EXPECT_TRUE(found.ok()) << found.error().detail;
    EXPECT_TRUE(found.value().unreadable.empty());
    return found.value().open;
  }

  /// Returns whether there is a file in the directory, or the directory itself.
  [[nodiscard]] bool HasAnything() const {
    return std::filesystem::exists(Directory()) && !std::filesystem::is_empty(Directory());
  }

  static std::string LogText() {
    std::string text;
    for (const LogLine& line : Log()) {
      text += line.text + "\n";
    }
    return text;
  }

  Sandbox sandbox_;
  LoginAttempt attempt_;
};

TEST_F(RecordTest, AnOpenSessionHasARecordUntilItIsClosed) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_FALSE(HasAnything());
  ASSERT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_EQ(session.Variable(kRecord), std::nullopt);
  const std::vector<SessionRecord> open = Open();
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].account, OwnAccount());
  EXPECT_EQ(open[0].service, "sshd");
  EXPECT_EQ(open[0].token.issuer, kIssuerUrl);
  EXPECT_EQ(open[0].token.subject, OwnAccount());
  EXPECT_EQ(open[0].token.jti_hash, Sha256Name("j-1").value());
  EXPECT_EQ(open[0].token.kid, "p256");
  EXPECT_TRUE(open[0].token.issued_at.has_value());
  EXPECT_EQ(open[0].process, ReadProcessStat(getpid()).value()->id);
  EXPECT_EQ(std::filesystem::status(Directory()).permissions(), std::filesystem::perms::owner_all);
  EXPECT_EQ(session.CloseSession(), PAM_SUCCESS);
  EXPECT_FALSE(HasAnything());
}

TEST_F(RecordTest, WithoutTheOptionThereIsNeitherVariableNorFile) {
  attempt_.session.Remove("record");
  Install(FilesAndSessions());
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_EQ(session.Variable(kRecord), std::nullopt);
  // The session reads no denylist: this one would refuse it.
  sandbox_.Write("denied.jsonl", "damaged");
  ASSERT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_FALSE(std::filesystem::exists(sandbox_.Path("run")));
  EXPECT_EQ(session.CloseSession(), PAM_SUCCESS);
}

TEST_F(RecordTest, ARefusedLoginHasNoRecord) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({WithFlippedBit(attempt_.Token())});
  ASSERT_EQ(session.Authenticate(), PAM_AUTH_ERR);
  EXPECT_EQ(session.Variable(kRecord), std::nullopt);
  EXPECT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_FALSE(HasAnything());
}

/// Uses a second handle with the variables of the first, as sshd does after keyboard-interactive.
TEST_F(RecordTest, TheRecordComesOverInTheEnvironment) {
  PamSession child(sandbox_, "sshd", OwnAccount());
  child.Prepare({attempt_.Token()});
  ASSERT_EQ(child.Authenticate(), PAM_SUCCESS);
  const std::optional<std::string> text = child.Variable(kRecord);
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(text->find("j-1"), std::string::npos);

  PamSession session(sandbox_, "sshd", OwnAccount());
  session.SetVariable(kRecord, *text);
  EXPECT_EQ(session.SetCredentials(), PAM_PERM_DENIED);  // libpam's code if all modules ignore
  EXPECT_EQ(session.Variable(kRecord), std::nullopt);
  session.SetVariable(kRecord, "{}");  // too late to replace the record
  ASSERT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_EQ(Open().size(), 1U);
}

TEST_F(RecordTest, SeveralSessionsOfOneProcessHaveTheirOwnRecords) {
  PamSession one(sandbox_, "sshd", OwnAccount());
  PamSession two(sandbox_, "sshd", OwnAccount());
  for (PamSession* const session : {&one, &two}) {
    session->Prepare({attempt_.Token()});
    ASSERT_EQ(session->Authenticate(), PAM_SUCCESS);
    ASSERT_EQ(session->OpenSession(), PAM_SUCCESS);
  }
  EXPECT_EQ(Open().size(), 2U);
  EXPECT_EQ(one.CloseSession(), PAM_SUCCESS);
  EXPECT_EQ(Open().size(), 1U);
}

// The line may stand in a stack twice, or the application may open two sessions.
TEST_F(RecordTest, ASessionThatIsOpenedTwiceHasOneRecord) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  ASSERT_EQ(session.OpenSession(), PAM_SUCCESS);
  ASSERT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_EQ(Open().size(), 1U);
  EXPECT_EQ(session.CloseSession(), PAM_SUCCESS);
  EXPECT_EQ(Open().size(), 0U);
}

TEST_F(RecordTest, ARecordThatCannotBeWrittenIsLoggedAndTheLoginGoesOn) {
  sandbox_.Write("run", "a file in the place of the directory");
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  ClearLog();
  EXPECT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_NE(LogText().find("session not recorded user=" + OwnAccount()), std::string::npos)
      << LogText();
  EXPECT_EQ(session.CloseSession(), PAM_SUCCESS);
}

TEST_F(RecordTest, ARecordThatIsForgedIsLoggedAndTheLoginGoesOn) {
  for (const std::string& forged : {std::string(), std::string("{}"), std::string(100'000, '{')}) {
    ClearLog();
    PamSession session(sandbox_, "sshd", OwnAccount());
    session.SetVariable(kRecord, forged);
    EXPECT_EQ(session.OpenSession(), PAM_SUCCESS);
    EXPECT_NE(LogText().find("session not recorded"), std::string::npos) << LogText();
    EXPECT_FALSE(HasAnything());
  }
}

TEST_F(RecordTest, ATokenThatIsTooLongForARecordLogsIn) {
  attempt_.claims.Set("sub", QuoteJson(std::string(5000, 'x')));
  attempt_.claims.Set("name", QuoteJson(OwnAccount()));
  attempt_.tables = "[[issuer.test.account]]\nclaim = \"name\"\n";
  Install(FilesAndSessions());
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS) << LogText();
  EXPECT_NE(LogText().find("session not recorded"), std::string::npos) << LogText();
  EXPECT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_FALSE(HasAnything());
}

/// Opens a session as another user than root. Does nothing if the tests do not run as root.
TEST_F(RecordTest, ACallerThatIsNotRootWritesNoRecord) {
  Install(Files());
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  ClearLog();
  constexpr uid_t kOther = 65534;
  const uid_t own = geteuid();
  if (own == 0) {
    ASSERT_EQ(seteuid(kOther), 0);
  }
  const int code = session.OpenSession();
  if (own == 0) {
    ASSERT_EQ(seteuid(own), 0);
  }
  EXPECT_EQ(code, PAM_SUCCESS);
  EXPECT_EQ(LogText(), "");
}

TEST_F(RecordTest, WhatIsDeniedWhileTheUserLogsInOpensNoSession) {
  const std::string issuer = "\"iss\":" + QuoteJson(kIssuerUrl);
  for (const std::string& members :
       {"\"account\":" + QuoteJson(OwnAccount()), issuer + ",\"sub\":" + QuoteJson(OwnAccount()),
        issuer + ",\"kid\":\"p256\"",
        issuer + ",\"jti\":" + QuoteJson(Sha256Name("j-1").value())}) {
    Install(FilesAndSessions());
    PamSession session(sandbox_, "sshd", OwnAccount());
    session.Prepare({attempt_.Token()});
    ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
    Deny(members);
    EXPECT_EQ(session.OpenSession(), PAM_PERM_DENIED) << members;
    EXPECT_EQ(session.Variable("RUNTIME"), "1");
    EXPECT_FALSE(HasAnything());
    EXPECT_NE(LogText().find(".denied"), std::string::npos) << LogText();
    std::filesystem::remove(sandbox_.Path("denied.jsonl"));
  }
}

TEST_F(RecordTest, WhatDeniesOthersLetsTheSessionOpen) {
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.Prepare({attempt_.Token()});
  ASSERT_EQ(session.Authenticate(), PAM_SUCCESS);
  Deny("\"iss\":" + QuoteJson(kIssuerUrl) + ",\"jti\":" + QuoteJson(Sha256Name("j-2").value()));
  EXPECT_EQ(session.OpenSession(), PAM_SUCCESS);
  EXPECT_EQ(Open().size(), 1U);
}

TEST_F(RecordTest, ALoginByCertificateHasARecord) {
  Bind(attempt_);
  Install(FilesAndSessions());
  PamSession session(sandbox_, "sshd", OwnAccount());
  session.SetVariable("SSH_AUTH_INFO_0", TokenInCertificate(attempt_).Line());
  ASSERT_EQ(session.OpenSession(), PAM_SUCCESS) << LogText();
  ASSERT_EQ(Open().size(), 1U);
  EXPECT_EQ(Open()[0].token.subject, OwnAccount());
  EXPECT_EQ(session.Variable(kRecord), std::nullopt);
  EXPECT_EQ(session.CloseSession(), PAM_SUCCESS);
  EXPECT_FALSE(HasAnything());
}

}  // namespace
}  // namespace pamjwt::test
