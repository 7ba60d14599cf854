#include "jwtctl/stack/stack_survey.h"

#include <string>

#include <gtest/gtest.h>

#include "jwtctl/stack/module_file.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

class SurveyTest : public testing::Test {
 protected:
  void WriteStack(const std::string& name, const std::string& text) const {
    root_.Write("etc/pam.d/" + name, text);
  }
  [[nodiscard]] StackSurvey Survey(const std::string& text) const {
    return SurveyStack(root_.Path(), text, ModuleNamesOf(root_.Path()));
  }

  test::TempDir root_;
};

TEST_F(SurveyTest, FindsOurModuleInIncludedFiles) {
  WriteStack("a", "auth substack b\n");
  WriteStack("b", "@include c\n");
  WriteStack("c", "auth sufficient pam_jwt.so\nauth required pam_permit.so\n");
  EXPECT_EQ(Survey("@include a\n").with_our_module, "/etc/pam.d/c");
  EXPECT_EQ(Survey("auth include /etc/pam.d/c\n").with_our_module, "/etc/pam.d/c");
  EXPECT_EQ(Survey("auth required pam_jwt.so\n").with_our_module, "");
}

TEST_F(SurveyTest, ReadsStacksOfTheVendor) {
  root_.Write("usr/lib/pam.d/v", "auth required pam_jwt.so\n");
  EXPECT_EQ(Survey("@include v\n").with_our_module, "/usr/lib/pam.d/v");
  WriteStack("v", "auth required pam_permit.so\n");
  EXPECT_EQ(Survey("@include v\n").with_our_module, "");
}

TEST_F(SurveyTest, KnowsWhetherAnythingMayVerify) {
  WriteStack("open", "auth required pam_permit.so\n");
  WriteStack("closed", "auth required pam_unix.so\n");
  WriteStack("broken", "autx required pam_permit.so\n");
  EXPECT_FALSE(Survey("@include open\n").may_verify);
  EXPECT_FALSE(Survey("auth required pam_jwt.so\n").may_verify);
  EXPECT_TRUE(Survey("@include closed\n").may_verify);
  EXPECT_TRUE(Survey("auth required pam_unix.so\n").may_verify);
  EXPECT_TRUE(Survey("@include broken\n").may_verify);
  EXPECT_TRUE(Survey("@include absent\n").may_verify);
}

TEST_F(SurveyTest, KnowsWhetherSystemdIsToldOfSessions) {
  WriteStack("sessions", "session required pam_unix.so\n-session optional pam_systemd.so\n");
  WriteStack("others", "session required pam_unix.so\nauth optional pam_systemd.so\n");
  root_.Write("lib/security/pam_systemd.so", "");
  EXPECT_TRUE(Survey("session optional /lib/security/pam_systemd.so class=user\n").has_systemd);
  EXPECT_FALSE(Survey("session optional /home/bob/pam_systemd.so\n").has_systemd);
  EXPECT_TRUE(Survey("session include sessions\n").has_systemd);
  EXPECT_FALSE(Survey("@include others\n").has_systemd);
}

TEST_F(SurveyTest, EndsWhereFilesIncludeEachOther) {
  WriteStack("a", "@include b\n");
  WriteStack("b", "@include a\n@include b\nauth required pam_permit.so\n");
  EXPECT_FALSE(Survey("@include a\n").may_verify);
}

TEST_F(SurveyTest, ReadsNoMoreThan64Files) {
  std::string includes;
  for (int i = 0; i < 64; ++i) {
    const std::string name = "f" + std::to_string(i);
    WriteStack(name, "auth required pam_permit.so\n");
    includes += "@include " + name + "\n";
  }
  EXPECT_FALSE(Survey(includes + "@include f0\n").may_verify);
  WriteStack("one-more", "auth required pam_permit.so\n");
  EXPECT_TRUE(Survey(includes + "@include one-more\n").may_verify);
}

TEST_F(SurveyTest, ReadsNoFileThatIsTooLong) {
  WriteStack("long", std::string(65536, '\n'));
  EXPECT_FALSE(Survey("@include long\n").may_verify);
  WriteStack("long", std::string(65537, '\n'));
  EXPECT_TRUE(Survey("@include long\n").may_verify);
}

}  // namespace
}  // namespace pamjwt::ctl
