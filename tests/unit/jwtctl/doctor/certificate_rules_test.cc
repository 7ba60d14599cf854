#include "jwtctl/doctor/certificate_rules.h"

#include <functional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "jwtctl/doctor/pam_services.h"
#include "jwtctl/sshd/keys_command.h"
#include "support/expect.h"
#include "unit/jwtctl/doctor/answering_sshd.h"
#include "unit/jwtctl/doctor/host_fixture.h"
#include "unit/jwtctl/doctor/show_findings.h"

namespace pamjwt::ctl {
namespace {

const std::string kSessionLine = "session required pam_jwt.so\n";

/// A host whose sshd takes tokens in certificates, and on which all is well.
class CertificateRulesTest : public HostFixture {
 protected:
  CertificateRulesTest() {
    tree_.Write(std::string(kKeysProgram).substr(1), "", 0755);
    tree_.Write(std::string(kKeysProgram).substr(1) + "-judge.so", "");
    tree_.Write("etc/ssh/sshd_config.d/00-pam_jwt.conf",
                "UsePAM yes\nAuthorizedKeysCommand " + KeysCommand{}.Value() +
                    "\nAuthorizedKeysCommandUser pam-jwt\n");
    WriteStack(kSessionLine + "session required pam_env.so\n");
    WriteIssuer("bound_audiences = [\"ssh-client\"]\n");
    settings.uses_pam = true;
    settings.methods = "any";
    settings.keys_command = KeysCommand{}.Value();
    settings.keys_user = kKeysUser;
  }

  void WriteStack(const std::string& session, const std::string& auth = "") const {
    tree_.Write("etc/pam.d/sshd", auth + "account required pam_jwt.so\n" + kBelow + session);
  }
  void WriteIssuer(const std::string& more) const {
    tree_.Write("etc/pam_jwt/pam_jwt.toml",
                "[issuer.ci]\nurl = \"https://ci.example.com\"\naudiences = [\"ssh://%h\"]\n"
                "jwks_file = \"/etc/pam_jwt/keys/ci.json\"\n" +
                    more);
  }

  /// Returns the rules of the findings, with their health.
  std::string Judge() {
    const HostTree host(tree_.Path());
    AnsweringSshd sshd(settings);
    const SshdState state = ReadSshdState(host, &sshd, user);
    const PamServices services = ReadPamServices(host, {});
    const HostConfig config = ReadHostConfig(host, std::nullopt);
    EXPECT_TRUE(config.loaded.has_value());
    findings_ =
        JudgeCertificates({host, state, services.Find("sshd"), config, knows_users, keys_user});
    return ShowFindings(findings_);
  }

