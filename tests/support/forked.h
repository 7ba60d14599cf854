#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <functional>

#include "io/process_stat.h"
#include "io/unique_fd.h"

namespace pamjwt::test {

/// A child process of a test, with what it starts. All of them have the writing end of one pipe,
/// through which they tell their pids. When the pipe ends, none of them lives.
class Forked {
 public:
  /// Starts a child that runs `body`, as the leader of a process session, and then waits for a
  /// signal.
  explicit Forked(const std::function<void(const Forked&)>& body) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) abort();
    reading_ = UniqueFd(ends[0]);
    writing_ = UniqueFd(ends[1]);
    pid_ = Fork([&] {
      prctl(PR_SET_PDEATHSIG, SIGKILL);  // if the test crashes
      setsid();
      body(*this);
    });
    writing_ = UniqueFd();
  }
  Forked(const Forked&) = delete;
  Forked& operator=(const Forked&) = delete;
  ~Forked() {
    kill(-pid_, SIGKILL);
    kill(pid_, SIGKILL);  // it may not lead a group yet
    waitpid(pid_, nullptr, 0);
  }

  /// Starts one more process, which runs `body` and then waits for a signal. For the child.
  static pid_t Fork(const std::function<void()>& body) {
    const pid_t pid = fork();
    if (pid != 0) return pid;
    body();
    while (true) pause();
  }

  /// Tells the test the pid of the process that calls it.
  void Tell() const {
    const std::int64_t pid = getpid();
    if (write(writing_.get(), &pid, sizeof pid) != sizeof pid) _exit(1);
  }

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Waits for the next process that tells its pid, and returns it.
  [[nodiscard]] ProcessIdentity Hear() const {
    std::int64_t pid = 0;
    if (read(reading_.get(), &pid, sizeof pid) != sizeof pid) return {};
    return ReadProcessStat(pid).value().value_or(ProcessStat{}).id;
  }
  [[nodiscard]] ProcessIdentity id() const {
    return ReadProcessStat(pid_).value().value_or(ProcessStat{}).id;
  }

  /// Returns whether all processes have ended, at most 10 seconds later.
  [[nodiscard]] bool HaveAllEnded() const {
    std::array<char, 64> pids{};
    constexpr int kPatienceMs = 10'000;
    pollfd waiting{reading_.get(), POLLIN, 0};
    while (poll(&waiting, 1, kPatienceMs) > 0) {
      if (read(reading_.get(), pids.data(), pids.size()) == 0) return true;
    }
    return false;
  }

  /// Returns the status of the child as waitpid(2) has it. It must have ended.
  [[nodiscard]] int Status() const {
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
    return info.si_code == CLD_EXITED ? info.si_status << 8 : info.si_status;
  }

 private:
  UniqueFd reading_;
  UniqueFd writing_;
  pid_t pid_ = -1;
};

}  // namespace pamjwt::test
