#include "jwtctl/decision/explain.h"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "core/keys/key_file.h"
#include "core/ssh/base64.h"
#include "core/ssh/bound_nonce.h"
#include "core/ssh/certificate_maker.h"
#include "core/ssh/public_key.h"
#include "jwtctl/exit_code.h"
#include "support/certificate_builder.h"
#include "support/expect.h"
#include "support/fake_fetcher.h"
#include "support/sorted_text.h"
#include "support/verify_token.h"
#include "unit/jwtctl/config/login_fixture.h"

namespace pamjwt::ctl {
namespace {

class ExplainTest : public LoginFixture {
 protected:
  ExplainTest() {
    options_.config_path = config_;
    options_.host = "web1.example.com";
    options_.service = "postgresql";
    options_.user = "app_ro";
    options_.at = std::to_string(kNow);
    options_.denylist_path = scratch_.Path("denied.jsonl");
    Configure("[issuer.ci.service.postgresql]\nlocal_account = false\n");
  }

  int Explain(const std::string& token) {
    out_.str("");
    err_.str("");
    return RunExplain(options_, token, out_, err_);
  }

  /// Returns the verdict, the reason and the PAM code of the JSON text, and then the exit code.
  std::string Outcome(const std::string& token) {
    options_.json = true;
    const int code = Explain(token);
    Result<Json> json = ParseJsonObject(out_.str());
    EXPECT_TRUE(test::Accepted(json)) << out_.str();
    json_ = std::move(json).value();
    return Text("verdict") + " " + Text("reason") + " " + Text("pam_code") + " " +
           std::to_string(code);
  }

  std::string Text(std::string_view member) {
    const Json* const value = json_.Find(member);
    return value == nullptr || value->AsString() == nullptr ? "(none)" : *value->AsString();
  }

