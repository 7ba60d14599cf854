#include "jwtctl/config/check.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/config/config.h"
#include "jwtctl/exit_code.h"
#include "support/expect.h"
#include "unit/jwtctl/config/login_fixture.h"

namespace pamjwt::ctl {
namespace {

using test::TestKey;

class CheckTest : public LoginFixture {
 protected:
  int Check() {
    out_.str("");
    err_.str("");
    return RunCheck(
        {config_, scratch_.Path("denied.jsonl"), "web1.example.com", fetcher_users_, pam_services_},
        out_, err_);
  }

  void Expect(int code, const std::string& message) {
    EXPECT_EQ(Check(), code) << err_.str();
    EXPECT_NE(err_.str().find(message), std::string::npos) << message << "\n" << err_.str();
  }

  [[nodiscard]] std::string HmacConfig(const std::string& more = "") const {
    return "[issuer.hs]\nurl = \"https://hs.example.com\"\naudiences = [\"ssh\"]\n"
           "secret_file = \"" +
           scratch_.Path("secret") + "\"\n" + more;
  }

  // Both are empty, whatever users and services the machine of the test has.
  std::vector<FileUser> fetcher_users_;
  std::vector<std::string> pam_services_;
};

TEST_F(CheckTest, PrintsHostIssuersKeysAndServices) {
  Configure("[issuer.ci.service.postgresql]\naudiences = [\"pg\"]\n");
  EXPECT_EQ(Check(), kOk);
  EXPECT_EQ(err_.str(), "");
  for (const std::string& line :
       {std::string("host   web1.example.com\n"), std::string("issuer ci  [pam_jwt.toml:1]\n"),
        std::string("  url         https://ci.example.com\n"),
        std::string("  algorithms  RS256 PS256 ES256 ES384 ES512 EdDSA\n"),
        "  keys        " + jwks_ + ": 1 usable, 0 not\n",
        std::string("  service     sshd: aud one of \"ssh://web1.example.com\"\n"),
        std::string("  service     postgresql: aud one of \"pg\"\n")}) {
    EXPECT_NE(out_.str().find(line), std::string::npos) << line << out_.str();
  }
}

TEST_F(CheckTest, SaysInWordsWhoLogsInAsWhichAccount) {
  scratch_.Write("accounts", "# ops\nalice@example.com alice\n\n\"b c\" bob\n");
  scratch_.Write("pam_jwt.toml",
                 "[issuer.a]\nurl = \"https://a.example\"\naudiences = [\"ssh\"]\n"
                 "services = [\"sshd\", \"login\", \"sudo\"]\njwks_file = \"" +
                     jwks_ + "\"\n[[issuer.a.account]]\nclaim = \"email\"\nmap_file = \"" +
                     scratch_.Path("accounts") +
                     "\"\n[issuer.a.service.sudo]\n"
                     "require = [{ claim = \"groups\", any_of = [\"ops\"] }]\n");
  EXPECT_EQ(Check(), kOk) << err_.str();
  const std::string accounts =
      "              - the accounts of email are in " + scratch_.Path("accounts") + " (2 lines)\n";
  EXPECT_NE(out_.str().find("  accounts    sshd login:\n" + accounts + "  accounts    sudo:\n" +
                            accounts + "              - all this only if groups has \"ops\"\n"),
            std::string::npos)
      << out_.str();
}

TEST_F(CheckTest, FindsAValueOfAMapFileThatLowercaseNeverLetsMatch) {
  const std::string map =
      scratch_.Write("accounts", "# A\nalice@example.com alice\nBob@example.com bob\n");
  const std::string rule = "[[issuer.ci.account]]\nclaim = \"email\"\nmap_file = \"" + map + "\"\n";
  Configure(rule + "lowercase = true\n");
  Expect(kOk, map + ": line 3: the value has capitals, and lowercase takes them out of the claim");
  Configure(rule);
  EXPECT_EQ(Check(), kOk);
  EXPECT_EQ(err_.str(), "");
  scratch_.Write("accounts", "alice@example.com Alice\n");
  Configure(rule + "lowercase = true\n");
  EXPECT_EQ(Check(), kOk);
  EXPECT_EQ(err_.str().find("capitals"), std::string::npos) << err_.str();
}

TEST_F(CheckTest, SaysWhichAccountsAClaimCannotName) {
  const auto configure = [this](const std::string& more) {
    scratch_.Write("pam_jwt.toml",
                   "[login]\nmin_uid = 500\n[issuer.a]\nurl = \"https://a.example\"\n"
                   "audiences = [\"ssh\"]\njwks_file = \"" +
                       jwks_ + "\"\n" + more);
    EXPECT_EQ(Check(), kOk) << err_.str();
  };
  const std::string indent = "              ";
  const std::string note =
      indent + "- a name that comes from a claim is of no account below uid 500, and not nobody\n" +
      indent + "- a program's own token (sub is its client_id or azp) gets no such name\n";
  const std::string absent = indent + "- the account need not exist on this host\n";
  configure("");
  EXPECT_NE(out_.str().find("- sub is the account's name\n" + note), std::string::npos)
      << out_.str();
  EXPECT_EQ(out_.str().find(absent), std::string::npos) << out_.str();
  // An account that does exist is protected without local_account too.
  configure("[issuer.a.service.sshd]\nlocal_account = false\n");
  EXPECT_NE(out_.str().find(note + absent), std::string::npos) << out_.str();
  configure("[[issuer.a.account]]\npattern = \"a\"\nname = \"bob\"\n");
  EXPECT_EQ(out_.str().find(note), std::string::npos) << out_.str();
}

// Any user could make the directory first, and would then own the keys.
TEST_F(CheckTest, FindsKeysAndSocketsWhereOthersCanPutTheirs) {
  const auto configure = [&](const std::string& setting, const std::string& path) {
    scratch_.Write("pam_jwt.toml", "[keys]\n" + setting + " = \"" + scratch_.Path(path) +
                                       "\"\n[issuer.web]\nurl = \"https://web.example.com\"\n"
                                       "audiences = [\"ssh\"]\none_time = true\n");
  };
  scratch_.MakeDirectory("shared", 01777);
  scratch_.MakeDirectory("private");
  scratch_.MakeDirectory("private/cache");
  for (const char* const setting : {"file", "public_socket", "redeem_socket"}) {
    configure(setting, "private/cache/x");
    EXPECT_EQ(Check(), kOk) << setting << err_.str();
    configure(setting, "shared/cache/x");
    Expect(kUsage, "shared/cache/x is in " + scratch_.Path("shared") + ", which others may write");
  }
}

TEST_F(CheckTest, ReadsTheDenylist) {
  EXPECT_EQ(Check(), kOk);
  EXPECT_NE(out_.str().find("denylist: 0 entries\n"), std::string::npos) << out_.str();
  scratch_.Write("denied.jsonl", "{\"format\":1}\n{\"account\":\"alice\",\"since\":1}\n");
  EXPECT_EQ(Check(), kOk);
  EXPECT_NE(out_.str().find("denylist: 1 entry\n"), std::string::npos) << out_.str();
  scratch_.Write("denied.jsonl", "{\"format\":1}\n{}\n");
  Expect(kUsage, "denied.jsonl: line 2: denies nothing");
  EXPECT_NE(out_.str().find("errors: 1, warnings: 0\n"), std::string::npos) << out_.str();
  EXPECT_EQ(out_.str().find("denylist: "), std::string::npos) << out_.str();
  scratch_.Write("denied.jsonl", "{\"format\":1}\n");
  EXPECT_EQ(Check(), kOk);
  EXPECT_NE(out_.str().find("errors: 0, warnings: 0\n"), std::string::npos) << out_.str();
}

TEST_F(CheckTest, ReadsTheDenylistOfTheFleetIfItCounts) {
  scratch_.Write("fleet.jsonl", "{}\n");
  scratch_.Write("denied.jsonl", "{\"format\":1}\n");
  EXPECT_EQ(Check(), kOk);
  scratch_.Write("denied.jsonl", "{\"format\":1,\"fleet\":\"warn\"}\n");
  Expect(kUsage, "fleet.jsonl");
  const std::string line = "{\"account\":\"alice\",\"since\":1}\n";
  scratch_.Write("fleet.jsonl", R"({"format":1,"url":"https://ops.example/d","serial":7,"iat":1,)"
                                R"("exp":253402300799,"payload":"sha256:)" +
                                    std::string(64, 'a') + R"(","entries":1,"bytes":)" +
                                    std::to_string(line.size()) + "}\n" + line);
  EXPECT_EQ(Check(), kOk) << err_.str();
  EXPECT_NE(out_.str().find("denylist: 1 entry\n"), std::string::npos) << out_.str();
}

