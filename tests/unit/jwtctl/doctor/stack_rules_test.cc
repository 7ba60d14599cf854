#include "jwtctl/doctor/stack_rules.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

// The lines of the documentation, and the stacks that distributions have below them.
const std::string kTokenOnly = "auth [success=done ignore=ignore default=die] pam_jwt.so\n";
const std::string kTokenOrPassword =
    "auth [success=done ignore=ignore cred_insufficient=ignore service_err=ignore "
    "module_unknown=ignore default=die] pam_jwt.so [prompt=Password or token: ]\n";
const std::string kAccount = "account required pam_jwt.so\n";
const std::string kAccountIfThere =
    "account [success=ok new_authtok_reqd=ok ignore=ignore module_unknown=ignore default=bad] "
    "pam_jwt.so\n";
const std::string kAlone =
    "auth requisite pam_jwt.so\nauth required pam_permit.so\n"
    "account required pam_jwt.so\naccount required pam_permit.so\n";
const std::string kDebian =
    "@include debian-auth\naccount required pam_nologin.so\n@include debian-account\n";
const std::string kRhel =
    "auth substack rhel-auth\nauth include postlogin\naccount required pam_sepermit.so\n"
    "account required pam_nologin.so\naccount include rhel-auth\n";
const std::string kSuse = "auth include suse-auth\naccount include suse-account\n";

const std::map<std::string, std::string> kParts = {
    {"debian-auth",
     "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\n"
     "auth required pam_permit.so\nauth optional pam_cap.so\n"},
    {"debian-account",
     "account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so\n"
     "account requisite pam_deny.so\naccount required pam_permit.so\n"},
    {"rhel-auth",
     "auth required pam_env.so\nauth required pam_faildelay.so delay=2000000\n"
     "auth required pam_faillock.so preauth silent\n"
     "auth [default=1 ignore=ignore success=ok] pam_usertype.so isregular\n"
     "auth [default=1 ignore=ignore success=ok] pam_localuser.so\n"
     "auth sufficient pam_unix.so nullok\n"
     "auth [default=1 ignore=ignore success=ok] pam_usertype.so isregular\n"
     "auth sufficient pam_sss.so forward_pass\nauth required pam_faillock.so authfail\n"
     "auth required pam_deny.so\naccount required pam_faillock.so\naccount required pam_unix.so\n"
     "account sufficient pam_localuser.so\naccount sufficient pam_usertype.so issystem\n"
     "account [default=bad success=ok user_unknown=ignore] pam_sss.so\n"
     "account required pam_permit.so\n"},
    {"postlogin", "session optional pam_umask.so silent\n"},
    {"suse-auth", "auth required pam_env.so\nauth required pam_unix.so try_first_pass\n"},
    {"suse-account", "account required pam_unix.so try_first_pass\n"},
    {"faillock-auth",
     "auth required pam_faillock.so preauth\nauth [success=1 default=ignore] pam_unix.so nullok\n"
     "auth [default=die] pam_faillock.so authfail\nauth sufficient pam_faillock.so authsucc\n"
     "auth requisite pam_deny.so\nauth required pam_permit.so\n"},
    {"update-auth",
     "auth [success=2 ignore=ignore cred_insufficient=ignore service_err=ignore "
     "module_unknown=ignore default=die] pam_jwt.so\n"
     "auth [success=1 default=ignore] pam_unix.so nullok try_first_pass\n"
     "auth requisite pam_deny.so\nauth required pam_permit.so\n"},
};

/// Cockpit's stack on Debian, with what a good token does.
std::string Cockpit(const std::string& success) {
  return "auth required pam_sepermit.so\nauth [success=" + success +
         " ignore=ignore default=die] pam_jwt.so\nauth substack debian-auth\n"
         "auth optional pam_ssh_add.so\n"
         "auth required pam_listfile.so item=user sense=deny file=/etc/cockpit/disallowed-users "
         "onerr=succeed\n" +
         kAccount + "account required pam_nologin.so\naccount include debian-account\n";
}

