#include "jwtctl/session/logind.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "text/text_lines.h"

namespace pamjwt::ctl {
namespace {

constexpr std::size_t kMostPerCall = 64;

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsSessionId(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), IsAlphanumeric);
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

/// Returns the first two words of a line. Each may be "".
std::array<std::string_view, 2> FirstWords(std::string_view line) {
  std::array<std::string_view, 2> words;
  line = WithoutEnd(line);
  for (std::string_view& word : words) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    word = line.substr(0, line.find(' '));
    line.remove_prefix(word.size());
  }
  return words;
}

/// A session with its class.
struct ShownSession {
  OpenSession session;
  std::string kind;
};

bool IsOfUser(const ShownSession& shown) {
  return !shown.kind.starts_with("manager") && shown.kind != "greeter" &&
         IsSessionId(shown.session.id);
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
    has_begun_ = true;
    Set(line.substr(0, equal), std::string(line.substr(equal + 1)));
  }

  std::vector<ShownSession> Take() && {
    EndSession();
    return std::move(sessions_);
  }

 private:
  void Set(std::string_view name, const std::string& value) {
    OpenSession& session = shown_.session;
    if (name == "Id") session.id = value;
    if (name == "Service") session.service = value;
    if (name == "RemoteHost") session.remote_host = value;
    if (name == "TTY") session.tty = value;
    if (name == "Name") session.user = value;
    if (name == "User") session.uid = ParseNumber<std::uint32_t>(value).value_or(0);
    if (name == "Leader") session.leader = ParseNumber<std::int64_t>(value).value_or(0);
    if (name == "Class") shown_.kind = value;
  }

  void EndSession() {
    if (has_begun_) sessions_.push_back(std::move(shown_));
    shown_ = {};
    has_begun_ = false;
  }

  ShownSession shown_;
  bool has_begun_ = false;
  std::vector<ShownSession> sessions_;
};

std::vector<ShownSession> ReadSessions(std::string_view text) {
  SessionReader reader;
  for (const std::string_view line : SplitLines(text)) {
    reader.Read(line);
  }
  return std::move(reader).Take();
}

std::vector<std::string> ReadIds(std::string_view text) {
  std::vector<std::string> ids;
  for (const std::string_view line : SplitLines(text)) {
    const std::string_view id = FirstWords(line)[0];
    if (IsSessionId(id)) ids.emplace_back(id);
  }
  return ids;
}

std::vector<LogindUser> ReadUsers(std::string_view text) {
  std::vector<LogindUser> users;
  for (const std::string_view line : SplitLines(text)) {
    const auto [number, name] = FirstWords(line);
    const auto uid = ParseNumber<std::uint32_t>(number);
    if (uid.has_value() && !name.empty()) users.push_back({*uid, std::string(name)});
  }
  return users;
}

std::vector<std::string> Join(const std::vector<std::string>& verb,
                              const std::vector<std::string>& ids) {
  std::vector<std::string> words = verb;
  words.insert(words.end(), ids.begin(), ids.end());
  return words;
}

bool Works(const Result<ProgramEnd>& end) {
  return end.ok() && end.value().exit_code == 0;
}

/// Returns at most kMostPerCall of the ids, from number `first` on.
std::vector<std::string> Some(const std::vector<std::string>& ids, std::size_t first) {
  const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(first);
  return {begin, begin + static_cast<std::ptrdiff_t>(std::min(kMostPerCall, ids.size() - first))};
}

Result<ProgramEnd> ShowSessions(const Loginctl& loginctl, const std::vector<std::string>& ids) {
  std::vector<std::string> verb{"show-session"};
  for (const char* const property :
       {"Id", "Service", "RemoteHost", "TTY", "Class", "Name", "User", "Leader"}) {
    verb.push_back(std::string("--property=") + property);
  }
  return loginctl(Join(verb, ids));
}

/// Sessions of users, and why some may lack, or "".
struct KnownSessions {
  std::vector<OpenSession> sessions;
  std::string gap;
};

/// Finds the sessions with these ids. loginctl shows one after the other, and stops at a session
/// that has ended meanwhile.
KnownSessions AskForSessions(const Loginctl& loginctl, const std::vector<std::string>& ids) {
  constexpr int kMostEnded = 16;
  KnownSessions found;
  int ended = 0;
  for (std::size_t next = 0; next < ids.size();) {
    const std::vector<std::string> some = Some(ids, next);
    const Result<ProgramEnd> shown = ShowSessions(loginctl, some);
    if (!shown.ok()) {
      found.gap = shown.error().detail;
      return found;
    }
    const std::vector<ShownSession> sessions = ReadSessions(shown.value().output);
    for (const ShownSession& session : sessions) {
      if (IsOfUser(session)) found.sessions.push_back(session.session);
    }
    const bool is_whole = Works(shown);
    if (!is_whole && ++ended > kMostEnded) {
      found.gap = "too many sessions end meanwhile";
      return found;
    }
    next += is_whole ? some.size() : sessions.size() + 1;
  }
  return found;
}

}  // namespace

Result<ProgramEnd> RunLoginctl(const std::vector<std::string>& arguments) {
  constexpr Seconds kPatience{3};
  return RunProgram(Join({"loginctl", "--no-pager", "--no-legend"}, arguments), kPatience,
                    ProgramErrors::kDropped);
}

Logind AskLogind(const Loginctl& loginctl) {
  Logind logind;
  const Result<ProgramEnd> users = loginctl({"list-users"});
  const Result<ProgramEnd> sessions = users.ok() ? loginctl({"list-sessions"}) : users.error();
  if (!sessions.ok()) {
    logind.gap = sessions.error().detail;
    return logind;
  }
  if (!Works(users) || !Works(sessions)) return logind;
  logind.answers = true;
  logind.users = ReadUsers(users.value().output);
  KnownSessions found = AskForSessions(loginctl, ReadIds(sessions.value().output));
  logind.sessions = std::move(found.sessions);
  logind.gap = std::move(found.gap);
  return logind;
}

void CallForEach(const Loginctl& loginctl, const std::vector<std::string>& verb,
                 const std::vector<std::string>& ids, SteadyTime deadline) {
  const auto is_past = [&] { return std::chrono::steady_clock::now() >= deadline; };
  for (std::size_t next = 0; next < ids.size() && !is_past(); next += kMostPerCall) {
    const std::vector<std::string> some = Some(ids, next);
    if (Works(loginctl(Join(verb, some))) || some.size() == 1) continue;
    // It stops at the first one that it refuses, and does not say which.
    for (const std::string& id : some) {
      if (!is_past()) static_cast<void>(loginctl(Join(verb, {id})));
    }
  }
}

}  // namespace pamjwt::ctl
