#include "jwtctl/session/end_sessions.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "jwtctl/session/end_processes.h"

namespace pamjwt::ctl {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

/// The time in which a process that was asked to end must close its session.
constexpr seconds kForAsked{2};
/// The time in which calls of loginctl may begin.
constexpr seconds kForCalls{1};

/// The sessions and users that logind must end, by its own ids.
struct LogindTargets {
  std::vector<std::string> sessions;
  std::vector<std::string> users;

  [[nodiscard]] bool empty() const { return sessions.empty() && users.empty(); }
};

LogindTargets LogindTargetsOf(const std::vector<DeniedSession>& sessions,
                              const std::vector<std::uint32_t>& users) {
  LogindTargets targets;
  for (const std::uint32_t uid : users) {
    targets.users.push_back(std::to_string(uid));
  }
  for (const DeniedSession& session : sessions) {
    if (!session.logind_id.empty()) targets.sessions.push_back(session.logind_id);
  }
  return targets;
}

/// Returns the users of sessions of logind whose account is denied, each once.
std::vector<std::uint32_t> DeniedUsersOf(const std::vector<DeniedSession>& sessions) {
  std::set<std::uint32_t> uids;
  for (const DeniedSession& session : sessions) {
    const bool is_all = session.by.kind == Denial::Kind::kAccount && !session.by.before.has_value();
    const bool is_of_user = session.user == session.account && !session.logind_id.empty();
    if (is_all && is_of_user && session.uid.value_or(0) != 0) uids.insert(*session.uid);
  }
  return {uids.begin(), uids.end()};
}

EndTargets ProcessTargetsOf(const std::vector<DeniedSession>& sessions,
                            std::vector<ProcessIdentity> untouched) {
  EndTargets targets;
  targets.untouched = std::move(untouched);
  for (const DeniedSession& session : sessions) {
    if (session.process.pid > 1) targets.sessions.push_back(session.process);
    if (session.processes > 0 && session.uid.has_value()) targets.users.push_back(*session.uid);
  }
  return targets;
}

/// Lets logind end sessions and users: first by asking their processes, then by force.
class LogindEnding {
 public:
  LogindEnding(Loginctl loginctl, LogindTargets targets)
      : loginctl_(std::move(loginctl)), targets_(std::move(targets)) {}

  void Ask() const {
    CallForEach(loginctl_, {"terminate-user"}, targets_.users, Deadline());
    CallForEach(loginctl_, {"terminate-session"}, targets_.sessions, Deadline());
  }

  /// Kills what is left. Returns the ids of the sessions that are open all the same.
  [[nodiscard]] std::vector<std::string> Force() const {
    if (targets_.empty()) return {};
    // A call for a session that has ended is refused, which costs a call for each one.
    CallForEach(loginctl_, {"kill-session", "--signal=SIGKILL"}, Left(), Deadline());
    CallForEach(loginctl_, {"kill-user", "--signal=SIGKILL"}, targets_.users, Deadline());
    std::vector<std::string> left = Left();
    // logind learns of the end of a session a little later.
    constexpr int kMostLooks = 10;
    for (int looks = 1; !left.empty() && looks < kMostLooks; ++looks) {
      poll(nullptr, 0, milliseconds(50).count());
      left = Left();
    }
    return left;
  }

 private:
  static SteadyTime Deadline() { return steady_clock::now() + kForCalls; }

  /// Returns the sessions that are left.
  [[nodiscard]] std::vector<std::string> Left() const {
    std::vector<std::string> left;
    for (const OpenSession& known : AskLogind(loginctl_).sessions) {
      const auto& ids = targets_.sessions;
      if (std::find(ids.begin(), ids.end(), known.id) != ids.end()) left.push_back(known.id);
    }
    return left;
  }

  Loginctl loginctl_;
  LogindTargets targets_;
};

/// Asks logind. A leader that has ended is left out: its pid may belong to any process by now,
/// while the session goes on for what the leader has left behind.
Logind AskForLeaders(const Loginctl& loginctl, const SessionOf& session_of) {
  Logind logind = AskLogind(loginctl);
  for (OpenSession& known : logind.sessions) {
    if (session_of(known.leader) != known.id) known.leader = 0;
  }
  return logind;
}

bool Has(const std::vector<ProcessIdentity>& alive, const DeniedSession& session) {
  return std::find(alive.begin(), alive.end(), session.process) != alive.end();
}

/// Returns why a session was not ended, or "".
std::string WhyNot(const DeniedSession& session, const EndOutcome& outcome,
                   const std::vector<std::string>& open) {
  const std::string problem = outcome.problem.empty() ? "" : " (" + outcome.problem + ")";
  if (session.process.pid == 1) return "pid 1 opened it";
  if (Has(outcome.alive, session)) {
    return "process " + std::to_string(session.process.pid) + " does not end" + problem;
  }
  const bool is_open = std::find(open.begin(), open.end(), session.logind_id) != open.end();
  if (is_open) return "systemd-logind has not ended it";
  const bool is_left = session.processes > 0 && !outcome.alive.empty();
  return is_left ? "some processes do not end" + problem : "";
}

}  // namespace

EndReport EndDeniedSessions(const std::optional<std::string>& records, const IsDenied& is_denied,
                            const OwnSession& own, const Loginctl& loginctl,
                            const SessionOf& session_of) {
  DeniedSessions found =
      FindDeniedSessions(records, AskForLeaders(loginctl, session_of), own, is_denied);
  const LogindEnding logind(loginctl, LogindTargetsOf(found.others, found.users));
  logind.Ask();
  const EndOutcome outcome =
      EndProcesses(ProcessTargetsOf(found.others, own.line), steady_clock::now() + kForAsked);
  const std::vector<std::string> open = logind.Force();
  EndReport report;
  report.spared = std::move(found.own);
  report.gaps = std::move(found.gaps);
  for (DeniedSession& session : found.others) {
    session.why_not = WhyNot(session, outcome, open);
    (session.why_not.empty() ? report.ended : report.not_ended).push_back(std::move(session));
  }
  const std::vector<ProcessIdentity> left = AwaitEnds(outcome.alive, steady_clock::now());
  if (report.not_ended.empty() && !left.empty()) {
    report.gaps.push_back("a process of an ended session does not end: " +
                          std::to_string(left.front().pid));
  }
  return report;
}

EndReport EndDeniedSessions(const std::optional<std::string>& records, const IsDenied& is_denied) {
  const Result<OwnSession> own = FindOwnSession();
  if (own.ok()) {
    return EndDeniedSessions(records, is_denied, own.value(), RunLoginctl, LogindIdOf);
  }
  EndReport report;
  report.gaps.push_back(own.error().detail);
  return report;
}

void EndSparedSessions(const std::vector<DeniedSession>& spared, const OwnSession& own,
                       const Loginctl& loginctl) {
  if (own.line.empty()) return;
  EndProcesses(ProcessTargetsOf(spared, {own.line.front()}), steady_clock::now() + kForAsked);
  const LogindEnding logind(loginctl, LogindTargetsOf(spared, DeniedUsersOf(spared)));
  logind.Ask();
  static_cast<void>(logind.Force());
}

void EndSparedSessions(const std::vector<DeniedSession>& spared) {
  const Result<OwnSession> own = FindOwnSession();
  if (!own.ok()) return;
  // What is above this process ends, and systemd asks this process to end too.
  for (const int number : {SIGHUP, SIGTERM, SIGINT, SIGPIPE}) {
    static_cast<void>(signal(number, SIG_IGN));
  }
  EndSparedSessions(spared, own.value(), RunLoginctl);
}

}  // namespace pamjwt::ctl