TEST_F(CheckTest, ReadsConfDBesideTheConfiguration) {
  scratch_.Write("conf.d/team.toml",
                 "[[issuer.ci.account]]\nname = \"root\"\n"
                 "require = [ { claim = \"a\", any_of = [1] } ]\n");
  Expect(kOk, "warning: conf.d/team.toml:1: ");
}

struct BadConfig {
  const char* name;
  const char* text;
  const char* message;
};

constexpr BadConfig kBadConfigs[] = {
    {"UnknownKey", "[login]\nmin_uids = 1\n",
     "error: pam_jwt.toml:2: key is not known: login.min_uids: did you mean min_uid?\n"},
    {"WrongType", "[login]\n\nmin_uid = \"x\"\n", "error: pam_jwt.toml:3: "},
    {"NoToml", "[login\n", "error: pam_jwt.toml:1: "},
    {"NoAudiences", "[issuer.a]\nurl = \"https://a.example\"\n", "error: pam_jwt.toml:1: "},
};

TEST_F(CheckTest, EscapesNamesOfFiles) {
  scratch_.Write("conf.d/team.toml",
                 "[issuer.net]\nurl = \"https://net.example.com\"\n"
                 "audiences = [\"ssh\"]\n");
  Check();
  EXPECT_NE(out_.str().find("[conf.d/team.toml:1]"), std::string::npos) << out_.str();
  std::filesystem::rename(scratch_.Path("conf.d/team.toml"), scratch_.Path("conf.d/\x1b[1m.toml"));
  Check();
  EXPECT_NE(out_.str().find("files  pam_jwt.toml conf.d/\\u001b[1m.toml\n"), std::string::npos);
  EXPECT_NE(out_.str().find("[conf.d/\\u001b[1m.toml:1]"), std::string::npos) << out_.str();
  EXPECT_EQ(out_.str().find('\x1b'), std::string::npos);
}

