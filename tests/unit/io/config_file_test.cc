#include "io/config_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/config_text.h"
#include "support/expect_origin.h"
#include "support/temp_dir.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::TempDir;

constexpr std::string_view kRule = "[[issuer.staff.account]]\nclaim = ";

std::string Rule(const std::string& claim) {
  return std::string(kRule) + "\"" + claim + "\"\n";
}

Result<LoadedConfig> Load(const TempDir& directory) {
  return LoadConfig({directory.Path("pam_jwt.toml"), std::nullopt});
}

/// The claims of the rules of the first issuer, in order.
std::string ClaimsOfRules(const LoadedConfig& loaded) {
  std::string claims;
  for (const AccountRule& rule : loaded.config.issuers.front().accounts) {
    claims += rule.claim.text();
  }
  return claims;
}

TEST(LoadConfig, ReadsTheFileAlone) {
  const TempDir directory;
  directory.Write("pam_jwt.toml", test::InIssuer(Rule("a")));
  const Result<LoadedConfig> loaded = Load(directory);
  ASSERT_TRUE(Accepted(loaded));
  EXPECT_EQ(loaded.value().config.files, std::vector<std::string>{"pam_jwt.toml"});
  EXPECT_EQ(ClaimsOfRules(loaded.value()), "a");
}

TEST(LoadConfig, ReadsConfDBehindItInOrderOfTheNames) {
  const TempDir directory;
  directory.Write("pam_jwt.toml", test::InIssuer(Rule("a")));
  directory.Write("conf.d/b.toml", Rule("e"));
  directory.Write("conf.d/a.toml", Rule("d"));
  directory.Write("conf.d/9.toml", Rule("c"));
  directory.Write("conf.d/10.toml", Rule("b"));
  const Result<LoadedConfig> loaded = Load(directory);
  ASSERT_TRUE(Accepted(loaded));
  EXPECT_EQ(ClaimsOfRules(loaded.value()), "abcde");
  const AccountRule& last = loaded.value().config.issuers.front().accounts.back();
  EXPECT_EQ(loaded.value().config.Describe(last.at), "conf.d/b.toml:1");
}

TEST(LoadConfig, SkipsHiddenNamesAndOtherSuffixes) {
  const TempDir directory;
  directory.Write("pam_jwt.toml", test::InIssuer(Rule("a")));
  for (const char* const name : {".a.toml", "a.toml~", "a.toml.bak", "a.TOML", "toml", "README"}) {
    directory.Write(std::string("conf.d/") + name, "no configuration");
  }
  const Result<LoadedConfig> loaded = Load(directory);
  ASSERT_TRUE(Accepted(loaded));
  EXPECT_EQ(ClaimsOfRules(loaded.value()), "a");
}

TEST(LoadConfig, NamesTheFileOfAnError) {
  const TempDir directory;
  directory.Write("pam_jwt.toml", test::InIssuer(""));
  directory.Write("conf.d/a.toml", "\n[login]\nleway = 1\n");
  const Result<LoadedConfig> loaded = Load(directory);
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, loaded));
  EXPECT_EQ(test::DetailOf(loaded),
            "conf.d/a.toml:3: key is not known: login.leway: did you mean leeway?");
}

TEST(LoadConfig, NeedsTheMainFile) {
  const TempDir directory;
  directory.Write("conf.d/a.toml", test::InIssuer(""));
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Load(directory)));
}

TEST(LoadConfig, RefusesFilesThatOthersMayWrite) {
  const TempDir directory;
  directory.Write("pam_jwt.toml", test::InIssuer(""));
  directory.Write("conf.d/a.toml", Rule("a"));
  EXPECT_TRUE(Accepted(Load(directory)));
  for (const char* const name : {"pam_jwt.toml", "conf.d/a.toml", "conf.d", ""}) {
    const bool is_directory = std::filesystem::is_directory(directory.Path(name));
    directory.SetMode(name, is_directory ? 0775 : 0664);
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Load(directory))) << name;
    directory.SetMode(name, is_directory ? 0755 : 0644);
    EXPECT_TRUE(Accepted(Load(directory))) << name;
  }
}

