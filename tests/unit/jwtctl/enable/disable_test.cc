#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "jwtctl/exit_code.h"
#include "jwtctl/stack/stack_edit.h"
#include "support/expect.h"
#include "unit/jwtctl/enable/enable_fixture.h"

namespace pamjwt::ctl {
namespace {

const std::string kByHand =
    "auth     [success=done ignore=ignore default=die] pam_jwt.so\naccount  required pam_jwt.so\n";

class DisableTest : public EnableTest {
 protected:
  void ExpectRefused(const std::string& service, const std::string& reason) {
    const std::string before = Stack(service);
    EXPECT_EQ(Disable({.service = service}), kUsage) << out_.str();
    EXPECT_NE(err_.str().find(reason), std::string::npos) << err_.str();
    EXPECT_EQ(Stack(service), before);
  }
  void ExpectDisabled(const std::string& service, const std::string& rest) {
    EXPECT_EQ(Disable({.service = service}), kOk) << err_.str();
    EXPECT_EQ(Stack(service), rest);
  }
  void WriteDropIn(const std::string& text) const { scratch_.Write(kDropInName, text); }
};

TEST_F(DisableTest, TakesOutLinesThatWereWrittenByHand) {
  WriteStack("sshd", kByHand + kStack + "session optional pam_jwt.so\n");
  EXPECT_EQ(Disable({.service = "sshd", .dry_run = true}), kNo) << err_.str();
  EXPECT_NE(out_.str().find("\n-account  required pam_jwt.so\n"), std::string::npos) << out_.str();
  ExpectDisabled("sshd", kStack);
  ExpectDisabled("sshd", kStack);
  EXPECT_EQ(out_.str(), "Nothing to do.\n");
}

TEST_F(DisableTest, TakesOutTheModuleByItsPath) {
  WriteStack("sudo", "auth requisite /usr/lib/any/security/pam_jwt.so\n" + kStack);
  ExpectDisabled("sudo", kStack);
  WriteStack("sudo", "auth requisite /home/bob/pam_jwt.so\n" + kStack);
  ExpectDisabled("sudo", "auth requisite /home/bob/pam_jwt.so\n" + kStack);
}

TEST_F(DisableTest, TakesTheDropInOfAConfigurationManagerAway) {
  WriteStack("sshd", kByHand + kStack);
  WriteDropIn("# Ansible managed\nUsePAM yes\nKbdInteractiveAuthentication yes\n");
  sshd_server_.passwords = false;
  ExpectDisabled("sshd", kStack);
  EXPECT_FALSE(Has(kDropInName));
  EXPECT_EQ(sshd_server_.Reloads(), 1U);
}

TEST_F(DisableTest, TakesADropInAwayThatIsLeft) {
  WriteDropIn("UsePAM yes\nKbdInteractiveAuthentication yes\n");
  ExpectDisabled("sshd", kStack);
  EXPECT_FALSE(Has(kDropInName));
}

TEST_F(DisableTest, KeepsWhatElseTheDropInSets) {
  WriteDropIn("PasswordAuthentication no\nKbdInteractiveAuthentication yes\n");
  ExpectDisabled("sshd", kStack);
  EXPECT_EQ(scratch_.Read(kDropInName), "PasswordAuthentication no\n");
}

TEST_F(DisableTest, TakesAllBackWhereSshdWouldTakePasswordsAgain) {
  WriteStack("sshd", kByHand + kStack);
  sshd_server_.passwords = false;
  sshd_server_.overrides_drop_in = true;  // another file switches keyboard-interactive on
  ExpectRefused("sshd", "PasswordAuthentication is no, and by keyboard-interactive sshd takes");
  WriteStack("sshd", kByHand + kStack);
  sshd_server_.overrides_drop_in = false;
  ExpectDisabled("sshd", kStack);
}

TEST_F(DisableTest, OnlyWarnsWhereSshdTookPasswordsBefore) {
  WriteStack("sshd", EnableInStack(kStack, {.or_password = true}).value());
  sshd_server_.passwords = false;
  sshd_server_.overrides_drop_in = true;
  ExpectDisabled("sshd", kStack);
  EXPECT_NE(err_.str().find("takes passwords, before and after"), std::string::npos) << err_.str();
}

struct OpenCase {
  const char* name;
  std::string stack;
  std::string reason;
  std::string twin;  ///< differs in the point at issue, and is disabled
};

const std::string kUnix = "auth required pam_unix.so\naccount required pam_unix.so\n";

const OpenCase kOpen[] = {
    {"PermitIsLeft",
     "auth requisite pam_jwt.so\nauth required pam_permit.so\n"
     "account required pam_jwt.so\naccount required pam_permit.so\n",
     "pam_permit.so (sudo:1) agrees, and no module has verified the user",
     "auth requisite pam_jwt.so\nauth requisite pam_unix.so\nauth required pam_permit.so\n"
     "account required pam_jwt.so\naccount required pam_permit.so\n"},
    {"OthersAreTaken", "auth required pam_jwt.so\naccount required pam_unix.so\n",
     "no rule of auth, or of account, would be left",
     "auth required pam_jwt.so\nauth required pam_unix.so\naccount required pam_unix.so\n"},
    {"OthersAreTakenForAccounts", "auth required pam_unix.so\naccount required pam_jwt.so\n",
     "no rule of auth, or of account, would be left",
     "auth required pam_unix.so\naccount required pam_jwt.so\naccount required pam_unix.so\n"},
    {"NobodyIsLeftToLetIn",
     "auth [success=done default=die] pam_jwt.so\nauth required pam_deny.so\n"
     "account required pam_unix.so\n",
     "nobody could log in by the rules that would be left",
     "auth [success=done default=die] pam_jwt.so\nauth required pam_unix.so\n"
     "account required pam_unix.so\n"},
    {"JumpOverTheLine",
     "auth [success = 1 default=ignore] pam_succeed_if.so uid = 0\n"
     "auth requisite pam_jwt.so\n" +
         kUnix,
     "/etc/pam.d/sudo: sudo:1 jumps over a line that names pam_jwt.so",
     "auth [success = ok default=ignore] pam_succeed_if.so uid = 0\n"
     "auth requisite pam_jwt.so\n" +
         kUnix},
    {"JumpOverTheSecondLine",
     "auth [success = 2 default=ignore] pam_succeed_if.so uid = 0\nauth required pam_env.so\n"
     "auth requisite pam_jwt.so\n" +
         kUnix,
     "sudo:1 jumps over a line that names pam_jwt.so",
     "auth [success = 1 default=ignore] pam_succeed_if.so uid = 0\nauth required pam_env.so\n"
     "auth requisite pam_jwt.so\n" +
         kUnix},
};

class DisableRefusalTest : public DisableTest, public testing::WithParamInterface<OpenCase> {};

TEST_P(DisableRefusalTest, SaysWhyAndHasAnAcceptedTwin) {
  WriteStack("sudo", GetParam().stack);
  ExpectRefused("sudo", GetParam().reason);
  WriteStack("sudo", GetParam().twin);
  EXPECT_EQ(Disable({.service = "sudo"}), kOk) << err_.str();
  EXPECT_EQ(Stack("sudo").find("pam_jwt.so"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Stacks, DisableRefusalTest, testing::ValuesIn(kOpen), test::kCaseName);

TEST_F(DisableTest, BelievesTheAdministratorThatAModuleVerifies) {
  WriteStack("sudo", kByHand + "auth required pam_mycorp.so\naccount required pam_unix.so\n");
  ExpectRefused("sudo", "pam_mycorp.so (sudo:1) agrees");
  EXPECT_EQ(Disable({.service = "sudo", .vouched = {"pam_mycorp.so"}}), kOk) << err_.str();
}

TEST_F(DisableTest, WarnsOfAWayInThatWasThereBefore) {
  const std::string open = "auth sufficient pam_permit.so\n";
  WriteStack("sudo", open + kByHand + kUnix);
  ExpectDisabled("sudo", open + kUnix);
  EXPECT_NE(
      err_.str().find("/etc/pam.d/sudo is open, before the change and after it: it lets users in"),
      std::string::npos)
      << err_.str();
}

TEST_F(DisableTest, RefusesAJumpOutOfAnIncludedFile) {
  const std::string part = "account [success=1 default=ignore] pam_localuser.so\n";
  const std::string rest = "account required pam_access.so\naccount required pam_unix.so\n";
  WriteStack("part", part);
  WriteStack("sudo",
             "auth required pam_unix.so\naccount include part\n"
             "account required pam_jwt.so\n" +
                 rest);
  ExpectRefused("sudo", "part:1 jumps over a line that names pam_jwt.so");
  WriteStack("part", part + "account required pam_nologin.so\n");  // what the jump passes over
  ExpectDisabled("sudo", "auth required pam_unix.so\naccount include part\n" + rest);
}

TEST_F(DisableTest, LeavesFilesOfManyServicesAlone) {
  WriteStack("common-auth", "auth sufficient pam_jwt.so\nauth required pam_unix.so\n");
  ExpectRefused("sshd", "common-auth, which names pam_jwt.so");
  EXPECT_NE(err_.str().find("pam-auth-update --disable jwt"), std::string::npos) << err_.str();
  ExpectRefused("common-auth", "is part of many services");
  WriteStack("common-auth", "auth required pam_unix.so\n");
  WriteStack("part", "auth requisite pam_jwt.so\n");
  WriteStack("sshd", "auth include part\n" + kStack);
  ExpectRefused("sshd", "/etc/pam.d/part, which names pam_jwt.so");
  EXPECT_NE(err_.str().find("take the lines out there"), std::string::npos) << err_.str();
}

TEST_F(DisableTest, ListsTheFilesThatNameTheModule) {
  DisableOptions list;
  list.list = true;
  EXPECT_EQ(Disable(list), kOk) << out_.str();
  EXPECT_EQ(out_.str(), "");
  WriteStack("a", "[auth] \\\n required [pam_jwt.so]\n");
  WriteStack("b", "# auth required pam_jwt.so\nauth required pam_unix.so # pam_jwt.so\n");
  WriteStack("c", "session optional /usr/lib/any/security/pam_jwt.so\n");
  WriteStack("d", "broken # pam_jwt.so\n");
  WriteStack("e", "auth required /opt/pam_jwt.so\n");
  scratch_.Write("root/usr/lib/pam.d/f", "account required pam_jwt.so\n");
  scratch_.Write("root/etc/pam.conf", "ftp auth required pam_jwt.so\n");
  for (const char* const copy : {"a.dpkg-old", "a.rpmsave", "a.4711.2026-11-28@19:00:00~"}) {
    WriteStack(copy, "auth required pam_jwt.so\n");  // no application reads it
  }
  WriteDropIn("UsePAM yes\n");
  EXPECT_EQ(Disable(list), kNo);
  EXPECT_EQ(out_.str(),
            "/etc/pam.conf\n/etc/pam.d/a\n/etc/pam.d/c\n/etc/pam.d/d\n/usr/lib/pam.d/f\n"
            "/etc/ssh/sshd_config.d/00-pam_jwt.conf\n");
}

TEST_F(DisableTest, ListsNoDropInThatHasNothingOfOurs) {
  const DisableOptions list{.service = "", .list = true};
  WriteDropIn("PasswordAuthentication no\nKbdInteractiveAuthentication yes\n");
  EXPECT_EQ(Disable(list), kNo);
  EXPECT_EQ(Disable({.service = "sshd"}), kOk) << err_.str();
  EXPECT_TRUE(Has(kDropInName));
  EXPECT_EQ(Disable(list), kOk) << out_.str();
  WriteDropIn("# END jwtctl enable\n");  // a mark alone: disable says what is to be done
  EXPECT_EQ(Disable(list), kNo);
}

}  // namespace
}  // namespace pamjwt::ctl
