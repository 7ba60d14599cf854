#include "jwt-sso/ssh_config/ssh_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::TempDir;

class SshFilesTest : public testing::Test {
 protected:
  [[nodiscard]] std::string Directory() const { return home_.Path(".ssh"); }
  [[nodiscard]] std::string Include() const {
    return "Include \"" + Directory() + "/jwt-sso.conf\"\n";
  }

  [[nodiscard]] Result<std::vector<SshFileChange>> Plan(const std::string& profile = "work") const {
    return PlanSetup(Directory(), "/usr/bin/jwt-sso",
                     {profile, {"*.example"}, "/state/key", "/state/key-cert.pub"});
  }

  void Setup(const std::string& profile = "work") {
    const Result<std::vector<SshFileChange>> plan = Plan(profile);
    ASSERT_TRUE(Accepted(plan));
    ASSERT_TRUE(Accepted(Apply(plan.value())));
  }

  void Remove() {
    const Result<std::vector<SshFileChange>> plan = PlanRemoval(Directory());
    ASSERT_TRUE(Accepted(plan));
    ASSERT_TRUE(Accepted(Apply(plan.value())));
  }

  /// Checks that the setup is refused with these words, and that nothing is changed.
  void ExpectRefused(std::string_view words) {
    const std::string before = home_.Read(".ssh/config");
    const Result<std::vector<SshFileChange>> plan = Plan();
    ASSERT_FALSE(plan.ok());
    EXPECT_NE(plan.error().detail.find(words), std::string::npos) << plan.error().detail;
    EXPECT_EQ(home_.Read(".ssh/config"), before);
    EXPECT_FALSE(std::filesystem::exists(Directory() + "/jwt-sso.conf"));
  }

  TempDir home_;
};

TEST_F(SshFilesTest, AreMadeWhereThereAreNone) {
  Setup();
  EXPECT_EQ(home_.Read(".ssh/config"), Include());
  EXPECT_EQ(UsesIn(home_.Read(".ssh/jwt-sso.conf")).size(), 1U);
  EXPECT_EQ(home_.Mode(".ssh") & 07777U, 0700U);
  EXPECT_EQ(home_.Mode(".ssh/config") & 07777U, 0600U);
  EXPECT_EQ(home_.Mode(".ssh/jwt-sso.conf") & 07777U, 0600U);
}

TEST_F(SshFilesTest, AreAsBeforeWhenTheSetupIsRemoved) {
  for (const char* const config : {"Host *\n  User x\n", "Match all\n  User no-newline", ""}) {
    home_.Write(".ssh/config", config, 0640);
    Setup();
    EXPECT_EQ(home_.Read(".ssh/config"), Include() + config);
    EXPECT_EQ(home_.Mode(".ssh/config") & 07777U, 0640U);
    Remove();
    EXPECT_EQ(home_.Read(".ssh/config"), config);
    EXPECT_FALSE(std::filesystem::exists(Directory() + "/jwt-sso.conf"));
  }
}

TEST_F(SshFilesTest, NeedNoChangeASecondTime) {
  Setup();
  EXPECT_TRUE(Plan().value().empty());
  Remove();
  EXPECT_TRUE(PlanRemoval(Directory()).value().empty());
}

TEST_F(SshFilesTest, KeepTheOtherProfiles) {
  Setup("work");
  Setup("other");
  Setup("work");
  const std::vector<SshUse> uses = UsesIn(home_.Read(".ssh/jwt-sso.conf"));
  ASSERT_EQ(uses.size(), 2U);
  EXPECT_EQ(uses[0].profile, "work");
  EXPECT_EQ(uses[1].profile, "other");
  EXPECT_EQ(home_.Read(".ssh/config"), Include());
}

TEST_F(SshFilesTest, NameTheDefaultKeysThatExist) {
  home_.Write(".ssh/id_ed25519", "", 0600);
  home_.Write(".ssh/id_ed25519-cert.pub", "");
  Setup();
  const std::string own = home_.Read(".ssh/jwt-sso.conf");
  EXPECT_TRUE(own.ends_with("  CertificateFile \"" + Directory() +
                            "/id_ed25519-cert.pub\"\n  IdentityFile \"" + Directory() +
                            "/id_ed25519\"\n"))
      << own;
  EXPECT_EQ(own.find("id_rsa"), std::string::npos);
}

