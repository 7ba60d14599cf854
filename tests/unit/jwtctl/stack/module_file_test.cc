#include "jwtctl/stack/module_file.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

struct NameCase {
  const char* name;
  std::string written;
  std::string known;  ///< as
};

const std::string kHere = "/usr/lib/any/security/";

const NameCase kNames[] = {
    {"Name", "pam_unix.so", "pam_unix.so"},
    {"NameThatIsNowhere", "pam_other.so", "pam_other.so"},
    {"Path", kHere + "pam_unix.so", "pam_unix.so"},
    {"PathByALinkOfTheHost", "/lib/any/security/pam_unix.so", "pam_unix.so"},
    {"PathThatGoesUpAndDown", "/home/../lib/any/security/./pam_unix.so", "pam_unix.so"},
    {"PathOfAModuleThatIsGone", kHere + "pam_gone.so", "pam_gone.so"},
    {"PathInAnotherDirectory", "/home/bob/pam_unix.so", "/home/bob/pam_unix.so"},
    {"PathThatDoesNotExist", "/home/eve/pam_unix.so", "/home/eve/pam_unix.so"},
    {"LinkToTheModule", "/home/bob/link/pam_unix.so", "pam_unix.so"},
    {"LinkToAnotherModule", "/home/bob/link/pam_jwt.so", "/home/bob/link/pam_jwt.so"},
    {"AboveTheDirectory", "../../../../home/bob/pam_jwt.so", "../../../../home/bob/pam_jwt.so"},
    {"BelowTheDirectory", "sub/pam_unix.so", "sub/pam_unix.so"},
    {"RelativeToTheModule", "./../security/pam_unix.so", "pam_unix.so"},
    {"DirectoryOfTheArchitecture", "/lib/security/$ISA/pam_unix.so", "pam_unix.so"},
    {"DirectoryOfTheArchitectureAndOut", "/lib/security/$ISA/../../../../home/bob/pam_jwt.so",
     "/lib/security/$ISA/../../../../home/bob/pam_jwt.so"},
    {"AnotherDirectoryOfThatName", "/home/$ISA/pam_unix.so", "/home/$ISA/pam_unix.so"},
};

class ModuleNameTest : public testing::TestWithParam<NameCase> {
 protected:
  ModuleNameTest() {
    for (const char* const module : {"pam_unix.so", "pam_jwt.so", "sub/pam_unix.so"}) {
      tree_.Write(kHere.substr(1) + module, "");
    }
    tree_.Write("home/bob/pam_unix.so", "");
    tree_.Write("home/bob/pam_jwt.so", "");
    std::filesystem::create_directory_symlink("usr/lib", tree_.Path("lib"));
    tree_.MakeDirectory("home/bob/link");
    std::filesystem::create_symlink(kHere + "pam_unix.so", tree_.Path("home/bob/link/pam_unix.so"));
    std::filesystem::create_symlink(kHere + "pam_unix.so", tree_.Path("home/bob/link/pam_jwt.so"));
  }

  test::TempDir tree_;
};

TEST_P(ModuleNameTest, NamesTheFileThatThePathLeadsTo) {
  EXPECT_EQ(ModuleFiles(tree_.Path()).NameOf(GetParam().written), GetParam().known);
  EXPECT_EQ(ModuleNamesOf(tree_.Path())(GetParam().written), GetParam().known);
}

INSTANTIATE_TEST_SUITE_P(Modules, ModuleNameTest, testing::ValuesIn(kNames), test::kCaseName);

TEST(ModuleFiles, APathThatLeadsElsewhereFromOneDirectoryIsUnknown) {
  const test::TempDir tree;
  tree.Write("usr/lib/a/security/pam_unix.so", "");
  tree.Write("usr/lib64/security/pam_unix.so", "");
  const std::string way = "../../a/security/pam_unix.so";
  EXPECT_EQ(ModuleFiles(tree.Path()).NameOf(way), "pam_unix.so");
  tree.Write("usr/a/security/pam_unix.so", "");
  EXPECT_EQ(ModuleFiles(tree.Path()).NameOf(way), way);
}

TEST(ModuleFiles, FindsAModuleInEachDirectoryThatHasIt) {
  const test::TempDir tree;
  const std::vector<std::string> none;
  EXPECT_EQ(ModuleFiles(tree.Path()).Find("pam_jwt.so"), none);
  tree.Write("usr/lib64/security/pam_jwt.so", "");
  tree.Write("usr/lib/security/pam_jwt.so", "");
  tree.Write("usr/lib/any/security/pam_unix.so", "");
  EXPECT_EQ(
      ModuleFiles(tree.Path()).Find("pam_jwt.so"),
      (std::vector<std::string>{"/usr/lib64/security/pam_jwt.so", "/usr/lib/security/pam_jwt.so"}));
  EXPECT_EQ(ModuleFiles(tree.Path()).Find("/opt/pam_jwt.so"), none);
}

}  // namespace
}  // namespace pamjwt::ctl