class CheckBadConfigTest : public CheckTest, public testing::WithParamInterface<BadConfig> {};

TEST_P(CheckBadConfigTest, NamesFileAndLine) {
  EXPECT_EQ(Check(), kOk);
  scratch_.Write("pam_jwt.toml", GetParam().text);
  Expect(kUsage, GetParam().message);
}

TEST_F(CheckTest, ListsAllErrorsOfTheFiles) {
  scratch_.Write("conf.d/team.toml", "[issuers.a]\n");
  scratch_.Write("pam_jwt.toml", "[login]\nmin_uids = 1\nleeway = 1\n");
  EXPECT_EQ(Check(), kUsage);
  EXPECT_EQ(err_.str(),
            "error: pam_jwt.toml:2: key is not known: login.min_uids: did you mean min_uid?\n"
            "error: pam_jwt.toml:3: login.leeway: must be a span of time such as \"30s\", \"5m\", "
            "\"24h\" or \"7d\"\n"
            "error: conf.d/team.toml:1: key is not known: issuers: did you mean issuer?\n");
}

TEST_F(CheckTest, SaysThatThereMayBeMoreErrorsThanItLists) {
  std::string text = "[login]\n";
  for (std::size_t i = 0; i < kMaxConfigErrors; ++i) {
    text += "key" + std::to_string(i) + " = 1\n";
  }
  scratch_.Write("pam_jwt.toml", text);
  Expect(kUsage, "error: there may be more errors: mend these first");
}

