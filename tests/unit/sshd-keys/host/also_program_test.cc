#include "sshd-keys/host/also_program.h"

#include <stdlib.h>

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::keys {
namespace {

using test::Accepted;
using test::RefusedFor;

Result<std::string> OutputOf(const std::vector<std::string>& command) {
  Result<AlsoProgram> started = AlsoProgram::Start(command);
  if (!started.ok()) return started.error();
  return std::move(started).value().Finish();
}
Result<std::string> OutputOfScript(const std::string& script) {
  return OutputOf({"/bin/sh", "-c", script});
}

/// Checks that a program gives no answer, and why.
testing::AssertionResult Fails(const Result<std::string>& result, const std::string& why) {
  if (!RefusedFor(Reason::kInternal, result)) return testing::AssertionFailure() << "answers";
  if (result.error().detail == why) return testing::AssertionSuccess();
  return testing::AssertionFailure() << result.error().detail;
}

TEST(AlsoProgramTest, ReturnsAllThatTheProgramPrints) {
  const Result<std::string> text = OutputOfScript("printf 'one\\ntwo'; printf ' three\\n\\n'");
  ASSERT_TRUE(Accepted(text));
  EXPECT_EQ(text.value(), "one\ntwo three\n\n");
}

TEST(AlsoProgramTest, GivesArgumentsAsTheyAre) {
  const Result<std::string> text =
      OutputOf({"/usr/bin/printf", "<%s>", "a b", "\"c\" 'd'", "", "$HOME `id`", "%s\\n"});
  ASSERT_TRUE(Accepted(text));
  EXPECT_EQ(text.value(), "<a b><\"c\" 'd'><><$HOME `id`><%s\\n>");
}

TEST(AlsoProgramTest, HasTheEnvironmentOfThisProcess) {
  ASSERT_EQ(setenv("PAMJWT_TEST_ALSO", "a b", 1), 0);
  const Result<std::string> text = OutputOfScript("printf %s \"$PAMJWT_TEST_ALSO\"");
  unsetenv("PAMJWT_TEST_ALSO");
  ASSERT_TRUE(Accepted(text));
  EXPECT_EQ(text.value(), "a b");
}

TEST(AlsoProgramTest, GivesNothingOfAProgramThatFails) {
  EXPECT_TRUE(Fails(OutputOfScript("echo key; exit 1"), "it exited with status 1"));
  EXPECT_TRUE(Fails(OutputOfScript("echo key; kill -KILL $$"), "signal 9 ended it"));
  EXPECT_TRUE(Fails(OutputOf({"/etc/passwd"}), "it exited with status 127"));
}

TEST(AlsoProgramTest, BoundsWhatAProgramPrints) {
  const std::string print = "head -c \"$1\" /dev/zero";
  const auto run = [&](std::size_t size) {
    return OutputOf({"/bin/sh", "-c", print, "sh", std::to_string(size)});
  };
  const Result<std::string> most = run(kMaxAlsoBytes);
  ASSERT_TRUE(Accepted(most));
  EXPECT_EQ(most.value().size(), kMaxAlsoBytes);
  EXPECT_TRUE(Fails(run(kMaxAlsoBytes + 1), "it prints more than 1 MiB"));
  // This program would never end by itself.
  EXPECT_TRUE(Fails(OutputOfScript("exec cat /dev/zero"), "it prints more than 1 MiB"));
}

TEST(AlsoProgramTest, RunsNoProgramThatOthersCouldExchange) {
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, OutputOf({"sh", "-c", "echo key"})));
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, OutputOf({"/bin/no-such-program"})));
}

}  // namespace
}  // namespace pamjwt::keys
