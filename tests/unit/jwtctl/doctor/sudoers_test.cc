// What cvtsudoers of this host makes of files that a reader of our own once misread.
#include "jwtctl/doctor/sudoers.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

using test::Accepted;
using test::RefusedFor;

using Names = std::vector<std::string>;

struct SudoersCase {
  const char* name;
  const char* text;
  Names not_asked;
};

const SudoersCase kCases[] = {
    {"Nothing", "# NOPASSWD\nalice ALL=(ALL) ALL # NOPASSWD\n", {}},
    {"Empty", "", {}},
    {"Tag", "alice ALL=(ALL) NOPASSWD: ALL\n", {"alice (NOPASSWD)"}},
    {"UserId", "#2001 ALL=(ALL) NOPASSWD: ALL\n", {"#2001 (NOPASSWD)"}},
    {"GroupId", "%#100 ALL=(ALL) NOPASSWD: ALL\n", {"%#100 (NOPASSWD)"}},
    {"RunAsAnId", "alice ALL=(#0) NOPASSWD: /bin/ls\n", {"alice (NOPASSWD)"}},
    {"TagAfterAnother",
     "alice ALL=(ALL) PASSWD: /bin/ls, \\\n  NOPASSWD: \\\n  /bin/cat\n",
     {"alice (NOPASSWD)"}},
    {"Alias", "User_Alias OPS = alice, %ops\nOPS ALL = NOPASSWD: ALL\n", {"alice,%ops (NOPASSWD)"}},
    {"NameThatLooksLikeATag", "\"NOPASSWD\" ALL=(ALL) ALL\n", {}},
    {"QuotedGroup", "\"%Linux Admins\" ALL = NOPASSWD: ALL\n", {"%Linux Admins (NOPASSWD)"}},
    {"Defaults", "Defaults ! authenticate\n", {"everybody (Defaults !authenticate)"}},
    {"DefaultsOfOne", "Defaults:bob !authenticate\n", {"bob (Defaults !authenticate)"}},
    {"DefaultsOnAContinuedLine",
     "Defaults env_reset, \\\n ! \\\n authenticate\n",
     {"everybody (Defaults !authenticate)"}},
    {"ExemptGroup", "Defaults exempt_group = wheel\n", {"%wheel (exempt_group)"}},
    {"QuotedExemptGroup",
     "Defaults exempt_group=\"Linux Admins\"\n",
     {"%Linux Admins (exempt_group)"}},
};

class SudoersTest : public testing::Test {
 protected:
  /// Returns what the host's cvtsudoers prints, or an error if it is not installed.
  static Result<std::string> Json(const std::string& path) { return SystemSudoers().AsJson(path); }
  static bool IsInstalled() {
    const Result<std::string> json = Json("/dev/null");
    return json.ok() || json.error().detail != "cvtsudoers: is not installed";
  }

  test::TempDir tree_;
};

class SudoersFileTest : public SudoersTest, public testing::WithParamInterface<SudoersCase> {};

TEST_P(SudoersFileTest, SaysWhoIsNotAsked) {
  if (!IsInstalled()) GTEST_SKIP() << "cvtsudoers is not installed";
  const Result<std::string> json = Json(tree_.Write("sudoers", GetParam().text));
  ASSERT_TRUE(Accepted(json));
  const Result<SudoersRules> rules = ParseSudoers(json.value());
  ASSERT_TRUE(Accepted(rules));
  EXPECT_EQ(rules.value().not_asked, GetParam().not_asked);
}

INSTANTIATE_TEST_SUITE_P(Files, SudoersFileTest, testing::ValuesIn(kCases), test::kCaseName);

TEST_F(SudoersTest, ReadsWhatIsIncluded) {
  if (!IsInstalled()) GTEST_SKIP() << "cvtsudoers is not installed";
  tree_.Write("team d/ops", "carl ALL = NOPASSWD: ALL\nDefaults timestamp_timeout=-1\n");
  const std::string text = "@includedir \"" + tree_.Path("team d") + "\"\n";
  const Result<SudoersRules> rules = ParseSudoers(Json(tree_.Write("sudoers", text)).value());
  ASSERT_TRUE(Accepted(rules));
  EXPECT_EQ(rules.value().not_asked, Names{"carl (NOPASSWD)"});
  EXPECT_EQ(rules.value().timeouts, Names{"-1"});
}

