#include "jwtctl/session/end_processes.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "support/forked.h"

namespace pamjwt::ctl {
namespace {

using test::Forked;

SteadyTime In(int seconds) {
  return std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
}

/// Ends what is below `root`, and `root` itself.
EndOutcome End(const ProcessIdentity& root, SteadyTime deadline = In(10)) {
  return EndProcesses({{root}, {}, {}}, deadline);
}

void IgnoreAll() {
  for (const int number : {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGCONT}) {
    signal(number, SIG_IGN);
  }
}

/// Waits until a process is stopped.
void AwaitStop(const Forked& child) {
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child.pid()), &info, WSTOPPED | WNOWAIT), 0);
}

TEST(EndProcesses, KillsAllBelowAndAsksTheProcessThatOpenedTheSession) {
  const Forked root([](const Forked& self) {
    signal(SIGTERM, [](int) { _exit(7); });  // as sshd and sudo do: they close their PAM session
    Forked::Fork([&] {
      IgnoreAll();
      Forked::Fork([&] {
        IgnoreAll();
        setsid();
        self.Tell();
      });
    });
  });
  ASSERT_GT(root.Hear().pid, 0);
  const EndOutcome outcome = End(root.id());
  EXPECT_TRUE(outcome.alive.empty());
  EXPECT_EQ(outcome.problem, "");
  EXPECT_TRUE(root.HaveAllEnded());
  EXPECT_EQ(root.Status(), 7 << 8);
}

TEST(EndProcesses, AsksNoProcessThatEndsWithWhatItHasStarted) {
  const Forked root([](const Forked& self) {
    signal(SIGTERM, [](int) { _exit(7); });  // as su does: then it is slow
    const pid_t child = Forked::Fork([&] { self.Tell(); });
    waitpid(child, nullptr, 0);
    _exit(6);
  });
  ASSERT_GT(root.Hear().pid, 0);
  EXPECT_TRUE(End(root.id()).alive.empty());
  EXPECT_TRUE(root.HaveAllEnded());
  EXPECT_EQ(root.Status(), 6 << 8);
}

TEST(EndProcesses, KillsAProcessWhoseFirstThreadHasEnded) {
  const Forked root([](const Forked& self) {
    Forked::Fork([&] {
      std::thread([&] {
        self.Tell();
        while (true) pause();
      }).detach();
      syscall(SYS_exit, 0);
    });
  });
  const ProcessIdentity below = root.Hear();
  ASSERT_GT(below.pid, 0);
  EXPECT_TRUE(End(root.id()).alive.empty());
  EXPECT_TRUE(AwaitEnds({below}, In(0)).empty());
  EXPECT_TRUE(root.HaveAllEnded());
}

TEST(EndProcesses, KillsTheProcessThatDoesNotEndWhenAsked) {
  const Forked root([](const Forked& self) {
    IgnoreAll();
    self.Tell();
  });
  ASSERT_GT(root.Hear().pid, 0);
  EXPECT_TRUE(End(root.id(), In(0)).alive.empty());
  EXPECT_TRUE(root.HaveAllEnded());
  EXPECT_EQ(root.Status(), SIGKILL);
}

TEST(EndProcesses, KillsWhatAnAskedProcessStarted) {
  const Forked root([](const Forked& self) {
    // It goes on, and starts one more process.
    signal(SIGTERM, [](int) { Forked::Fork([] { setsid(); }); });
    self.Tell();
  });
  ASSERT_GT(root.Hear().pid, 0);
  EXPECT_TRUE(End(root.id(), In(0)).alive.empty());
  EXPECT_TRUE(root.HaveAllEnded());
}

TEST(EndProcesses, EndsASessionThatIsStopped) {
  const Forked root([](const Forked&) { raise(SIGSTOP); });
  AwaitStop(root);
  EXPECT_TRUE(End(root.id()).alive.empty());
  EXPECT_TRUE(root.HaveAllEnded());
  EXPECT_EQ(root.Status(), SIGTERM);
}

