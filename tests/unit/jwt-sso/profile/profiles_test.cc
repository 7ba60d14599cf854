#include "jwt-sso/profile/profiles.h"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::TempDir;

constexpr const char* kText = "issuer = \"https://login.example\"\nclient_id = \"ssh\"\n";

class ProfilesTest : public testing::Test {
 protected:
  [[nodiscard]] ProfilePlaces Places() const {
    return {files_.Path("etc"), files_.Path("home/.config/jwt-sso"), files_.Path("home")};
  }
  [[nodiscard]] Result<Profile> Choose(std::string_view name = "") const {
    return ChooseProfile(name, Places());
  }
  /// Checks that a choice is refused with these words.
  [[nodiscard]] testing::AssertionResult Refuses(std::string_view name,
                                                 const std::string& words) const {
    const Result<Profile> profile = Choose(name);
    if (profile.ok()) return testing::AssertionFailure() << "accepted";
    if (profile.error().reason != Reason::kConfigInvalid) return Accepted(profile);
    if (profile.error().detail.find(words) != std::string::npos) {
      return testing::AssertionSuccess();
    }
    return testing::AssertionFailure() << profile.error().detail;
  }
  [[nodiscard]] std::vector<std::string> Names() const {
    const Result<std::vector<ProfileFile>> files = ListProfiles(Places());
    EXPECT_TRUE(Accepted(files));
    std::vector<std::string> names;
    for (const ProfileFile& file : files.value()) {
      names.push_back(file.name);
    }
    return names;
  }

  void WriteSystem(std::string_view name, std::string_view text = kText) const {
    files_.Write("etc/" + std::string(name), text);
  }
  void WriteUser(std::string_view name, std::string_view text = kText) const {
    files_.Write("home/.config/jwt-sso/" + std::string(name), text);
  }

  TempDir files_;
};

TEST_F(ProfilesTest, AreNoneWhereThereAreNoDirectories) {
  EXPECT_TRUE(Names().empty());
  EXPECT_TRUE(Refuses("", "there is no profile: ask your administrator"));
  EXPECT_TRUE(Refuses("work", "there is no profile: ask your administrator"));
}

TEST_F(ProfilesTest, AreListedByNameAndTheUsersHideTheAdministrators) {
  WriteSystem("work.toml");
  WriteSystem("lab.toml");
  WriteUser("work.toml");
  WriteUser("home.toml");
  EXPECT_EQ(Names(), (std::vector<std::string>{"home", "lab", "work"}));
  EXPECT_EQ(Choose("work").value().path, files_.Path("home/.config/jwt-sso/work.toml"));
  EXPECT_EQ(Choose("lab").value().path, files_.Path("etc/lab.toml"));
}

TEST_F(ProfilesTest, HaveOtherNamesLeftOut) {
  for (const char* const name : {"work.toml~", ".toml", ".hidden.toml", "a b.toml", "README"}) {
    WriteSystem(name);
  }
  EXPECT_TRUE(Names().empty());
}

TEST_F(ProfilesTest, NeedNoNameIfThereIsOne) {
  WriteSystem("work.toml");
  const Result<Profile> profile = Choose();
  ASSERT_TRUE(Accepted(profile));
  EXPECT_EQ(profile.value().name, "work");
  EXPECT_EQ(profile.value().settings.issuer, "https://login.example");
}

TEST_F(ProfilesTest, NeedANameIfThereAreSeveral) {
  WriteSystem("work.toml");
  WriteUser("lab.toml");
  EXPECT_TRUE(Refuses("", "name one of lab, work"));
  EXPECT_TRUE(Refuses("wrk", "did you mean work?"));
  EXPECT_TRUE(Refuses("other", "(there are: lab, work)"));
}

TEST_F(ProfilesTest, NeedNoNameIfThereIsOneOfTheUse) {
  const std::string prompt = std::string(kText) + "use = \"prompt\"\n";
  const auto choose = [&](ClientUse use) { return ChooseProfile("", Places(), use); };
  WriteSystem("work.toml");
  EXPECT_EQ(choose(ClientUse::kCertificate).value().name, "work");
  EXPECT_EQ(choose(ClientUse::kPrompt).value().name, "work");  // the verb says what is wrong
  WriteSystem("work-prompt.toml", prompt);
  EXPECT_EQ(choose(ClientUse::kCertificate).value().name, "work");
  EXPECT_EQ(choose(ClientUse::kPrompt).value().name, "work-prompt");
  EXPECT_TRUE(Refuses("", "name one of work, work-prompt"));
  WriteSystem("lab-prompt.toml", prompt);
  EXPECT_EQ(choose(ClientUse::kCertificate).value().name, "work");
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, choose(ClientUse::kPrompt)));
  WriteSystem("broken.toml", "frobnicate = 1\n");
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, choose(ClientUse::kCertificate)));
}

