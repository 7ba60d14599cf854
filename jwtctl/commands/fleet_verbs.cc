#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "jwtctl/commands/verbs.h"
#include "jwtctl/denylist/apply.h"
#include "jwtctl/denylist/reset.h"

namespace pamjwt::ctl {
namespace {

void AddApply(CommandLine& line, CLI::App& parent) {
  auto options = std::make_shared<ApplyOptions>();
  CLI::App& verb = CommandLine::AddVerbBelow(
      parent, "apply", "Verifies the list that jwks-fetcher has fetched, and lets it count.",
      R"(Checks the signature, type, url, times and serial of the fetched list ([denylist]), writes it sorted
beside the denylist of this host, lets logins read it, and ends the sessions that it denies. A list that
is not good changes nothing: the last one goes on to count. pam_jwt-denylist.timer runs this each minute,
and when a new list has come.

The result of the last run is in fleet.status.json beside the list, and in the metrics file; jwtctl status
shows it. If the configuration has no [denylist], takes the list out again. With --denylist, no session
ends: another list than that of this host denies nobody here.

A damaged denylist of this host stays as it is, and is named with its damaged line.

Exit codes: 0 done, also if no list has come yet; 1 the list was refused, the denylist of this host is
damaged, a file cannot be read or written, or a session cannot be ended; 2 usage or configuration.

Example: jwtctl denylist apply)");
  AddConfig(verb, options->config_path);
  AddDenylist(verb, options->denylist_path);
  line.OnRun(verb, [options] {
    return RunApply(*options, ApplyTools::OfThisHost(*options), std::cout, std::cerr);
  });
}

void AddReset(CommandLine& line, CLI::App& parent) {
  auto path = std::make_shared<std::optional<std::string>>();
  CLI::App& verb = CommandLine::AddVerbBelow(
      parent, "reset", "Forgets the serial of the fleet's list, so that any list may follow.",
      R"(This host refuses a list whose serial is smaller than the last one. After a list with a serial that was
too great by mistake, forget it on each host. The list itself goes on to count until the next good one
comes.

Exit codes: 0 done, or there was no serial to forget; 1 the list cannot be read or written; 2 usage.

Example: jwtctl denylist reset)");
  AddDenylist(verb, *path);
  line.OnRun(verb, [path] { return RunReset(*path, std::cout, std::cerr); });
}

}  // namespace

void AddDenylistVerbs(CommandLine& line) {
  CLI::App& verb = line.AddVerb(
      "denylist", "Applies the signed denylist of a fleet, or forgets its serial.",
      R"(The denylist of this host itself is changed by deny and undeny, and shown by denied.

Exit codes: 0 done; 1 not done; 2 usage or configuration.

Example: jwtctl denylist apply)");
  AddApply(line, verb);
  AddReset(line, verb);
}

}  // namespace pamjwt::ctl
