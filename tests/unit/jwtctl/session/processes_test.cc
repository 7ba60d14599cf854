#include "jwtctl/session/processes.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/forked.h"

namespace pamjwt::ctl {
namespace {

using test::Accepted;
using test::Forked;

SteadyTime Soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(10);
}
SteadyTime Past() {
  return std::chrono::steady_clock::now() - std::chrono::seconds(1);
}

TEST(ReadProcesses, FindsThisProcessAndNoThreadOfTheKernel) {
  const Result<std::vector<ProcessStat>> processes = ReadProcesses();
  ASSERT_TRUE(Accepted(processes));
  const auto is_this = [](const ProcessStat& process) { return process.id.pid == getpid(); };
  EXPECT_EQ(std::count_if(processes.value().begin(), processes.value().end(), is_this), 1);
  for (const ProcessStat& process : processes.value()) {
    EXPECT_FALSE(process.is_kernel) << process.id.pid;
  }
}

TEST(ParseProcessUsers, FindsTheUsers) {
  const auto users =
      ParseProcessUsers("Name:\tUid:\t7\nUmask:\t0022\nUid:\t1000\t0\t2\t3\nGid:\t4\t4\t4\t4\n");
  ASSERT_TRUE(users.has_value());
  EXPECT_EQ(users->real, 1000U);
  EXPECT_EQ(users->effective, 0U);
  EXPECT_EQ(users->saved, 2U);
  EXPECT_TRUE(users->IsOf(1000) && users->IsOf(2));
  EXPECT_FALSE(users->IsOf(0) || users->IsOf(3));
}

TEST(ParseProcessUsers, RefusesOtherForms) {
  for (const char* const text :
       {"", "Uid:\t1\t1\t1\t1\n", "N\nUid:\t1\t1\n", "N\nUid: 1 1 1 1\n", "N\nUid:\tx\t1\t1\t1\n",
        "N\nUid:\t-1\t1\t1\t1\n", "N\nUid:\t4294967296\t1\t1\t1\n"}) {
    EXPECT_FALSE(ParseProcessUsers(text).has_value()) << text;
  }
}

TEST(ReadProcessUsers, ReadsThisProcess) {
  ASSERT_TRUE(ReadProcessUsers(getpid()).has_value());
  EXPECT_EQ(ReadProcessUsers(getpid())->real, getuid());
  EXPECT_FALSE(ReadProcessUsers(1L << 30).has_value());
}

TEST(SendSignal, ReachesTheProcess) {
  const Forked child([](const Forked&) {});
  EXPECT_TRUE(Accepted(SendSignal(child.id(), SIGTERM)));
  EXPECT_TRUE(AwaitEnds({child.id()}, Soon()).empty());
  EXPECT_EQ(child.Status(), SIGTERM);
  // It is dead, and not buried.
  EXPECT_TRUE(Accepted(SendSignal(child.id(), SIGTERM)));
}

TEST(SendSignal, DoesNotReachAnotherProcessWithThePid) {
  const Forked child([](const Forked&) {});
  ProcessIdentity earlier = child.id();
  --earlier.start;
  EXPECT_TRUE(Accepted(SendSignal(earlier, SIGKILL)));
  EXPECT_TRUE(AwaitEnds({earlier}, Past()).empty());
  EXPECT_EQ(AwaitEnds({child.id()}, Past()).size(), 1U);
}

TEST(SendSignal, DoesNothingIfThereIsNoProcess) {
  EXPECT_TRUE(Accepted(SendSignal({1L << 30, 1}, SIGKILL)));
}

TEST(AwaitEnds, ReturnsThoseThatDoNotEnd) {
  const Forked stays([](const Forked&) {});
  const Forked ends([](const Forked&) { _exit(0); });
  ASSERT_TRUE(AwaitEnds({ends.id()}, Soon()).empty());
  EXPECT_EQ(AwaitEnds({stays.id(), ends.id()}, Past()), (std::vector<ProcessIdentity>{stays.id()}));
}

TEST(AwaitEnds, LooksAtEachOfManyAlsoAfterTheDeadline) {
  const Forked stays([](const Forked&) {});
  const Forked ends([](const Forked&) { _exit(0); });
  ASSERT_TRUE(AwaitEnds({ends.id()}, Soon()).empty());
  std::vector<ProcessIdentity> many(300, stays.id());
  many.insert(many.end(), 300, ends.id());
  EXPECT_EQ(AwaitEnds(many, Past()).size(), 300U);
}

}  // namespace
}  // namespace pamjwt::ctl
