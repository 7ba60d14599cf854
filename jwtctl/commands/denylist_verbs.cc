#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "jwtctl/commands/verbs.h"
#include "jwtctl/denylist/denied.h"
#include "jwtctl/denylist/deny.h"
#include "jwtctl/denylist/export.h"
#include "jwtctl/denylist/undeny.h"

namespace pamjwt::ctl {
namespace {

/// The command line of deny and undeny. Exactly one of the four optional values must be given; with
/// --damaged or --export, none of them.
struct DenyArguments {
  DenyOptions options;
  EndingOptions ending;
  ExportOptions exported;
  bool exports = false;
  std::optional<std::string> account;
  std::optional<std::string> subject;
  std::optional<std::string> token_id;
  std::optional<std::string> key_id;
  bool damaged = false;
};

void AddDenialOptions(CLI::App& verb, DenyArguments& arguments) {
  verb.add_option("--account", arguments.account, "a local account, and its logins by ssh key")
      ->type_name("NAME");
  verb.add_option(
          "--issuer", arguments.options.issuer,
          "the issuer for --sub, --jti and --kid: its name in the configuration, or its url")
      ->type_name("NAME");
  verb.add_option("--sub", arguments.subject, "a subject")->type_name("SUB");
  verb.add_option("--jti", arguments.token_id,
                  "a token, by its jti or as the log has it (sha256:...)")
      ->type_name("JTI");
  verb.add_option("--kid", arguments.key_id, "a key, and all tokens signed with it")
      ->type_name("KID");
  AddConfig(verb, arguments.options.config_path);
  AddDenylist(verb, arguments.options.denylist_path);
}

/// Checks that the options go together, and copies the value that was given into
/// `arguments.options`. Throws a CLI::ParseError if they do not.
void TakeDenial(DenyArguments& arguments) {
  const std::pair<std::optional<std::string>*, Denial::Kind> kinds[] = {
      {&arguments.account, Denial::Kind::kAccount},
      {&arguments.subject, Denial::Kind::kSubject},
      {&arguments.token_id, Denial::Kind::kTokenId},
      {&arguments.key_id, Denial::Kind::kKeyId}};
  int given = 0;
  for (const auto& [value, kind] : kinds) {
    if (!value->has_value()) continue;
    ++given;
    arguments.options.kind = kind;
    arguments.options.value = **value;
  }
  const bool names_a_thing = given != 0 || !arguments.options.issuer.empty();
  if (arguments.damaged && names_a_thing) {
    throw CLI::ExcludesError("--damaged", "options that name what to take back");
  }
  if (arguments.exports && (names_a_thing || !arguments.options.before.empty())) {
    throw CLI::ExcludesError("--export", "options that name what to deny");
  }
  if (arguments.exports && (arguments.ending.end || arguments.ending.end_own)) {
    throw CLI::ExcludesError("--export", "options that end sessions");
  }
  if (arguments.damaged || arguments.exports) return;
  if (given != 1) throw CLI::RequiredError("one of --account, --sub, --jti and --kid");
  const bool is_account = arguments.account.has_value();
  if (is_account && !arguments.options.issuer.empty()) {
    throw CLI::ExcludesError("--account", "--issuer");
  }
  if (!is_account && arguments.options.issuer.empty()) throw CLI::RequiredError("--issuer");
}

void AddEndingOptions(CLI::App& verb, EndingOptions& ending) {
  verb.add_flag("--end-sessions", ending.end, "end the open sessions that this denies");
  verb.add_flag("--end-own-session", ending.end_own,
                "end also the session in which this command runs");
  AddSessionsDirectory(verb, ending.sessions);
}

void AddExportOptions(CLI::App& verb, DenyArguments& arguments) {
  ExportOptions& options = arguments.exported;
  CLI::Option* const flag =
      verb.add_flag("--export", arguments.exports, "sign this list, for other hosts to fetch");
  CLI::Option* const key = verb.add_option("--key", options.key_path, "the private JWK that signs")
                               ->type_name("FILE")
                               ->needs(flag);
  flag->needs(key);
  verb.add_option("--url", options.url, "from where hosts fetch it [that of the configuration]")
      ->type_name("URL")
      ->needs(flag);
  verb.add_option("--ttl", options.ttl, "how long it counts, as 24h [24h]")
      ->type_name("SPAN")
      ->needs(flag);
  verb.add_option("--out", options.out_path, "the feed to replace, or - [standard output]")
      ->type_name("FILE")
      ->needs(flag);
}

int RunDenyOrExport(DenyArguments& arguments) {
  if (!arguments.exports) {
    return RunDeny(arguments.options, arguments.ending, std::cout, std::cerr);
  }
  arguments.exported.config_path = arguments.options.config_path;
  arguments.exported.denylist_path = arguments.options.denylist_path;
  return RunExport(arguments.exported, std::cout, std::cerr);
}

}  // namespace

void AddDeny(CommandLine& line) {
  auto arguments = std::make_shared<DenyArguments>();
  CLI::App& verb = line.AddVerb(
      "deny", "Denies an account, a subject, a token or a key from the next login on.",
      R"(Adds a line to the denylist of this host. The PAM module reads the list itself, even if jwks-fetcher
does not run. A denied account is kept out with an SSH key too, if the stack has the account line of
pam_jwt. A second call changes nothing.

An account that this host does not have, and a url that no issuer of the configuration has, are denied
with a warning. Damaged lines of the list stay as they are, and are named.

Open sessions stay open, and those of an account are named, unless --end-sessions is given or the
configuration has end_denied = true in [session]. Then the sessions that this line denies are ended. The
session in which you type the command is named, and not ended.

With --export, denies nothing, but signs the whole list of this host for the hosts of a fleet, which
fetch it from --url (jwtctl denylist apply). Its serial is the time, or one more than that of the file
which --out replaces. A list that --denylist names must be there. Sign it again before --ttl is over, also
if nothing has changed.

Exit codes: 0 done; 1 the list cannot be read or written, a session was not ended, or sessions are not
recorded (record in [session]), so that some may be open; 2 usage or configuration.

Example: jwtctl deny --account alice --end-sessions
Example: jwtctl deny --export --key key.json --url https://ops.example/denied.jwt --out denied.jwt)");
  AddDenialOptions(verb, *arguments);
  verb.add_option("--before", arguments->options.before,
                  "only tokens issued before this, RFC 3339 or seconds since 1970")
      ->type_name("TIME");
  AddEndingOptions(verb, arguments->ending);
  AddExportOptions(verb, *arguments);
  line.OnRun(
      verb, [arguments] { return RunDenyOrExport(*arguments); },
      [arguments] { TakeDenial(*arguments); });
}

void AddUndeny(CommandLine& line) {
  auto arguments = std::make_shared<DenyArguments>();
  CLI::App& verb = line.AddVerb(
      "undeny", "Takes back what deny denied, also a denial that counts only before a time.",
      R"(With --damaged alone, takes out the lines of the list that cannot be read, and keeps a copy of the old
file beside the list.

Exit codes: 0 done, or it was not denied; 1 the list cannot be read or written, or has damaged lines,
which are named; 2 usage or configuration.

Example: jwtctl undeny --account alice)");
  AddDenialOptions(verb, *arguments);
  verb.add_flag("--damaged", arguments->damaged, "the lines that cannot be read; a copy is kept");
  line.OnRun(
      verb,
      [arguments] {
        const DenyOptions& options = arguments->options;
        return arguments->damaged ? RunUndenyDamaged(options.denylist_path, std::cout, std::cerr)
                                  : RunUndeny(options, std::cout, std::cerr);
      },
      [arguments] { TakeDenial(*arguments); });
}

void AddDenied(CommandLine& line) {
  auto options = std::make_shared<DeniedOptions>();
  CLI::App& verb = line.AddVerb(
      "denied", "Lists what is denied on this host.",
      R"(--fleet prints the list of the fleet, if this host takes one, in place of its own. Both count.

--json prints a list of objects with account, or iss and sub, jti or kid; and before and since, in
seconds since 1970.

Lines that cannot be read are named on standard error.

Exit codes: 0 printed; 1 the list, or a line of it, cannot be read; 2 usage.

Example: jwtctl denied)");
  verb.add_flag("--fleet", options->fleet, "the list of the fleet");
  AddDenylist(verb, options->denylist_path);
  AddJson(verb, options->json);
  line.OnRun(verb, [options] { return RunDenied(*options, std::cout, std::cerr); });
}

}  // namespace pamjwt::ctl
