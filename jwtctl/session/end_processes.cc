#include "jwtctl/session/end_processes.h"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>
#include <utility>

namespace pamjwt::ctl {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

bool Has(const std::vector<ProcessIdentity>& list, const ProcessIdentity& id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

/// A set of processes that answers quickly, however many there are.
class ProcessSet {
 public:
  explicit ProcessSet(const std::vector<ProcessIdentity>& processes = {}) {
    for (const ProcessIdentity& process : processes) {
      Add(process);
    }
  }

  /// Returns whether the process is new.
  bool Add(const ProcessIdentity& process) {
    return processes_.emplace(process.pid, process.start).second;
  }
  [[nodiscard]] bool Has(const ProcessIdentity& process) const {
    return processes_.contains({process.pid, process.start});
  }

 private:
  std::set<std::pair<std::int64_t, std::int64_t>> processes_;
};

std::vector<ProcessIdentity> IdsOf(const std::vector<ProcessStat>& processes) {
  std::vector<ProcessIdentity> ids;
  ids.reserve(processes.size());
  for (const ProcessStat& process : processes) {
    ids.push_back(process.id);
  }
  return ids;
}

bool HasUser(const std::optional<ProcessUsers>& users, const std::vector<std::uint32_t>& wanted) {
  return users.has_value() && std::any_of(wanted.begin(), wanted.end(), [&](std::uint32_t uid) {
           return uid != 0 && users->IsOf(uid);
         });
}

/// Holds back the signals to this process. If it ended between stopping others and killing them,
/// they would stay, and be stopped.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before_);
  }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

bool IsStill(const ProcessStat& process) {
  return process.state == 'T' || process.state == 't';
}

class Ending {
 public:
  explicit Ending(const EndTargets& targets) : targets_(targets), sessions_(targets.sessions) {}

  EndOutcome Run(SteadyTime deadline) && {
    // su waits for two seconds if it is asked to end, but ends at once if its shell was killed.
    constexpr milliseconds kForTheUnasked{200};
    constexpr milliseconds kForTheKilled{500};
    constexpr int kMostRounds = 5;
    Signal(Sessions::kLeave);
    std::vector<ProcessIdentity> left =
        AwaitEnds(AllThatEnd(), std::min(deadline, steady_clock::now() + kForTheUnasked));
    if (!left.empty()) {
      Ask();
      left = AwaitEnds(AllThatEnd(), deadline);
    }
    if (left.empty()) left = Running();
    for (int round = 1; !left.empty() && round < kMostRounds; ++round) {
      Signal(Sessions::kKill);
      left = AwaitEnds(AllThatEnd(), steady_clock::now() + kForTheKilled);
      if (!left.empty()) break;
      left = Running();
    }
    return {std::move(left), std::move(problem_)};
  }

 private:
  enum class Sessions { kLeave, kKill };

  /// Kills all that must end, but the processes of sessions only if `sessions` says so.
  void Signal(Sessions sessions) {
    const SignalsHeld held;
    Stop();
    for (const ProcessIdentity& process : stopped_) {
      if (sessions == Sessions::kKill || !sessions_.Has(process)) Send(process, SIGKILL);
    }
    if (sessions == Sessions::kLeave) SendToSessions(SIGCONT);
  }

  void Ask() {
    SendToSessions(SIGTERM);
    // su stops itself when its shell is stopped.
    SendToSessions(SIGCONT);
  }

  void SendToSessions(int signal) {
    for (const ProcessIdentity& process : stopped_) {
      if (sessions_.Has(process)) Send(process, signal);
    }
  }

  /// Stops all that must end. A stopped process starts no other, but may have started one just
  /// before, and the look at /proc may have missed it. So all are stopped only if two looks in a
  /// row find none that runs and none that is new.
  void Stop() {
    // A process that waits for a disk or a file server may not stop.
    constexpr milliseconds kPatience{500};
    constexpr int kLooks = 2;
    const SteadyTime deadline = steady_clock::now() + kPatience;
    for (int looks = 0; looks < kLooks && steady_clock::now() < deadline;) {
      looks = StopOnce() ? looks + 1 : 0;
    }
  }

  /// Returns whether it found nothing to stop, and nothing new.
  bool StopOnce() {
    bool is_over = true;
    for (const ProcessStat& process : Select()) {
      if (known_.Add(process.id)) {
        stopped_.push_back(process.id);
        is_over = false;
      }
      if (IsStill(process)) continue;
      Send(process.id, SIGSTOP);
      is_over = false;
    }
    return is_over;
  }

  /// Returns the processes that must end and still run. A process may have been started meanwhile,
  /// by a login for example. A look at /proc misses a process that starts after the look began if
  /// its parent ends before it is read. So up to three looks are taken.
  std::vector<ProcessIdentity> Running() {
    constexpr int kLooks = 3;
    std::vector<ProcessStat> running;
    for (int look = 0; look < kLooks && running.empty(); ++look) {
      running = Select();
    }
    return IdsOf(running);
  }

  std::vector<ProcessStat> Select() {
    Result<std::vector<ProcessStat>> processes = ReadProcesses();
    if (processes.ok()) {
      return SelectTargets(ProcessTree(std::move(processes).value()), targets_, ReadProcessUsers);
    }
    Keep(std::move(processes).error());
    return {};
  }

  void Send(const ProcessIdentity& process, int signal) {
    Status sent = SendSignal(process, signal);
    if (!sent.ok()) Keep(std::move(sent).error());
  }

  void Keep(Error error) {
    if (problem_.empty()) problem_ = std::move(error.detail);
  }

  [[nodiscard]] std::vector<ProcessIdentity> AllThatEnd() const {
    std::vector<ProcessIdentity> all = stopped_;
    const std::vector<ProcessIdentity>& sessions = targets_.sessions;
    std::copy_if(sessions.begin(), sessions.end(), std::back_inserter(all),
                 [&](const ProcessIdentity& process) { return !known_.Has(process); });
    return all;
  }

  const EndTargets& targets_;
  const ProcessSet sessions_;
  ProcessSet known_;
  std::vector<ProcessIdentity> stopped_;
  std::string problem_;
};

}  // namespace

std::vector<ProcessStat> FindSpared(const ProcessTree& tree, const EndTargets& targets,
                                    const UsersOf& users_of) {
  std::vector<ProcessIdentity> roots;
  std::copy_if(targets.untouched.begin(), targets.untouched.end(), std::back_inserter(roots),
               [&](const ProcessIdentity& process) {
                 return HasUser(users_of(process.pid), targets.users);
               });
  return tree.WithAllBelow(roots);
}

std::vector<ProcessStat> SelectTargets(const ProcessTree& tree, const EndTargets& targets,
                                       const UsersOf& users_of) {
  std::vector<ProcessIdentity> roots = targets.sessions;
  if (!targets.users.empty()) {
    const ProcessSet spared(IdsOf(FindSpared(tree, targets, users_of)));
    for (const ProcessStat& process : tree.processes()) {
      const bool is_spared = spared.Has(process.id);
      if (!is_spared && HasUser(users_of(process.id.pid), targets.users)) {
        roots.push_back(process.id);
      }
    }
  }
  std::vector<ProcessStat> selected = tree.WithAllBelow(roots);
  std::erase_if(selected, [&](const ProcessStat& process) {
    return process.id.pid == 1 || HasEnded(process) || Has(targets.untouched, process.id);
  });
  return selected;
}

EndOutcome EndProcesses(const EndTargets& targets, SteadyTime deadline) {
  return Ending(targets).Run(deadline);
}

}  // namespace pamjwt::ctl
