#include "jwtctl/stack/stack_edit.h"

#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

using test::Accepted;

const std::string kBegin = "# BEGIN jwtctl enable (jwtctl disable takes this out)\n";
const std::string kEnd = "# END jwtctl enable\n";
const std::string kAuth =
    "auth     [success=done ignore=ignore default=die] pam_jwt.so token_only\n";
const std::string kAccount = "account  required pam_jwt.so\n";
const std::string kAuthOrPassword =
    "auth     [success=done ignore=ignore cred_insufficient=ignore service_err=ignore "
    "module_unknown=ignore default=die] pam_jwt.so [prompt=Password or token: ]\n";
const std::string kAccountOrPassword =
    "account  [success=ok new_authtok_reqd=ok ignore=ignore module_unknown=ignore default=bad] "
    "pam_jwt.so\n";
const std::string kBoth = kBegin + kAuth + kAccount + kEnd;

const std::string kDebianSshd =
    "# PAM configuration for the Secure Shell service\n\n# Standard Un*x authentication.\n"
    "@include common-auth\naccount    required     pam_nologin.so\n@include common-account\n"
    "@include common-session\n";

struct PlaceCase {
  const char* name;
  std::string before;  ///< what stands above the lines
  std::string after;   ///< what stands below them
};

const PlaceCase kPlaces[] = {
    {"DebianSshd", kDebianSshd.substr(0, kDebianSshd.find("@include")),
     kDebianSshd.substr(kDebianSshd.find("@include"))},
    {"DebianSudo", "#%PAM-1.0\n\nsession required pam_limits.so\n",
     "@include common-auth\n@include common-account\n"},
    {"DebianSu", "auth       sufficient pam_rootok.so\nsession required pam_env.so\n",
     "@include common-auth\n@include common-account\n"},
    {"DebianLogin", "auth optional pam_faildelay.so delay=3000000\nauth requisite pam_nologin.so\n",
     "@include common-auth\naccount required pam_access.so\n"},
    {"RhelSshd", "#%PAM-1.0\n",
     "auth       substack     password-auth\nauth include postlogin\n"
     "account    required     pam_sepermit.so\naccount include password-auth\n"},
    {"RhelSu", "auth\t\trequired\tpam_env.so\nauth\t\tsufficient\tpam_rootok.so\n",
     "auth\t\tsubstack\tsystem-auth\naccount\t\tsufficient\tpam_succeed_if.so uid = 0\n"},
    {"PathOfAModule", "auth required pam_env.so\n",
     "auth required /home/bob/pam_env.so\naccount required pam_unix.so\n"},
    {"PathOfAModuleThatIsNotOurs", "",
     "auth required /opt/pam_jwt.so\naccount required ../../opt/pam_jwt.so\n"},
    {"UnknownModule", "", "auth required pam_something.so\naccount required pam_unix.so\n"},
    {"UnknownInclude", "", "@include others\n"},
    {"OptionalModule", "", "-auth sufficient pam_sss.so\naccount required pam_unix.so\n"},
    {"CapitalLetters", "AUTH Required pam_env.so\n",
     "Auth Include x\nACCOUNT required pam_unix.so"},
    {"ContinuedLine", "auth \\\n  required \\ \t\n pam_env.so\n",
     "auth \\\n required pam_unix.so\naccount required pam_unix.so\n"},
    {"CommentEndsALine", "auth required pam_env.so # \\\n",
     "auth required pam_unix.so\naccount required pam_unix.so\n"},
    {"AllInBrackets", "[auth] [Required] [pam_env.so]\n",
     "[-auth] [include] [x]\naccount required pam_unix.so\n"},
    {"IncludeOfDebianWithADash", "-@Include common-password x\n",
     "-@include common-auth\naccount required pam_unix.so\n"},
    {"BlankInBrackets", "auth [success=ok default=bad] pam_env.so\n",
     "auth [success=ok default=bad] pam_unix.so\naccount required pam_unix.so\n"},
    {"JumpThatEndsAbove", "auth [default=1] pam_env.so\nauth required pam_nologin.so\n",
     "auth required pam_unix.so\naccount required pam_unix.so\n"},
    {"ControlThatLibpamCannotRead", "auth [a=ok default=12] pam_env.so\n",
     "auth required pam_unix.so\naccount required pam_unix.so\n"},
    {"JumpBelow", "",
     "auth [success=1 default=ignore] pam_unix.so\nauth requisite pam_deny.so\n"
     "account required pam_unix.so\n"},
    {"JumpOfAnotherType", "session [default=9] pam_env.so\n",
     "auth required pam_unix.so\naccount required pam_unix.so\n"},
};