/// Starts a process in the background, whose parent has ended when `self` tells its own pid.
void StartInBackground(const Forked& self, bool is_daemon) {
  const pid_t parent = Forked::Fork([&] {
    Forked::Fork([&] {
      if (is_daemon) setsid();
      self.Tell();
    });
    _exit(0);
  });
  waitpid(parent, nullptr, 0);
  self.Tell();
}

/// Waits for both, and returns the process in the background.
ProcessIdentity HearBackground(const Forked& root) {
  const ProcessIdentity one = root.Hear();
  const ProcessIdentity other = root.Hear();
  return one.pid == root.pid() ? other : one;
}

TEST(EndProcesses, KillsAJobInTheBackground) {
  const Forked root([](const Forked& self) { StartInBackground(self, false); });
  ASSERT_GT(HearBackground(root).pid, 0);
  EXPECT_TRUE(End(root.id()).alive.empty());
  EXPECT_TRUE(root.HaveAllEnded());
}

// docs/denylist.md names it as what does not end. It is also the twin of the test above.
TEST(EndProcesses, LeavesADaemonAlone) {
  const Forked root([](const Forked& self) { StartInBackground(self, true); });
  const ProcessIdentity daemon = HearBackground(root);
  ASSERT_GT(daemon.pid, 0);
  EXPECT_TRUE(End(root.id()).alive.empty());
  EXPECT_EQ(AwaitEnds({daemon}, In(0)).size(), 1U);
  EXPECT_TRUE(SendSignal(daemon, SIGKILL).ok());
  EXPECT_TRUE(root.HaveAllEnded());
}

TEST(EndProcesses, CatchesProcessesThatStartOthersAllTheTime) {
  const Forked root([](const Forked& self) {
    Forked::Fork([&] {
      self.Tell();
      for (int i = 0; i < 500; ++i) {
        // Its parent lives as long as it is not killed.
        Forked::Fork([] {
          setsid();
          Forked::Fork([] { setsid(); });
        });
      }
    });
  });
  ASSERT_GT(root.Hear().pid, 0);
  EXPECT_TRUE(End(root.id()).alive.empty());
  EXPECT_TRUE(root.HaveAllEnded());
}

TEST(EndProcesses, LeavesAnotherProcessWithThePidAlone) {
  const Forked other([](const Forked& self) { self.Tell(); });
  ProcessIdentity earlier = other.Hear();
  --earlier.start;
  EXPECT_TRUE(End(earlier).alive.empty());
  EXPECT_EQ(AwaitEnds({other.id()}, In(0)).size(), 1U);
}

TEST(EndProcesses, SendsNoSignalToWhatMustNotBeTouched) {
  const Forked root([](const Forked& self) { Forked::Fork([&] { self.Tell(); }); });
  const ProcessIdentity below = root.Hear();
  EXPECT_TRUE(EndProcesses({{root.id()}, {}, {below}}, In(10)).alive.empty());
  ASSERT_EQ(AwaitEnds({below}, In(0)).size(), 1U);
  EXPECT_NE(ReadProcessStat(below.pid).value()->state, 'T');
  EXPECT_TRUE(SendSignal(below, SIGKILL).ok());
  EXPECT_TRUE(root.HaveAllEnded());
}

TEST(EndProcesses, EndsManySessionsAtOnce) {
  std::vector<std::unique_ptr<Forked>> sessions;
  EndTargets targets;
  for (int i = 0; i < 300; ++i) {
    sessions.push_back(std::make_unique<Forked>([](const Forked& self) {
      IgnoreAll();
      Forked::Fork([&] { self.Tell(); });
    }));
    targets.sessions.push_back(sessions.back()->id());
    ASSERT_GT(sessions.back()->Hear().pid, 0);
  }
  EXPECT_TRUE(EndProcesses(targets, In(0)).alive.empty());
  for (const auto& session : sessions) {
    EXPECT_TRUE(session->HaveAllEnded());
  }
}

