#include "jwtctl/session/open_sessions.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "text/join.h"
#include "text/printable.h"

namespace pamjwt::ctl {
namespace {

constexpr std::size_t kMostShown = 8;

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Checks whether a shell and loginctl take the name as it is.
bool IsPlainName(const std::string& name) {
  const bool fits = std::all_of(name.begin(), name.end(), [](char c) {
    return IsAlphanumeric(c) || c == '_' || c == '-' || c == '.';
  });
  return fits && !name.empty() && !name.starts_with('-') && (name[0] < '0' || name[0] > '9');
}

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

OpenSessions FindOpenSessions(std::uint32_t uid, const Loginctl& loginctl) {
  Logind logind = AskLogind(loginctl);
  std::erase_if(logind.sessions, [&](const OpenSession& session) { return session.uid != uid; });
  return {std::move(logind.sessions), std::move(logind.gap)};
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