class EnableInStackTest : public testing::TestWithParam<PlaceCase> {};

TEST_P(EnableInStackTest, PutsTheLinesInFrontOfTheFirstRuleThatAsks) {
  const std::string text = GetParam().before + GetParam().after;
  const Result<std::string> enabled = EnableInStack(text, {});
  ASSERT_TRUE(Accepted(enabled));
  EXPECT_EQ(enabled.value(), GetParam().before + kBoth + GetParam().after);
}

TEST_P(EnableInStackTest, IsTakenBackByteForByte) {
  const std::string text = GetParam().before + GetParam().after;
  EXPECT_EQ(DisableInStack(EnableInStack(text, {}).value()).value(), text);
}

INSTANTIATE_TEST_SUITE_P(Stacks, EnableInStackTest, testing::ValuesIn(kPlaces), test::kCaseName);

TEST(EnableInStack, PutsTheAccountLineInFrontOfAnEarlierAccountRule) {
  const Result<std::string> enabled =
      EnableInStack("account required pam_nologin.so\nauth required pam_unix.so\n", {});
  ASSERT_TRUE(Accepted(enabled));
  EXPECT_EQ(enabled.value(), kBegin + kAccount + kEnd + "account required pam_nologin.so\n" +
                                 kBegin + kAuth + kEnd + "auth required pam_unix.so\n");
}

TEST(EnableInStack, HasTheLinesOfTokenOrPassword) {
  const Result<std::string> enabled =
      EnableInStack("@include common-auth\n@include common-account\n", {.or_password = true});
  ASSERT_TRUE(Accepted(enabled));
  EXPECT_EQ(enabled.value(), kBegin + kAuthOrPassword + kAccountOrPassword + kEnd +
                                 "@include common-auth\n@include common-account\n");
}

TEST(EnableInStack, NamesAnotherConfigurationOnTheAuthLine) {
  const Result<std::string> enabled =
      EnableInStack(kDebianSshd, {.config_path = "/srv/pam_jwt.toml"});
  ASSERT_TRUE(Accepted(enabled));
  EXPECT_NE(enabled.value().find(
                "default=die] pam_jwt.so token_only config=/srv/pam_jwt.toml\naccount  "),
            std::string::npos);
  EXPECT_EQ(DisableInStack(enabled.value()).value(), kDebianSshd);
}

TEST(EnableInStack, ChangesNothingTheSecondTime) {
  const std::string once = EnableInStack(kDebianSshd, {}).value();
  EXPECT_EQ(EnableInStack(once, {}).value(), once);
}

TEST(EnableInStack, ReplacesTheOtherRecipe) {
  const std::string token_only = EnableInStack(kDebianSshd, {}).value();
  const std::string either = EnableInStack(kDebianSshd, {.or_password = true}).value();
  EXPECT_EQ(EnableInStack(either, {}).value(), token_only);
  EXPECT_EQ(EnableInStack(token_only, {.or_password = true}).value(), either);
}

// ---- The session line

const std::string kUnix = "auth required pam_unix.so\naccount required pam_unix.so\n";

const std::string kSession = "session  optional pam_jwt.so\n";

/// Enables `text` with a session line.
Result<std::string> EnableWithSession(const std::string& text) {
  return EnableInStack(text, {.ends_session = true});
}

