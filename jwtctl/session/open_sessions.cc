#include "jwtctl/session/open_sessions.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "jwtctl/host/run_program.h"
#include "text/join.h"
#include "text/printable.h"
#include "text/text_lines.h"

namespace pamjwt::ctl {
namespace {

constexpr std::size_t kMostSessions = 64;
constexpr std::size_t kMostShown = 8;

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsSessionId(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), IsAlphanumeric);
}

/// Checks whether a shell and loginctl take the name as it is.
bool IsPlainName(const std::string& name) {
  const bool fits = std::all_of(name.begin(), name.end(), [](char c) {
    return IsAlphanumeric(c) || c == '_' || c == '-' || c == '.';
  });
  return fits && !name.empty() && !name.starts_with('-') && (name[0] < '0' || name[0] > '9');
}

/// Reads "ID ID ..." in one line, and stops when there are more than kMostSessions.
std::vector<std::string> ReadIds(std::string_view text) {
  std::vector<std::string> ids;
  text = WithoutEnd(text);
  while (!text.empty() && ids.size() <= kMostSessions) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (IsSessionId(word)) ids.emplace_back(word);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return ids;
}

/// Reads the blocks of NAME=VALUE lines that `loginctl show-session` prints, one per session, with
/// an empty line between them.
class SessionReader {
 public:
  void Read(std::string_view line) {
    line = WithoutEnd(line);
    if (line.empty()) return EndSession();
    const std::size_t equal = line.find('=');
    if (equal == std::string_view::npos) return;
    const std::string_view name = line.substr(0, equal);
    const std::string value(line.substr(equal + 1));
    if (name == "Id") session_.id = value;
    if (name == "Service") session_.service = value;
    if (name == "RemoteHost") session_.remote_host = value;
    if (name == "TTY") session_.tty = value;
    if (name == "Class") class_ = value;
  }

  std::vector<OpenSession> Take() && {
    EndSession();
    return std::move(sessions_);
  }

 private:
  void EndSession() {
    const bool is_users = !class_.starts_with("manager") && class_ != "greeter";
    if (is_users && IsSessionId(session_.id)) sessions_.push_back(std::move(session_));
    session_ = {};
    class_.clear();
  }

  OpenSession session_;
  std::string class_;
  std::vector<OpenSession> sessions_;
};

/// Returns "3 (sshd, from 192.0.2.7)".
std::string Show(const OpenSession& session) {
  constexpr std::size_t kMostBytes = 100;
  std::vector<std::string> facts;
  const auto add = [&](const char* before, const std::string& fact) {
    if (!fact.empty()) facts.push_back(before + fact.substr(0, kMostBytes));
  };
  add("", session.service);
  add("from ", session.remote_host);
  if (session.remote_host.empty()) add("on ", session.tty);
  return session.id + (facts.empty() ? "" : " (" + Join(facts, ", ") + ")");
}

}  // namespace

Result<std::string> RunLoginctl(const std::vector<std::string>& arguments) {
  constexpr Seconds kPatience{3};
  std::vector<std::string> command{"loginctl", "--no-pager"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  Result<ProgramEnd> end = RunProgram(std::move(command), kPatience, ProgramErrors::kDropped);
  if (!end.ok()) return std::move(end).error();
  return end.value().exit_code == 0 ? std::move(end).value().output : "";
}

OpenSessions FindOpenSessions(std::uint32_t uid, const Loginctl& loginctl) {
  const Result<std::string> listed =
      loginctl({"show-user", "--property=Sessions", "--value", std::to_string(uid)});
  if (!listed.ok()) return {{}, listed.error().detail};
  std::vector<std::string> ids = ReadIds(listed.value());
  if (ids.empty()) return {};
  const bool is_cut = ids.size() > kMostSessions;
  ids.resize(std::min(ids.size(), kMostSessions));
  std::vector<std::string> arguments{"show-session"};
  for (const char* const property : {"Id", "Service", "RemoteHost", "TTY", "Class"}) {
    arguments.push_back(std::string("--property=") + property);
  }
  arguments.insert(arguments.end(), ids.begin(), ids.end());
  const Result<std::string> shown = loginctl(arguments);
  if (!shown.ok()) return {{}, shown.error().detail};
  SessionReader reader;
  for (const std::string_view line : SplitLines(shown.value())) {
    reader.Read(line);
  }
  return {std::move(reader).Take(), is_cut ? "there are too many" : ""};
}

std::string DescribeSessions(const std::string& account, std::uint32_t uid,
                             const OpenSessions& sessions) {
  const std::vector<OpenSession>& known = sessions.known;
  const std::string command =
      "loginctl terminate-user " + (IsPlainName(account) ? account : std::to_string(uid));
  if (known.empty() && sessions.gap.empty()) return "";
  if (known.empty()) {
    return Printable("whether " + account + " has open sessions is not known (" + sessions.gap +
                     "); they stay open; end them with: " + command);
  }
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(known.size(), kMostShown); ++i) {
    shown.push_back(Show(known[i]));
  }
  const std::string count = std::to_string(known.size()) + " open session";
  const bool is_one = known.size() == 1 && sessions.gap.empty();
  if (!sessions.gap.empty()) {
    shown.emplace_back("and more");
  } else if (known.size() > kMostShown) {
    shown.push_back("and " + std::to_string(known.size() - kMostShown) + " more");
  }
  return Printable(account + " has " + (sessions.gap.empty() ? "" : "more than ") + count +
                   (is_one ? ", which stays open: " : "s, which stay open: ") + Join(shown, ", ") +
                   "; end " + (is_one ? "it" : "them") + " with: " + command);
}

}  // namespace pamjwt::ctl