TEST(LoadConfig, RefusesLinksAndWhatIsNoDirectory) {
  const TempDir directory;
  directory.Write("pam_jwt.toml", test::InIssuer(""));
  directory.Write("elsewhere.toml", Rule("a"));
  directory.MakeDirectory("conf.d");
  std::filesystem::create_symlink("../elsewhere.toml", directory.Path("conf.d/a.toml"));
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Load(directory)));
  std::filesystem::remove_all(directory.Path("conf.d"));
  EXPECT_TRUE(Accepted(Load(directory)));
  directory.Write("conf.d", "");
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Load(directory)));
}

TEST(LoadConfig, RefusesADirectoryNamedLikeAFile) {
  const TempDir directory;
  directory.Write("pam_jwt.toml", test::InIssuer(""));
  directory.MakeDirectory("conf.d");
  directory.MakeDirectory("conf.d/a.toml");
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Load(directory)));
}

TEST(LoadConfig, WantsAnAbsolutePath) {
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, LoadConfig({"pam_jwt.toml", std::nullopt})));
}

TEST(LoadConfig, TakesMoreThanAMebibyteForAMistake) {
  const TempDir directory;
  const std::string text = test::InIssuer("#");
  const std::size_t mebibyte = 1024 * 1024;
  directory.Write("pam_jwt.toml", text + std::string(mebibyte - text.size(), 'x'));
  EXPECT_TRUE(Accepted(Load(directory)));
  directory.Write("pam_jwt.toml", text + std::string(mebibyte - text.size() + 1, 'x'));
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Load(directory)));
}

constexpr std::string_view kWithHost =
    "[issuer.staff]\nurl = \"https://sso.example\"\naudiences = [\"ssh://%h\"]\n";

std::string FirstAudience(const LoadedConfig& loaded) {
  return loaded.config.issuers.front().PolicyFor("sshd")->claims.audiences->front();
}

TEST(LoadConfig, FillsInTheHostOfTheConfiguration) {
  const TempDir directory;
  directory.Write("pam_jwt.toml", std::string(kWithHost) + "[login]\nhost = \"a.example\"\n");
  const Result<LoadedConfig> loaded = Load(directory);
  ASSERT_TRUE(Accepted(loaded));
  EXPECT_EQ(FirstAudience(loaded.value()), "ssh://a.example");
  EXPECT_EQ(loaded.value().host, "a.example");
}

TEST(LoadConfig, PutsAHostThatWasGivenBeforeThatOfTheConfiguration) {
  const TempDir directory;
  directory.Write("pam_jwt.toml", std::string(kWithHost) + "[login]\nhost = \"a.example\"\n");
  const Result<LoadedConfig> loaded = LoadConfig({directory.Path("pam_jwt.toml"), "b.example"});
  ASSERT_TRUE(Accepted(loaded));
  EXPECT_EQ(FirstAudience(loaded.value()), "ssh://b.example");
}

TEST(LoadConfig, RefusesAHostThatIsNoHostName) {
  const TempDir directory;
  directory.Write("pam_jwt.toml", kWithHost);
  for (const char* const host : {"", "a/b", "a b"}) {
    const Result<LoadedConfig> loaded = LoadConfig({directory.Path("pam_jwt.toml"), host});
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, loaded)) << host;
    EXPECT_TRUE(test::DetailOf(loaded).starts_with("pam_jwt.toml:3: ")) << test::DetailOf(loaded);
  }
}

TEST(LoadConfig, SaysWhoMayOwnTheFilesThatItNames) {
  const TempDir directory;
  directory.Write("pam_jwt.toml", test::InIssuer(""));
  const Result<LoadedConfig> loaded = Load(directory);
  ASSERT_TRUE(Accepted(loaded));
  EXPECT_EQ(loaded.value().owners.besides_root, OwnersFor(true).besides_root);
}

}  // namespace
}  // namespace pamjwt
