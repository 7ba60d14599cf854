#include <unistd.h>

#include <string>

#include <gtest/gtest.h>

#include "jwtctl/exit_code.h"
#include "jwtctl/sshd/keys_command.h"
#include "unit/jwtctl/enable/enable_fixture.h"

namespace pamjwt::ctl {
namespace {

const std::string kWithSession = kStack + "session required pam_loginuid.so\n";
const std::string kSessionLine = "\nsession  required pam_jwt.so";

/// A host on which `enable sshd --by-certificate` works.
class ByCertificateTest : public EnableTest {
 protected:
  ByCertificateTest() {
    WriteStack("sshd", kWithSession);
    scratch_.Write("root" + std::string(kKeysProgram), "", 0755);
    scratch_.Write("root" + std::string(kKeysProgram) + "-judge.so", "");
    scratch_.Write("root/etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:2001:2001::/:/bin/sh\n");
    WriteIssuer("");
    host_.keys_user = FileUser{kKeysUser, kTestUid, {kTestUid}};
  }

  void WriteIssuer(const std::string& more, const std::string& bound = "ssh-client") const {
    const std::string line = bound.empty() ? "" : "bound_audiences = [\"" + bound + "\"]\n";
    WriteConfig(line + more);
  }
  void WriteOther(const std::string& command, const std::string& user) const {
    scratch_.Write(
        "root/etc/ssh/sshd_config.d/50-other.conf",
        "AuthorizedKeysCommand " + command + "\nAuthorizedKeysCommandUser " + user + "\n");
  }
  [[nodiscard]] std::string DropIn() const { return scratch_.Read(kDropInName); }
  [[nodiscard]] bool Warns(const std::string& text) const {
    return err_.str().find("warning: ") != std::string::npos &&
           err_.str().find(text) != std::string::npos;
  }