const PlaceCase kSessionPlaces[] = {
    {"DebianSshd", kDebianSshd.substr(0, kDebianSshd.find("@include common-session")),
     "@include common-session\n@include common-password\n"},
    {"BehindSelinux",
     "auth required pam_unix.so\naccount required pam_unix.so\n"
     "session [success=ok ignore=ignore default=bad] pam_selinux.so close\n",
     "session required pam_loginuid.so\n@include common-session\n"},
    {"InFrontOfAnInclude", "@include common-auth\n@include common-account\n",
     "session include password-auth\n"},
    {"BehindPasswords", "@include common-auth\n@include common-account\n@include common-password\n",
     "@include common-session-noninteractive\n"},
    {"NoPlace", "@include common-auth\n@include common-account\n", ""},
};

class EnableWithSessionTest : public testing::TestWithParam<PlaceCase> {};

TEST_P(EnableWithSessionTest, PutsTheSessionLineInFrontOfRulesThatOpenSessions) {
  const auto& [name, before, after] = GetParam();
  const Result<std::string> enabled = EnableWithSession(before + after);
  ASSERT_TRUE(Accepted(enabled));
  const std::string line = after.empty() ? "" : kBegin + kSession + kEnd;
  EXPECT_EQ(enabled.value(), EnableInStack(before, {}).value() + line + after);
  EXPECT_EQ(DisableInStack(enabled.value()).value(), before + after);
  EXPECT_EQ(EnableWithSession(enabled.value()).value(), enabled.value());
}

INSTANTIATE_TEST_SUITE_P(Stacks, EnableWithSessionTest, testing::ValuesIn(kSessionPlaces),
                         test::kCaseName);

TEST(EnableInStack, PutsTheSessionLineAboveTheOthersIfSessionsComeFirst) {
  const std::string text =
      "session required pam_limits.so\n@include common-auth\n@include common-account\n";
  EXPECT_EQ(EnableWithSession(text).value(), kBegin + kSession + kEnd +
                                                 "session required pam_limits.so\n" + kBoth +
                                                 "@include common-auth\n@include common-account\n");
}

TEST(EnableInStack, PutsAllLinesInFrontOfAFileThatMayHoldAllTypes) {
  EXPECT_EQ(EnableWithSession("@include others\n").value(),
            kBegin + kAuth + kAccount + kSession + kEnd + "@include others\n");
}

TEST(EnableInStack, WritesASessionLineThatCanRefuseIfSessionsAreRecorded) {
  const std::string text = kUnix + "session required pam_limits.so\n";
  const std::string required = "session  required pam_jwt.so\n";
  const auto session_line = [&](const StackRecipe& recipe) {
    const std::string enabled = EnableInStack(text, recipe).value();
    EXPECT_EQ(DisableInStack(enabled).value(), text);
    EXPECT_EQ(EnableInStack(enabled, recipe).value(), enabled);
    const std::size_t begin = std::min(enabled.find("session  "), enabled.size());
    return enabled.substr(begin, enabled.find('\n', begin) + 1 - begin);
  };
  EXPECT_EQ(session_line({}), "");
  EXPECT_EQ(session_line({.ends_session = true}), kSession);
  EXPECT_EQ(session_line({.records_session = true}), required);
  EXPECT_EQ(session_line({.ends_session = true, .records_session = true}), required);
  EXPECT_EQ(session_line({.by_certificate = true, .records_session = true}), required);
  // Without the module, passwords go on to let users in.
  EXPECT_EQ(session_line({.or_password = true, .records_session = true}),
            "session  [success=ok new_authtok_reqd=ok ignore=ignore module_unknown=ignore "
            "default=bad] pam_jwt.so\n");
}

TEST(EnableInStack, WritesNoSessionLineForRecordsWhereNothingOpensSessions) {
  EXPECT_EQ(EnableInStack(kUnix, {.records_session = true}).value(),
            EnableInStack(kUnix, {}).value());
}

TEST(EnableInStack, TakesTheSessionLineOutIfSessionsDoNotEnd) {
  const std::string without = EnableInStack(kDebianSshd, {}).value();
  EXPECT_EQ(EnableInStack(EnableWithSession(kDebianSshd).value(), {}).value(), without);
}

