#include "jwtctl/session/session_text.h"

#include <vector>

#include "text/count_text.h"
#include "text/join.h"
#include "text/printable.h"

namespace pamjwt::ctl {

std::string Show(const DeniedSession& session) {
  if (session.processes > 0) {
    return Printable(ShowCount(session.processes, "process", "processes") + " of " +
                     session.account);
  }
  const bool is_as = session.user != session.account && !session.user.empty();
  std::vector<std::string> facts{session.account + (is_as ? " as " + session.user : "")};
  const std::string from = session.from.empty() ? "" : " from " + session.from;
  if (!session.service.empty() || !from.empty()) facts.push_back(session.service + from);
  if (session.process.pid > 0) facts.push_back("pid " + std::to_string(session.process.pid));
  if (!session.logind_id.empty()) facts.push_back("session " + session.logind_id);
  return Printable(Join(facts, ", "));
}

}  // namespace pamjwt::ctl