INSTANTIATE_TEST_SUITE_P(Check, CheckBadConfigTest, testing::ValuesIn(kBadConfigs),
                         test::kCaseName);

TEST_F(CheckTest, RefusesAConfigurationThatIsNotThere) {
  config_ = scratch_.Path("absent.toml");
  Expect(kUsage, "absent.toml");
}

TEST_F(CheckTest, WarnsIfThereAreNoIssuers) {
  scratch_.Write("pam_jwt.toml", "");
  Expect(kOk, "warning: there are no issuers");
}

TEST_F(CheckTest, WarnsOfAServiceWhoseNameIsProbablyWrong) {
  pam_services_ = {"postgres", "sshd"};
  Expect(kOk,
         "warning: pam_jwt.toml:4: this host has no PAM service postgresql: did you mean "
         "postgres?\n");
  pam_services_ = {"postgresql", "sshd"};
  EXPECT_EQ(Check(), kOk);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(CheckTest, RefusesKeyFilesThatCannotBeRead) {
  scratch_.Write("jwks.json", "no JSON");
  Expect(kUsage, "error: pam_jwt.toml:5: " + jwks_);
  scratch_.Write("jwks.json", test::JwkSetText({TestKey::P256().PublicJwk("k")}), 0666);
  Expect(kUsage, "chmod go-w " + jwks_);
  jwks_ = scratch_.Path("absent.json");
  Configure("");
  Expect(kUsage, "error: pam_jwt.toml:5: open " + jwks_);
}

TEST_F(CheckTest, SaysWhyKeysAreNotUsable) {
  const std::string good = TestKey::P256().PublicJwk("good");
  std::string off_curve = TestKey::P256().PublicJwk("off-curve");
  const std::size_t x = off_curve.find("\"x\":\"") + 5;
  off_curve[x] = off_curve[x] == 'A' ? 'B' : 'A';
  scratch_.Write("jwks.json",
                 test::JwkSetText({TestKey::Secret().PublicJwk("secret"), good, off_curve,
                                   TestKey::P256().PrivateJwk({"private", "", ""})}));
  EXPECT_EQ(Check(), kOk);
  EXPECT_EQ(err_.str(), "");
  for (const char* const line :
       {": 1 usable, 3 not\n", "key 1 (kid \"secret\"): ", "EC P-256 key (kid \"off-curve\"): ",
        "key 4 (kid \"private\"): has the private member d"}) {
    EXPECT_NE(out_.str().find(line), std::string::npos) << line << "\n" << out_.str();
  }
}

TEST_F(CheckTest, WarnsOfAnIssuerWithoutAUsableKey) {
  scratch_.Write("jwks.json", test::JwkSetText({}));
  Expect(kOk, "warning: pam_jwt.toml:5: issuer ci has no usable key");
  scratch_.Write("jwks.json", test::JwkSetText({TestKey::P256().PublicJwk("k")}));
  Configure("algorithms = [\"RS256\"]\n");
  Expect(kOk, "warning: pam_jwt.toml:5: issuer ci has no usable key");
  Configure("thumbprints = [\"" + std::string(43, 'A') + "\"]\n");
  Expect(kOk, "warning: pam_jwt.toml:5: issuer ci has no usable key");
  Configure("");
  EXPECT_EQ(Check(), kOk);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(CheckTest, WarnsOfWeakSecrets) {
  scratch_.Write("pam_jwt.toml", HmacConfig());
  scratch_.Write("secret", std::string(32, 's'), 0600);
  EXPECT_EQ(Check(), kOk);
  EXPECT_EQ(err_.str(), "");
  scratch_.Write("secret", std::string(31, 's'), 0600);
  Expect(kOk, "warning: pam_jwt.toml:4: issuer hs has no usable secret");
  scratch_.Write("secret", std::string(64, 's'), 0644);
  Expect(kOk, "can be read by everybody");
  scratch_.Write("secret", std::string(32, 's'), 0600);
  scratch_.Write("pam_jwt.toml", HmacConfig("algorithms = [\"HS256\", \"HS512\"]\n"));
  Expect(kOk, "warning: pam_jwt.toml:4: the secret of issuer hs is too short for HS512");
}

TEST_F(CheckTest, RefusesASecretThatCannotBeRead) {
  scratch_.Write("pam_jwt.toml", HmacConfig());
  Expect(kUsage, "error: pam_jwt.toml:4: open ");
}

TEST_F(CheckTest, PrintsTheAudiencesOfCertificates) {
  Configure("bound_audiences = [\"client\", \"%h\"]\n");
  EXPECT_EQ(Check(), kOk) << err_.str();
  for (const char* const line :
       {"  service     sshd: aud one of \"ssh://web1.example.com\"\n",
        "  service     sshd, in a certificate: aud one of \"client\" \"web1.example.com\"\n"}) {
    EXPECT_NE(out_.str().find(line), std::string::npos) << line << out_.str();
  }
  EXPECT_EQ(out_.str().find("postgresql, in a certificate"), std::string::npos);
}

TEST_F(CheckTest, WarnsOfRootInSshd) {
  const std::string rule =
      "[[issuer.ci.account]]\nname = \"root\"\nrequire = [ { claim = \"a\", any_of = [1] } ]\n";
  Configure(rule);
  Expect(kOk, "warning: pam_jwt.toml:6: a rule gives root in sshd");
  EXPECT_EQ(err_.str().find("certificate"), std::string::npos) << err_.str();
  Configure("bound_audiences = [\"client\"]\n" + rule);
  Expect(kOk, "by one in a certificate also with prohibit-password");
  Configure(
      "[[issuer.ci.service.postgresql.account]]\nname = \"root\"\n"
      "require = [ { claim = \"a\", any_of = [1] } ]\n");
  EXPECT_EQ(Check(), kOk);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(CheckTest, SaysWhereKeysComeFromThatAreFetched) {
  scratch_.Write("pam_jwt.toml",
                 "[issuer.net]\nurl = \"https://net.example.com\"\naudiences = [\"ssh\"]\n");
  EXPECT_EQ(Check(), kOk);
  EXPECT_EQ(err_.str(), "");
  EXPECT_NE(out_.str().find("fetched by jwks-fetcher into /var/lib/jwks-fetcher/keys.jsonl"),
            std::string::npos)
      << out_.str();
}

TEST_F(CheckTest, SaysWhereUsedTokensAreRecorded) {
  Configure("one_time = true\n");
  EXPECT_EQ(Check(), kOk);
  EXPECT_EQ(err_.str(), "");
  const std::string line =
      "  one-time    sshd: used tokens are recorded in sqlite:/var/lib/jwks-fetcher/redeemed.db\n";
  EXPECT_NE(out_.str().find(line), std::string::npos) << out_.str();
}

TEST_F(CheckTest, ReadsThePasswordOfTheStoreWhereItIsUsed) {
  const std::string password = scratch_.Write("password", "secret\n", 0640);
  const auto configure = [&](const std::string& one_time) {
    Configure(one_time + "[store]\nurl = \"unix:/x\"\npassword_file = \"" + password + "\"\n");
  };
  configure("one_time = true\n");
  EXPECT_EQ(Check(), kOk);
  EXPECT_EQ(err_.str(), "");
  scratch_.Write("password", "secret\n", 0644);
  Expect(kOk, "warning: pam_jwt.toml:9: " + password + " can be read by everybody");
  scratch_.Write("password", "\n", 0640);
  Expect(kUsage, "error: pam_jwt.toml:9: " + password + ": has no password");
  scratch_.Write("password", std::string(1025, 'x'), 0640);
  Expect(kUsage, "error: pam_jwt.toml:9: " + password);
  configure("");
  EXPECT_EQ(Check(), kOk);
}

TEST_F(CheckTest, ReadsThePasswordOfAProxy) {
  const std::string password = scratch_.Write("password", "Summer\n", 0640);
  scratch_.Write("pam_jwt.toml",
                 "[issuer.net]\nurl = \"https://net.example.com\"\naudiences = [\"ssh\"]\n"
                 "proxy = \"http://svc@p:3128\"\nproxy_password_file = \"" +
                     password + "\"\n");
  EXPECT_EQ(Check(), kOk);
  EXPECT_EQ(err_.str(), "");
  EXPECT_EQ(out_.str().find("Summer"), std::string::npos);
  scratch_.Write("password", "Summer\n", 0644);
  Expect(kOk, "warning: pam_jwt.toml:5: " + password + " can be read by everybody");
  scratch_.Write("password", "\n", 0640);
  Expect(kUsage, "error: pam_jwt.toml:5: " + password + ": has no password");
}

TEST_F(CheckTest, FindsWhatTheDaemonCouldNotFetchWith) {
  const auto configure = [&](const std::string& file) {
    scratch_.Write("pam_jwt.toml", "[keys]\nfile = \"" + scratch_.Path(file) +
                                       "\"\n[issuer.net]\nurl = \"https://net.example.com\"\n"
                                       "audiences = [\"ssh\"]\n");
  };
  configure("absent/keys.jsonl");
  Expect(kUsage, "error: pam_jwt.toml:2: jwks-fetcher cannot write keys.file: ");
  EXPECT_NE(out_.str().find("errors: 1, warnings: 0"), std::string::npos) << out_.str();
  configure("keys.jsonl");
  EXPECT_EQ(Check(), kOk);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(CheckTest, RefusesAStoreThatCannotBeReachedSafely) {
  Configure("[store]\nurl = \"redis://db1.example.com\"\n");
  Expect(kUsage, "error: pam_jwt.toml:7: url with redis:// must be on this host");
  Configure("[store]\nurl = \"rediss://db1.example.com\"\n");
  EXPECT_EQ(Check(), kOk);
}

TEST_F(CheckTest, ReadsEveryLineOfMapFiles) {
  const std::string map = scratch_.Write("map", "# value account\nid-1 alice\n");
  Configure("[[issuer.ci.account]]\nmap_file = \"" + map + "\"\n");
  EXPECT_EQ(Check(), kOk);
  EXPECT_EQ(err_.str(), "");
  scratch_.Write("map", "id-1 alice\nid-2\nid-3 12\n");
  Expect(kUsage, "error: pam_jwt.toml:6: " + map + ": line 2: ");
  Expect(kUsage, "error: pam_jwt.toml:6: " + map + ": line 3: ");
  EXPECT_NE(out_.str().find("errors: 2, warnings: 0"), std::string::npos) << out_.str();
  scratch_.Write("map", "\"id-1 root\n");
  Expect(kUsage, "error: pam_jwt.toml:6: " + map + ": line 1: a value that begins with a quote");
  scratch_.Write("map", "id-1 root root\nLinux Admins root\nroot daemon root\n");
  Expect(kOk, "warning: pam_jwt.toml:6: " + map +
                  ": line 1: read as the value \"id-1\" and the accounts root root");
  Expect(kOk, "line 2: read as the value \"Linux\" and the accounts Admins root");
  EXPECT_EQ(err_.str().find("line 3"), std::string::npos) << err_.str();  // both exist
  scratch_.Write("map", "\"Linux Admins\" root\n  # comment\n");
  EXPECT_EQ(Check(), kOk);
  EXPECT_EQ(err_.str(), "");
  scratch_.Write("map", "", 0666);
  Expect(kUsage, "error: pam_jwt.toml:6: ");
}

}  // namespace
}  // namespace pamjwt::ctl
