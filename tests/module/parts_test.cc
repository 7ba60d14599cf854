// Tokens that client programs cut into parts.
#include <gtest/gtest.h>

#include "core/json/json.h"
#include "module/login_attempt.h"
#include "support/expect.h"

namespace pamjwt::test {
namespace {

/// Pads the header and the claims so that the token has exactly `bytes` bytes.
void PadToken(LoginAttempt& attempt, std::size_t bytes) {
  // Base64 text does not have every length, but two parts together do.
  for (std::size_t in_header = 0; in_header < 3; ++in_header) {
    attempt.header.Set("pad", QuoteJson(std::string(in_header, 'x')));
    attempt.claims.Set("pad", "\"\"");
    const std::size_t least = attempt.Token().size();
    if (least > bytes) break;
    for (std::size_t in_claims = (bytes - least) * 3 / 4; in_claims <= bytes; ++in_claims) {
      attempt.claims.Set("pad", QuoteJson(std::string(in_claims, 'x')));
      const std::size_t size = attempt.Token().size();
      if (size == bytes) return;
      if (size > bytes) break;
    }
  }
  throw std::runtime_error("the token cannot have " + std::to_string(bytes) + " bytes");
}

std::vector<Answer> Split(const std::string& token, std::size_t part) {
  std::vector<Answer> parts;
  for (std::size_t at = 0; at < token.size(); at += part) {
    parts.emplace_back(token.substr(at, part));
  }
  return parts;
}

/// Returns the first `count` prompts for a token that is cut after each `part` bytes.
std::vector<std::string> PromptsFor(std::size_t count, std::size_t part) {
  std::vector<std::string> prompts = {"Token: "};
  for (std::size_t i = 1; i < count; ++i) {
    prompts.push_back("Token (continued from byte " + std::to_string(i * part) + "): ");
  }
  return prompts;
}

struct PartCase {
  const char* name;
  const char* service;
  std::size_t part;  ///< the length at which the client cuts
  const char* options = "";
};

void PrintTo(const PartCase& parts, std::ostream* out) {
  *out << parts.service << " " << parts.part;
}

constexpr PartCase kParts[] = {
    {"Sshd", "sshd", 1023},
    {"Sudo", "sudo", 511},
    {"SudoWithALoginShell", "sudo-i", 511},
    {"Su", "su", 4095},
    {"SuWithALoginShell", "su-l", 4095},
    {"LoginOfOldLibpam", "login", 511},
    {"Login", "login", 4095},
    {"AnythingElse", "nginx", 4095},
    {"Doas", "doas", 511},
    {"Vlock", "vlock", 511},
    {"SshdByAnotherName", "sshd-admin", 1023, "service=sshd"},
    {"SudoByAnotherName", "sudo-admin", 511, "service=sudo"},
    {"ByOption", "mariadb", 4095, "parts=yes"},
};

class PartsTest : public testing::TestWithParam<PartCase> {
 protected:
  PartsTest() {
    attempt_.issuer.Set("services",
                        R"(["sshd", "sudo", "su", "login", "nginx", "doas", "vlock", "mariadb"])");
    attempt_.service = GetParam().service;
    attempt_.options = GetParam().options;
  }

  LoginOutcome LogInByParts() {
    std::vector<Answer> parts = Split(attempt_.Token(), GetParam().part);
    parts.emplace_back("");
    return LogIn(sandbox_, attempt_, parts);
  }