TEST(EnableInStack, RefusesAJumpOverTheSessionLine) {
  const std::string jump = "session [success=1 default=ignore] pam_selinux.so close\n";
  const std::string text = "session required pam_limits.so\n" + kDebianSshd;
  const Result<std::string> refused = EnableWithSession(jump + text);
  ASSERT_FALSE(refused.ok());
  EXPECT_TRUE(refused.error().detail.starts_with("line 1 jumps over the place"));
  EXPECT_TRUE(Accepted(EnableInStack(jump + text, {})));
}

struct RefusalCase {
  const char* name;
  std::string text;
  std::string reason;
  std::string twin;  ///< differs in the point at issue, and is accepted
};

const RefusalCase kRefusals[] = {
    {"LinesOfSomebodyElse", "auth sufficient pam_jwt.so\n" + kUnix, "line 1 has pam_jwt.so",
     "# auth sufficient pam_jwt.so\n" + kUnix},
    {"LinesOfSomebodyElseBelow", kUnix + "session optional [pam_jwt.so]", "line 3 has pam_jwt.so",
     kUnix + "session optional pam_jwt_log.so"},
    {"NothingThatAsks", "auth required pam_permit.so\naccount required pam_unix.so\n",
     "no rule asks for a password", kUnix},
    {"NothingButTheSession", "@include common-session\n", "no rule asks for a password",
     "@include others\n"},
    {"NothingForAccounts", "@include common-auth\n", "there is no account rule",
     "@include common-auth\n@include common-account\n"},
    {"JumpOverThePlace", "auth [success=1 default=ignore] pam_rootok.so\n" + kUnix,
     "line 1 jumps over the place", "auth [success=ok default=ignore] pam_rootok.so\n" + kUnix},
    {"LongJump", "auth [success=ok default=12] pam_env.so\nauth required pam_env.so\n" + kUnix,
     "line 1 jumps over the place",
     "auth [success=ok default=1] pam_env.so\nauth required pam_env.so\n" + kUnix},
    {"JumpWithBlanks", "auth [success = 1 default=ignore] pam_rootok.so\n" + kUnix,
     "line 1 jumps over the place", "auth [success = ok default=ignore] pam_rootok.so\n" + kUnix},
    {"JumpThatIsGluedOn", "auth [default=ignoresuccess=1] pam_rootok.so\n" + kUnix,
     "line 1 jumps over the place", "auth [default=ignoresuccess=ok] pam_rootok.so\n" + kUnix},
    {"JumpOnAContinuedLine", "auth [success \\\n = 1] pam_rootok.so\n" + kUnix,
     "line 1 jumps over the place", "auth [success \\\n = ok] pam_rootok.so\n" + kUnix},
    {"JumpOverAFileThatMayBeEmpty",
     "session [success=1 default=ignore] pam_env.so\n@include common-account\n"
     "auth [success=1 default=ignore] pam_env.so\n@include common-password\n" +
         kUnix,
     "line 3 jumps over the place",
     "session [success=1 default=ignore] pam_env.so\n@include common-account\n"
     "auth [success=ok default=ignore] pam_env.so\n@include common-password\n" +
         kUnix},
    {"NoType", kUnix + "\nauthx required pam_unix.so\n", "line 4 is not a rule of a PAM stack",
     kUnix + "\nauth required pam_unix.so\n"},
    {"NoModule", kUnix + "auth required # pam_unix.so\n", "line 3 is not a rule of a PAM stack",
     kUnix + "auth required pam_unix.so # x\n"},
    {"OpenBracket", kUnix + "auth [success=ok pam_unix.so\n", "line 3 is not a rule of a PAM stack",
     kUnix + "auth [success=ok] pam_unix.so\n"},
    {"CommentInAContinuedLine", kUnix + "auth required \\\n# x\npam_unix.so\n",
     "line 4 stands inside a continued line", kUnix + "# x\nauth required \\\npam_unix.so\n"},
    {"EmptyLineInAContinuedLine", kUnix + "auth required \\\n\npam_unix.so\n",
     "line 4 stands inside a continued line", kUnix + "\nauth required \\\npam_unix.so\n"},
    {"LongLine", kUnix + "auth required pam_unix.so " + std::string(998, 'x') + "\n",
     "line 3 has more than 1023 bytes",
     kUnix + "auth required pam_unix.so " + std::string(996, 'x') + "\n"},
    {"LongComment", "#" + std::string(1023, 'x') + "\n" + kUnix, "line 1 has more than 1023 bytes",
     "#" + std::string(1021, 'x') + "\n" + kUnix},
    {"LongContinuedLine", kUnix + "auth required pam_unix.so \\\n" + std::string(1000, 'x') + "\n",
     "line 3 has more than 1023 bytes",
     kUnix + "auth required pam_unix.so \\\n" + std::string(900, 'x') + "\n"},
    {"EmptyWord", kUnix + "auth required []\n", "line 3 is not a rule of a PAM stack",
     kUnix + "auth required [x]\n"},
    {"EndlessLine", kUnix + "auth required \\\n\n", "line 4 stands inside a continued line",
     kUnix + "auth required \\\npam_unix.so"},
    {"NothingFollows", kUnix + "auth required \\\n",
     "line 3 ends with a backslash, and no line follows", kUnix + "auth required \\\npam_unix.so"},
    {"LineEndOfWindows", kUnix + "auth required pam_unix.so\r\n", "line 3 has a carriage return",
     kUnix + "auth required pam_unix.so # x\r\n"},
    {"EmptyLineOfWindows", kUnix + "\r\n", "line 3 has a carriage return", kUnix + "#\r\n"},
    {"NulByte", kUnix + std::string("#\0\n", 3), "it has a NUL byte in it", kUnix + "#\n"},
    {"MarksInAContinuedLine",
     "auth required \\\n" + kBegin + kAccount + kEnd + "pam_unix.so\n" + kUnix,
     "line 2 stands inside a continued line",
     "auth required \\\npam_unix.so\n" + kBegin + kAccount + kEnd + kUnix},
    {"MarkAlone", kBegin + kUnix, "line 2 stands between the marks", kBegin + kEnd + kUnix},
    {"LineBetweenTheMarks", kBegin + kAuth + kUnix + kEnd, "line 3 stands between the marks",
     kBegin + kAuth + kEnd + kUnix},
    {"PasswordLineBetweenTheMarks", kBegin + "password optional pam_jwt.so\n" + kEnd + kUnix,
     "line 2 stands between the marks", kBegin + "session optional pam_jwt.so\n" + kEnd + kUnix},
};