TEST_F(SudoersTest, ReadsWhatLeadsAroundThePamStack) {
  if (!IsInstalled()) GTEST_SKIP() << "cvtsudoers is not installed";
  const std::string usual = "Defaults pam_service=sudo, pam_login_service=sudo-i, pam_acct_mgmt\n";
  EXPECT_EQ(ParseSudoers(Json(tree_.Write("sudoers", usual)).value()).value().other_pam, Names{});
  const std::string text = "Defaults pam_service=weak\nDefaults:bob !pam_acct_mgmt\n";
  EXPECT_EQ(ParseSudoers(Json(tree_.Write("sudoers", text)).value()).value().other_pam,
            (Names{"pam_service=weak", "!pam_acct_mgmt"}));
}

TEST_F(SudoersTest, SaysThatAFileIsNotRead) {
  if (!IsInstalled()) GTEST_SKIP() << "cvtsudoers is not installed";
  for (const std::string text : {"alice ALL=(ALL) NOPASSWD ALL\n", "@include /nonexistent\n"}) {
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Json(tree_.Write("sudoers", text)))) << text;
  }
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Json(tree_.Path("absent"))));
}

TEST(HasPamSilent, BeginsWithVersion1916) {
  for (const char* const has : {"1.9.16", "1.9.16p2\ncvtsudoers grammar version 50\n", "1.9.17b1",
                                "1.10", "1.10.0", "2.0"}) {
    EXPECT_TRUE(HasPamSilent(std::string("cvtsudoers version ") + has)) << has;
  }
  for (const char* const lacks : {"1.9.15p5", "1.9.5p2", "1.9", "1.8.31", "", "x"}) {
    EXPECT_FALSE(HasPamSilent(std::string("cvtsudoers version ") + lacks)) << lacks;
  }
  EXPECT_FALSE(HasPamSilent(""));
  EXPECT_FALSE(HasPamSilent("sudo-rs 0.2.12"));
}

TEST_F(SudoersTest, CvtsudoersSaysItsVersion) {
  if (!IsInstalled()) GTEST_SKIP() << "cvtsudoers is not installed";
  EXPECT_TRUE(SystemSudoers().Version().starts_with("cvtsudoers version 1."));
}

TEST(ParseSudoers, KnowsWhetherPamIsToBeSilent) {
  EXPECT_TRUE(ParseSudoers("{}").value().pam_silent);
  EXPECT_TRUE(
      ParseSudoers(R"({"Defaults":[{"Options":[{"pam_silent":true}]}]})").value().pam_silent);
  EXPECT_FALSE(
      ParseSudoers(R"({"Defaults":[{"Options":[{"pam_silent":false}]}]})").value().pam_silent);
}

TEST(ParseSudoers, KnowsWhatASwitchedOffTimeoutIs) {
  const Result<SudoersRules> rules = ParseSudoers(
      R"({"Defaults":[{"Options":[{"timestamp_timeout":false},{"exempt_group":false}]},
          {"Options":[{"timestamp_timeout":4.5}]}]})");
  ASSERT_TRUE(Accepted(rules));
  EXPECT_EQ(rules.value().timeouts, (Names{"0", "4.5"}));
  EXPECT_EQ(rules.value().not_asked, Names{});
}

TEST(ParseSudoers, RefusesTextThatIsNotJson) {
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, ParseSudoers("cvtsudoers: x")));
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, ParseSudoers(R"({"Defaults":[)")));
  EXPECT_TRUE(Accepted(ParseSudoers("{}")));
  const Result<SudoersRules> cut = ParseSudoers("{" + std::string(256 * 1024, ' '));
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().detail, "cvtsudoers prints more than 262144 bytes");
}

}  // namespace
}  // namespace pamjwt::ctl