  ExplainOptions options_;
  Json json_;
};

TEST_F(ExplainTest, AcceptsAGoodToken) {
  EXPECT_EQ(Outcome(Token("app_ro")), "accepted token.accepted PAM_SUCCESS 0");
}

TEST_F(ExplainTest, AsksTheListOfTheFleetToo) {
  const auto deny = [&](const std::string& account) {
    scratch_.Write("denied.jsonl", "{\"format\":1,\"fleet\":\"deny\"}\n");
    scratch_.Write(
        "fleet.jsonl",
        test::SortedTextOf({{Denial::Kind::kAccount, "", account, std::nullopt, UnixTime{1}}}));
  };
  deny("bob");
  EXPECT_EQ(Outcome(Token("app_ro")), "accepted token.accepted PAM_SUCCESS 0");
  EXPECT_NE(out_.str().find("not among 1 denied"), std::string::npos) << out_.str();
  deny("app_ro");
  EXPECT_EQ(Outcome(Token("app_ro")), "refused account.denied PAM_PERM_DENIED 1");
  EXPECT_NE(out_.str().find("by the list of the fleet"), std::string::npos) << out_.str();
}

// The daemon, its file and its socket are those of [keys]; only a login has keys fetched.
TEST_F(ExplainTest, ReadsFetchedKeysAndFetchesNone) {
  const test::FakeFetcher daemon(scratch_.Path("public"), [](const VarlinkCall&) {
    return test::FakeFetcher::Refreshed(true);
  });
  scratch_.Write("pam_jwt.toml", "[keys]\nfile = \"" + scratch_.Path("keys.jsonl") +
                                     "\"\npublic_socket = \"" + scratch_.Path("public") +
                                     "\"\n[issuer.ci]\nurl = \"https://ci.example.com\"\n"
                                     "audiences = [\"ssh://%h\"]\nservices = [\"postgresql\"]\n"
                                     "[issuer.ci.service.postgresql]\nlocal_account = false\n");
  const auto write_keys = [&](const char* kid) {
    const Jwk key = test::PublicKey(test::TestKey::P256(), {kid, "", ""});
    const UnixTime fetched{kNow - 60};
    scratch_.Write("keys.jsonl",
                   FormatKeyFile({{"https://ci.example.com", fetched, fetched, {key}}}).value());
  };
  write_keys("k");
  EXPECT_EQ(Outcome(Token("app_ro")), "accepted token.accepted PAM_SUCCESS 0");
  EXPECT_NE(out_.str().find("keys.jsonl, fetched 60 s ago"), std::string::npos) << out_.str();
  write_keys("other");
  EXPECT_EQ(Outcome(Token("app_ro")), "refused key.unknown PAM_AUTH_ERR 1");
  EXPECT_TRUE(daemon.calls().empty());
}

TEST_F(ExplainTest, RefusesATokenForAnotherAccount) {
  EXPECT_EQ(Outcome(Token("app_rw")), "refused account.not_allowed PAM_AUTH_ERR 1");
}

TEST_F(ExplainTest, RefusesAnAccountThatTheHostDoesNotHave) {
  options_.service = "sshd";
  EXPECT_EQ(Outcome(Token("app_ro")), "refused account.unknown PAM_USER_UNKNOWN 1");
}

TEST_F(ExplainTest, RefusesAForgery) {
  EXPECT_EQ(Outcome(test::WithFlippedBit(Token("app_ro"))),
            "refused signature.invalid PAM_AUTH_ERR 1");
}

TEST_F(ExplainTest, SaysThatAShortTextIsNotAToken) {
  EXPECT_EQ(Outcome("correct horse battery staple"), "refused token.none PAM_CRED_INSUFFICIENT 1");
  EXPECT_EQ(Outcome(""), "refused token.none PAM_CRED_INSUFFICIENT 1");
}

TEST_F(ExplainTest, SaysWhatATextIsThatIsNotAJwt) {
  for (const std::size_t size : {43U, 200U}) {
    const std::string opaque(size, 'q');
    EXPECT_EQ(Explain(opaque), kNo);
    EXPECT_NE(out_.str().find("\nThis is not a JWT: " + std::to_string(size) +
                              " bytes without dots; an opaque access token looks like this"),
              std::string::npos)
        << out_.str();
    EXPECT_EQ(out_.str().find("qq"), std::string::npos);
  }
  const std::string token = Token("app_ro");
  Explain(token.substr(0, token.rfind('.')));
  EXPECT_NE(out_.str().find("\nThis is not a whole JWT: "), std::string::npos) << out_.str();
  Explain(token);
  EXPECT_EQ(out_.str().find("This is"), std::string::npos) << out_.str();
}

TEST_F(ExplainTest, SaysWhatIsThereWhereAConditionNamesAnObject) {
  const std::string roles = R"(,"roles":{"admin":{"23":"org.example"},"\u001b[2J":{}})";
  const std::string service = "[issuer.ci.service.postgresql]\nlocal_account = false\n";
  Configure("require = [{ claim = \"roles\", any_of = [\"admin\"] }]\n" + service);
  EXPECT_EQ(Outcome(Token("app_ro", roles)), "refused claim.condition PAM_AUTH_ERR 1");
  EXPECT_EQ(Text("detail"),
            R"(roles any_of ["admin"]: the claim is an object with members "admin", "\u001b[2J": )"
            "write /roles/* to compare their names");
  Configure("require = [{ claim = \"/roles/*\", any_of = [\"admin\"] }]\n" + service);
  EXPECT_EQ(Outcome(Token("app_ro", roles)), "accepted token.accepted PAM_SUCCESS 0");
  EXPECT_EQ(Outcome(Token("app_ro", R"(,"roles":"admin")")),
            "refused claim.condition PAM_AUTH_ERR 1");
  EXPECT_EQ(Text("detail"),
            R"(/roles/* any_of ["admin"]: the claim is of the type string, and only an object has )"
            "members: leave /* off");
}

TEST_F(ExplainTest, SaysThatTheNameOfTheAccountIsTheReason) {
  const std::string rule =
      "[issuer.ci.service.postgresql]\nlocal_account = false\n"
      "[[issuer.ci.service.postgresql.account]]\nmap_file = \"" +
      scratch_.Write("map", "app_ro 1000 CORP\\carol\n") + "\"\n";
  Configure(rule);
  options_.user = "1000";
  EXPECT_EQ(Outcome(Token("app_ro")), "refused account.not_allowed PAM_AUTH_ERR 1");
  EXPECT_TRUE(Text("detail").starts_with(
      R"(no rule gives the account "1000": the name is a number, which programs may take for a uid; )"
      R"(with account_names = "any", a literal name or a map file may give it)"))
      << Text("detail");
  Configure("account_names = \"any\"\n" + rule);
  EXPECT_EQ(Outcome(Token("app_ro")), "accepted token.accepted PAM_SUCCESS 0");
  options_.user = "CORP\\carol";
  EXPECT_EQ(Outcome(Token("app_ro")), "accepted token.accepted PAM_SUCCESS 0");
}

TEST_F(ExplainTest, TakesKeysOfAListedUse) {
  const std::string service = "[issuer.ci.service.postgresql]\nlocal_account = false\n";
  scratch_.Write("jwks.json",
                 test::JwkSetText({test::TestKey::P256().PublicJwk({"k", "", "jwt-svid"})}));
  EXPECT_EQ(Outcome(Token("app_ro")), "refused key.unknown PAM_AUTH_ERR 1");
  EXPECT_TRUE(Text("detail").ends_with("the use of one, \"jwt-svid\", is not in key_use"));
  Configure("key_use = [\"sig\", \"jwt-svid\"]\n" + service);
  EXPECT_EQ(Outcome(Token("app_ro")), "accepted token.accepted PAM_SUCCESS 0");
}

TEST_F(ExplainTest, HasNoVerdictWithoutKeys) {
  scratch_.Write("jwks.json", "{}");
  EXPECT_EQ(Outcome(Token("app_ro")), "no_verdict keys.missing PAM_AUTHINFO_UNAVAIL 3");
}

TEST_F(ExplainTest, JudgesForThePointInTimeThatIsGiven) {
  const std::string token = Token("app_ro");
  options_.at = "2026-03-01T12:09:29Z";  // exp + leeway - 1
  EXPECT_EQ(Outcome(token), "accepted token.accepted PAM_SUCCESS 0");
  options_.at = "2026-03-01T12:09:30Z";
  EXPECT_EQ(Outcome(token), "refused token.expired PAM_AUTH_ERR 1");
  EXPECT_EQ(Text("user_message"), "Your token expired 30 seconds ago.");
  options_.at = "2026-02-28T12:00:00Z";
  EXPECT_EQ(Outcome(token), "refused token.not_yet_valid PAM_AUTH_ERR 1");
}

TEST_F(ExplainTest, JudgesForTheHostThatIsGiven) {
  options_.host = "web2.example.com";
  EXPECT_EQ(Outcome(Token("app_ro")), "refused audience.mismatch PAM_AUTH_ERR 1");
}

TEST_F(ExplainTest, ReportsABrokenConfigurationAsJsonToo) {
  scratch_.Write("pam_jwt.toml", "[login]\nleeway = 30\n");
  EXPECT_EQ(Outcome(Token("app_ro")), "no_verdict config.invalid PAM_SERVICE_ERR 2");
  EXPECT_NE(err_.str().find("pam_jwt.toml:2: "), std::string::npos) << err_.str();
  EXPECT_NE(Text("detail").find("pam_jwt.toml:2: "), std::string::npos);
}

TEST_F(ExplainTest, RefusesATextThatIsNoTime) {
  options_.at = "yesterday";
  EXPECT_EQ(Explain(Token("app_ro")), kUsage);
  EXPECT_NE(err_.str().find("--at"), std::string::npos);
}

TEST_F(ExplainTest, GivesEachStepItsFourMembers) {
  Outcome(Token("app_rw"));
  const JsonArray& steps = *json_.Find("steps")->AsArray();
  ASSERT_GT(steps.size(), 3U);
  for (const Json& step : steps) {
    EXPECT_EQ(step.AsObject()->size(), 4U);
    const bool is_last = &step == &steps.back();
    ASSERT_NE(step.Find("ok")->AsBool(), nullptr);
    EXPECT_EQ(*step.Find("ok")->AsBool(), !is_last);
    for (const char* const name : {"step", "detail", "rule"}) {
      EXPECT_NE(step.Find(name)->AsString(), nullptr) << name;
    }
  }
  EXPECT_EQ(*steps[0].Find("step")->AsString(), "length");
  EXPECT_EQ(*steps[0].Find("rule")->AsString(), "");  // a default
  const Json& key = steps[6];
  EXPECT_EQ(*key.Find("step")->AsString(), "key");
  EXPECT_EQ(*key.Find("rule")->AsString(), "pam_jwt.toml:5");
  EXPECT_EQ(*steps.back().Find("step")->AsString(), "account rule");
}

TEST_F(ExplainTest, ShowsStepsToPeople) {
  EXPECT_EQ(Explain(Token("app_rw")), kNo);
  const std::string text = out_.str();
  EXPECT_NE(text.find("ok  audience      "), std::string::npos) << text;
  EXPECT_NE(text.find("  [pam_jwt.toml:3]\n"), std::string::npos) << text;
  EXPECT_NE(text.find("no  account rule  "), std::string::npos) << text;
  EXPECT_NE(text.find("\nrefused  account.not_allowed  PAM_AUTH_ERR"), std::string::npos);
  EXPECT_NE(text.find("The user is told: Token not accepted.\n"), std::string::npos) << text;
  EXPECT_NE(text.find("AllowUsers"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
}

TEST_F(ExplainTest, ColoursTextIfTheStyleSaysSo) {
  options_.style = {true, true};
  Explain(Token("app_ro"));
  EXPECT_NE(out_.str().find("\x1b[32m\xe2\x9c\x93  \x1b[0m"), std::string::npos) << out_.str();
  EXPECT_NE(out_.str().find("\x1b[32maccepted\x1b[0m"), std::string::npos) << out_.str();
}

TEST_F(ExplainTest, LetsNoTokenSteerTheTerminal) {
  const std::string token = Token(R"(\u001b[2J\u009b\u202e)");
  Explain(token);
  for (const char* const bad : {"\x1b", "\xc2\x9b", "\xe2\x80\xae"}) {
    EXPECT_EQ(out_.str().find(bad), std::string::npos) << out_.str();
  }
  EXPECT_NE(out_.str().find("[2J"), std::string::npos) << out_.str();
  options_.user = "\xff\n";
  EXPECT_EQ(Outcome(token), "refused account.not_allowed PAM_AUTH_ERR 1");
}

TEST_F(ExplainTest, NeverPrintsTheToken) {
  const std::string token = test::WithFlippedBit(Token("app_ro"));
  for (const bool json : {false, true}) {
    options_.json = json;
    Explain(token);
    const std::string signature = token.substr(token.rfind('.') + 1, 20);
    EXPECT_EQ(out_.str().find(signature), std::string::npos);
  }
}

class ExplainCertificateTest : public ExplainTest {
 protected:
  ExplainCertificateTest() {
    options_.is_certificate = true;
    scratch_.Write("pam_jwt.toml", R"([issuer.ci]
url = "https://ci.example.com"
bound_audiences = ["ssh-client"]
services = ["postgresql"]
jwks_file = ")" + jwks_ + R"("
[issuer.ci.service.postgresql]
local_account = false
)");
    key_ = ParseSshPublicKey(
               AsBytes(test::WireString("ssh-ed25519") + test::CertificateBuilder().key_fields))
               .value();
  }

  /// Returns a token for app_ro that is bound to `key_`, or to nothing.
  [[nodiscard]] std::string BoundToken(bool is_bound = true) const {
    const std::string nonce =
        is_bound ? R"(,"nonce":")" + BoundNonce(kSalt, key_.blob).value() + "\"" : "";
    return test::SignToken(Algorithm::kEs256,
                           R"({"iss":"https://ci.example.com","aud":"ssh-client","iat":)" +
                               std::to_string(kNow - 60) + R"(,"exp":)" +
                               std::to_string(kNow + 540) + R"(,"sub":"app_ro")" + nonce + "}",
                           "k");
  }

  /// Returns the content of a certificate file.
  [[nodiscard]] std::string Certificate(const std::string& token) const {
    const CertificateValidity validity{static_cast<std::uint64_t>(kNow - 3660),
                                       static_cast<std::uint64_t>(kNow + 840)};
    return pamjwt::CertificateLine(
        key_.type, MakeTokenCertificate(key_, {kSalt, token, ""}, validity).value());
  }

  std::string FirstStep() {
    const Json& step = (*json_.Find("steps")->AsArray()).front();
    return *step.Find("step")->AsString() + ": " + *step.Find("detail")->AsString();
  }

  const std::string kSalt = std::string(22, 's');
  SshPublicKey key_;
};

TEST_F(ExplainCertificateTest, AcceptsATokenThatNamesTheKey) {
  EXPECT_EQ(Outcome(Certificate(BoundToken())), "accepted token.accepted PAM_SUCCESS 0");
  EXPECT_EQ(FirstStep(),
            "certificate: ssh-ed25519-cert-v01@openssh.com, principal token@pamjwt.io, valid until "
            "2026-03-01 12:14:00 UTC (in 14 minutes)");
  EXPECT_NE(out_.str().find("nonce names the certificate's key"), std::string::npos) << out_.str();
  options_.json = false;
  EXPECT_EQ(Explain(Certificate(BoundToken())), kOk);
  EXPECT_NE(out_.str().find("whether the user holds the key"), std::string::npos) << out_.str();
}

TEST_F(ExplainCertificateTest, ShowsTheOptionsThatSshdGets) {
  Outcome(Certificate(BoundToken()));
  EXPECT_EQ(Text("key_options"), "");
  scratch_.Write("pam_jwt.toml", R"([issuer.ci]
url = "https://ci.example.com"
bound_audiences = ["ssh-client"]
services = ["postgresql"]
key_options = "restrict,pty"
jwks_file = ")" + jwks_ + R"("
[issuer.ci.service.postgresql]
local_account = false
)");
  Outcome(Certificate(BoundToken()));
  EXPECT_EQ(Text("key_options"), "restrict,pty");
  options_.json = false;
  Explain(Certificate(BoundToken()));
  EXPECT_NE(out_.str().find("\nsshd limits the login by: restrict,pty\n"), std::string::npos);
  options_.json = true;
  Outcome(Certificate(BoundToken(false)));
  EXPECT_EQ(Text("key_options"), "");
}

TEST_F(ExplainCertificateTest, RefusesATokenThatNamesNoKey) {
  EXPECT_EQ(Outcome(Certificate(BoundToken(false))),
            "refused certificate.unbound PAM_PERM_DENIED 1");
  EXPECT_EQ(Text("user_message"), "");
}

TEST_F(ExplainCertificateTest, RefusesTheSameTokenIfItIsTyped) {
  options_.is_certificate = false;
  EXPECT_EQ(Outcome(BoundToken()), "refused claim.bound PAM_AUTH_ERR 1");
}

TEST_F(ExplainCertificateTest, RefusesACertificateOutsideItsValidity) {
  options_.at = std::to_string(kNow + 840);
  EXPECT_EQ(Outcome(Certificate(BoundToken())), "refused certificate.refused PAM_PERM_DENIED 1");
  EXPECT_EQ(FirstStep(), "certificate: the certificate is no longer valid");
  EXPECT_EQ(Text("detail"), "the certificate is no longer valid");
}

TEST_F(ExplainCertificateTest, SaysWhatATextIsThatIsNotACertificate) {
  EXPECT_EQ(Outcome("ssh-ed25519 " + EncodeBase64(key_.blob)),
            "refused certificate.malformed PAM_PERM_DENIED 1");
  EXPECT_EQ(FirstStep(),
            "certificate: this is a plain key: give its certificate, the file KEY-cert.pub");
}

TEST_F(ExplainCertificateTest, HasNoVerdictWithoutKeys) {
  scratch_.Write("jwks.json", "{}");
  EXPECT_EQ(Outcome(Certificate(BoundToken())), "no_verdict keys.missing PAM_AUTHINFO_UNAVAIL 3");
}

}  // namespace
}  // namespace pamjwt::ctl
