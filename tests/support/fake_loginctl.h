#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "jwtctl/session/logind.h"

namespace pamjwt::test {

/// A loginctl that knows these sessions and users. Sessions that it was told to kill are gone.
class FakeLoginctl {
 public:
  using Arguments = std::vector<std::string>;

  std::vector<ctl::OpenSession> sessions;
  std::vector<ctl::LogindUser> users;
  std::string of_class = "user";
  bool runs = true;
  std::string ends_unseen;  ///< the id of a session that is listed, and then refused
  std::vector<Arguments> calls;

  std::int64_t ended_leader = 0;  ///< the pid of a leader that is another process by now

  /// Returns the id of the session whose leader is this process.
  [[nodiscard]] std::string SessionOf(std::int64_t pid) const {
    const auto known =
        std::find_if(sessions.begin(), sessions.end(),
                     [&](const ctl::OpenSession& session) { return session.leader == pid; });
    return known == sessions.end() || pid == ended_leader ? "" : known->id;
  }

  ctl::Loginctl Get() {
    return [this](const Arguments& arguments) -> Result<ctl::ProgramEnd> {
      calls.push_back(arguments);
      if (!runs) return ctl::ProgramEnd{1, ""};
      const std::string& verb = arguments.front();
      if (verb == "list-sessions") return ctl::ProgramEnd{0, ListSessions()};
      if (verb == "list-users") return ctl::ProgramEnd{0, ListUsers()};
      if (verb == "show-session") return ShowSessions(arguments);
      if (verb == "kill-session") Remove(arguments);
      return ctl::ProgramEnd{0, ""};
    };
  }

  /// Returns the calls that are not questions, each in one line.
  [[nodiscard]] std::vector<std::string> Orders() const {
    std::vector<std::string> orders;
    for (const Arguments& call : calls) {
      if (call.front().starts_with("list-") || call.front() == "show-session") continue;
      std::string order;
      for (const std::string& word : call) {
        order += (order.empty() ? "" : " ") + word;
      }
      orders.push_back(order);
    }
    return orders;
  }

 private:
  [[nodiscard]] std::string ListSessions() const {
    std::string text = ends_unseen.empty() ? "" : " " + ends_unseen + " 1000 carol seat0\n";
    for (const ctl::OpenSession& session : sessions) {
      text += "   " + session.id + " " + std::to_string(session.uid) + " " + session.user +
              "     -      active no\n";
    }
    return text;
  }
  [[nodiscard]] std::string ListUsers() const {
    std::string text;
    for (const ctl::LogindUser& user : users) {
      text += " " + std::to_string(user.uid) + " " + user.name + " no active\n";
    }
    return text;
  }
  [[nodiscard]] ctl::ProgramEnd ShowSessions(const Arguments& arguments) const {
    std::string text;
    for (const std::string& id : arguments) {
      if (id == ends_unseen) return {1, text};
      for (const ctl::OpenSession& session : sessions) {
        if (session.id == id) text += (text.empty() ? "" : "\n") + Show(session);
      }
    }
    return {0, text};
  }
  [[nodiscard]] std::string Show(const ctl::OpenSession& session) const {
    return "Id=" + session.id + "\nUser=" + std::to_string(session.uid) + "\nName=" + session.user +
           "\nTTY=" + session.tty + "\nRemoteHost=" + session.remote_host +
           "\nService=" + session.service + "\nLeader=" + std::to_string(session.leader) +
           "\nClass=" + of_class + "\n";
  }
  void Remove(const Arguments& ids) {
    std::erase_if(sessions, [&](const ctl::OpenSession& session) {
      return std::find(ids.begin(), ids.end(), session.id) != ids.end();
    });
  }
};

}  // namespace pamjwt::test