TEST_F(SshFilesTest, AreChangedWhereALinkLeads) {
  home_.Write("dotfiles/ssh", "Host *\n");
  home_.MakeDirectory(".ssh", 0700);
  std::filesystem::create_symlink(home_.Path("dotfiles/ssh"), Directory() + "/config");
  Setup();
  EXPECT_TRUE(std::filesystem::is_symlink(Directory() + "/config"));
  EXPECT_EQ(home_.Read("dotfiles/ssh"), Include() + "Host *\n");
}

TEST_F(SshFilesTest, AreRefusedAsALinkToNothing) {
  home_.MakeDirectory(".ssh", 0700);
  std::filesystem::create_symlink(home_.Path("nothing"), Directory() + "/config");
  ExpectRefused("is a link that leads nowhere");
}

TEST_F(SshFilesTest, AreRefusedReadOnly) {
  home_.Write(".ssh/config", "Host *\n", 0444);
  ExpectRefused("/config is read-only");
}

TEST_F(SshFilesTest, AreRefusedWhereSshWouldRefuseThem) {
  home_.Write(".ssh/config", "Host *\n", 0664);
  ExpectRefused("may be written by group or others");
}

TEST_F(SshFilesTest, AreRefusedOfAnotherUser) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_EQ(chown(home_.Write(".ssh/config", "Host *\n").c_str(), 65534, 65534), 0);
  ExpectRefused("belongs to uid 65534");
}

TEST_F(SshFilesTest, AreRefusedIfTheyAreNoFiles) {
  home_.MakeDirectory(".ssh/config");
  ExpectRefused("is not a regular file");
}

TEST_F(SshFilesTest, AreRefusedIfTheyAreTooLong) {
  home_.Write(".ssh/config", std::string(std::size_t{1024} * 1024, '#'));
  EXPECT_TRUE(Accepted(Plan()));
  home_.Write(".ssh/config", std::string(std::size_t{1024} * 1024 + 1, '#'));
  ExpectRefused("has more than 1048576 bytes");
}

TEST_F(SshFilesTest, AreLeftIfTheUserHasOneOfThatName) {
  const std::string path = home_.Write(".ssh/jwt-sso.conf", "Host mine\n", 0600);
  home_.Write(".ssh/config", Include(), 0600);
  for (const auto& plan : {Plan(), PlanRemoval(Directory())}) {
    ASSERT_TRUE(RefusedFor(Reason::kInternal, plan));
    EXPECT_EQ(
        plan.error().detail,
        path + " was not written by jwt-sso, which needs a file of this name: move yours away");
  }
  std::filesystem::remove(path);
  Setup();
  Remove();
}

TEST_F(SshFilesTest, AreNotReplacedIfTheyChangedMeanwhile) {
  home_.Write(".ssh/config", "Host *\n");
  const Result<std::vector<SshFileChange>> plan = Plan();
  ASSERT_TRUE(Accepted(plan));
  home_.Write(".ssh/config", "Host a\n");
  EXPECT_FALSE(Apply(plan.value()).ok());
  EXPECT_EQ(home_.Read(".ssh/config"), "Host a\n");
  EXPECT_FALSE(std::filesystem::exists(Directory() + "/jwt-sso.conf"));
  Setup();
  const std::string own = home_.Read(".ssh/jwt-sso.conf");
  const Result<std::vector<SshFileChange>> removal = PlanRemoval(Directory());
  ASSERT_TRUE(Accepted(removal));
  home_.SetMode(".ssh/jwt-sso.conf", 0400);
  EXPECT_FALSE(Apply(removal.value()).ok());
  EXPECT_EQ(home_.Read(".ssh/jwt-sso.conf"), own);
  EXPECT_EQ(home_.Read(".ssh/config"), Include() + "Host a\n");
}

}  // namespace
}  // namespace pamjwt::sso
