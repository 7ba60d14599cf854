#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "core/ssh/key_line.h"
#include "io/bounded_read.h"
#include "io/clock.h"
#include "jwtctl/commands/verbs.h"
#include "jwtctl/config/check.h"
#include "jwtctl/decision/explain.h"
#include "jwtctl/decision/inspect.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/host/token_file.h"

namespace pamjwt::ctl {
namespace {

/// The place of the token: a file with the token alone, or a certificate.
struct TokenSource {
  std::string file = std::string(kStandardInput);
  std::string certificate;  // a -cert.pub file, or "-"; empty: the token is in `file`
};

/// Adds the positional argument FILE, and --certificate. Their values are written into `source` by
/// Run.
void AddTokenSource(CLI::App& verb, TokenSource& source) {
  CLI::Option* const file =
      verb.add_option("FILE", source.file, "a file with the token, or - [standard input]")
          ->type_name("");
  verb.add_option("--certificate", source.certificate,
                  "in place of FILE: an ssh certificate with the token, or - for standard input")
      ->type_name("KEY-cert.pub")
      ->excludes(file);
}

/// Reads a certificate, or the token.
Result<SecretString> Read(const TokenSource& source) {
  if (source.certificate.empty()) return ReadToken(source.file);
  if (source.certificate == kStandardInput) return ReadToken(source.certificate);
  return ReadOwnFile(source.certificate, kMaxSshKeyLineBytes);
}

int WithText(const char* verb, const TokenSource& source,
             const std::function<int(std::string_view)>& use) {
  const Result<SecretString> text = Read(source);
  if (text.ok()) return use(text.value().view());
  std::cerr << "jwtctl " << verb << ": " << text.error().detail << "\n";
  return kUsage;
}

}  // namespace

void AddExplain(CommandLine& line) {
  auto options = std::make_shared<ExplainOptions>();
  auto source = std::make_shared<TokenSource>();
  CLI::App& verb = line.AddVerb(
      "explain", "Says what the module would decide about a token, step by step.",
      R"(explain runs the same code as the module, but does not mark one-time tokens as used, and fetches no
keys. Any user may run it. If it needs a file that only root can read, it gives no verdict.
--json prints an object with verdict (accepted, refused or no_verdict), reason, pam_code and steps
(a list of step, ok, detail, rule). With --certificate it judges what a login by that certificate would be
judged by, but for the proof of the key, which is sshd's.

Exit codes: 0 accepted; 1 refused, or no token; 2 usage or configuration; 3 no verdict.

Example: jwtctl explain --user alice --service sshd token)");
  AddTokenSource(verb, *source);
  verb.add_option("--user", options->user, "the account asked for")->required()->type_name("NAME");
  verb.add_option("--service", options->service, "the PAM service [sshd]")->type_name("NAME");
  verb.add_option("--host", options->host, "the name that %h stands for [as on this host]")
      ->type_name("FQDN");
  verb.add_option("--at", options->at, "time of the login, RFC 3339 or seconds since 1970 [now]")
      ->type_name("TIME");
  AddConfig(verb, options->config_path);
  AddDenylist(verb, options->denylist_path);
  AddJson(verb, options->json);
  line.OnRun(verb, [options, source] {
    options->style = TextStyle::OfStandardOutput();
    options->is_certificate = !source->certificate.empty();
    return WithText("explain", *source, [options](std::string_view text) {
      return RunExplain(*options, text, std::cout, std::cerr);
    });
  });
}

void AddInspect(CommandLine& line) {
  auto source = std::make_shared<TokenSource>();
  CLI::App& verb = line.AddVerb(
      "inspect", "Prints what a token says of itself.",
      R"(Each claim is shown under the name that claim = takes in the configuration, with its type and value.
With --certificate it first prints what the certificate says: key, principals, validity, options, salt, and
whether the token names the key. Nothing is verified: for that see jwtctl explain.

Exit codes: 0 printed; 1 no token; 2 usage.

Example: jwtctl inspect token)");
  AddTokenSource(verb, *source);
  line.OnRun(verb, [source] {
    return WithText("inspect", *source, [source](std::string_view text) {
      const auto run = source->certificate.empty() ? RunInspect : RunInspectCertificate;
      return run(text, Now(), std::cout, std::cerr);
    });
  });
}

void AddCheck(CommandLine& line) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App& verb = line.AddVerb(
      "check",
      "Reads the configuration, all files that it names, and the denylist, and finds what is "
      "wrong.",
      R"(Prints host, issuers, services, audiences with %h filled in, keys, and in words which tokens log in as
which accounts. Finds what the module would refuse, what would keep jwks-fetcher from its work, and what
is probably not meant. Lists all errors of the configuration in one run, but at most 32. Errors, warnings
and notes go to standard error, each with file and line. The directory conf.d is the one beside the
configuration.

Exit codes: 0 no error, perhaps warnings; 2 errors.

Example: jwtctl check --config ./pam_jwt.toml)");
  AddConfig(verb, options->config_path);
  AddDenylist(verb, options->denylist_path);
  verb.add_option("--host", options->host, "the name that %h stands for [as on this host]")
      ->type_name("FQDN");
  line.OnRun(verb, [options] { return RunCheck(*options, std::cout, std::cerr); });
}

}  // namespace pamjwt::ctl
