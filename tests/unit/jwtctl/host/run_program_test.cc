#include "jwtctl/host/run_program.h"

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

using test::Accepted;
using test::RefusedFor;

Result<ProgramEnd> Shell(const char* script, Seconds patience = {60}) {
  return RunProgram({"sh", "-c", script}, patience);
}

TEST(RunProgram, ReturnsTheOutputAndTheExitCode) {
  const Result<ProgramEnd> end = Shell("echo out; echo err >&2; cat; exit 7");
  ASSERT_TRUE(Accepted(end));
  EXPECT_EQ(end.value().exit_code, 7);
  EXPECT_EQ(end.value().output, "out\nerr\n");
  EXPECT_EQ(Shell("kill -9 $$").value().exit_code, 128 + 9);
}

TEST(RunProgram, DropsErrorsIfToldTo) {
  const Result<ProgramEnd> end =
      RunProgram({"sh", "-c", "echo out; echo err >&2"}, {60}, ProgramErrors::kDropped);
  ASSERT_TRUE(Accepted(end));
  EXPECT_EQ(end.value().output, "out\n");
}

TEST(RunProgram, HandsOnNoEnvironmentOfTheCaller) {
  EXPECT_EQ(Shell("echo $LC_ALL:$HOME:$PATH").value().output, "C::/usr/sbin:/usr/bin:/sbin:/bin\n");
}

TEST(RunProgram, KeepsABoundedOutput) {
  const Result<ProgramEnd> end = Shell("head -c 1000000 /dev/zero; exit 3");
  ASSERT_TRUE(Accepted(end));
  EXPECT_EQ(end.value().exit_code, 3);
  EXPECT_EQ(end.value().output.size(), std::size_t{256} * 1024);
}

TEST(RunProgram, KillsAProgramThatDoesNotEndInTime) {
  const Result<ProgramEnd> end = Shell("exec sleep 3600", {0});
  ASSERT_TRUE(RefusedFor(Reason::kInternal, end));
  EXPECT_EQ(end.error().detail, "sh: was not done after 0 s");
}

TEST(RunProgram, RefusesAProgramThatIsNotInstalled) {
  const Result<ProgramEnd> end = RunProgram({"no-such-program"}, {60});
  ASSERT_TRUE(RefusedFor(Reason::kInternal, end));
  EXPECT_EQ(end.error().detail, "no-such-program: is not installed");
}

}  // namespace
}  // namespace pamjwt::ctl
