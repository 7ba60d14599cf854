#include <iostream>
#include <memory>

#include "io/clock.h"
#include "jwtctl/commands/verbs.h"
#include "jwtctl/session/recorded_sessions.h"

namespace pamjwt::ctl {

void AddSessions(CommandLine& line) {
  auto options = std::make_shared<SessionsOptions>();
  CLI::App& verb = line.AddVerb(
      "sessions", "Lists the open sessions that tokens opened.",
      R"(The module records sessions if the configuration has record = true in [session], and the PAM stack has
its session line. Standard error says if the configuration has not. Records of processes that have ended
are left out. Only root can read the records.

ACCOUNT is the account that the token let in, and that can be denied. USER is the user of the session: root,
for sudo.

--json prints a list of objects with account, user, service, iss, sub, jti (sha256:...), kid, iat, exp, pid,
and start, the start time of the process in clock ticks since the boot. sub, jti, kid and iat may be absent.
user is absent if it is the account.

Exit codes: 0 printed; 1 the records, or one of them, cannot be read; 2 usage.

Example: jwtctl sessions)");
  AddSessionsDirectory(verb, options->directory);
  AddConfig(verb, options->config_path);
  AddJson(verb, options->json);
  line.OnRun(verb, [options] { return RunSessions(*options, Now(), std::cout, std::cerr); });
}

}  // namespace pamjwt::ctl
