#include "ssh-jwt/token_source.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace pamjwt::ssh {
namespace {

using Kind = TokenSource::Kind;

constexpr const char* kToken = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln";
const Target kTarget{"alice", "web1"};

/// A directory of its own, and an environment in which no token can be found.
class TokenSourceTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* const variable : kVariables) {
      unsetenv(variable);
    }
    wish_.tmp_dir = directory_ / "tmp";
    std::filesystem::create_directory(wish_.tmp_dir);
    std::filesystem::create_directory(directory_ / "run");
  }
  void TearDown() override {
    for (const char* const variable : kVariables) {
      unsetenv(variable);
    }
  }

  std::string Write(const std::filesystem::path& path, const std::string& text,
                    mode_t mode = 0600) {
    std::ofstream(path) << text;
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }
  std::filesystem::path OwnFileIn(const std::filesystem::path& directory) {
    return directory / ("bt_u" + std::to_string(geteuid()));
  }

  void ExpectSource(Kind kind, const std::string& value) {
    const Result<TokenSource> source = FindTokenSource(wish_);
    ASSERT_TRUE(source.ok()) << source.error().detail;
    EXPECT_EQ(source.value().kind, kind);
    EXPECT_EQ(source.value().value, value);
  }
  static void ExpectToken(const TokenSource& source) {
    const Result<SecretString> token = ReadToken(source, kTarget);
    ASSERT_TRUE(token.ok()) << token.error().detail;
    EXPECT_EQ(token.value().view(), kToken);
  }
  static void ExpectError(const TokenSource& source, Reason reason) {
    const Result<SecretString> token = ReadToken(source, kTarget);
    ASSERT_FALSE(token.ok());
    EXPECT_EQ(token.error().reason, reason);
    EXPECT_FALSE(token.error().detail.empty());
  }

  static constexpr std::array kVariables = {"SSH_JWT_COMMAND", "BEARER_TOKEN", "BEARER_TOKEN_FILE",
                                            "XDG_RUNTIME_DIR"};
  const test::TempDir temporary_;
  const std::filesystem::path directory_ = temporary_.Path();
  TokenWish wish_;
};

// From the last to the first place, so that each must win over all before.
TEST_F(TokenSourceTest, TheFirstPlaceWins) {
  const std::string runtime_dir = directory_ / "run";
  setenv("XDG_RUNTIME_DIR", runtime_dir.c_str(), 1);
  const std::string in_tmp = Write(OwnFileIn(wish_.tmp_dir), kToken);
  ExpectSource(Kind::kOwnFile, in_tmp);
  const std::string in_run = Write(OwnFileIn(runtime_dir), kToken);
  ExpectSource(Kind::kOwnFile, in_run);
  setenv("BEARER_TOKEN_FILE", "/nowhere", 1);
  ExpectSource(Kind::kFile, "/nowhere");
  setenv("BEARER_TOKEN", kToken, 1);
  ExpectSource(Kind::kVariable, "BEARER_TOKEN");
  setenv("SSH_JWT_COMMAND", "get", 1);
  ExpectSource(Kind::kCommand, "get");
  wish_.any_command = false;
  ExpectSource(Kind::kVariable, "BEARER_TOKEN");
  wish_.file = "/f";
  ExpectSource(Kind::kFile, "/f");
  wish_.command = "mine";
  ExpectSource(Kind::kCommand, "mine");
}

TEST_F(TokenSourceTest, EmptyVariablesCountAsAbsent) {
  for (const char* const variable : kVariables) {
    setenv(variable, "", 1);
  }
  const Result<TokenSource> source = FindTokenSource(wish_);
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.error().reason, Reason::kNoToken);
  EXPECT_NE(source.error().detail.find("--token-command"), std::string::npos);
}