  static constexpr uid_t kTestUid = 64990;  // no user of the machine of the test
  EnableOptions by_certificate_{.service = "sshd", .yes = true, .by_certificate = true};
};

TEST_F(ByCertificateTest, ChangesStackAndSshdAndTakesThemBack) {
  ExpectDone(by_certificate_);
  EXPECT_EQ(err_.str(), "");
  EXPECT_NE(DropIn().find("\nAuthorizedKeysCommand /usr/libexec/pam_jwt/sshd-keys --config " +
                          config_ + " %u %k %t\nAuthorizedKeysCommandUser pam-jwt\n"),
            std::string::npos)
      << DropIn();
  EXPECT_EQ(DropIn().find("Kbd"), std::string::npos) << DropIn();
  EXPECT_EQ(Stack().find("auth     "), std::string::npos) << Stack();
  EXPECT_NE(Stack().find(kSessionLine + " config=" + config_), std::string::npos) << Stack();
  EXPECT_EQ(sshd_server_.Reloads(), 1U);

  ExpectDone(by_certificate_);
  EXPECT_EQ(out_.str(), "Nothing to do.\n");
  EXPECT_EQ(Disable({.service = "sshd"}), kOk) << err_.str();
  EXPECT_EQ(Stack(), kWithSession);
  EXPECT_FALSE(Has(kDropInName));
  EXPECT_EQ(sshd_server_.Reloads(), 2U);
}

TEST_F(ByCertificateTest, GoesTogetherWithPromptsInEitherOrder) {
  ExpectDone(by_certificate_);
  ExpectDone(sshd_);
  const std::string stack = Stack();
  const std::string drop_in = DropIn();
  EXPECT_NE(stack.find("auth     "), std::string::npos) << stack;
  EXPECT_NE(drop_in.find("KbdInteractiveAuthentication yes"), std::string::npos) << drop_in;
  EXPECT_NE(drop_in.find("AuthorizedKeysCommand "), std::string::npos) << drop_in;
  EXPECT_EQ(Disable({.service = "sshd"}), kOk) << err_.str();
  EXPECT_EQ(Stack(), kWithSession);

  ExpectDone(sshd_);
  ExpectDone(by_certificate_);
  EXPECT_EQ(Stack(), stack);
  EXPECT_EQ(DropIn(), drop_in);
}

TEST_F(ByCertificateTest, KeepsPasswordsBesideTokens) {
  EnableOptions either = sshd_;
  either.or_password = true;
  ExpectDone(either);
  ExpectDone(by_certificate_);
  EXPECT_NE(Stack().find("[prompt=Password or token: ]"), std::string::npos) << Stack();
}

TEST_F(ByCertificateTest, IsTakenBackWithoutAConfirmation) {
  by_certificate_.yes = false;
  confirmation_.is_given = false;
  EXPECT_EQ(Enable(by_certificate_), kNo) << err_.str();
  EXPECT_EQ(Stack(), kWithSession);
  EXPECT_FALSE(Has(kDropInName));
  EXPECT_EQ(confirmation_.doubts, 0);
}

TEST_F(ByCertificateTest, IsTakenBackWhereSshdReadsAnotherFileFirst) {
  sshd_server_.ignores_drop_in = true;
  ExpectRefusal(by_certificate_, "AuthorizedKeysCommandUser elsewhere before");
}

TEST_F(ByCertificateTest, NeedsDropInsOrTheSameSettings) {
  scratch_.Write("root/etc/ssh/sshd_config", "UsePAM yes\n");
  ExpectRefusal(by_certificate_, "`AuthorizedKeysCommand /usr/libexec/pam_jwt/sshd-keys --config ");
  scratch_.Write("root/etc/ssh/sshd_config", "AuthorizedKeysCommand " +
                                                 KeysCommand{config_, ""}.Value() +
                                                 "\nAuthorizedKeysCommandUser pam-jwt\n");
  ExpectDone(by_certificate_);
  EXPECT_FALSE(Has(kDropInName));
}

// ---- What it needs

TEST_F(ByCertificateTest, NeedsAnIssuerWithBoundAudiences) {
  WriteIssuer("", "");
  ExpectRefusal(by_certificate_, "no issuer of the configuration that serves sshd has bound_aud");
  WriteIssuer("");
  ExpectDone(by_certificate_);
}

TEST_F(ByCertificateTest, NeedsTheProgram) {
  scratch_.SetMode("root/usr/libexec/pam_jwt/sshd-keys", 0750);
  ExpectRefusal(by_certificate_, "chmod 755 /usr/libexec/pam_jwt/sshd-keys");
  scratch_.SetMode("root/usr/libexec/pam_jwt", 0777);
  ExpectRefusal(by_certificate_, "sshd does not run it: ");
  scratch_.SetMode("root/usr/libexec/pam_jwt", 0755);
  scratch_.Remove("root/usr/libexec/pam_jwt/sshd-keys");
  ExpectRefusal(by_certificate_, "/usr/libexec/pam_jwt/sshd-keys is not there: install it");
}

TEST_F(ByCertificateTest, NeedsAUserOfItsOwn) {
  host_.keys_user->groups.push_back(4);
  ExpectRefusal(by_certificate_, "the user pam-jwt is in groups besides its own");
  host_.keys_user = FileUser{kKeysUser, 0, {0}};
  ExpectRefusal(by_certificate_, "the user pam-jwt has uid 0");
  host_.keys_user.reset();
  ExpectRefusal(by_certificate_, "the user pam-jwt is not there: useradd --system ");
}

TEST_F(ByCertificateTest, NeedsFilesThatTheUserCanRead) {
  scratch_.SetMode("jwks.json", 0640);
  ExpectRefusal(by_certificate_, "pam-jwt cannot read " + jwks_ + ": none of them is secret");
  scratch_.SetMode("jwks.json", 0644);
  ExpectDone(by_certificate_);
}

TEST_F(ByCertificateTest, NeedsAnSshdThatTakesKeys) {
  sshd_server_.public_keys = false;
  ExpectRefusal(by_certificate_, "PubkeyAuthentication no");
}

TEST_F(ByCertificateTest, WarnsOfAnSshdThatTakesNoCertificates) {
  sshd_server_.key_algorithms = "ssh-ed25519";
  sshd_server_.ca_algorithms = "ssh-ed25519";
  sshd_server_.methods = "password";
  ExpectDone(by_certificate_);
  for (const char* const text : {"PubkeyAcceptedAlgorithms of sshd has no -cert-v01",
                                 "CASignatureAlgorithms of sshd has no "
                                 "ecdsa-sha2-nistp256",
                                 "AuthenticationMethods of sshd has no publickey"}) {
    EXPECT_TRUE(Warns(text)) << err_.str();
  }
  sshd_server_.methods = "publickey,publickey";
  ExpectDone(by_certificate_);
  EXPECT_TRUE(Warns("asks for publickey more than once")) << err_.str();
}

// ---- Accounts of the system

TEST_F(ByCertificateTest, AsksBeforeItOpensAnAccountOfTheSystem) {
  WriteIssuer(
      "[[issuer.ci.account]]\nname = \"root\"\n"
      "require = [ { claim = \"groups\", any_of = [\"ops\"] } ]\n");
  by_certificate_.yes = false;
  confirmation_.may_begin = false;
  EXPECT_EQ(Enable(by_certificate_), kNo) << err_.str();
  EXPECT_TRUE(Warns("rules give these accounts of the system")) << err_.str();
  EXPECT_NE(out_.str().find("Nothing has changed.\n"), std::string::npos) << out_.str();
  EXPECT_EQ(Stack(), kWithSession);
  confirmation_.may_begin = true;
  ExpectDone(by_certificate_);
  EXPECT_EQ(confirmation_.doubts, 2);
}

TEST_F(ByCertificateTest, OnlyWarnsOfAccountsOfTheSystemWithYes) {
  WriteIssuer("[[issuer.ci.account]]\nclaim = \"email\"\nmap_file = \"" +
              scratch_.Write("accounts", "a@example.com alice root\n") + "\"\n");
  ExpectDone(by_certificate_);
  EXPECT_TRUE(Warns("certificates log in to them: root\n")) << err_.str();
  EXPECT_EQ(confirmation_.doubts, 0);
}

// ---- Another AuthorizedKeysCommand

TEST_F(ByCertificateTest, RefusesBesideAnotherCommand) {
  WriteOther("/opt/keys", "nobody");
  ExpectRefusal(by_certificate_,
                "sshd has another AuthorizedKeysCommand, and runs only one: /opt/");
  by_certificate_.also = true;
  ExpectDone(by_certificate_);
  EXPECT_NE(DropIn().find(" %u %k %t --also /opt/keys %u\n"), std::string::npos) << DropIn();
  EXPECT_TRUE(Warns("sshd-keys runs this as pam-jwt and no longer as nobody: /opt/keys"))
      << err_.str();

  by_certificate_.also = false;  // this was agreed to
  ExpectDone(by_certificate_);
  EXPECT_EQ(out_.str(), "Nothing to do.\n");
  ExpectDone(sshd_);
  EXPECT_NE(DropIn().find(" %u %k %t --also /opt/keys %u\n"), std::string::npos) << DropIn();
}

TEST_F(ByCertificateTest, NoticesThatTheOtherCommandHasChanged) {
  by_certificate_.also = true;
  WriteOther("/opt/keys", "nobody");
  ExpectDone(by_certificate_);
  WriteOther("/opt/keys2", "nobody");
  by_certificate_.also = false;
  EXPECT_EQ(Enable(by_certificate_), kUsage);
  EXPECT_NE(err_.str().find("runs only one: /opt/keys2: with --also"), std::string::npos);
  scratch_.Remove("root/etc/ssh/sshd_config.d/50-other.conf");
  ExpectDone(by_certificate_);
  EXPECT_EQ(DropIn().find("--also"), std::string::npos) << DropIn();
}

TEST_F(ByCertificateTest, RefusesACommandThatRunsAsRoot) {
  by_certificate_.also = true;
  WriteOther("/opt/keys %u", "root");
  ExpectRefusal(by_certificate_, "AuthorizedKeysCommandUser is root");
  WriteOther("/opt/keys %u", "pam-jwt");
  ExpectDone(by_certificate_);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(ByCertificateTest, WarnsOfAnotherCommandInAMatchBlock) {
  scratch_.Write("root/etc/ssh/sshd_config",
                 "Include /etc/ssh/sshd_config.d/*.conf\nMatch User git\n"
                 "AuthorizedKeysCommand /opt/git %u\n");
  ExpectDone(by_certificate_);
  EXPECT_TRUE(Warns("/etc/ssh/sshd_config:3 sets AuthorizedKeysCommand in a Match block"))
      << err_.str();
}

}  // namespace
}  // namespace pamjwt::ctl