// --- which processes are selected -------------------------------------------------------------

ProcessStat Process(std::int64_t pid, std::int64_t parent) {
  return {{pid, pid}, parent, pid, 'S', false};
}

// sshd 10 has sessions of alice: 20, with the shells 21 and 22, and in 22 a shell of root, 23; and
// 30, in which this process, 33, runs by sudo. bob has 40.
const ProcessTree kHost({Process(1, 0), Process(10, 1), Process(20, 10), Process(21, 20),
                         Process(22, 21), Process(23, 22), Process(30, 10), Process(31, 30),
                         Process(32, 31), Process(33, 32), Process(34, 31), Process(40, 10),
                         Process(41, 40)});
constexpr std::uint32_t kAlice = 2001;
constexpr std::uint32_t kBob = 2002;

std::optional<ProcessUsers> UsersAtHost(std::int64_t pid) {
  static const std::map<std::int64_t, ProcessUsers> kUsers = {
      {21, {kAlice, kAlice, kAlice}}, {22, {kAlice, kAlice, kAlice}}, {31, {kAlice, 0, 0}},
      {34, {kAlice, kAlice, kAlice}}, {40, {0, kAlice, 0}},           {41, {kBob, kBob, kBob}}};
  const auto found = kUsers.find(pid);
  return found == kUsers.end() ? ProcessUsers{} : found->second;
}

std::vector<std::int64_t> Pids(std::vector<ProcessStat> processes) {
  std::vector<std::int64_t> pids;
  for (const ProcessStat& process : processes) {
    pids.push_back(process.id.pid);
  }
  std::sort(pids.begin(), pids.end());
  return pids;
}

std::vector<std::int64_t> Selected(const EndTargets& targets) {
  return Pids(SelectTargets(kHost, targets, UsersAtHost));
}

using Numbers = std::vector<std::int64_t>;

TEST(SelectTargets, FindsTheProcessesOfAUserAndAllBelow) {
  EXPECT_EQ(Selected({{}, {kAlice}, {}}), (Numbers{21, 22, 23, 31, 32, 33, 34}));
  EXPECT_EQ(Selected({{}, {kBob}, {}}), (Numbers{41}));
  EXPECT_EQ(Selected({{{40, 40}}, {kAlice}, {}}), (Numbers{21, 22, 23, 31, 32, 33, 34, 40, 41}));
  EXPECT_EQ(Selected({{}, {2003}, {}}), Numbers{});
}

TEST(SelectTargets, SparesTheSessionOfThisProcess) {
  const std::vector<ProcessIdentity> line = kHost.WithAllAbove(33);
  EXPECT_EQ(Selected({{}, {kAlice}, line}), (Numbers{21, 22, 23}));
  EXPECT_EQ(Pids(FindSpared(kHost, {{}, {kAlice}, line}, UsersAtHost)), (Numbers{31, 32, 33, 34}));
  EXPECT_EQ(Pids(FindSpared(kHost, {{}, {kBob}, line}, UsersAtHost)), Numbers{});
}

TEST(SelectTargets, LeavesOutWhatHasEndedAndFindsWhatIsBelow) {
  ProcessStat ended = Process(21, 1);
  ended.state = 'Z';
  const ProcessTree host({Process(1, 0), ended, Process(22, 21)});
  EXPECT_EQ(Pids(SelectTargets(host, {{}, {kAlice}, {}}, UsersAtHost)), Numbers{22});
}

TEST(SelectTargets, NeverFindsRootAsAUser) {
  EXPECT_EQ(Selected({{}, {0}, {}}), Numbers{});
}

TEST(SelectTargets, NeverFindsPid1) {
  EXPECT_EQ(Selected({{{1, 1}}, {}, {}}).front(), 10);
}

}  // namespace
}  // namespace pamjwt::ctl