TEST_F(TokenSourceTest, NamesTheWaysToGiveATokenThatCount) {
  const auto advice = [&] { return FindTokenSource(wish_).error().detail; };
  const std::string rest =
      " BEARER_TOKEN or BEARER_TOKEN_FILE, or write the token to " +
      OwnFileIn(wish_.tmp_dir).string() +
      " with mode 600, or ask your administrator for a profile of jwt-sso for prompts (use = "
      "\"prompt\")";
  EXPECT_EQ(advice(),
            "no token: give --token-command or --token-file, or set SSH_JWT_COMMAND," + rest);
  wish_.has_options = false;
  EXPECT_EQ(advice(), "no token: set SSH_JWT_COMMAND," + rest);
  wish_.any_command = false;
  EXPECT_EQ(advice(), "no token: set" + rest);
  const std::string runtime_dir = directory_ / "run";
  setenv("XDG_RUNTIME_DIR", runtime_dir.c_str(), 1);
  EXPECT_NE(advice().find("write the token to " + OwnFileIn(runtime_dir).string()),
            std::string::npos);
}

TEST_F(TokenSourceTest, WhiteSpaceAroundATokenIsDropped) {
  setenv("BEARER_TOKEN", (std::string(" \n") + kToken + "\r\n\t").c_str(), 1);
  ExpectToken({Kind::kVariable, "BEARER_TOKEN"});
  ExpectToken({Kind::kFile, Write(directory_ / "t", std::string(kToken) + "\n\n")});
}

TEST_F(TokenSourceTest, ANamedFileMayBeSharedAndALink) {
  const std::string path = Write(directory_ / "t", kToken, 0644);
  std::filesystem::create_symlink(path, directory_ / "link");
  ExpectToken({Kind::kFile, directory_ / "link"});
}

TEST_F(TokenSourceTest, ADiscoveredFileMustBeTheUsersAlone) {
  const std::string path = Write(directory_ / "t", kToken, 0600);
  ExpectToken({Kind::kOwnFile, path});
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U}) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    ExpectError({Kind::kOwnFile, path}, Reason::kNoToken);
  }
}

TEST_F(TokenSourceTest, ADiscoveredFileIsNoLinkDirectoryOrPipe) {
  const std::string path = Write(directory_ / "t", kToken);
  std::filesystem::create_symlink(path, directory_ / "link");
  ASSERT_EQ(mkfifo((directory_ / "pipe").c_str(), 0600), 0);
  ExpectError({Kind::kOwnFile, directory_ / "link"}, Reason::kNoToken);
  ExpectError({Kind::kOwnFile, directory_ / "pipe"}, Reason::kNoToken);
  ExpectError({Kind::kOwnFile, directory_ / "run"}, Reason::kNoToken);
}

TEST_F(TokenSourceTest, ADiscoveredFileOfAnotherUserIsRefused) {
  const std::string path = Write(directory_ / "t", kToken, 0600);
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_EQ(chown(path.c_str(), 65534, 65534), 0);
  ExpectError({Kind::kOwnFile, path}, Reason::kNoToken);
}

TEST_F(TokenSourceTest, AMissingOrEmptyFileIsNoToken) {
  ExpectError({Kind::kFile, directory_ / "missing"}, Reason::kNoToken);
  ExpectError({Kind::kFile, Write(directory_ / "t", " \n")}, Reason::kNoToken);
}

TEST_F(TokenSourceTest, ALengthUpToTheLimitIsTaken) {
  const std::string longest(kMaxTokenBytes, 'a');
  EXPECT_TRUE(ReadToken({Kind::kFile, Write(directory_ / "t", longest + "\n")}, kTarget).ok());
  ExpectError({Kind::kFile, Write(directory_ / "t", longest + "a")}, Reason::kTooLong);
  ExpectError({Kind::kFile, Write(directory_ / "t", longest + longest)}, Reason::kTooLong);
}

TEST_F(TokenSourceTest, BytesThatNoTokenHasAreRefusedAndNotRepeated) {
  for (const char* const text : {"two words", "a\nb.c.d", "horse!", "a.b.c\x01", "a.b=.c"}) {
    const Result<SecretString> token =
        ReadToken({Kind::kFile, Write(directory_ / "t", text)}, kTarget);
    ASSERT_FALSE(token.ok()) << text;
    EXPECT_EQ(token.error().reason, Reason::kMalformed);
    EXPECT_EQ(token.error().detail, (directory_ / "t").string() + " is not a token");
  }
}

