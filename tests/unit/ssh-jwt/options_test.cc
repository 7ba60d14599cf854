#include "ssh-jwt/options.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pamjwt::ssh {
namespace {

using Words = std::vector<std::string>;

SshJwtOptions Parsed(const Words& arguments) {
  Result<SshJwtOptions> options = ParseArguments(arguments);
  EXPECT_TRUE(options.ok());
  return options.ok() ? std::move(options).value() : SshJwtOptions{};
}

TEST(ParseArguments, LeavesEverythingToSshWithoutOptionsOfOurs) {
  const Words arguments = {"-p", "22", "alice@web1", "echo", "--audience", "x"};
  const SshJwtOptions options = Parsed(arguments);
  EXPECT_EQ(options.mode, SshJwtOptions::Mode::kLogin);
  EXPECT_EQ(options.ssh_arguments, arguments);
  EXPECT_TRUE(options.audience.accepted.empty());
}

TEST(ParseArguments, TakesItsOptionsFromTheFront) {
  const SshJwtOptions options =
      Parsed({"--token-command", "get %h", "--audience", "a", "--audience=b=c", "--any-host", "-v",
              "web1", "--token-file", "x"});
  EXPECT_EQ(options.token_command, "get %h");
  EXPECT_EQ(options.audience.accepted, (Words{"a", "b=c"}));
  EXPECT_TRUE(options.audience.any_host);
  EXPECT_EQ(options.token_file, "");
  EXPECT_EQ(options.ssh_arguments, (Words{"-v", "web1", "--token-file", "x"}));
}

TEST(ParseArguments, TakesAFileByEitherSpelling) {
  EXPECT_EQ(Parsed({"--token-file", "/t", "web1"}).token_file, "/t");
  EXPECT_EQ(Parsed({"--token-file=/t", "web1"}).token_file, "/t");
}

TEST(ParseArguments, LeavesTwoDashesToSsh) {
  EXPECT_EQ(Parsed({"--any-host", "--", "web1"}).ssh_arguments, (Words{"--", "web1"}));
}

TEST(ParseArguments, HasNothingToDoWithoutArgumentsForSsh) {
  EXPECT_EQ(Parsed({}).mode, SshJwtOptions::Mode::kUsage);
  EXPECT_EQ(Parsed({"--any-host"}).mode, SshJwtOptions::Mode::kUsage);
  EXPECT_EQ(Parsed({"--token-file", "web1"}).mode, SshJwtOptions::Mode::kUsage);
  EXPECT_EQ(Parsed({"-V"}).mode, SshJwtOptions::Mode::kLogin);
  EXPECT_EQ(Parsed({"web1"}).mode, SshJwtOptions::Mode::kLogin);
}

TEST(ParseArguments, TakesOneArgumentWithABlankForAQuestion) {
  const SshJwtOptions options = Parsed({"(alice@web1) Token: "});
  EXPECT_EQ(options.mode, SshJwtOptions::Mode::kAskpass);
  EXPECT_EQ(options.prompt, "(alice@web1) Token: ");
  EXPECT_EQ(Parsed({"web1"}).mode, SshJwtOptions::Mode::kLogin);
  EXPECT_EQ(Parsed({"web1", "ls -l"}).mode, SshJwtOptions::Mode::kLogin);
  EXPECT_EQ(Parsed({"--token-command=get it"}).mode, SshJwtOptions::Mode::kUsage);
}

TEST(ParseArguments, KnowsHelpAndVersion) {
  EXPECT_EQ(Parsed({"--help"}).mode, SshJwtOptions::Mode::kHelp);
  EXPECT_EQ(Parsed({"--version"}).mode, SshJwtOptions::Mode::kVersion);
  EXPECT_EQ(Parsed({"-V"}).mode, SshJwtOptions::Mode::kLogin);
}

TEST(ParseArguments, RefusesWhatItDoesNotUnderstand) {
  const Words wrong[] = {
      {"--token-commnd", "x", "web1"},                        // a slip of the pen
      {"--token-command"},                                    // no value
      {"--token-file="},                                      // an empty one
      {"--audience", ""},                                     // an empty one
      {"--any-host=yes", "web1"},                             // takes none
      {"--token-command", "x", "--token-file", "y", "web1"},  // which?
  };
  for (const Words& arguments : wrong) {
    const Result<SshJwtOptions> options = ParseArguments(arguments);
    ASSERT_FALSE(options.ok()) << arguments[0];
    EXPECT_EQ(options.error().reason, Reason::kConfigInvalid);
    EXPECT_FALSE(options.error().detail.empty());
  }
}

}  // namespace
}  // namespace pamjwt::ssh