class EnableInStackRefusal : public testing::TestWithParam<RefusalCase> {};

TEST_P(EnableInStackRefusal, SaysWhyAndHasAnAcceptedTwin) {
  const Result<std::string> refused = EnableInStack(GetParam().text, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_TRUE(refused.error().detail.starts_with(GetParam().reason)) << refused.error().detail;
  EXPECT_TRUE(Accepted(EnableInStack(GetParam().twin, {})));
}

INSTANTIATE_TEST_SUITE_P(Stacks, EnableInStackRefusal, testing::ValuesIn(kRefusals),
                         test::kCaseName);

TEST(EnableInStack, RefusesALongText) {
  std::string longest = kUnix;
  while (longest.size() + kBoth.size() < kMaxStackBytes) {
    longest += "#\n";
  }
  longest.resize(kMaxStackBytes - kBoth.size());
  EXPECT_TRUE(Accepted(EnableInStack(longest, {})));
  const Result<std::string> refused = EnableInStack(longest + "#", {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().detail, "it has more than 65536 bytes");
}

struct DisableCase {
  const char* name;
  std::string text;
  std::string rest;  ///< of the text, when it is disabled
};

const DisableCase kDisabled[] = {
    {"OfAnsible", kAuth + kDebianSshd + kAccount + kSession, kDebianSshd},
    {"OfPamAuthUpdate", kAuthOrPassword + kUnix + kAccountOrPassword, kUnix},
    {"ByAWord", "auth requisite pam_jwt.so try_first_pass # tokens\n" + kUnix, kUnix},
    {"ByADash", "-AUTH Required pam_jwt.so\n" + kUnix, kUnix},
    {"OfTypePassword", kUnix + "password optional pam_jwt.so\n", kUnix},
    {"InBrackets", "[auth] [success=done] [pam_jwt.so]\n" + kUnix, kUnix},
    {"Continued", "#\nauth \\\n required \\\n pam_jwt.so debug\n" + kUnix, "#\n" + kUnix},
    {"WithAndWithoutMarks", kBoth + kUnix + kSession, kUnix},
    {"WithoutANewline", kUnix + "session optional pam_jwt.so", kUnix},
    {"JumpThatEndsBefore", "auth [success=1] pam_x.so\nauth required pam_y.so\n" + kAuth + kUnix,
     "auth [success=1] pam_x.so\nauth required pam_y.so\n" + kUnix},
    {"JumpOfOurOwn", "auth [success=2 default=die] pam_jwt.so\n" + kAuth + kUnix, kUnix},
    {"AnotherModule", "auth required /home/bob/pam_jwt.so\nauth required pam_jwt.so.1\n" + kUnix,
     "auth required /home/bob/pam_jwt.so\nauth required pam_jwt.so.1\n" + kUnix},
    {"AComment", "# auth required pam_jwt.so\n" + kUnix, "# auth required pam_jwt.so\n" + kUnix},
};

class DisableInStackTest : public testing::TestWithParam<DisableCase> {};

TEST_P(DisableInStackTest, TakesOutEachRuleOfTheModuleAndNothingElse) {
  const Result<std::string> rest = DisableInStack(GetParam().text);
  ASSERT_TRUE(Accepted(rest));
  EXPECT_EQ(rest.value(), GetParam().rest);
}

INSTANTIATE_TEST_SUITE_P(Stacks, DisableInStackTest, testing::ValuesIn(kDisabled), test::kCaseName);

const RefusalCase kNotDisabled[] = {
    {"NoRule", kAuth + "broken\n" + kUnix, "line 2 is not a rule", kAuth + "#broken\n" + kUnix},
    {"BrokenMarks", kBegin + kAuth + kUnix, "line 3 stands between the marks", kBoth + kUnix},
};

class DisableInStackRefusal : public testing::TestWithParam<RefusalCase> {};

TEST_P(DisableInStackRefusal, SaysWhyAndHasAnAcceptedTwin) {
  const Result<std::string> refused = DisableInStack(GetParam().text);
  ASSERT_FALSE(refused.ok());
  EXPECT_TRUE(refused.error().detail.starts_with(GetParam().reason)) << refused.error().detail;
  EXPECT_TRUE(Accepted(DisableInStack(GetParam().twin)));
}

INSTANTIATE_TEST_SUITE_P(Stacks, DisableInStackRefusal, testing::ValuesIn(kNotDisabled),
                         test::kCaseName);

TEST(DisableInStack, KnowsTheModuleByTheNameThatItIsGiven) {
  const std::string path = "/lib/security/pam_jwt.so";
  const auto names = [&](const std::string& written) {
    return written == path ? "pam_jwt.so" : written;
  };
  EXPECT_EQ(DisableInStack("auth required " + path + "\n" + kUnix, names).value(), kUnix);
}

TEST(DisableInStack, TakesOutLinesWhoseOptionsWereChanged) {
  std::string enabled = EnableInStack(kDebianSshd, {}).value();
  enabled.insert(enabled.find("pam_jwt.so\n") + 10, " debug");
  EXPECT_EQ(DisableInStack(enabled).value(), kDebianSshd);
}

TEST(ParseStack, SaysWhatARuleIncludes) {
  const Result<std::vector<StackRule>> rules = ParseStack(
      "@include /etc/pam.d/common-auth\nauth substack x\n-account [a=ok \\] \\\n] y/pam_z.so [q "
      "r]\n");
  ASSERT_TRUE(Accepted(rules));
  ASSERT_EQ(rules.value().size(), 3U);
  EXPECT_TRUE(rules.value()[0].IncludesFile());
  EXPECT_EQ(rules.value()[0].IncludedName(), "common-auth");
  EXPECT_TRUE(rules.value()[1].IncludesFile());
  EXPECT_EQ(rules.value()[1].target, "x");
  EXPECT_FALSE(rules.value()[2].IncludesFile());
  EXPECT_EQ(rules.value()[2].type, "account");
  EXPECT_EQ(rules.value()[2].control, "a=ok ]  ");
  EXPECT_EQ(rules.value()[2].module_name, "y/pam_z.so");
  EXPECT_EQ(rules.value()[2].options, std::vector<std::string>{"q r"});
  EXPECT_EQ(rules.value()[2].line, 2U);
  EXPECT_EQ(rules.value()[2].next_line, 4U);
}

// ---- Certificates

const std::string kRequired = "session  required pam_jwt.so\n";
const StackRecipe kByCertificate = {.asks = false, .by_certificate = true};

TEST(EnableInStack, HasNoAuthLineWhereTokensComeInCertificatesOnly) {
  const Result<std::string> enabled = EnableInStack(kDebianSshd, kByCertificate);
  ASSERT_TRUE(Accepted(enabled));
  const std::size_t account = kDebianSshd.find("account    required");
  const std::size_t session = kDebianSshd.find("@include common-session");
  EXPECT_EQ(enabled.value(), kDebianSshd.substr(0, account) + kBegin + kAccount + kEnd +
                                 kDebianSshd.substr(account, session - account) + kBegin +
                                 kRequired + kEnd + kDebianSshd.substr(session));
  EXPECT_EQ(EnableInStack(enabled.value(), kByCertificate).value(), enabled.value());
  EXPECT_EQ(DisableInStack(enabled.value()).value(), kDebianSshd);
}

TEST(EnableInStack, HasAllLinesWhereTokensComeInBothWays) {
  const StackRecipe both = {.by_certificate = true};
  const std::string enabled = EnableInStack(kDebianSshd, both).value();
  for (const std::string& line : {kAuth, kAccount, kRequired}) {
    EXPECT_NE(enabled.find("\n" + line), std::string::npos) << line;
  }
  EXPECT_EQ(EnableInStack(EnableInStack(kDebianSshd, {}).value(), both).value(), enabled);
  EXPECT_EQ(EnableInStack(EnableInStack(kDebianSshd, kByCertificate).value(), both).value(),
            enabled);
}

TEST(EnableInStack, NamesAnotherConfigurationOnTheSessionLineOfCertificates) {
  StackRecipe recipe = kByCertificate;
  recipe.config_path = "/srv/x.toml";
  EXPECT_NE(EnableInStack(kDebianSshd, recipe)
                .value()
                .find("session  required pam_jwt.so config=/srv/x.toml\n"),
            std::string::npos);
}

TEST(EnableInStack, NeedsASessionRuleForCertificates) {
  const std::string none = "auth required pam_unix.so\naccount required pam_unix.so\n";
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, EnableInStack(none, kByCertificate)));
  EXPECT_TRUE(Accepted(EnableInStack(none + "session required pam_unix.so\n", kByCertificate)));
}

TEST(EnableInStack, NeedsNoAuthRuleForCertificates) {
  const std::string stack = "account required pam_unix.so\nsession required pam_unix.so\n";
  EXPECT_TRUE(Accepted(EnableInStack(stack, kByCertificate)));
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, EnableInStack(stack, {})));
}

TEST(ReadRecipe, SaysWhatTheStackAsksFor) {
  EXPECT_FALSE(ReadRecipe(kDebianSshd).asks);
  EXPECT_FALSE(ReadRecipe(EnableInStack(kDebianSshd, kByCertificate).value()).asks);
  EXPECT_FALSE(ReadRecipe("no rule").asks);
  const StackRecipe token = ReadRecipe(EnableInStack(kDebianSshd, {}).value());
  EXPECT_TRUE(token.asks && !token.or_password);
  const StackRecipe either = ReadRecipe(EnableInStack(kDebianSshd, {.or_password = true}).value());
  EXPECT_TRUE(either.asks && either.or_password);
}

}  // namespace
}  // namespace pamjwt::ctl