/// The stack of vsftpd and pure-ftpd, with what a good token does.
std::string Vsftpd(const std::string& success) {
  return "auth required pam_listfile.so item=user sense=deny file=/etc/ftpusers onerr=succeed\n"
         "auth [success=" +
         success +
         " ignore=ignore default=die] pam_jwt.so\n@include debian-auth\n"
         "auth required pam_shells.so\n" +
         kAccount + "@include debian-account\n";
}

struct RuleCase {
  const char* name;
  std::string text;
  const char* rules;  ///< "" where all is well
  const char* part;   ///< of the text of the first
  const char* service = "sshd";
};

Result<std::vector<StackEntry>> Entries(const RuleCase& test, std::string_view type) {
  return ReadEntries(test.service, type, [&](const std::string& name) -> Result<std::string> {
    if (name == test.service) return test.text;
    return kParts.at(name);
  });
}

ServiceStack MakeStack(const RuleCase& test, SetCredJumps jumps) {
  return {test.service, std::string("/etc/pam.d/") + test.service, Entries(test, "auth").value(),
          Entries(test, "account").value(), jumps};
}

const RuleCase kCases[] = {
    {"TokenOnlyOnDebian", kTokenOnly + kAccount + kDebian, "", ""},
    {"TokenOrPasswordOnDebian", kTokenOrPassword + kAccountIfThere + kDebian, "", ""},
    {"TokenOnlyOnRhel", kTokenOnly + kAccount + kRhel, "", ""},
    {"TokenOrPasswordOnRhel", kTokenOrPassword + kAccountIfThere + kRhel, "", ""},
    {"TokenOnlyOnSuse", kTokenOnly + kAccount + kSuse, "", ""},
    {"TokenOrPasswordOnSuse", kTokenOrPassword + kAccountIfThere + kSuse, "", ""},
    {"TokenOrPasswordWithFaillock",
     kTokenOrPassword + kAccountIfThere + "auth include faillock-auth\n@include debian-account\n",
     "", ""},
    {"AStackOfItsOwn", kAlone, "", ""},
    {"PamAuthUpdate", kAccountIfThere + "@include update-auth\n@include debian-account\n", "", ""},
    {"RootMaySuWithoutAToken", "auth sufficient pam_rootok.so\n" + kTokenOnly + kAccount + kDebian,
     "", "", "su"},
    {"RootOkOfSuBelow",
     kTokenOrPassword + kAccountIfThere + "auth sufficient pam_rootok.so\n" + kDebian, "", "",
     "su"},

    // Nobody verifies the user.
    {"PermitBelow",
     kTokenOrPassword + kAccountIfThere +
         "auth required pam_permit.so\naccount required "
         "pam_unix.so\n",
     "pam.bypass",
     "with no token, a broken configuration, pam_jwt.so missing: pam_permit.so "
     "(sshd:3) agrees"},
    {"ConditionBelow",
     kTokenOrPassword + kAccountIfThere + "auth sufficient pam_succeed_if.so user ingroup users\n" +
         kDebian,
     "pam.bypass", "pam_succeed_if.so (sshd:3) agrees"},
    {"RootOkInSshd",
     kTokenOrPassword + kAccountIfThere + "auth sufficient pam_rootok.so\n" + kDebian, "pam.bypass",
     "pam_rootok.so (sshd:3) agrees"},
    {"WheelTrusted",
     kTokenOrPassword + kAccountIfThere + "auth sufficient pam_wheel.so trust\n" + kDebian,
     "pam.bypass", "pam_wheel.so"},
    {"HelpersOnly",
     kTokenOrPassword + kAccountIfThere +
         "auth required pam_env.so\nauth optional pam_faildelay.so\naccount required pam_unix.so\n",
     "pam.bypass", "agrees"},
    {"SufficientAndPermit",
     "auth sufficient pam_jwt.so\nauth required pam_permit.so\n" + kAccount +
         "account required pam_permit.so\n",
     "pam.bypass pam.refusal_ignored pam.account_module_missing",
     "with no token, a refused token, no keys, a broken configuration, a fault, pam_jwt.so "
     "missing: pam_permit.so"},
    {"OptionalAlone",
     "auth optional pam_jwt.so\nauth optional pam_permit.so\n" + kAccount +
         "account required pam_permit.so\n",
     "pam.bypass pam.refusal_ignored pam.account_module_missing", "no token"},
    {"SecondFactorThatMayBePassedOver",
     kTokenOrPassword + kAccountIfThere +
         "auth required pam_google_authenticator.so nullok\nauth required pam_permit.so\n"
         "account required pam_unix.so\n",
     "pam.bypass", "pam_permit.so (sshd:4)"},
    {"KeyThatNobodyNeeds",
     kTokenOrPassword + kAccountIfThere +
         "auth required pam_u2f.so nouserok\naccount required "
         "pam_unix.so\n",
     "pam.bypass", "pam_u2f.so"},
    {"KeyThatIsAlwaysRight",
     kTokenOrPassword + kAccountIfThere +
         "auth required pam_yubico.so alwaysok\naccount required pam_unix.so\n",
     "pam.bypass", "pam_yubico.so (sshd:3) agrees"},
    {"CodeThatIsNotAskedForAgain",
     kTokenOrPassword + kAccountIfThere +
         "auth required pam_google_authenticator.so grace_period=300\n"
         "account required pam_unix.so\n",
     "pam.bypass", "pam_google_authenticator.so (sshd:3) agrees"},
    {"CodeThatIsAskedForEachTime",
     kTokenOrPassword + kAccountIfThere +
         "auth required pam_google_authenticator.so\naccount required pam_unix.so\n",
     "", ""},
    {"UsersThatTheDatabaseHasNot",
     kTokenOrPassword + kAccountIfThere +
         "auth required pam_env.so\nauth required pam_userdb.so db=/x unknown_ok\n"
         "account required pam_unix.so\n",
     "pam.bypass", "pam_env.so (sshd:3) agrees"},
    {"UsersThatTheDatabaseMustHave",
     kTokenOrPassword + kAccountIfThere +
         "auth required pam_env.so\nauth required pam_userdb.so db=/x\n"
         "account required pam_unix.so\n",
     "", ""},
    {"UnknownModule",
     kTokenOrPassword + kAccountIfThere +
         "auth required pam_frobnicate.so\naccount required "
         "pam_unix.so\n",
     "pam.bypass", "pam_frobnicate.so (sshd:3) agrees"},
    {"FaillockThatIgnoresTheFailure",
     kTokenOrPassword + kAccountIfThere +
         "auth [success=1 default=ignore] pam_unix.so\nauth requisite pam_faillock.so authfail\n"
         "auth sufficient pam_faillock.so authsucc\nauth required pam_deny.so\n"
         "@include debian-account\n",
     "pam.bypass", "pam_faillock.so (sshd:5) agrees"},

    // A rule below the password lines.
    {"CockpitWithARuleThatIsSkipped", Cockpit("done"), "pam.rule_bypassed",
     "lets in users whom pam_listfile.so (cockpit:5) keeps out", "cockpit"},
    {"CockpitWithAJump", Cockpit("1"), "", "", "cockpit"},
    {"CockpitWithAJumpTooFar", Cockpit("3"), "pam.rule_bypassed", "pam_listfile.so", "cockpit"},
    {"VsftpdWithARuleThatIsSkipped", Vsftpd("done"), "pam.rule_bypassed",
     "lets in users whom pam_shells.so (vsftpd:4) keeps out", "vsftpd"},
    {"VsftpdWithAJump", Vsftpd("2"), "", "", "vsftpd"},
    {"VsftpdWithAJumpOverAllOfTheFile", Vsftpd("4"), "", "", "vsftpd"},
    {"VsftpdWithAJumpTooFar", Vsftpd("5"), "pam.rule_bypassed", "pam_shells.so", "vsftpd"},
    {"RuleOfTheSite",
     kTokenOnly + "@include debian-auth\nauth required pam_mycorp.so\n" + kAccount +
         "@include debian-account\n",
     "pam.rule_bypassed", "pam_mycorp.so (sshd:3) keeps out"},
    {"SecondFactorBelow",
     kTokenOnly + "@include debian-auth\nauth required pam_google_authenticator.so nullok\n" +
         kAccount + "@include debian-account\n",
     "", ""},
    {"RuleAboveUs", "auth required pam_shells.so\n" + kTokenOnly + kAccount + kDebian, "", ""},
    {"RuleThatNoPasswordIsHeldTo",
     kTokenOnly +
         "auth sufficient pam_unix.so\nauth required pam_shells.so\n"
         "auth required pam_deny.so\n" +
         kAccount + "account required pam_unix.so\n",
     "", ""},

    // Nobody asks pam_jwt.
    {"JumpOverUs",
     "auth [success=1 default=ignore] pam_succeed_if.so user ingroup users\n" + kTokenOnly +
         "auth required pam_permit.so\n" + kAccount + "account required pam_unix.so\n",
     "pam.bypass",
     "lets users in before pam_jwt.so is asked: pam_succeed_if.so (su:1) jumps, pam_permit.so "
     "(su:3) "
     "agrees, and no module has",
     "su"},
    {"JumpOverUsWithBlanks",
     "auth [ success = 1 default = ignore ] pam_succeed_if.so user ingroup users\n" + kTokenOnly +
         "auth required pam_permit.so\n" + kAccount + "account required pam_unix.so\n",
     "pam.bypass", "pam_succeed_if.so (sshd:1) jumps"},
    {"JumpOverUsToPasswords",
     "auth [success=1 default=ignore] pam_succeed_if.so user ingroup users\n" + kTokenOnly +
         kAccount + kDebian,
     "", ""},
    {"JumpOverUsAndPasswords",
     "auth [success=2 default=ignore] pam_localuser.so\n" + kTokenOrPassword +
         "auth requisite pam_unix.so\nauth required pam_permit.so\n" + kAccountIfThere +
         "account required pam_unix.so\n",
     "pam.bypass", "pam_localuser.so (sshd:1) jumps, pam_permit.so (sshd:4) agrees"},
    {"WheelTrustedAbove", "auth sufficient pam_wheel.so trust\n" + kTokenOnly + kAccount + kDebian,
     "pam.bypass", "before pam_jwt.so is asked: pam_wheel.so (su:1) agrees", "su"},
    {"WheelWantedAbove", "auth required pam_wheel.so\n" + kTokenOnly + kAccount + kDebian, "", "",
     "su"},
    {"ListfileAbove",
     "auth sufficient pam_listfile.so item=user sense=allow file=/etc/friends onerr=succeed\n" +
         kTokenOnly + kAccount + kDebian,
     "pam.bypass", "pam_listfile.so (sshd:1) agrees"},
    {"ListfileThatKeepsOut",
     "auth required pam_listfile.so item=user sense=deny file=/etc/ftpusers onerr=succeed\n" +
         kTokenOnly + kAccount + kDebian,
     "", ""},
    {"RhostsAbove", "auth sufficient pam_rhosts.so\n" + kTokenOnly + kAccount + kDebian,
     "pam.bypass", "pam_rhosts.so (sshd:1) agrees"},
    {"LocalUsersAbove", "auth sufficient pam_localuser.so\n" + kTokenOnly + kAccount + kDebian,
     "pam.bypass", "pam_localuser.so (sshd:1) agrees"},

    // The refusal is not the end.
    {"SufficientAbovePasswords", "auth sufficient pam_jwt.so\n" + kAccountIfThere + kDebian,
     "pam.refusal_ignored", "after a refused token, no keys, a fault, a password"},
    {"DefaultIgnore", "auth [success=done default=ignore] pam_jwt.so\n" + kAccountIfThere + kDebian,
     "pam.refusal_ignored", "a refused token"},
    {"NoKeysIgnored",
     "auth [success=done ignore=ignore cred_insufficient=ignore authinfo_unavail=ignore "
     "service_err=ignore module_unknown=ignore default=die] pam_jwt.so\n" +
         kAccountIfThere + kDebian,
     "pam.refusal_ignored", "after no keys, a password"},
    {"PasswordsDieWithTheConfiguration",
     "auth [success=done ignore=ignore cred_insufficient=ignore default=die] pam_jwt.so\n" +
         kAccountIfThere + kDebian,
     "pam.locks_out",
     "with a broken configuration or pam_jwt.so missing it takes no password either"},

    // A good token.
    {"PasswordAsWell", "auth required pam_jwt.so\n" + kAccount + kDebian, "pam.token_not_enough",
     "pam_unix.so (debian-auth:1) has to agree"},
    {"DenyBelow", "auth required pam_jwt.so\nauth required pam_deny.so\n" + kAccount + kDebian,
     "pam.good_token pam.setcred", "a good token does not let the user in"},
    {"PasswordFirst",
     "auth sufficient pam_unix.so\nauth requisite pam_jwt.so\nauth required pam_permit.so\n" +
         kAccount + "account required pam_unix.so\n",
     "pam.order", "pam_unix.so (sshd:1) stands in front"},
    {"PasswordFirstOnPurpose",
     "auth sufficient pam_unix.so\nauth requisite pam_jwt.so try_first_pass\n"
     "auth required pam_permit.so\n" +
         kAccount + "account required pam_unix.so\n",
     "", ""},
    {"Twice", kTokenOnly + kTokenOnly + kAccount + kDebian, "pam.twice", "more than once"},

    // pam_setcred.
    {"DieOnIgnore", "auth [success=done default=die] pam_jwt.so\n" + kAccount + kDebian,
     "pam.setcred", "with ssh keys, by cron"},
    {"RequisiteAlone",
     "auth requisite pam_jwt.so\n" + kAccount + "account required pam_permit.so\n", "pam.setcred",
     "with ssh keys, by cron"},

    // Account.
    {"NoAccountLine", kTokenOnly + kDebian, "pam.account_missing", "no account line"},
    {"AccountLineAlone", kTokenOnly + kAccount + "auth required pam_unix.so\n", "pam.account_stops",
     "without a token"},
    {"AccountLineBelowSufficient",
     kTokenOnly + "account sufficient pam_localuser.so\n" + kAccount + kDebian,
     "pam.account_bypassed", "pam_localuser.so (sshd:2) can end"},
    {"AccountLineBelowAllOfRhel", kTokenOnly + kRhel + kAccount,
     "pam.account_bypassed pam.account_ignored", "pam_localuser.so (rhel-auth:13) can end"},
    {"AccountLineBelowANewPasswordThatIsBad",
     kTokenOnly + "account [default=bad success=ok user_unknown=ignore] pam_sss.so\n" + kAccount +
         "auth required pam_unix.so\n",
     "pam.account_not_first pam.account_ignored", "below pam_sss.so (sshd:2)"},
    {"AccountLineThatANewPasswordPassesBy", kTokenOnly + kDebian + kAccount, "pam.account_bypassed",
     "pam_unix.so (debian-account:1) can end"},
    {"AccountLineThatANewPasswordComesTo",
     kTokenOnly +
         "account [success=1 new_authtok_reqd=1 default=ignore] pam_unix.so\n"
         "account requisite pam_deny.so\naccount required pam_permit.so\n" +
         kAccount + "auth required pam_unix.so\n",
     "pam.account_not_first", "below pam_unix.so (sshd:2)"},
    {"AccountLineSecond", kTokenOnly + "account required pam_nologin.so\n" + kAccount + kDebian,
     "pam.account_not_first", "below pam_nologin.so (sshd:2)"},
    {"AccountLineOptional", kTokenOnly + "account optional pam_jwt.so\n" + kDebian,
     "pam.account_ignored", "let users in whom"},
    {"AccountLineSufficient", kTokenOnly + "account sufficient pam_jwt.so\n" + kDebian,
     "pam.account_ignored", "let users in whom"},
    {"AccountLineDiesOnIgnore",
     kTokenOnly + "account [success=ok default=die] pam_jwt.so\n" + kDebian, "pam.account_stops",
     "with an ssh key"},
    {"AccountLineStopsPasswords", kTokenOrPassword + kAccount + kDebian,
     "pam.account_module_missing", "if pam_jwt.so is missing"},
};

