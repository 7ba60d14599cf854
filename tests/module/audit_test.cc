// The line that every attempt leaves in the log.
#include <algorithm>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "io/clock.h"
#include "module/login_attempt.h"
#include "support/expect.h"

namespace pamjwt::test {
namespace {

// SHA-256 of "ticket-1".
constexpr const char* kHashOfJti =
    "sha256:737ce60fccf9da889f4605c0a20479b502eb8ed97e7bf3b5db1295ccd350b1bb";

class AuditTest : public testing::Test {
 protected:
  AuditTest() {
    attempt_.claims.Set("jti", "\"ticket-1\"");
    attempt_.remote_host = "192.0.2.7";
  }

  std::string Audit() { return LogIn(sandbox_, attempt_).Audit(); }
  /// Lets a second pass, in which this process writes nothing that a forger chose. Another test may
  /// have written it just before.
  void LetASecondPass() const {
    LoginAttempt junk;
    junk.options = "refusal_delay=1s";
    junk.forge = [](const std::string& /*token*/) { return std::string(200, 'x'); };
    (void)LogIn(sandbox_, junk);
  }
  [[nodiscard]] static std::string Verified() {
    return " issuer=test iss=https://issuer.example sub=" + OwnAccount();
  }
  [[nodiscard]] static std::string Jti() { return std::string(" jti=") + kHashOfJti; }

  Sandbox sandbox_;
  LoginAttempt attempt_;
  const std::string user_ = " user=" + OwnAccount();
};

TEST_F(AuditTest, AnAcceptanceNamesTheRuleAndTheFactsOfTheToken) {
  EXPECT_EQ(Audit(), "accepted" + user_ + " reason=token.accepted" + Verified() +
                         " kid=p256 alg=ES256" + Jti() + " rhost=192.0.2.7 rule=pam_jwt.toml:4");
}

TEST_F(AuditTest, AnAcceptanceNamesTheLineOfTheRuleThatGaveTheAccount) {
  attempt_.tables = "[[issuer.test.account]]\n";
  EXPECT_EQ(Audit(), "accepted" + user_ + " reason=token.accepted" + Verified() +
                         " kid=p256 alg=ES256" + Jti() + " rhost=192.0.2.7 rule=pam_jwt.toml:8");
}

TEST_F(AuditTest, ARefusalSaysHowLongAgoTheTokenExpired) {
  attempt_.SetDate("exp", -600);
  std::string line = Audit();
  const std::size_t ago = line.find(" ago_s=60");  // 600 s, or a few more on a busy machine
  ASSERT_NE(ago, std::string::npos) << line;
  line.erase(ago, std::string(" ago_s=600").size());
  EXPECT_EQ(line, "refused" + user_ + " reason=token.expired" + Verified() + " kid=p256 alg=ES256" +
                      Jti() + " rhost=192.0.2.7");
}

TEST_F(AuditTest, ARefusalForAnotherAudienceNamesItAndTheLine) {
  LetASecondPass();
  attempt_.claims.Set("aud", "\"ssh://other.example\"");
  EXPECT_EQ(Audit(), "refused" + user_ + " reason=audience.mismatch" + Verified() +
                         " aud=ssh://other.example kid=p256 alg=ES256" + Jti() +
                         " rhost=192.0.2.7 rule=pam_jwt.toml:6");
}

TEST_F(AuditTest, ARefusalOfAForgeryShowsNoClaims) {
  attempt_.key = &TestKey::OtherFor(attempt_.algorithm);
  EXPECT_EQ(Audit(), "refused" + user_ +
                         " reason=signature.invalid kid=p256 alg=ES256 rhost=192.0.2.7"
                         " detail=\"the signature was not made by this key\"");
}

TEST_F(AuditTest, AFaultOfAMissingKeyFileNamesItAndSaysWhy) {
  attempt_.issuer.Set("jwks_file", "\"@/missing.json\"");
  EXPECT_EQ(Audit(), "no_verdict" + user_ +
                         " reason=keys.missing kid=p256 alg=ES256 rhost=192.0.2.7"
                         " rule=pam_jwt.toml:7 detail=\"open " +
                         sandbox_.Path("missing.json") + ": No such file or directory\"");
}

TEST_F(AuditTest, AFaultOfABrokenConfigurationNamesTheLine) {
  attempt_.login.Set("leaway", "\"30s\"");
  const std::string line = Audit();
  EXPECT_TRUE(line.starts_with("no_verdict" + user_ +
                               " reason=config.invalid rhost=192.0.2.7"
                               " detail=\"pam_jwt.toml:4: "))
      << line;
}

TEST_F(AuditTest, ARefusalOfJunkSaysWhatWasWrongWithTheForm) {
  attempt_.forge = [](const std::string& /*token*/) { return std::string(200, 'x'); };
  EXPECT_EQ(Audit(), "refused" + user_ +
                         " reason=token.malformed bytes=200 rhost=192.0.2.7"
                         " detail=\"1 part in place of three\"");
}

// One process writes this text once per second, whatever handles and delays it has.
TEST_F(AuditTest, ShowsWhatAForgerWroteOncePerSecond) {
  attempt_.claims.Set("iss", "\"https://other.example\"");
  std::string first;
  std::string second;
  std::string third;
  // On a busy machine, three logins may take more than a second. Then three others do not.
  for (int tries = 0; tries < 10; ++tries) {
    LetASecondPass();
    const std::int64_t begin_ns = MonotonicNs();
    first = Audit();
    second = Audit();
    third = Audit();
    if (MonotonicNs() - begin_ns < 1'000'000'000) break;
  }
  const std::string refused = "refused" + user_ + " reason=issuer.unknown";
  const std::string rest = " kid=p256 alg=ES256 rhost=192.0.2.7";
  EXPECT_EQ(first, refused + " unverified_iss=https://other.example" + rest);
  EXPECT_EQ(second, refused + rest);
  EXPECT_EQ(third, refused + rest);
}

// ---- Text from outside

/// Checks that `line` is one line of printable ASCII, in fields "key=value" with quotes where the
/// value needs them.
testing::AssertionResult IsWellFormed(const std::string& line) {
  constexpr std::size_t kMaxBytes = 4096;
  if (line.size() > kMaxBytes) return testing::AssertionFailure() << line.size() << " bytes";
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] < ' ' || line[i] > '~') return testing::AssertionFailure() << "at " << i;
    if (is_quoted && line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      const bool begins = !is_quoted && i > 0 && line[i - 1] == '=';
      const bool ends = is_quoted && (i + 1 == line.size() || line[i + 1] == ' ');
      if (!begins && !ends) return testing::AssertionFailure() << "quote at " << i;
      is_quoted = !is_quoted;
    }
  }
  return is_quoted ? testing::AssertionFailure() << "no end" : testing::AssertionSuccess();
}