TEST_F(ProfilesTest, AreRefusedWithTheirFileAndLine) {
  WriteSystem("work.toml", std::string(kText) + "frobnicate = 1\n");
  EXPECT_TRUE(Refuses("work", files_.Path("etc/work.toml") + ":3: frobnicate"));
}

TEST_F(ProfilesTest, MayBeWrittenByNobodyElse) {
  WriteUser("work.toml");
  ASSERT_TRUE(Accepted(Choose("work")));
  files_.SetMode("home/.config/jwt-sso/work.toml", 0664);
  EXPECT_TRUE(Refuses("work", "may be written by group or others"));
  files_.SetMode("home/.config/jwt-sso/work.toml", 0644);
  files_.SetMode("home/.config/jwt-sso", 0777);
  EXPECT_TRUE(Refuses("work", "may be written by group or others"));
  EXPECT_TRUE(test::RefusedFor(Reason::kInternal, ListProfiles(Places())));
  files_.SetMode("home/.config/jwt-sso", 0755);
}

TEST_F(ProfilesTest, OfAnotherUserAreRefused) {
  WriteUser("work.toml");
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  ASSERT_EQ(chown(files_.Path("home/.config/jwt-sso/work.toml").c_str(), 1, 1), 0);
  EXPECT_TRUE(Refuses("work", "belongs to uid 1"));
}

TEST_F(ProfilesTest, OfTheUserMayBeLinksIntoARepository) {
  files_.Write("home/dotfiles/sso/work.toml", kText);
  files_.MakeDirectory("home/.config");
  std::filesystem::create_symlink("../dotfiles/sso", files_.Path("home/.config/jwt-sso"));
  EXPECT_EQ(Names(), std::vector<std::string>{"work"});
  EXPECT_TRUE(Accepted(Choose("work")));
  files_.SetMode("home/dotfiles/sso/work.toml", 0666);
  EXPECT_TRUE(Refuses("work", "may be written by group or others"));
}

TEST_F(ProfilesTest, OfTheAdministratorMayNotBeLinks) {
  files_.Write("elsewhere/work.toml", kText);
  files_.MakeDirectory("etc");
  std::filesystem::create_symlink("../elsewhere/work.toml", files_.Path("etc/work.toml"));
  EXPECT_TRUE(Refuses("work", "is a symbolic link"));
}

TEST_F(ProfilesTest, HaveTheHomeDirectoryInTheirPaths) {
  WriteSystem("work.toml", std::string(kText) +
                               "client_secret_file = \"~/secret\"\nca_file = \"~/ca\"\n"
                               "key = \"~/.ssh/id.pub\"\n");
  const Result<Profile> profile = Choose("work");
  ASSERT_TRUE(Accepted(profile));
  EXPECT_EQ(profile.value().settings.client_secret_file, files_.Path("home/secret"));
  EXPECT_EQ(profile.value().settings.ca_file, files_.Path("home/ca"));
  EXPECT_EQ(profile.value().settings.key.name, files_.Path("home/.ssh/id.pub"));
  EXPECT_EQ(profile.value().settings.assertion_file, "");
}

TEST_F(ProfilesTest, WithAHomeDirectoryInThemNeedHome) {
  WriteSystem("work.toml", std::string(kText) + "ca_file = \"~/ca\"\n");
  WriteSystem("plain.toml", std::string(kText) + "ca_file = \"/ca\"\n");
  const ProfilePlaces places{files_.Path("etc"), "", ""};
  EXPECT_TRUE(Accepted(ChooseProfile("plain", places)));
  const Result<Profile> profile = ChooseProfile("work", places);
  ASSERT_TRUE(test::RefusedFor(Reason::kConfigInvalid, profile));
  EXPECT_NE(profile.error().detail.find("HOME"), std::string::npos);
}

// ---- The environment

class PlacesTest : public testing::Test {
 protected:
  void TearDown() override {
    setenv("HOME", home_.c_str(), 1);
    unsetenv("XDG_CONFIG_HOME");
  }
  const std::string home_ = getenv("HOME") == nullptr ? "" : getenv("HOME");
};

TEST_F(PlacesTest, FollowTheEnvironment) {
  setenv("HOME", "/home/u", 1);
  unsetenv("XDG_CONFIG_HOME");
  EXPECT_EQ(PlacesOfUser().system, "/etc/jwt-sso");
  EXPECT_EQ(PlacesOfUser().user, "/home/u/.config/jwt-sso");
  EXPECT_EQ(PlacesOfUser().home, "/home/u");
  setenv("XDG_CONFIG_HOME", "/elsewhere", 1);
  EXPECT_EQ(PlacesOfUser().user, "/elsewhere/jwt-sso");
  setenv("XDG_CONFIG_HOME", "relative", 1);
  EXPECT_EQ(PlacesOfUser().user, "/home/u/.config/jwt-sso");
  setenv("HOME", "relative", 1);
  EXPECT_EQ(PlacesOfUser().user, "");
  EXPECT_EQ(PlacesOfUser().home, "");
}

}  // namespace
}  // namespace pamjwt::sso
