#include "jwtctl/enable/enable.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "jwtctl/enable/change_journal.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/stack/stack_edit.h"
#include "support/expect.h"
#include "unit/jwtctl/enable/enable_fixture.h"

namespace pamjwt::ctl {
namespace {

TEST_F(EnableTest, ChangesStackAndSshdAndTakesThemBack) {
  ExpectDone(sshd_);
  EXPECT_EQ(Stack(), EnableInStack(kStack, {.config_path = config_}).value());
  const std::string drop_in = scratch_.Read(kDropInName);
  EXPECT_NE(drop_in.find("\nUsePAM yes\n"), std::string::npos) << drop_in;
  EXPECT_NE(drop_in.find("\nKbdInteractiveAuthentication yes\n"), std::string::npos) << drop_in;
  EXPECT_EQ(drop_in.find("AuthorizedKeysCommand"), std::string::npos) << drop_in;
  EXPECT_EQ(sshd_server_.Reloads(), 1U);
  EXPECT_NE(out_.str().find("\n+UsePAM yes\n"), std::string::npos) << out_.str();

  EXPECT_EQ(Disable({.service = "sshd"}), kOk) << err_.str();
  EXPECT_EQ(Stack(), kStack);
  EXPECT_FALSE(Has(kDropInName));
  EXPECT_EQ(sshd_server_.Reloads(), 2U);
}

TEST_F(EnableTest, DoesNothingTheSecondTime) {
  ExpectDone(sshd_);
  ExpectDone(sshd_);
  EXPECT_EQ(out_.str(), "Nothing to do.\n");
  EXPECT_EQ(sshd_server_.Reloads(), 1U);
  EXPECT_EQ(Disable({.service = "sshd"}), kOk);
  EXPECT_EQ(Disable({.service = "sshd"}), kOk);
  EXPECT_EQ(out_.str(), "Nothing to do.\n");
}

TEST_F(EnableTest, LeavesSshdAloneForOtherServices) {
  ExpectDone({.service = "sudo", .yes = true});
  EXPECT_FALSE(Has(kDropInName));
  EXPECT_EQ(sshd_server_.Reloads(), 0U);
  EXPECT_EQ(Disable({.service = "sudo"}), kOk);
  EXPECT_EQ(Stack("sudo"), kStack);
}

TEST_F(EnableTest, ShowsInADryRunWhatItWouldDo) {
  EnableOptions dry = sshd_;
  dry.yes = false;
  dry.dry_run = true;
  confirmation_.is_possible = false;
  EXPECT_EQ(Enable(dry), kNo);
  const std::string shown = out_.str();
  EXPECT_EQ(Stack(), kStack);
  EXPECT_FALSE(Has("root/var/lib/pam_jwt"));
  ExpectDone(sshd_);
  EXPECT_TRUE(out_.str().starts_with(shown)) << out_.str();
  EXPECT_EQ(Enable(dry), kOk);
  EXPECT_EQ(Disable({.service = "sshd", .dry_run = true}), kNo);
  EXPECT_NE(out_.str().find("+++ /dev/null\n"), std::string::npos) << out_.str();
  EXPECT_TRUE(Has(kDropInName));
}

TEST_F(EnableTest, WaitsForAConfirmation) {
  EnableOptions asking = sshd_;
  asking.yes = false;
  asking.timeout = 77;
  ExpectDone(asking);
  EXPECT_EQ(confirmation_.asked_for, 77);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(EnableTest, TakesBackWhatIsNotConfirmed) {
  EnableOptions asking = sshd_;
  asking.yes = false;
  confirmation_.is_given = false;
  EXPECT_EQ(Enable(asking), kNo);
  EXPECT_NE(out_.str().find("All was taken back."), std::string::npos);
  EXPECT_EQ(Stack(), kStack);
  EXPECT_FALSE(Has(kDropInName));
  EXPECT_EQ(sshd_server_.Reloads(), 2U);
}

TEST_F(EnableTest, RefusesToWaitWhereNobodyCanConfirm) {
  confirmation_.is_possible = false;
  EnableOptions asking = sshd_;
  asking.yes = false;
  ExpectRefusal(asking, "see --yes");
  ExpectDone(sshd_);
}

TEST_F(EnableTest, WarnsWhereNoBootWouldTakeItBack) {
  std::filesystem::remove(scratch_.Path("root/usr/lib/systemd/system/pam_jwt-take-back.service"));
  EnableOptions asking = sshd_;
  asking.yes = false;
  ExpectDone(asking);
  EXPECT_NE(err_.str().find("should the host reboot"), std::string::npos);
}

TEST_F(EnableTest, TakesBackTheChangeOfAnEnableThatWasKilled) {
  const ChangeJournal journal(host_.root);
  {
    const Result<UniqueFd> lock = journal.Lock();
    ASSERT_TRUE(test::Accepted(
        journal.Begin({{"/etc/pam.d/sshd", kStack, "auth required pam_deny.so\n"}})));
    ASSERT_TRUE(test::Accepted(
        journal.Apply({{"/etc/pam.d/sshd", kStack, "auth required pam_deny.so\n"}})));
  }
  EXPECT_EQ(Disable({.service = "", .unconfirmed = true}), kOk) << err_.str();
  EXPECT_EQ(Stack(), kStack);
  EXPECT_NE(out_.str().find("was taken back"), std::string::npos);
  EXPECT_EQ(Disable({.service = "", .unconfirmed = true}), kOk);
  EXPECT_EQ(out_.str(), "Nothing to do.\n");
}

TEST_F(EnableTest, TakesBackWhatSshdRefuses) {
  sshd_server_.is_broken = true;
  ExpectRefusal(sshd_, "sshd -t failed");
  sshd_server_.is_broken = false;
  ExpectDone(sshd_);
}

TEST_F(EnableTest, TakesBackADropInThatSshdIgnores) {
  sshd_server_.ignores_drop_in = true;
  ExpectRefusal(sshd_, "elsewhere before");
}

TEST_F(EnableTest, RefusesOrPasswordWhereSshdHasPasswordsOff) {
  EnableOptions either = sshd_;
  either.or_password = true;
  sshd_server_.passwords = false;
  ExpectRefusal(either, "sshd has passwords off");
  ExpectDone(sshd_);
  EXPECT_EQ(Disable({.service = "sshd"}), kOk);
  sshd_server_.passwords = true;
  ExpectDone(either);
}

TEST_F(EnableTest, RefusesAnSshdConfigThatDoesNotBeginWithItsDropIns) {
  scratch_.Write("root/etc/ssh/sshd_config", "UsePAM yes\nInclude /etc/ssh/sshd_config.d/*.conf\n");
  ExpectRefusal(sshd_, "does not begin with its drop-ins");
  sshd_server_.overrides_drop_in = true;  // sshd_config itself says what is needed
  ExpectDone(sshd_);
  EXPECT_FALSE(Has(kDropInName));
}

TEST_F(EnableTest, WarnsOfMethodsThatLeaveNoPlace) {
  sshd_server_.methods = "publickey";
  ExpectDone(sshd_);
  EXPECT_NE(err_.str().find("AuthenticationMethods"), std::string::npos);
}

TEST_F(EnableTest, WarnsWhereNoSshdRuns) {
  sshd_server_.runs = false;
  ExpectDone(sshd_);
  EXPECT_NE(err_.str().find("no running sshd"), std::string::npos);
}

TEST_F(EnableTest, RefusesABrokenConfiguration) {
  WriteConfig("no_such_key = 1\n");
  ExpectRefusal(sshd_, "pam_jwt.toml:6: ");
  WriteConfig("");
  ExpectDone(sshd_);
}

TEST_F(EnableTest, RefusesWhatCheckReportsAsAnErrorOnly) {
  scratch_.Write("jwks.json", "no JSON");
  ExpectRefusal(sshd_, "see jwtctl check: pam_jwt.toml:5: " + jwks_);
  scratch_.Write("jwks.json", "{\"keys\":[]}");  // a warning
  ExpectDone(sshd_);
}

TEST_F(EnableTest, RefusesAServiceThatNoIssuerServes) {
  WriteStack("login", kStack);
  const EnableOptions login{.service = "login", .yes = true};
  ExpectRefusal(login, "no issuer of the configuration has login");
  ExpectRefusal(login, "Put \"login\" into services of an issuer");
  EXPECT_EQ(err_.str().find("audiences"), std::string::npos) << err_.str();
  const std::string bound =
      "[issuer.ci]\nurl = \"https://ci.example.com\"\nbound_audiences = [\"ssh-client\"]\n"
      "jwks_file = \"" +
      jwks_ + "\"\n";
  scratch_.Write("pam_jwt.toml", bound);
  ExpectRefusal(login, "Put \"login\" into services of an issuer, and give it audiences");
  scratch_.Write("pam_jwt.toml", bound + "services = [\"login\"]\n");
  ExpectRefusal(login, "give audiences to an issuer that has login among its services");
  scratch_.Write("pam_jwt.toml", bound + "services = [\"login\"]\naudiences = [\"x\"]\n");
  ExpectDone(login);
}

TEST_F(EnableTest, RefusesPromptsThatTakeNoToken) {
  const std::string bound =
      "[issuer.ci]\nurl = \"https://ci.example.com\"\nbound_audiences = [\"ssh-client\"]\n"
      "services = [\"sshd\", \"sudo\"]\njwks_file = \"" +
      jwks_ + "\"\n";
  scratch_.Write("pam_jwt.toml", bound);
  ExpectRefusal(sshd_, "no issuer of the configuration has audiences for sshd");
  ExpectRefusal(sshd_, "give --by-certificate");
  scratch_.Write("pam_jwt.toml", bound + "[issuer.ci.service.sshd]\naudiences = [\"ssh\"]\n");
  ExpectDone(sshd_);
}

TEST_F(EnableTest, WarnsOfAProgramThatCarriesNoToken) {
  const std::string issuer = "[issuer.b]\nurl = \"https://b.example.com\"\naudiences = [\"ftp\"]\n";
  WriteConfig(issuer + "services = [\"vsftpd\", \"login\"]\njwks_file = \"" + jwks_ + "\"\n");
  WriteStack("vsftpd", kStack);
  WriteStack("login", kStack);
  ExpectDone({.service = "vsftpd", .yes = true});
  EXPECT_NE(err_.str().find("warning: vsftpd carries passwords of at most 128 bytes"),
            std::string::npos)
      << err_.str();
  ExpectDone({.service = "login", .yes = true});
  EXPECT_EQ(err_.str(), "");
}

TEST_F(EnableTest, WarnsWherePasswordsMakeMaxAuthAgeMeaningless) {
  WriteConfig("[issuer.ci.service.sudo]\nmax_auth_age = \"5m\"\n");
  ExpectDone({.service = "sudo", .or_password = true, .yes = true});
  EXPECT_NE(err_.str().find("max_auth_age is no condition"), std::string::npos);
  ExpectDone({.service = "sudo", .yes = true});
  EXPECT_EQ(err_.str(), "");
}

TEST_F(EnableTest, WarnsOfTheStackThatGoesWithSudo) {
  WriteStack("sudo-i", kStack);
  ExpectDone({.service = "sudo", .yes = true});
  EXPECT_NE(err_.str().find("jwtctl enable sudo-i"), std::string::npos) << err_.str();
  WriteStack("sudo-i", "# not as `auth include sudo`, and without pam_jwt.so\n" + kStack);
  ExpectDone({.service = "sudo", .yes = true});
  EXPECT_NE(err_.str().find("jwtctl enable sudo-i"), std::string::npos) << err_.str();
  WriteStack("sudo-i", "auth\tinclude\tsudo\naccount include sudo\n");
  ExpectDone({.service = "sudo", .yes = true});
  EXPECT_EQ(err_.str(), "");
}

TEST_F(EnableTest, WritesTheSessionLineWhereSessionsEndWithTheirTokens) {
  const std::string line = "\nsession  optional pam_jwt.so\n";
  WriteStack("common-session", "session optional pam_systemd.so\n");
  WriteStack("sshd", kStack + "@include common-session\n");
  ExpectDone(sshd_);
  EXPECT_EQ(Stack().find(line), std::string::npos);
  WriteConfig("[session]\nend_with_token = true\n");
  ExpectDone(sshd_);
  EXPECT_NE(Stack().find(line), std::string::npos) << Stack();
  ExpectDone({.service = "sudo", .yes = true});  // which opens no session of systemd's
  EXPECT_EQ(Stack("sudo").find(line), std::string::npos);
  EXPECT_EQ(Disable({.service = "sshd"}), kOk);
  EXPECT_EQ(Stack(), kStack + "@include common-session\n");
}

TEST_F(EnableTest, WritesTheSessionLineWhereSessionsAreRecorded) {
  const std::string text = kStack + "session required pam_limits.so\n";
  const std::string line = "\nsession  required pam_jwt.so\n";
  WriteStack("sudo", text);
  ExpectDone({.service = "sudo", .yes = true});
  EXPECT_EQ(Stack("sudo").find(line), std::string::npos);
  WriteConfig("[session]\nrecord = true\n");
  ExpectDone({.service = "sudo", .yes = true});  // without pam_systemd.so too
  EXPECT_NE(Stack("sudo").find(line), std::string::npos) << Stack("sudo");
  ExpectDone({.service = "sudo", .or_password = true, .yes = true});
  EXPECT_NE(Stack("sudo").find("module_unknown=ignore default=bad] pam_jwt.so\n# END"),
            std::string::npos)
      << Stack("sudo");
  WriteConfig("[session]\nrecord = false\n");
  ExpectDone({.service = "sudo", .yes = true});
  EXPECT_EQ(Stack("sudo").find(line), std::string::npos) << Stack("sudo");
  WriteConfig("[session]\nrecord = true\n");
  ExpectDone({.service = "sudo", .yes = true});
  EXPECT_EQ(Disable({.service = "sudo"}), kOk);
  EXPECT_EQ(Stack("sudo"), text);
}

TEST_F(EnableTest, RefusesAMissingModule) {
  std::filesystem::remove(scratch_.Path("root/usr/lib/any/security/pam_jwt.so"));
  ExpectRefusal(sshd_, "pam_jwt.so is not beside the other PAM modules");
}

TEST_F(EnableTest, RefusesLinesOfSomebodyElse) {
  WriteStack("sshd", "auth sufficient pam_jwt.so\n" + kStack);
  ExpectRefusal(sshd_, "/etc/pam.d/sshd: line 1 has pam_jwt.so");
  WriteStack("sshd", kStack);
  WriteStack("common-auth", "auth sufficient pam_jwt.so\nauth required pam_unix.so\n");
  ExpectRefusal(sshd_, "/etc/pam.d/common-auth, which has pam_jwt.so already");
}

TEST_F(EnableTest, RefusesOrPasswordWhereNothingVerifies) {
  WriteStack("common-auth", "auth required pam_permit.so\n");
  EnableOptions either = sshd_;
  either.or_password = true;
  ExpectRefusal(either, "asks for no password");
  ExpectDone(sshd_);
}

// Debian's common-auth; its line pam_cap.so is optional.
const std::string kCommonAuth =
    "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\n"
    "auth required pam_permit.so\nauth optional pam_cap.so\n";

TEST_F(EnableTest, HoldsTokensToTheRulesBelowASubstack) {
  WriteStack("common-auth", kCommonAuth);
  WriteStack("sshd",  // as Cockpit's
             "auth required pam_sepermit.so\nauth substack common-auth\n"
             "auth optional pam_ssh_add.so\n"
             "auth required pam_listfile.so item=user sense=deny file=/etc/x onerr=succeed\n"
             "account required pam_nologin.so\naccount include common-account\n");
  ExpectDone(sshd_);
  EXPECT_NE(Stack().find("auth     [success=1 ignore=ignore default=die] pam_jwt.so"),
            std::string::npos)
      << Stack();
  EXPECT_EQ(err_.str(), "");
  EnableOptions either = sshd_;
  either.or_password = true;
  ExpectDone(either);
  EXPECT_NE(Stack().find("[success=1 ignore=ignore cred_insufficient"), std::string::npos);
}

TEST_F(EnableTest, HoldsTokensToTheRulesBelowAnIncludeAndSaysThatItsLinesCount) {
  WriteStack("common-auth", kCommonAuth);
  const std::string ftp =  // as of vsftpd and pure-ftpd
      "auth required pam_listfile.so item=user sense=deny file=/etc/ftpusers onerr=succeed\n"
      "@include common-account\n@include common-auth\nauth required pam_shells.so\n";
  WriteStack("sshd", ftp);
  ExpectDone(sshd_);
  EXPECT_NE(Stack().find("[success=2 ignore=ignore default=die]"), std::string::npos) << Stack();
  EXPECT_NE(err_.str().find("success=2 counts lines of common-auth"), std::string::npos)
      << err_.str();

  WriteStack("common-auth",
             "auth [success=2 default=ignore] pam_unix.so\n"
             "auth [success=1 default=ignore] pam_sss.so use_first_pass\n"
             "auth requisite pam_deny.so\nauth required pam_permit.so\n");
  ExpectDone(sshd_);
  EXPECT_NE(Stack().find("[success=3 ignore=ignore default=die]"), std::string::npos) << Stack();
  EXPECT_EQ(Disable({.service = "sshd"}), kOk) << err_.str();
  EXPECT_EQ(Stack(), ftp);
}

TEST_F(EnableTest, RefusesWhereNoJumpLeadsToTheRule) {
  const std::string account = "account required pam_unix.so\n";
  WriteStack("sshd",
             "auth required pam_unix.so\nauth required pam_shells.so\n"
             "auth required pam_sss.so use_first_pass\n" +
                 account);
  ExpectRefusal(sshd_, "pam_shells.so (sshd:6) keeps out");
  WriteStack("sshd",
             "auth required pam_shells.so\nauth required pam_unix.so\n"
             "auth required pam_sss.so use_first_pass\n" +
                 account);
  ExpectDone(sshd_);
}

TEST_F(EnableTest, RefusesToOpenAStackThatWasClosed) {
  const std::string rest =
      "auth requisite pam_unix.so\nauth sufficient pam_permit.so\nauth requisite pam_deny.so\n"
      "account required pam_unix.so\n";
  // Who is let past goes to pam_deny.so today, and would go to pam_permit.so.
  WriteStack("sshd", "auth [ success = 2 default = ignore ] pam_succeed_if.so uid > 9\n" + rest);
  ExpectRefusal(sshd_, "/etc/pam.d/sshd: ");
  WriteStack("sshd", rest);
  ExpectDone(sshd_);
}

TEST_F(EnableTest, SaysThatAStackWasOpenBefore) {
  WriteStack("sshd", "auth sufficient pam_wheel.so trust\n" + kStack);
  ExpectDone(sshd_);
  EXPECT_NE(err_.str().find(
                "is open already, and stays open: it lets users in: pam_wheel.so (sshd:1) agrees"),
            std::string::npos)
      << err_.str();
  WriteStack("sshd", "auth required pam_wheel.so\n" + kStack);
  ExpectDone(sshd_);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(EnableTest, TrustsAModuleThatIsVouchedFor) {
  WriteStack("sshd", "auth required pam_mycorp.so\naccount required pam_unix.so\n");
  EnableOptions either = sshd_;
  either.or_password = true;
  ExpectDone(either);
  EXPECT_NE(err_.str().find("pam_mycorp.so (sshd:1) agrees"), std::string::npos) << err_.str();
  either.vouched = {"pam_mycorp.so"};
  ExpectDone(either);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(EnableTest, RefusesALinkAndSaysWhatToDo) {
  std::filesystem::rename(scratch_.Path("root/etc/pam.d/sshd"),
                          scratch_.Path("root/etc/pam.d/real"));
  std::filesystem::create_symlink("real", scratch_.Path("root/etc/pam.d/sshd"));
  ExpectRefusal(sshd_, "authselect create-profile");
  std::filesystem::rename(scratch_.Path("root/etc/pam.d/real"),
                          scratch_.Path("root/etc/pam.d/sshd"));
  ExpectDone(sshd_);
}

TEST_F(EnableTest, RefusesWhatIsNoServiceOfThisHost) {
  ExpectRefusal({.service = "common-auth", .yes = true}, "is part of many services");
  for (const char* const name : {"", "..", ".x", "-x", "a/b", "a b"}) {
    ExpectRefusal({.service = name, .yes = true}, "is not the name of a PAM service");
  }
  ExpectRefusal({.service = "absent", .yes = true}, "/etc/pam.d/absent does not exist");
  EXPECT_EQ(Disable({.service = "absent"}), kUsage);
  scratch_.Write("root/etc/pam.d/cockpit", kStack);
  ExpectRefusal({.service = "cokpit", .yes = true},
                "/etc/pam.d/cokpit does not exist: did you mean cockpit?");
  scratch_.Write("root/usr/lib/pam.d/vendor", kStack);
  ExpectRefusal({.service = "vendor", .yes = true}, "cp /usr/lib/pam.d/vendor /etc/pam.d/vendor");
}

TEST_F(EnableTest, RefusesAFileThatOthersMayWrite) {
  scratch_.Write("root/etc/pam.d/sshd", kStack, 0666);
  ExpectRefusal(sshd_, "may be written by group or others");
  scratch_.Write("root/etc/pam.d/sshd", kStack, 0644);
  ExpectDone(sshd_);
}

}  // namespace
}  // namespace pamjwt::ctl