struct HostileText {
  const char* name;
  std::string raw;
  std::string escaped;  ///< the text as a value of the line
};

std::vector<HostileText> HostileTexts() {
  return {
      {"Newline", "a\nb", R"("a\x0ab")"},
      {"ForgedField", "a reason=token.accepted", R"("a reason=token.accepted")"},
      {"ForgedEnd", "a\" reason=token.accepted b=\"", R"("a\" reason=token.accepted b=\"")"},
      {"Backslash", "a\\", R"("a\\")"},
      {"Escape", "a\x1b[2Jb", R"("a\x1b[2Jb")"},
      {"Utf8", "ä", R"("\xc3\xa4")"},
      {"Delete", "a\x7f", R"("a\x7f")"},
      {"Percent", "%s%n%s", "%s%n%s"},
      {"Equals", "a=b", R"("a=b")"},
      {"Long", std::string(257, 'a'), "\"" + std::string(256, 'a') + "...\""},
      {"LongAndEscaped", std::string(2000, '\n'), ""},
      {"NotTooLong", std::string(256, 'a'), std::string(256, 'a')},
  };
}

class HostileTextTest : public testing::TestWithParam<HostileText> {
 protected:
  /// Checks that the line is well formed and that `field` has the escaped text.
  testing::AssertionResult HasEscaped(const std::string& field) {
    const std::string line = Audit();
    const testing::AssertionResult formed = IsWellFormed(line);
    if (!formed) return testing::AssertionFailure() << formed.message() << ": " << line;
    if (std::count(line.begin(), line.end(), '\n') != 0) return testing::AssertionFailure();
    if (line.find(" " + field + "=" + GetParam().escaped) != std::string::npos) {
      return testing::AssertionSuccess();
    }
    return testing::AssertionFailure() << line;
  }

  std::string Audit() { return LogIn(sandbox_, attempt_).Audit(); }

  Sandbox sandbox_;
  LoginAttempt attempt_;
};

TEST_P(HostileTextTest, EscapesTheTextInTheUser) {
  attempt_.user = GetParam().raw;
  EXPECT_TRUE(HasEscaped("user"));
}

TEST_P(HostileTextTest, EscapesTheTextInTheRemoteHost) {
  attempt_.remote_host = GetParam().raw;
  EXPECT_TRUE(HasEscaped("rhost"));
}

TEST_P(HostileTextTest, EscapesTheTextInTheKeyId) {
  attempt_.header.Set("kid", QuoteJson(GetParam().raw));
  EXPECT_TRUE(HasEscaped("kid"));
}

TEST_P(HostileTextTest, EscapesTheTextInTheSubject) {
  attempt_.claims.Set("sub", QuoteJson(GetParam().raw));
  EXPECT_TRUE(HasEscaped("sub"));
}

TEST_P(HostileTextTest, HashesTheTextInTheTokenId) {
  attempt_.claims.Set("jti", QuoteJson(GetParam().raw));
  const std::string line = Audit();
  EXPECT_TRUE(IsWellFormed(line)) << line;
  EXPECT_NE(line.find(" jti=sha256:"), std::string::npos);
  EXPECT_TRUE(line.starts_with("accepted ")) << line;
}

TEST_P(HostileTextTest, EscapesTheTextInWhatWasWrongWithTheHeader) {
  attempt_.header.Set("typ", QuoteJson(GetParam().raw));
  const std::string line = Audit();
  EXPECT_TRUE(IsWellFormed(line)) << line;
  EXPECT_NE(line.find(" reason=token.type "), std::string::npos) << line;
}

INSTANTIATE_TEST_SUITE_P(Module, HostileTextTest, testing::ValuesIn(HostileTexts()), kCaseName);

}  // namespace
}  // namespace pamjwt::test