TEST_F(TokenSourceTest, ACommandPrintsTheToken) {
  ExpectToken({Kind::kCommand, std::string("echo ") + kToken});
}

TEST_F(TokenSourceTest, ACommandKnowsHostAndUser) {
  ExpectToken({Kind::kCommand, "test %r@%h%% = alice@web1'%%' && echo " + std::string(kToken)});
  ExpectError({Kind::kCommand, "test %r@%h = bob@web1 && echo " + std::string(kToken)},
              Reason::kNoToken);
}

TEST_F(TokenSourceTest, ACommandHasNoStandardInput) {
  ExpectToken({Kind::kCommand, "test -z \"$(cat)\" && echo " + std::string(kToken)});
}

TEST_F(TokenSourceTest, ACommandThatPrintsWithoutEndIsEnded) {
  const Result<SecretString> token = ReadToken({Kind::kCommand, "yes"}, kTarget);
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(token.error().reason, Reason::kTooLong);
  EXPECT_EQ(token.error().detail, "what the token command printed is longer than 65536 bytes");
  const std::string longest = "head -c 65536 /dev/zero | tr '\\0' a; echo";
  EXPECT_TRUE(ReadToken({Kind::kCommand, longest}, kTarget).ok());
  ExpectError({Kind::kCommand, "printf a; " + longest}, Reason::kTooLong);
}

TEST_F(TokenSourceTest, ACommandThatFailsGivesNoTokenWhateverItPrints) {
  ExpectError({Kind::kCommand, "echo " + std::string(kToken) + "; exit 3"}, Reason::kNoToken);
  ExpectError({Kind::kCommand, "echo " + std::string(kToken) + "; kill -9 $$"}, Reason::kNoToken);
  ExpectError({Kind::kCommand, "true"}, Reason::kNoToken);
}

struct ExpansionCase {
  const char* name;
  const char* command;
  Target target;
  const char* expanded;  // nullptr: refused
};

const ExpansionCase kExpansions[] = {
    {"Nothing", "get", kTarget, "get"},
    {"Host", "get --aud=ssh://%h", kTarget, "get --aud=ssh://web1"},
    {"UserAndHost", "%r@%h", kTarget, "alice@web1"},
    {"Percent", "date +%%s", kTarget, "date +%s"},
    {"PercentAndLetter", "%%h", kTarget, "%h"},
    {"ValueIsNotExpandedAgain", "%h", {"alice", "fe80::1%r"}, "fe80::1%r"},
    {"UnknownLetter", "%s", kTarget, nullptr},
    {"PercentAtTheEnd", "get %", kTarget, nullptr},
    {"HostWithACommand", "get %h", {"alice", "$(reboot)"}, nullptr},
    {"HostWithAQuote", "get '%h'", {"alice", "a'b"}, nullptr},
    {"UserLikeAnOption", "get %r", {"--help", "web1"}, nullptr},
    {"StrangeUserThatIsNotUsed", "get %h", {"a b", "web1"}, "get web1"},
};

class ExpandCommandTest : public testing::TestWithParam<ExpansionCase> {};

TEST_P(ExpandCommandTest, FillsInHostAndUser) {
  const Result<std::string> got = ExpandCommand(GetParam().command, GetParam().target);
  ASSERT_EQ(got.ok(), GetParam().expanded != nullptr);
  if (got.ok()) {
    EXPECT_EQ(got.value(), GetParam().expanded);
  } else {
    EXPECT_EQ(got.error().reason, Reason::kConfigInvalid);
  }
}

INSTANTIATE_TEST_SUITE_P(Commands, ExpandCommandTest, testing::ValuesIn(kExpansions),
                         [](const auto& i) { return std::string(i.param.name); });

}  // namespace
}  // namespace pamjwt::ssh
