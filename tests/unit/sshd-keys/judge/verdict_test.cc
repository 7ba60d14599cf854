#include "sshd-keys/judge/verdict.h"

#include <pwd.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/keys/key_file.h"
#include "core/ssh/base64.h"
#include "core/ssh/bound_nonce.h"
#include "support/certificate_builder.h"
#include "support/fake_fetcher.h"
#include "support/sorted_text.h"
#include "support/temp_dir.h"
#include "support/token_builder.h"
#include "support/verify_token.h"

namespace pamjwt::keys {
namespace {

using test::CertificateBuilder;
using test::TempDir;
using test::TestKey;
using test::WireString;

constexpr UnixTime kNow{1'800'000'000};
const std::string kSalt(22, 's');

std::string OwnAccount() {
  const passwd* const entry = getpwuid(getuid());
  return entry == nullptr ? "" : entry->pw_name;
}

/// A host with a configuration, and a certificate that opens the account of the user who runs the
/// tests.
class SshdKeysJudgeTest : public testing::Test {
 protected:
  SshdKeysJudgeTest() {
    directory_.Write("jwks.json", test::JwkSetText({TestKey::P256().PublicJwk("k1")}));
    directory_.Write("denied.jsonl", "{\"format\":1}\n");
    WriteConfig("");
    certificate_.valid_after = kNow.seconds - 60;
    certificate_.valid_before = kNow.seconds + 60;
  }

  /// Writes the configuration, with `more` in the table of the issuer.
  void WriteConfig(const std::string& more) const {
    WriteIssuer("", "jwks_file = \"" + directory_.Path("jwks.json") + "\"\n" + more);
  }

  /// Writes a configuration whose keys are fetched, and a file with the fetched key "k1".
  void WriteConfigOfFetchedKeys() const {
    const std::vector<Jwk> keys = {test::PublicKey(TestKey::P256(), {"k1", "", ""})};
    directory_.Write("keys.jsonl",
                     FormatKeyFile({{"https://sso.example", kNow, kNow, keys}}).value());
    WriteIssuer("[keys]\nfile = \"" + directory_.Path("keys.jsonl") + "\"\npublic_socket = \"" +
                    directory_.Path("public") + "\"\n",
                "");
  }

  void WriteIssuer(const std::string& before, const std::string& more) const {
    directory_.Write("pam_jwt.toml",
                     before +
                         "[issuer.staff]\n"
                         "url = \"https://sso.example\"\n"
                         "bound_audiences = [\"ssh-client\"]\n" +
                         more + "[[issuer.staff.account]]\npattern = \"alice\"\nname = \"" +
                         OwnAccount() + "\"\n");
  }

  [[nodiscard]] std::string Token(std::string_view kid = "k1") const {
    const std::string key = WireString("ssh-ed25519") + certificate_.key_fields;
    const std::string nonce = BoundNonce(kSalt, AsBytes(key)).value();
    return test::SignToken(Algorithm::kEs256,
                           R"({"iss":"https://sso.example","sub":"alice","aud":"ssh-client",)"
                           R"("iat":1799999940,"exp":1800000060,"nonce":")" +
                               nonce + "\"}",
                           kid);
  }

  /// Judges the certificate, carrying `token`.
  [[nodiscard]] Verdict JudgeWith(const std::string& token) const {
    CertificateBuilder carrying = certificate_;
    carrying.extensions = {{"permit-pty", ""},
                           {"token@pamjwt.io", WireString(kSalt + "~" + token)}};
    Question question{OwnAccount(), EncodeBase64(AsBytes(carrying.Blob()))};
    question.config = directory_.Path("pam_jwt.toml");
    question.denylist = directory_.Path("denied.jsonl");
    return Judge(question, kNow);
  }
  [[nodiscard]] Verdict Judged() const { return JudgeWith(Token()); }

  const TempDir directory_;
  CertificateBuilder certificate_;
};

TEST_F(SshdKeysJudgeTest, GivesTheLineForACertificateThatOpensTheAccount) {
  const Verdict verdict = Judged();
  EXPECT_EQ(verdict.reason, Reason::kAccepted) << verdict.log;
  EXPECT_EQ(verdict.line, "cert-authority,principals=\"token@pamjwt.io\" ssh-ed25519 " +
                              EncodeBase64(AsBytes(certificate_.signature_key)) + "\n");
}

TEST_F(SshdKeysJudgeTest, LogsThatTheTokenIsOfferedAndNotThatItIsAccepted) {
  const Verdict verdict = Judged();
  EXPECT_TRUE(verdict.log.starts_with("offered user=" + OwnAccount())) << verdict.log;
  EXPECT_NE(verdict.log.find("sub=alice"), std::string::npos) << verdict.log;
  EXPECT_EQ(verdict.log.find("accepted user"), std::string::npos) << verdict.log;
}

TEST_F(SshdKeysJudgeTest, PutsTheOptionsOfTheConfigurationIntoTheLine) {
  WriteConfig("key_options = \"restrict,pty\"\n");
  EXPECT_TRUE(Judged().line.starts_with(
      "cert-authority,principals=\"token@pamjwt.io\",restrict,pty ssh-ed25519 "));
}

TEST_F(SshdKeysJudgeTest, GivesNoLineForATokenThatIsRefused) {
  const Verdict verdict = JudgeWith(test::WithFlippedBit(Token()));
  EXPECT_EQ(verdict.reason, Reason::kSignature);
  EXPECT_EQ(verdict.line, "");
  EXPECT_TRUE(verdict.log.starts_with("refused user=")) << verdict.log;
}

TEST_F(SshdKeysJudgeTest, GivesNoLineForTheCertificateOfAnotherKey) {
  const std::string token = Token();
  certificate_.key_fields = WireString("\x04" + std::string(31, '\0'));  // the point with y = 4
  const Verdict verdict = JudgeWith(token);
  EXPECT_EQ(verdict.reason, Reason::kCertificateUnbound) << verdict.log;
  EXPECT_EQ(verdict.line, "");
}

// The daemon takes the call and never answers. A wait would last 0.9 s, and end in other words.
TEST_F(SshdKeysJudgeTest, AsksForAnUnknownKeyAndRefusesWithoutWaiting) {
  WriteConfigOfFetchedKeys();
  const test::FakeFetcher silent(directory_.Path("public"),
                                 [](const VarlinkCall&) { return std::nullopt; });
  EXPECT_EQ(Judged().reason, Reason::kAccepted);
  const Verdict verdict = JudgeWith(Token("new"));
  EXPECT_EQ(verdict.reason, Reason::kKeyUnknown);
  EXPECT_EQ(verdict.line, "");
  EXPECT_TRUE(verdict.log.starts_with("refused user=")) << verdict.log;
  EXPECT_NE(verdict.log.find("this login does not wait for it"), std::string::npos) << verdict.log;
}

TEST_F(SshdKeysJudgeTest, GivesNoLineForADeniedToken) {
  directory_.Write("denied.jsonl",
                   "{\"format\":1}\n{\"iss\":\"https://sso.example\",\"sub\":\"alice\","
                   "\"since\":1799999990}\n");
  const Verdict verdict = Judged();
  EXPECT_EQ(verdict.reason, Reason::kTokenDenied) << verdict.log;
  EXPECT_EQ(verdict.line, "");
}

TEST_F(SshdKeysJudgeTest, GivesNoLineForATokenThatTheFleetDenies) {
  const auto deny = [&](const std::string& subject) {
    directory_.Write("denied.jsonl", "{\"format\":1,\"fleet\":\"deny\"}\n");
    directory_.Write("fleet.jsonl",
                     test::SortedTextOf({{Denial::Kind::kSubject, "https://sso.example", subject,
                                          std::nullopt, UnixTime{1}}}));
  };
  deny("bob");
  EXPECT_EQ(Judged().reason, Reason::kAccepted) << Judged().log;
  deny("alice");
  const Verdict verdict = Judged();
  EXPECT_EQ(verdict.reason, Reason::kTokenDenied) << verdict.log;
  EXPECT_EQ(verdict.line, "");
  directory_.Remove("fleet.jsonl");
  EXPECT_EQ(Judged().reason, Reason::kDenylistStale);
  EXPECT_EQ(Judged().line, "");
}

TEST_F(SshdKeysJudgeTest, ReadsNoConfigurationForACertificateThatIsNotTaken) {
  directory_.Write("pam_jwt.toml", "not TOML");
  EXPECT_EQ(Judged().reason, Reason::kConfigInvalid);
  certificate_.principals = {"alice"};
  const Verdict verdict = Judged();
  EXPECT_EQ(verdict.reason, Reason::kCertificateRefused) << verdict.log;
  EXPECT_EQ(verdict.line, "");
}

TEST_F(SshdKeysJudgeTest, SaysWhyTheCertificateOfAHostIsNotTaken) {
  certificate_.kind = 2;
  const Verdict verdict = Judged();
  EXPECT_EQ(verdict.reason, Reason::kCertificateMalformed);
  EXPECT_NE(verdict.log.find("it is not the certificate of a user"), std::string::npos);
}

TEST_F(SshdKeysJudgeTest, GivesNoLineForAKeyThatIsNotBase64) {
  EXPECT_EQ(Judge({OwnAccount(), "*"}, kNow).reason, Reason::kCertificateMalformed);
  EXPECT_EQ(Judge({OwnAccount(), ""}, kNow).line, "");
}

}  // namespace
}  // namespace pamjwt::keys
