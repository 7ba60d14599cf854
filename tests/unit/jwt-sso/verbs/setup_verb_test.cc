#include "jwt-sso/verbs/setup_verb.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "jwt-sso/state/profile_state.h"
#include "jwt-sso/verbs/certificate_files.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::TempDir;

constexpr const char* kText = "issuer = \"https://login.example\"\nclient_id = \"ssh\"\n";

bool Has(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

TEST(FilesOfTest, NameTheFilesOfTheState) {
  const test::TempDir directory;
  const Result<ProfileState> state = ProfileState::Make(directory.Path("jwt-sso/work"));
  ASSERT_TRUE(Accepted(state));
  const CertificateFiles files = FilesOf({}, directory.Path("jwt-sso/work"));
  EXPECT_EQ(files.key, state.value().PathOf(StateFile::kKey));
  EXPECT_EQ(files.certificate, state.value().PathOf(StateFile::kCertificate));
}

TEST(FilesOfTest, NameWhereSshFindsOtherKeys) {
  const CertificateFiles agent = FilesOf({ClientKey::Kind::kAgent, "SHA256:x"}, "/state");
  EXPECT_EQ(agent.key, "/state/key.pub");
  EXPECT_EQ(agent.certificate, "/state/key-cert.pub");
  const CertificateFiles file = FilesOf({ClientKey::Kind::kFile, "/home/u/.ssh/id.pub"}, "/state");
  EXPECT_EQ(file.key, "/home/u/.ssh/id");
  EXPECT_EQ(file.certificate, "/state/key-cert.pub");
}

class SetupTest : public testing::Test {
 protected:
  SetupTest() { files_.MakeDirectory("home"); }
  [[nodiscard]] UserFiles Places() const {
    const std::string home = files_.Path("home");
    return {{files_.Path("etc"), "", home}, {home, "", ""}, home + "/.ssh", "/usr/bin/jwt-sso"};
  }
  void Write(const std::string& name, const std::string& more) const {
    files_.Write("etc/" + name + ".toml", kText + more);
  }
  /// Runs setup, and keeps the diff. `answer` is the user's.
  Result<std::string> Run(const std::vector<std::string>& words, const Status& answer = Ok()) {
    const Result<Arguments> arguments = ParseArguments(words);
    EXPECT_TRUE(Accepted(arguments));
    diff_ = "";
    return RunSetup(arguments.value(), Places(), [&](std::string_view diff) {
      diff_ = diff;
      return answer;
    });
  }
  [[nodiscard]] std::string Own() const { return files_.Read("home/.ssh/jwt-sso.conf"); }

  TempDir files_;
  std::string diff_;
};

TEST_F(SetupTest, ShowsTheChangesMakesThemAndSaysWhatIsNext) {
  Write("work", "hosts = [\"*.example\", \"!old.example\"]\n");
  const Result<std::string> said = Run({"setup"});
  ASSERT_TRUE(Accepted(said));
  EXPECT_EQ(said.value(),
            "plain ssh uses the certificate of work for *.example !old.example\n"
            "next: jwt-sso login work\n");
  EXPECT_TRUE(Has(diff_, "--- /dev/null\n+++ " + files_.Path("home/.ssh/config")));
  EXPECT_TRUE(Has(diff_,
                  "+Match final host *.example,!old.example exec \"/usr/bin/jwt-sso "
                  "renew work\"\n"));
  EXPECT_TRUE(Has(Own(), "CertificateFile \"" +
                             files_.Path("home/.local/state/jwt-sso/work/key-cert.pub") + "\""));
  EXPECT_EQ(files_.Read("home/.ssh/config"),
            "Include \"" + files_.Path("home/.ssh/jwt-sso.conf") + "\"\n");
}

TEST_F(SetupTest, HasNothingToDoTheSecondTime) {
  Write("work", "hosts = [\"*\"]\n");
  ASSERT_TRUE(Accepted(Run({"setup"})));
  const std::string before = Own();
  const Result<std::string> said = Run({"setup"}, Error{Reason::kConversation, "not asked"});
  ASSERT_TRUE(Accepted(said));
  EXPECT_TRUE(said.value().starts_with("nothing to do: plain ssh uses"));
  EXPECT_EQ(diff_, "");
  EXPECT_EQ(Own(), before);
}

TEST_F(SetupTest, SaysNothingOfALoginIfThereIsOne) {
  Write("work", "hosts = [\"*\"]\n");
  files_.MakeDirectory("home/.local/state/jwt-sso/work", 0700);
  files_.Write("home/.local/state/jwt-sso/work/tokens", "{}", 0600);
  const Result<std::string> said = Run({"setup"});
  ASSERT_TRUE(Accepted(said));
  EXPECT_FALSE(Has(said.value(), "next:"));
}

TEST_F(SetupTest, ChangesNothingIfTheUserSaysNo) {
  Write("work", "hosts = [\"*\"]\n");
  EXPECT_TRUE(
      test::RefusedFor(Reason::kConversation, Run({"setup"}, Error{Reason::kConversation, "no"})));
  EXPECT_NE(diff_, "");
  EXPECT_FALSE(std::filesystem::exists(files_.Path("home/.ssh")));
}

TEST_F(SetupTest, TakesThePatternsOfTheCommandLineThenTheProfileThenTheLastSetup) {
  Write("work", "");
  const Result<std::string> refused = Run({"setup", "work"});
  ASSERT_TRUE(test::RefusedFor(Reason::kConfigInvalid, refused));
  EXPECT_TRUE(Has(refused.error().detail, "jwt-sso setup work 'PATTERN'"));
  ASSERT_TRUE(Accepted(Run({"setup", "work", "a.example", "b.example"})));
  EXPECT_TRUE(Has(Own(), "Match final host a.example,b.example exec"));
  ASSERT_TRUE(Accepted(Run({"setup", "work"})));
  EXPECT_TRUE(Has(Own(), "Match final host a.example,b.example exec"));
  Write("work", "hosts = [\"c.example\"]\n");
  ASSERT_TRUE(Accepted(Run({"setup", "work"})));
  EXPECT_TRUE(Has(Own(), "Match final host c.example exec"));
}

TEST_F(SetupTest, IsTakenBackForAllProfiles) {
  Write("work", "hosts = [\"*\"]\n");
  Write("lab", "hosts = [\"lab\"]\n");
  files_.Write("home/.ssh/config", "Host *\n", 0600);
  ASSERT_TRUE(Accepted(Run({"setup", "work"})));
  ASSERT_TRUE(Accepted(Run({"setup", "lab"})));
  const Result<std::string> said = Run({"setup", "--remove"});
  ASSERT_TRUE(Accepted(said));
  EXPECT_TRUE(Has(diff_, "-Include"));
  EXPECT_EQ(files_.Read("home/.ssh/config"), "Host *\n");
  EXPECT_FALSE(std::filesystem::exists(files_.Path("home/.ssh/jwt-sso.conf")));
  EXPECT_TRUE(Run({"setup", "--remove"}).value().starts_with("nothing to do"));
}

TEST_F(SetupTest, RefusesAProfileForPrompts) {
  Write("work", "use = \"prompt\"\nhosts = [\"*.example\"]\n");
  const Result<std::string> refused = Run({"setup"});
  ASSERT_TRUE(test::RefusedFor(Reason::kConfigInvalid, refused));
  EXPECT_TRUE(Has(refused.error().detail, "ssh-jwt in place of ssh"));
}

}  // namespace
}  // namespace pamjwt::sso
