#include <unistd.h>

#include <iostream>
#include <memory>

#include "io/clock.h"
#include "jwtctl/commands/verbs.h"
#include "jwtctl/daemon/keys.h"
#include "jwtctl/daemon/refresh.h"
#include "jwtctl/daemon/status.h"

namespace pamjwt::ctl {

void AddStatus(CommandLine& line) {
  auto options = std::make_shared<StatusOptions>();
  CLI::App& verb = line.AddVerb(
      "status",
      "Shows the state of jwks-fetcher, of the keys that it fetches, and of the fleet's denylist.",
      R"(Asks the daemon, and compares the answer with the key file, which logins read. If the daemon does not
answer, says so, and shows what the file has. Critical: the daemon does not answer, waits for a
configuration, or cannot write the file or record one-time tokens, or keys of an issuer are missing,
older than max_stale, or not in the file. Warning: the daemon does not use the configuration on disk, the
last fetch failed, keys are older than half of max_stale, or the clocks of issuer and host differ by more
than leeway.
If the host takes the denylist of a fleet, it is judged too. Critical: the list is damaged or does not
count, or it is past its end or has never come, and stale is "deny"; the daemon does not fetch it;
denied sessions could not be ended. Warning: it is past its end or has never come, or for longer than 3
times refresh it was not fetched, or for longer than 3 minutes jwtctl denylist apply failed or did not run.
--json prints an object with health (ok, warning, critical or unknown), detail, daemon (running,
waiting or away), config (what the daemon says of its configuration), issuers (a list of what the
daemon says of each, with health and detail) and denylist (url, serial, entries, iat, exp and more, with
health and detail).

Exit codes: 0 ok; 1 warning; 2 critical, or usage; 3 unknown: the configuration cannot be read.

Example: jwtctl status)");
  AddConfig(verb, options->config_path);
  AddDenylist(verb, options->denylist_path);
  AddJson(verb, options->json);
  line.OnRun(verb, [options] { return RunStatus(*options, Now(), std::cout); });
}

void AddKeys(CommandLine& line) {
  auto options = std::make_shared<FetchedKeysOptions>();
  CLI::App& verb = line.AddVerb(
      "keys", "Lists the keys that jwks-fetcher has fetched.",
      R"(Reads the file as logins do. If the daemon answers, also says whether the daemon has newer keys. Shows
kid, type, algorithm (- for any) and RFC 7638 thumbprint of each key. Critical: an issuer has no keys,
they are older than max_stale, or the daemon has newer keys or cannot write the file. Warning: keys
are older than half of max_stale.
--json prints an object with health (ok, warning or critical), detail, file and issuers (a list of
name, url, health, detail, fetched, expires, age_s and keys).

Exit codes: 0 ok; 1 warning; 2 critical, or usage; 3 unknown: the configuration cannot be read.

Example: jwtctl keys --json)");
  AddConfig(verb, options->config_path);
  AddJson(verb, options->json);
  line.OnRun(verb, [options] { return RunKeys(*options, Now(), std::cout, std::cerr); });
}

void AddRefresh(CommandLine& line) {
  auto options = std::make_shared<RefreshOptions>();
  CLI::App& verb = line.AddVerb(
      "refresh", "Has jwks-fetcher fetch keys now, and waits until it has.",
      R"(Any user may run it, because a login with an unknown key asks the same. Refreshes of one issuer are at
least cooldown apart, except for root.
--json prints an object with issuers (a list of name, health, result and detail); result is changed,
unchanged, cooldown (with cooldown_s, the seconds until the next fetch is possible), failed,
unwritable, unknown or no_answer.

Exit codes: 0 fetched; 1 warning: the keys were fetched a moment ago, or the fetch failed; 2 critical:
the daemon does not answer, does not know the issuer, or cannot write the key file; or usage;
3 unknown: the configuration cannot be read, or has no issuer of this name or url.

Example: jwtctl refresh staff)");
  verb.add_option("ISSUER", options->issuer, "name or url [all]")->type_name("");
  AddConfig(verb, options->config_path);
  AddJson(verb, options->json);
  options->is_root = geteuid() == 0;
  line.OnRun(verb, [options] { return RunRefresh(*options, std::cout, std::cerr); });
}

}  // namespace pamjwt::ctl