class StackRulesTest : public testing::TestWithParam<RuleCase> {};

TEST_P(StackRulesTest, FindsWhatIsWrongAndNothingElse) {
  const RuleCase& test = GetParam();
  std::string rules;
  const Findings findings = JudgeStack(MakeStack(test, SetCredJumps::kAreSilent));
  for (const Finding& finding : findings) {
    rules += (rules.empty() ? "" : " ") + finding.rule;
    const bool is_note = finding.rule == "pam.account_not_first";
    EXPECT_EQ(finding.health == Health::kOk, is_note);
    EXPECT_EQ(finding.fix.empty(), is_note);
    EXPECT_EQ(finding.where, std::string("/etc/pam.d/") + test.service);
  }
  EXPECT_EQ(rules, test.rules) << test.text;
  if (findings.empty()) return;
  EXPECT_NE(findings.front().text.find(test.part), std::string::npos) << findings.front().text;
}

INSTANTIATE_TEST_SUITE_P(Stacks, StackRulesTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(JudgeStack, TrustsAModuleThatIsVouchedForAsItIsWritten) {
  const RuleCase mine{"",
                      kTokenOrPassword + kAccountIfThere + "auth required pam_mycorp.so\n" +
                          "account required pam_unix.so\n",
                      "", ""};
  ServiceStack stack = MakeStack(mine, SetCredJumps::kAreSilent);
  const Findings findings = JudgeStack(stack);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_NE(findings.front().fix.find("--verifies pam_mycorp.so"), std::string::npos)
      << findings.front().fix;
  stack.vouched = {"pam_mycorp.so"};
  EXPECT_TRUE(JudgeStack(stack).empty());
  stack.vouched = {"/opt/pam_mycorp.so"};
  EXPECT_EQ(JudgeStack(stack).size(), 1U);
}

TEST(JudgeStack, JudgesAJumpLikeAnOk) {
  for (const RuleCase& test : kCases) {
    const bool is_well = JudgeStack(MakeStack(test, SetCredJumps::kAgree)).empty();
    EXPECT_EQ(is_well, std::string_view(test.rules).empty()) << test.name;
  }
}

TEST(TakesPasswords, IsTrueWhereAPasswordWillDo) {
  const auto takes = [](const std::string& text) {
    return TakesPasswords(MakeStack({"", text, "", ""}, SetCredJumps::kAreSilent));
  };
  EXPECT_FALSE(takes(kTokenOnly + kAccount + kDebian));
  EXPECT_TRUE(takes(kTokenOrPassword + kAccountIfThere + kDebian));
  EXPECT_FALSE(takes(kAlone));
  EXPECT_TRUE(takes(kTokenOrPassword + kAccountIfThere + kRhel));
  EXPECT_TRUE(takes("auth [success=1 default=ignore] pam_localuser.so\n" + kTokenOnly + kAccount +
                    kDebian));
}

}  // namespace
}  // namespace pamjwt::ctl