  SshdSettings settings;
  std::string user;  ///< for whom sshd is asked
  bool knows_users = true;
  std::optional<FileUser> keys_user = FileUser{kKeysUser, 64990, {64990}};
  Findings findings_;
};

TEST_F(CertificateRulesTest, FindsNothingWhereAllIsWell) {
  EXPECT_EQ(Judge(), "");
}

TEST_F(CertificateRulesTest, TheWholeDoctorFindsNothingWhereAllIsWell) {
  WriteIssuer(
      "bound_audiences = [\"ssh-client\"]\n[[issuer.ci.account]]\n"
      "map_file = \"/etc/pam_jwt/accounts\"\n");
  for (const char* const service : {"sudo", "sudo-i"}) {
    tree_.Write(std::string("etc/pam.d/") + service, kBelow);
  }
  EXPECT_EQ(Examine(), 0) << out_.str();
  EXPECT_EQ(out_.str(),
            "ok: 0 critical, 0 warnings; services with pam_jwt.so: sshd\n"
            "note  sshd.files  /etc/ssh/sshd_config: judged by its files: sshd -T was not asked\n");
}

/// A setting that is other than on the good host.
struct SettingCase {
  const char* name;
  std::function<void(SshdSettings&)> change;
  const char* findings;
};

const SettingCase kSettings[] = {
    {"RunsAsRoot", [](auto& sshd) { sshd.keys_user = "root"; },
     "certificate.command_user:critical"},
    {"RunsAsAnother", [](auto& sshd) { sshd.keys_user = "nobody"; },
     "certificate.command_user:warning"},
    {"NoPam", [](auto& sshd) { sshd.uses_pam = false; }, "certificate.use_pam:critical"},
    {"NoKeys", [](auto& sshd) { sshd.public_keys = false; }, "certificate.keys:critical"},
    {"PlainKeysOnly", [](auto& sshd) { sshd.key_algorithms = "ssh-ed25519"; },
     "certificate.algorithms:critical"},
    {"AnotherSigner", [](auto& sshd) { sshd.ca_algorithms = "ssh-ed25519"; },
     "certificate.ca_algorithms:critical"},
    {"NoKeyMethod", [](auto& sshd) { sshd.methods = "password keyboard-interactive"; },
     "certificate.methods:critical"},
    {"TwoKeys", [](auto& sshd) { sshd.methods = "publickey,publickey"; },
     "certificate.methods_twice:warning"},
    {"KeyAndPrompt", [](auto& sshd) { sshd.methods = "publickey,keyboard-interactive"; }, ""},
    {"Penalties", [](auto& sshd) { sshd.penalties = "authfail:5 min:15"; },
     "certificate.penalties:ok"},
    {"AnotherCommand", [](auto& sshd) { sshd.keys_command = "/opt/keys"; },
     "certificate.off:warning"},
};

class CertificateSettingTest : public CertificateRulesTest,
                               public testing::WithParamInterface<SettingCase> {};

TEST_P(CertificateSettingTest, FindsWhatIsWrong) {
  GetParam().change(settings);
  EXPECT_EQ(Judge(), GetParam().findings);
}

INSTANTIATE_TEST_SUITE_P(Certificates, CertificateSettingTest, testing::ValuesIn(kSettings),
                         test::kCaseName);

TEST_F(CertificateRulesTest, AHostWithoutBoundAudiencesNeedsNoCommand) {
  WriteIssuer("");
  settings.keys_command = "none";
  EXPECT_EQ(Judge(), "");
}

TEST_F(CertificateRulesTest, FindsACommandInAMatchBlock) {
  tree_.Write("etc/ssh/sshd_config",
              "UsePAM yes\nMatch User git\nAuthorizedKeysCommand /opt/git\n");
  EXPECT_EQ(Judge(), "certificate.match:warning");
  EXPECT_EQ(findings_.front().where, "/etc/ssh/sshd_config:3");
  tree_.Write("etc/ssh/sshd_config",
              "UsePAM yes\nMatch User git\nAuthorizedKeysCommand " + KeysCommand{}.Value() + "\n");
  EXPECT_EQ(Judge(), "");
  settings.keys_command = "none";
  EXPECT_EQ(Judge(), "certificate.match:warning");
  EXPECT_NE(findings_.front().text.find("only this Match block"), std::string::npos);
}

TEST_F(CertificateRulesTest, AMatchBlockForOneUserIsNoFindingAboutTheOthers) {
  tree_.Write("etc/ssh/sshd_config",
              "Include /etc/ssh/sshd_config.d/*.conf\nMatch User git\n"
              "AuthorizedKeysCommand /opt/git\nAuthorizedKeysCommandUser root\n");
  user = "git";
  settings.keys_command = "/opt/git";
  settings.keys_user = "root";
  EXPECT_EQ(Judge(), "certificate.match:warning");
}

TEST_F(CertificateRulesTest, FindsAProgramThatSshdWouldNotRun) {
  for (const auto& [name, bad] :
       {std::pair("sshd-keys", 0700), std::pair("sshd-keys", 0644), std::pair("sshd-keys", 0775),
        std::pair("sshd-keys-judge.so", 0640), std::pair("sshd-keys-judge.so", 0666)}) {
    const std::string path = std::string("usr/libexec/pam_jwt/") + name;
    tree_.SetMode(path, static_cast<mode_t>(bad));
    EXPECT_EQ(Judge(), "certificate.program:critical") << name << bad;
    tree_.SetMode(path, 0755);
    EXPECT_EQ(Judge(), "") << name;
  }
  tree_.Remove("usr/libexec/pam_jwt/sshd-keys-judge.so");
  EXPECT_EQ(Judge(), "certificate.program:critical");
  tree_.Remove("usr/libexec/pam_jwt/sshd-keys");
  EXPECT_EQ(Judge(), "certificate.program:critical");
}

TEST_F(CertificateRulesTest, FindsAUserWithRightsBesidesItsOwn) {
  keys_user->groups.push_back(4);
  EXPECT_EQ(Judge(), "certificate.user:critical");
  keys_user.reset();
  EXPECT_EQ(Judge(), "certificate.user:critical");
  knows_users = false;
  EXPECT_EQ(Judge(), "");
}

TEST_F(CertificateRulesTest, FindsFilesThatTheUserCannotRead) {
  tree_.SetMode("etc/pam_jwt/keys/ci.json", 0600);
  EXPECT_EQ(Judge(), "certificate.unreadable:critical");
  EXPECT_EQ(
      findings_.front().text,
      "pam-jwt cannot read " + tree_.Path("etc/pam_jwt/keys/ci.json") + ": no certificate logs in");
}

TEST_F(CertificateRulesTest, FindsASecretThatTheUserCanRead) {
  const std::string issuer =
      "bound_audiences = [\"ssh-client\"]\n[issuer.hs]\nurl = \"https://hs.example.com\"\n"
      "audiences = [\"hs\"]\nservices = [\"sudo\"]\nsecret_file = \"/etc/pam_jwt/secret\"\n";
  tree_.Write("etc/pam_jwt/secret", std::string(32, 's'));
  WriteIssuer(issuer);
  EXPECT_EQ(Judge(), "certificate.secret:warning");
  tree_.SetMode("etc/pam_jwt/secret", 0600);
  EXPECT_EQ(Judge(), "");
}

TEST_F(CertificateRulesTest, FindsIssuersThatCannotBeUsed) {
  WriteIssuer("");
  EXPECT_EQ(Judge(), "certificate.no_audience:critical");
  WriteIssuer(
      "bound_audiences = [\"ssh-client\"]\n[issuer.b]\nurl = \"https://b.example.com\"\n"
      "audiences = [\"b\"]\njwks_file = \"/etc/pam_jwt/keys/ci.json\"\n");
  EXPECT_EQ(Judge(), "certificate.prompt_only:warning");
  WriteStack(kSessionLine, kAuth);
  EXPECT_EQ(Judge(), "");
}

TEST_F(CertificateRulesTest, FindsARootThatSshdKeepsOut) {
  WriteIssuer(
      "bound_audiences = [\"ssh-client\"]\n[[issuer.ci.account]]\nname = \"root\"\n"
      "require = [ { claim = \"groups\", any_of = [\"ops\"] } ]\n");
  settings.root_login = "no";
  EXPECT_EQ(Judge(), "certificate.root_login:warning");
  settings.root_login = "forced-commands-only";
  EXPECT_EQ(Judge(), "certificate.root_login:warning");
  settings.root_login = "without-password";
  EXPECT_EQ(Judge(), "");
}

TEST_F(CertificateRulesTest, FindsAStackWithoutOurLines) {
  tree_.Write("etc/pam.d/sshd", kBelow);
  EXPECT_EQ(Judge(), "certificate.stack:critical");
}

TEST_F(CertificateRulesTest, FindsTwoConfigurationsForOneLogin) {
  settings.keys_command = KeysCommand{"/srv/x.toml", ""}.Value();
  EXPECT_EQ(Judge(), "certificate.other_config:ok certificate.config_differs:warning");
  WriteStack("session required pam_jwt.so config=/srv/x.toml\nsession required pam_unix.so\n");
  EXPECT_EQ(Judge(), "certificate.other_config:ok");
  settings.keys_command = KeysCommand{}.Value();
  EXPECT_EQ(Judge(), "certificate.config_differs:warning");
}

/// Session lines, and what is wrong with them.
struct LineCase {
  const char* name;
  std::string auth;
  std::string session;
  const char* findings;
};

const LineCase kLines[] = {
    {"Missing", "", "session required pam_env.so\n", "certificate.session_line:warning"},
    {"Optional", "", "session optional pam_jwt.so\nsession required pam_unix.so\n",
     "certificate.session_optional:warning"},
    {"Requisite", "", "session requisite pam_jwt.so\nsession required pam_unix.so\n", ""},
    {"BehindPamEnv", "", "session required pam_env.so\n" + kSessionLine,
     "certificate.session_late:warning"},
    {"UserEnvironmentOfAuth", "auth required pam_env.so user_readenv=1\n", kSessionLine,
     "certificate.session_late:warning"},
    {"EnvironmentOfAuth", "auth required pam_env.so\n", kSessionLine, ""},
};

class CertificateLineTest : public CertificateRulesTest,
                            public testing::WithParamInterface<LineCase> {};

TEST_P(CertificateLineTest, JudgesTheSessionLine) {
  WriteStack(GetParam().session, GetParam().auth);
  EXPECT_EQ(Judge(), GetParam().findings);
}

INSTANTIATE_TEST_SUITE_P(Certificates, CertificateLineTest, testing::ValuesIn(kLines),
                         test::kCaseName);

}  // namespace
}  // namespace pamjwt::ctl
