#include "jwt-sso/verbs/profiles_verb.h"

#include <string>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::TempDir;

constexpr const char* kText = "issuer = \"https://login.example\"\nclient_id = \"ssh\"\n";

class ProfilesVerbTest : public testing::Test {
 protected:
  [[nodiscard]] ProfilePlaces Places() const { return {files_.Path("etc"), "", "/home/u"}; }
  void Write(const std::string& name, const std::string& more) const {
    files_.Write("etc/" + name + ".toml", kText + more);
  }
  [[nodiscard]] std::string Show(bool json) const {
    const Result<std::string> shown = ShowProfiles(Places(), json);
    EXPECT_TRUE(Accepted(shown));
    return shown.value();
  }
  TempDir files_;
};

TEST_F(ProfilesVerbTest, ShowsALineForEachProfile) {
  EXPECT_EQ(Show(false), "");
  Write("work", "hosts = [\"*.example\", \"!old.example\"]\n");
  Write("db", "use = \"prompt\"\n");
  Write("broken", "frobnicate = 1\n");
  EXPECT_EQ(Show(false), "broken  cannot be used: " + files_.Path("etc/broken.toml") +
                             ":3: frobnicate: key is not known\n"
                             "db      https://login.example, tokens for prompts (" +
                             files_.Path("etc/db.toml") +
                             ")\n"
                             "work    https://login.example, ssh certificates, for *.example "
                             "!old.example (" +
                             files_.Path("etc/work.toml") + ")\n");
}

TEST_F(ProfilesVerbTest, ShowsJsonForPrograms) {
  EXPECT_EQ(Show(true), "{\"profiles\":[]}\n");
  Write("work", "hosts = [\"*.example\"]\n");
  EXPECT_EQ(Show(true), "{\"profiles\":[{\"name\":\"work\",\"path\":\"" +
                            files_.Path("etc/work.toml") +
                            "\",\"issuer\":\"https://login.example\",\"use\":\"certificate\","
                            "\"hosts\":[\"*.example\"]}]}\n");
  Write("work", "frobnicate = 1\n");
  const Result<Json> json = ParseJsonObject(Show(true));
  ASSERT_TRUE(Accepted(json));
  const Json& profile = json.value().Find("profiles")->AsArray()->front();
  EXPECT_NE(profile.Find("error"), nullptr);
  EXPECT_EQ(profile.Find("issuer"), nullptr);
}

TEST_F(ProfilesVerbTest, ChoosesThePromptsProfileOfAHost) {
  const auto choose = [&](const std::string& host) { return ProfileForHost(Places(), host); };
  EXPECT_EQ(choose("a.example").value(), "");
  Write("work", "hosts = [\"*\"]\n");  // its tokens are for certificates
  Write("a", "use = \"prompt\"\nhosts = [\"a.example\"]\n");
  Write("b", "use = \"prompt\"\nhosts = [\"b.example\", \"*.b.example\"]\n");
  Write("nowhere", "use = \"prompt\"\n");
  EXPECT_EQ(choose("a.example").value(), "a");
  EXPECT_EQ(choose("x.b.example").value(), "b");
  EXPECT_EQ(choose("c.example").value(), "");
}

TEST_F(ProfilesVerbTest, RefusesToChooseAmongSeveral) {
  Write("a", "use = \"prompt\"\nhosts = [\"*.example\"]\n");
  Write("b", "use = \"prompt\"\nhosts = [\"b.example\"]\n");
  EXPECT_EQ(ProfileForHost(Places(), "a.example").value(), "a");
  const Result<std::string> refused = ProfileForHost(Places(), "b.example");
  ASSERT_TRUE(test::RefusedFor(Reason::kConfigInvalid, refused));
  EXPECT_NE(refused.error().detail.find("a and b both"), std::string::npos);
}

TEST_F(ProfilesVerbTest, ChoosesNothingWhereAProfileIsBroken) {
  Write("a", "use = \"prompt\"\nhosts = [\"*.example\"]\n");
  EXPECT_EQ(ProfileForHost(Places(), "a.example").value(), "a");
  Write("b", "frobnicate = 1\n");
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, ProfileForHost(Places(), "a.example")));
}

}  // namespace
}  // namespace pamjwt::sso
