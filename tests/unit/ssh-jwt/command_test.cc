#include "ssh-jwt/command.h"

#include <signal.h>

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace pamjwt::ssh {
namespace {

Result<Output> Shell(const std::string& script,
                     CapturedStream stream = CapturedStream::kOutputAlone,
                     std::size_t max_bytes = 1000) {
  return Capture({"/bin/sh", "-c", script}, stream, max_bytes);
}

TEST(Capture, TakesTheStreamThatIsAskedFor) {
  EXPECT_EQ(Shell("echo out; echo err >&2").value().text.view(), "out\n");
  EXPECT_EQ(Shell("echo out; echo err >&2", CapturedStream::kError).value().text.view(), "err\n");
}

TEST(Capture, GivesTheExitStatusAsAShellDoes) {
  EXPECT_EQ(Shell("exit 7").value().status, 7);
  EXPECT_EQ(Shell("kill -9 $$").value().status, 128 + SIGKILL);
  EXPECT_EQ(Capture({"/nowhere"}, CapturedStream::kOutputAlone, 10).value().status, 127);
}

TEST(Capture, DropsWhatIsBeyondTheLimitAndLetsTheProgramEnd) {
  const Result<Output> output =
      Shell("head -c 300000 /dev/zero && exit 5", CapturedStream::kOutputAlone, 100);
  EXPECT_EQ(output.value().text.size(), 100U);
  EXPECT_EQ(output.value().status, 5);
  EXPECT_TRUE(output.value().is_cut);
}

TEST(Capture, KillsAProgramThatPrintsMoreThanIsTaken) {
  const auto print = [](const std::string& script) {
    return Capture({"/bin/sh", "-c", script}, CapturedStream::kOutputAlone, 100, std::nullopt,
                   Excess::kEnd)
        .value();
  };
  const Output endless = print("trap '' PIPE TERM; while echo y; do :; done; sleep 1000");
  EXPECT_EQ(endless.text.size(), 100U);
  EXPECT_EQ(endless.status, 128 + SIGKILL);
  EXPECT_TRUE(endless.is_cut);
  const Output whole = print("printf %100s x");
  EXPECT_EQ(whole.text.size(), 100U);
  EXPECT_EQ(whole.status, 0);
  EXPECT_FALSE(whole.is_cut);
}

TEST(Capture, RunsTheProgramWithNoSignalBlocked) {
  sigset_t term;
  sigset_t before;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, &before);
  const Result<Output> output = Shell("kill -TERM $$; exit 0");
  sigprocmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(output.value().status, 128 + SIGTERM);
}

}  // namespace
}  // namespace pamjwt::ssh
