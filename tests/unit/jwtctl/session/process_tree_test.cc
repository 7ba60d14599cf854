#include "jwtctl/session/process_tree.h"

#include <vector>

#include <gtest/gtest.h>

namespace pamjwt::ctl {
namespace {

using Pids = std::vector<std::int64_t>;

/// Returns a process whose start is its pid: each is younger than those with smaller pids.
ProcessStat Process(std::int64_t pid, std::int64_t parent, std::int64_t session) {
  return {{pid, pid}, parent, session, 'S', false};
}

Pids PidsOf(const std::vector<ProcessStat>& processes) {
  Pids pids;
  for (const ProcessStat& process : processes) {
    pids.push_back(process.id.pid);
  }
  return pids;
}

Pids Below(const std::vector<ProcessStat>& processes, const std::vector<ProcessIdentity>& roots) {
  return PidsOf(ProcessTree(processes).WithAllBelow(roots));
}

Pids Above(const std::vector<ProcessStat>& processes, std::int64_t pid) {
  Pids pids;
  for (const ProcessIdentity& id : ProcessTree(processes).WithAllAbove(pid)) {
    pids.push_back(id.pid);
  }
  return pids;
}

// sshd 10 has the sessions 20 and 40. 20 has a shell, and in it a sudo with a shell of its own.
const std::vector<ProcessStat> kHost = {
    Process(1, 0, 1),    Process(10, 1, 10),  Process(20, 10, 20), Process(21, 20, 20),
    Process(22, 21, 22), Process(30, 22, 22), Process(31, 30, 31), Process(40, 10, 40),
    Process(41, 40, 40), Process(42, 41, 42)};

TEST(ProcessTree, FindsAllBelowARootAndNothingBesideIt) {
  EXPECT_EQ(Below(kHost, {{20, 20}}), (Pids{20, 21, 22, 30, 31}));
  EXPECT_EQ(Below(kHost, {{30, 30}}), (Pids{30, 31}));
  EXPECT_EQ(Below(kHost, {{42, 42}}), (Pids{42}));
  EXPECT_EQ(Below(kHost, {}), (Pids{}));
}

TEST(ProcessTree, FindsEachOnceBelowRootsThatAreInsideOfEachOther) {
  EXPECT_EQ(Below(kHost, {{30, 30}, {20, 20}, {30, 30}}), (Pids{30, 20, 31, 21, 22}));
}

TEST(ProcessTree, FindsNothingBelowARootThatHasEnded) {
  EXPECT_EQ(Below(kHost, {{50, 50}}), (Pids{}));
  // Another process has its pid now.
  EXPECT_EQ(Below(kHost, {{20, 19}}), (Pids{}));
  EXPECT_EQ(Below(kHost, {{20, 21}}), (Pids{}));
}

TEST(ProcessTree, FindsAJobInTheBackgroundByTheLeaderOfItsSession) {
  std::vector<ProcessStat> host = kHost;
  host.push_back(Process(50, 1, 22));  // (sleep 9 &) in the shell 22
  host.push_back(Process(51, 50, 22));
  EXPECT_EQ(Below(host, {{20, 20}}), (Pids{20, 21, 22, 30, 50, 51, 31}));
  // The sudo in the same session did not start it.
  EXPECT_EQ(Below(host, {{30, 30}}), (Pids{30, 31}));
}

// It has left the session for good: docs/denylist.md names it.
TEST(ProcessTree, DoesNotFindADaemon) {
  std::vector<ProcessStat> host = kHost;
  host.push_back(Process(50, 1, 50));
  EXPECT_EQ(Below(host, {{20, 20}}), (Pids{20, 21, 22, 30, 31}));
}

TEST(ProcessTree, NobodyIsBelowAYoungerProcess) {
  // 21 was read, then 20 has ended, and its pid was used again, by somebody else.
  const std::vector<ProcessStat> host = {{{20, 90}, 1, 20, 'S', false}, Process(21, 20, 20)};
  EXPECT_EQ(Below(host, {{20, 90}}), (Pids{20}));
  // Both started in the same clock tick.
  const std::vector<ProcessStat> twin = {{{20, 21}, 1, 20, 'S', false}, Process(21, 20, 20)};
  EXPECT_EQ(Below(twin, {{20, 21}}), (Pids{20, 21}));
}

TEST(ProcessTree, EndsIfProcessesAreBelowEachOther) {
  const std::vector<ProcessStat> loop = {
      {{5, 9}, 6, 7, 'S', false}, {{6, 9}, 7, 5, 'S', false}, {{7, 9}, 7, 7, 'S', false}};
  EXPECT_EQ(Below(loop, {{6, 9}}).size(), 2U);
  EXPECT_EQ(Above(loop, 5).size(), 3U);
}

TEST(ProcessTree, DoesNotTakeLongForADeepTree) {
  std::vector<ProcessStat> deep;
  for (std::int64_t pid = 1; pid <= 100'000; ++pid) {
    deep.push_back(Process(pid, pid - 1, 1));
  }
  EXPECT_EQ(Below(deep, {{2, 2}}).size(), 99'999U);
  EXPECT_EQ(Above(deep, 100'000).size(), 100'000U);
}

TEST(ProcessTree, FindsAllAboveAProcess) {
  EXPECT_EQ(Above(kHost, 31), (Pids{31, 30, 22, 21, 20, 10, 1}));
  EXPECT_EQ(Above(kHost, 1), (Pids{1}));
  EXPECT_EQ(Above(kHost, 99), (Pids{}));
}

TEST(ProcessTree, FindsTheSessionOfAJobInTheBackground) {
  std::vector<ProcessStat> host = kHost;
  host.push_back(Process(50, 1, 22));
  EXPECT_EQ(Above(host, 50), (Pids{50, 1, 22, 21, 20, 10}));
}

}  // namespace
}  // namespace pamjwt::ctl
