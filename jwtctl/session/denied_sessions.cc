#include "jwtctl/session/denied_sessions.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include "io/session_files.h"
#include "jwtctl/session/end_processes.h"

namespace pamjwt::ctl {
namespace {

/// Returns the name of a user, or nullopt if there is no such user.
std::optional<std::string> NameOf(std::uint32_t uid) {
  const passwd* const account = getpwuid(uid);
  return account == nullptr ? std::nullopt : std::optional<std::string>(account->pw_name);
}

/// Returns the process with this pid. Its pid is 0 if there is none.
ProcessIdentity FindProcess(std::int64_t pid) {
  if (pid <= 0) return {};
  const Result<std::optional<ProcessStat>> process = ReadProcessStat(pid);
  return process.ok() && process.value().has_value() ? process.value()->id : ProcessIdentity{};
}

/// Returns the users that have processes, each once.
std::set<std::uint32_t> UsersIn(const ProcessTree& tree) {
  std::set<std::uint32_t> uids;
  for (const ProcessStat& process : tree.processes()) {
    const std::optional<ProcessUsers> users = ReadProcessUsers(process.id.pid);
    if (users.has_value()) uids.insert({users->real, users->effective, users->saved});
  }
  return uids;
}

class Search {
 public:
  Search(const Logind& logind, const OwnSession& own, const IsDenied& is_denied)
      : logind_(logind), own_(own), is_denied_(is_denied) {}

  DeniedSessions Run(const std::optional<std::string>& records) && {
    AddRecorded(records);
    if (logind_.answers) {
      AddSessionsOfLogind();
      AddUsersOfLogind();
    } else {
      AddUsersWithProcesses();
    }
    return std::move(found_);
  }

 private:
  std::optional<Denial> Ask(const std::string& account, const TokenFacts* token) {
    Result<std::optional<Denial>> denial = is_denied_(account, token);
    if (denial.ok()) return std::move(denial).value();
    AddGap("whether a session of " + account + " is denied is not known: " + denial.error().detail);
    return std::nullopt;
  }

  void AddGap(std::string gap) {
    const std::vector<std::string>& gaps = found_.gaps;
    if (std::find(gaps.begin(), gaps.end(), gap) == gaps.end()) {
      found_.gaps.push_back(std::move(gap));
    }
  }

  void AddRecorded(const std::optional<std::string>& records) {
    const Result<FoundSessions> recorded = FindSessions(records);
    if (!recorded.ok()) return AddGap(recorded.error().detail);
    for (const std::string& why : recorded.value().unreadable) {
      AddGap(why);
    }
    std::vector<std::pair<const SessionRecord*, Denial>> denied;
    std::set<std::int64_t> has_others;  // pids
    for (const SessionRecord& record : recorded.value().open) {
      std::optional<Denial> denial = Ask(record.account, &record.token);
      if (denial.has_value()) {
        denied.emplace_back(&record, *std::move(denial));
      } else {
        has_others.insert(record.process.pid);
      }
    }
    for (auto& [record, denial] : denied) {
      if (has_others.contains(record->process.pid)) {
        AddGap("process " + std::to_string(record->process.pid) + " has a session of " +
               record->account + ", and is not ended: it has sessions that are not denied too");
      } else {
        AddRecord(*record, std::move(denial));
      }
    }
  }

  void AddRecord(const SessionRecord& record, Denial denial) {
    DeniedSession session;
    session.account = record.account;
    session.user = record.user.empty() ? record.account : record.user;
    session.service = record.service;
    session.process = record.process;
    session.token = record.token;
    session.by = std::move(denial);
    const auto known =
        std::find_if(logind_.sessions.begin(), logind_.sessions.end(),
                     [&](const OpenSession& open) { return open.leader == record.process.pid; });
    Add(known == logind_.sessions.end() ? session : WithFacts(std::move(session), *known));
  }

  /// Returns the session with what logind knows of it.
  DeniedSession WithFacts(DeniedSession session, const OpenSession& known) {
    session.logind_id = known.id;
    session.uid = known.uid;
    session.from = known.remote_host.empty() ? known.tty : known.remote_host;
    has_record_.insert(known.id);
    return session;
  }

  void AddSessionsOfLogind() {
    if (!logind_.gap.empty()) AddGap(logind_.gap);
    for (const OpenSession& known : logind_.sessions) {
      if (has_record_.contains(known.id)) continue;
      std::optional<Denial> denial = Ask(known.user, nullptr);
      if (!denial.has_value()) continue;
      DeniedSession session;
      session.account = session.user = known.user;
      session.service = known.service;
      session.process = FindProcess(known.leader);
      session.by = *std::move(denial);
      Add(WithFacts(std::move(session), known));
    }
  }

  void AddUsersOfLogind() {
    for (const LogindUser& user : logind_.users) {
      const bool is_own = own_.manager == user.uid || IsUserOfOwn(user.uid);
      if (!is_own && Ask(user.name, nullptr).has_value()) found_.users.push_back(user.uid);
    }
  }

  /// Returns whether the session that this process runs in is one of this user, denied or not.
  [[nodiscard]] bool IsUserOfOwn(std::uint32_t uid) const {
    // A process in a scope of its own (systemd-run --scope) has no session id, so the leader of its
    // session decides.
    return std::any_of(logind_.sessions.begin(), logind_.sessions.end(),
                       [&](const OpenSession& known) {
                         return known.uid == uid &&
                                (known.id == own_.logind_id || own_.Has(FindProcess(known.leader)));
                       });
  }

  void AddUsersWithProcesses() {
    Result<std::vector<ProcessStat>> processes = ReadProcesses();
    if (!processes.ok()) return AddGap(std::move(processes).error().detail);
    const ProcessTree tree(std::move(processes).value());
    for (const std::uint32_t uid : UsersIn(tree)) {
      const std::optional<std::string> name = NameOf(uid);
      std::optional<Denial> denial = name.has_value() ? Ask(*name, nullptr) : std::nullopt;
      if (!denial.has_value()) continue;
      if (uid == 0) {
        AddGap("systemd-logind does not answer, and the processes of root are not ended");
        continue;
      }
      DeniedSession session;
      session.account = session.user = *name;
      session.uid = uid;
      session.by = *std::move(denial);
      session.processes = SelectTargets(tree, {{}, {uid}, own_.line}, ReadProcessUsers).size();
      if (session.processes > 0) found_.others.push_back(session);
      session.processes = FindSpared(tree, {{}, {uid}, own_.line}, ReadProcessUsers).size();
      if (session.processes > 0) found_.own.push_back(std::move(session));
    }
  }

  void Add(DeniedSession session) {
    const bool is_own = own_.Has(session.process) ||
                        (!session.logind_id.empty() &&
                         (session.logind_id == own_.logind_id || own_.manager == session.uid));
    (is_own ? found_.own : found_.others).push_back(std::move(session));
  }

  const Logind& logind_;
  const OwnSession& own_;
  const IsDenied& is_denied_;
  std::set<std::string> has_record_;  // ids of logind
  DeniedSessions found_;
};

}  // namespace

DeniedSessions FindDeniedSessions(const std::optional<std::string>& records, const Logind& logind,
                                  const OwnSession& own, const IsDenied& is_denied) {
  return Search(logind, own, is_denied).Run(records);
}

}  // namespace pamjwt::ctl