  Sandbox sandbox_;
  LoginAttempt attempt_;
};

TEST_P(PartsTest, JoinsThePartsOfAToken) {
  PadToken(attempt_, 2 * GetParam().part + 200);
  const LoginOutcome outcome = LogInByParts();
  EXPECT_TRUE(EndsIn(Reason::kAccepted, outcome));
  EXPECT_EQ(outcome.prompts, PromptsFor(3, GetParam().part));
}

TEST_P(PartsTest, AnEmptyAnswerEndsATokenWhoseLengthIsAMultiple) {
  for (const std::size_t count : {std::size_t{1}, std::size_t{2}}) {
    PadToken(attempt_, count * GetParam().part);
    const LoginOutcome outcome = LogInByParts();
    EXPECT_TRUE(EndsIn(Reason::kAccepted, outcome)) << count;
    EXPECT_EQ(outcome.prompts, PromptsFor(count + 1, GetParam().part));
  }
}

TEST_P(PartsTest, DoesNotAskGoOnAfterAnAnswerOneByteOffTheLength) {
  for (const std::size_t bytes : {GetParam().part - 1, GetParam().part + 1}) {
    PadToken(attempt_, bytes);
    const LoginOutcome outcome = LogIn(sandbox_, attempt_);
    EXPECT_TRUE(EndsIn(Reason::kAccepted, outcome)) << bytes;
    EXPECT_EQ(outcome.prompts, PromptsFor(1, GetParam().part));
  }
}

TEST_P(PartsTest, CountsPartsThatAreAllTheSameOnce) {
  PadToken(attempt_, GetParam().part);
  Install(sandbox_, attempt_);
  PamSession session(sandbox_, attempt_.service, attempt_.user);
  session.Prepare({attempt_.Token()});
  session.RepeatLast();
  EXPECT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_EQ(session.Prompts().size(), 16384 / GetParam().part + 1);
}

TEST_P(PartsTest, StopsAskingWhenTheTokenIsTooLong) {
  const std::vector<Answer> answers(100, std::string(GetParam().part, 'x'));
  std::vector<Answer> different = answers;
  different[0].text[0] = 'y';
  const LoginOutcome outcome = LogIn(sandbox_, attempt_, different);
  EXPECT_TRUE(EndsIn(Reason::kTooLong, outcome));
  EXPECT_EQ(outcome.prompts.size(), 16384 / GetParam().part + 1);
  EXPECT_EQ(outcome.authtok, std::nullopt);
}

// Many programs have one answer only, and a whole token may have any length.
TEST_P(PartsTest, JudgesWhatCameBeforeAPartThatFails) {
  for (const Answer& second : {Answer::Failure(), Answer::Nothing()}) {
    PadToken(attempt_, GetParam().part);
    const LoginOutcome whole = LogIn(sandbox_, attempt_, {attempt_.Token(), second});
    EXPECT_TRUE(EndsIn(Reason::kAccepted, whole));
    EXPECT_EQ(whole.prompts.size(), 2U);

    PadToken(attempt_, GetParam().part + 100);
    const std::string begin = attempt_.Token().substr(0, GetParam().part);
    const LoginOutcome cut = LogIn(sandbox_, attempt_, {begin, second});
    EXPECT_TRUE(EndsIn(Reason::kCut, cut));
    EXPECT_EQ(cut.prompts.size(), 2U);
    EXPECT_EQ(cut.authtok, std::nullopt);
    const bool is_sudo = cut.told.front().starts_with("sudo takes 511 bytes at a time");
    EXPECT_EQ(is_sudo,
              GetParam().part == 511 && GetParam().name[1] == 'u' && GetParam().name[2] == 'd')
        << cut.told.front();
    EXPECT_EQ(cut.told.size(), 1U);
  }
}

TEST_P(PartsTest, AFirstPartThatFailsIsAFaultOfTheConversation) {
  for (const Answer& first : {Answer::Failure(), Answer::Nothing()}) {
    const LoginOutcome outcome = LogIn(sandbox_, attempt_, {first});
    EXPECT_TRUE(EndsIn(Reason::kConversation, outcome));
    EXPECT_EQ(outcome.code, PAM_CONV_ERR);
  }
}

// The number of prompts must not tell whether sshd passed the answer on.
TEST_P(PartsTest, AsksForMorePartsByLengthAlone) {
  PadToken(attempt_, 3 * GetParam().part);
  const std::string token = attempt_.Token();
  std::string junk;
  while (junk.size() < token.size()) junk += "\b\n\r\177INCORRECT";
  for (const std::size_t bytes : {std::size_t{5}, std::size_t{200}, GetParam().part - 1,
                                  GetParam().part, GetParam().part + 1, 2 * GetParam().part}) {
    std::vector<std::size_t> prompts;
    for (const std::string& text : {token, junk, std::string(token.size(), 'x')}) {
      std::vector<Answer> answers = Split(text.substr(0, bytes), GetParam().part);
      answers.emplace_back("");
      prompts.push_back(LogIn(sandbox_, attempt_, answers).prompts.size());
    }
    EXPECT_EQ(prompts[0], prompts[1]) << bytes;
    EXPECT_EQ(prompts[0], prompts[2]) << bytes;
  }
}

INSTANTIATE_TEST_SUITE_P(Module, PartsTest, testing::ValuesIn(kParts), kCaseName);

struct WholeCase {
  const char* name;
  const char* service;
  std::size_t bytes;  ///< a length at which clients of other services cut
  const char* options = "";
};

void PrintTo(const WholeCase& whole, std::ostream* out) {
  *out << whole.service << " " << whole.bytes;
}

// PostgreSQL answers a second prompt with the same password; others have limits of their own.
constexpr WholeCase kWholes[] = {
    {"Postgresql511", "postgresql", 511},
    {"Postgresql1023", "postgresql", 1023},
    {"Postgresql4095", "postgresql", 4095},
    {"Mysql511", "mysql", 511},
    {"Mysql4095", "mysql", 4095},
    {"Mariadb511", "mariadb", 511},
    {"Mariadb4095", "mariadb", 4095},
    {"Cockpit511", "cockpit", 511},
    {"Cockpit4095", "cockpit", 4095},
    {"Polkit511", "polkit-1", 511},
    {"WithoutPartsByOption", "sshd", 1023, "parts=no"},
    {"WithoutPartsAtAnyService", "login", 511, "parts=no"},
    {"Sshd511", "sshd", 511},
    {"Sshd4095", "sshd", 4095},
    {"Sudo1023", "sudo", 1023},
    {"Login1023", "login", 1023},
    {"ByOption", "login", 4095, "service=postgresql"},
};

class WholeTokenTest : public testing::TestWithParam<WholeCase> {};

TEST_P(WholeTokenTest, DoesNotAskForMoreAfterAWholeToken) {
  const Sandbox sandbox;
  LoginAttempt attempt;
  attempt.issuer.Set(
      "services",
      R"(["sshd", "sudo", "login", "postgresql", "mysql", "mariadb", "cockpit", "polkit-1"])");
  attempt.service = GetParam().service;
  attempt.options = GetParam().options;
  PadToken(attempt, GetParam().bytes);
  const LoginOutcome outcome = LogIn(sandbox, attempt, {attempt.Token()});
  EXPECT_TRUE(EndsIn(Reason::kAccepted, outcome));
  EXPECT_EQ(outcome.prompts, std::vector<std::string>{"Token: "});
}

INSTANTIATE_TEST_SUITE_P(Module, WholeTokenTest, testing::ValuesIn(kWholes), kCaseName);

TEST(Parts, TheTableOfTheServiceSaysWhetherThereAreParts) {
  const Sandbox sandbox;
  LoginAttempt attempt;
  attempt.tables = "[service.sshd]\nparts = false\n";
  PadToken(attempt, 1023);
  const LoginOutcome whole = LogIn(sandbox, attempt);
  EXPECT_TRUE(EndsIn(Reason::kAccepted, whole));
  EXPECT_EQ(whole.prompts.size(), 1U);
  attempt.options = "parts=yes";  // the line counts before the table
  EXPECT_EQ(LogIn(sandbox, attempt).prompts.size(), 2U);
}

TEST(Parts, KeepsTheFirstPromptOfTheAdministrator) {
  const Sandbox sandbox;
  LoginAttempt attempt;
  attempt.options = "[prompt=Password or token: ]";
  PadToken(attempt, 1023);
  const std::vector<std::string> prompts = {"Password or token: ",
                                            "Token (continued from byte 1023): "};
  EXPECT_EQ(LogIn(sandbox, attempt, {attempt.Token(), ""}).prompts, prompts);
}

TEST(Parts, PartsOfAnyLengthCarryATokenUpToTheLimit) {
  const Sandbox sandbox;
  LoginAttempt attempt;
  PadToken(attempt, 16384);
  std::vector<Answer> parts = Split(attempt.Token(), 1023);
  EXPECT_TRUE(EndsIn(Reason::kAccepted, LogIn(sandbox, attempt, parts)));
  EXPECT_TRUE(EndsIn(Reason::kAccepted, LogIn(sandbox, attempt, {attempt.Token()})));
  PadToken(attempt, 16385);
  parts = Split(attempt.Token(), 1023);
  EXPECT_TRUE(EndsIn(Reason::kTooLong, LogIn(sandbox, attempt, parts)));
  EXPECT_TRUE(EndsIn(Reason::kTooLong, LogIn(sandbox, attempt, {attempt.Token()})));
}

}  // namespace
}  // namespace pamjwt::test
