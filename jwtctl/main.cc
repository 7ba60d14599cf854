#include <unistd.h>

#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/jose/alg.h"
#include "io/clock.h"
#include "io/config_file.h"
#include "jwtctl/bounded_read.h"
#include "jwtctl/check.h"
#include "jwtctl/enable.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/explain.h"
#include "jwtctl/inspect.h"
#include "jwtctl/keygen.h"
#include "jwtctl/keys.h"
#include "jwtctl/mint.h"
#include "jwtctl/refresh.h"
#include "jwtctl/status.h"

namespace pamjwt::ctl {
namespace {

/// The command line: one function adds each verb, and leaves in `run` what the chosen one does.
class CommandLine {
 public:
  CommandLine() : app_("Explains, checks and tests logins by pam_jwt.", "jwtctl") {
    app_.set_version_flag("--version", "jwtctl " PAMJWT_VERSION);
    app_.require_subcommand(1);
    app_.get_formatter()->column_width(kHelpColumn);
    app_.footer("Each verb has its own help: jwtctl VERB --help");
    AddExplain();
    AddInspect();
    AddCheck();
    AddStatus();
    AddKeys();
    AddRefresh();
    AddEnable();
    AddDisable();
    AddKeygen();
    AddMint();
  }

  int Run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success& success) {
      return app_.exit(success);  // --help, --version
    } catch (const CLI::ParseError& error) {
      return Refuse(error);
    }
    return run_();
  }

 private:
  static constexpr std::size_t kHelpColumn = 26;
  static constexpr int kMostPatience = 3600;

  CLI::App& AddVerb(const char* name, const char* purpose, const char* footer) {
    CLI::App& verb = *app_.add_subcommand(name, purpose);
    verb.footer(footer);
    return verb;
  }

  int Refuse(const CLI::ParseError& error) {
    const std::vector<CLI::App*> verbs = app_.get_subcommands();
    const std::string name = verbs.empty() ? "jwtctl" : "jwtctl " + verbs.front()->get_name();
    std::cerr << name << ": "
              << (verbs.empty() ? "a verb is needed, such as explain or check" : error.what())
              << "\nTry: " << name << " --help\n";
    return kUsage;
  }

  static std::string AlgorithmNames() {
    std::string names;
    for (const AlgorithmInfo& info : kAlgorithms) {
      names += (names.empty() ? "" : " ") + std::string(info.name);
    }
    return names;
  }

  void AddExplain() {
    CLI::App& verb = AddVerb(
        "explain", "Says what the module would decide about a token, step by step.",
        R"(The token comes on standard input. What decides is what the module calls; nothing is redeemed or
fetched. Any user may ask: a file that only root may read then gives no verdict.
--json prints an object with verdict (accepted, refused or no_verdict), reason, pam_code and steps
(a list of step, ok, detail, rule).

Exit codes: 0 accepted; 1 refused, or no token; 2 usage or configuration; 3 no verdict.

Example: jwtctl explain --user alice --service sshd < token)");
    verb.add_option("--user", explain_.user, "the account asked for")
        ->required()
        ->type_name("NAME");
    verb.add_option("--service", explain_.service, "the PAM service [sshd]")->type_name("NAME");
    verb.add_option("--host", explain_.host, "what %h is [as on this host]")->type_name("FQDN");
    verb.add_option("--at", explain_.at, "when, RFC 3339 or seconds since 1970 [now]")
        ->type_name("TIME");
    AddConfig(verb, explain_.config_path);
    AddJson(verb, explain_.json);
    verb.callback([this] {
      run_ = [this] {
        explain_.style = TextStyle::OfStandardOutput();
        return WithToken("explain", [this](std::string_view token) {
          return RunExplain(explain_, token, std::cout, std::cerr);
        });
      };
    });
  }

  void AddInspect() {
    CLI::App& verb = AddVerb(
        "inspect", "Prints what a token says of itself.",
        R"(The token comes on standard input. Each claim stands under the name that claim = takes in the
configuration, with its type and value. Nothing is verified: for that see jwtctl explain.

Exit codes: 0 printed; 1 no token; 2 usage.

Example: jwtctl inspect < token)");
    verb.callback([this] {
      run_ = [] {
        return WithToken("inspect", [](std::string_view token) {
          return RunInspect(token, std::cout, std::cerr);
        });
      };
    });
  }

  void AddCheck() {
    CLI::App& verb = AddVerb(
        "check", "Reads the configuration, and every file that it names, as the module does.",
        R"(Prints host, issuers, services, audiences with %h filled in, and keys. Errors and warnings go to
standard error, each with file and line. conf.d is looked for beside the configuration.

Exit codes: 0 good, also with warnings; 2 not.

Example: jwtctl check --config ./pam_jwt.toml)");
    AddConfig(verb, check_.config_path);
    verb.add_option("--host", check_.host, "what %h is [as on this host]")->type_name("FQDN");
    verb.callback([this] { run_ = [this] { return RunCheck(check_, std::cout, std::cerr); }; });
  }

  void AddStatus() {
    CLI::App& verb = AddVerb(
        "status", "Says how jwks-fetcher and the keys that it fetches stand.",
        R"(Asks the daemon; where it does not answer, says so, and what its file has. Critical: the daemon is
away, or logins by tokens of an issuer get no verdict, because its keys are missing or older than
max_stale. A warning: the last fetch failed, keys are older than half of max_stale, or the clocks of
issuer and host differ by more than leeway.
--json prints an object with health (ok, warning or critical), detail, daemon (running or away) and
issuers (a list of what the daemon says of each, with health and detail).

Exit codes: 0 ok; 1 warning; 2 critical, or usage; 3 unknown: the configuration cannot be read.

Example: jwtctl status)");
    AddConfig(verb, status_.config_path);
    AddJson(verb, status_.json);
    verb.callback(
        [this] { run_ = [this] { return RunStatus(status_, Now(), std::cout, std::cerr); }; });
  }

  void AddKeys() {
    CLI::App& verb = AddVerb(
        "keys", "Lists the keys that jwks-fetcher has fetched.",
        R"(Reads the file as logins do, and asks no daemon. A key stands as kid, type, algorithm (- for any) and
RFC 7638 thumbprint. Critical: an issuer has no keys, or they are older than max_stale. A warning:
they are older than half of it.
--json prints an object with health (ok, warning or critical), detail, file and issuers (a list of
name, url, health, detail, fetched, expires, age_s and keys).

Exit codes: 0 ok; 1 warning; 2 critical, or usage; 3 unknown: the configuration cannot be read.

Example: jwtctl keys --json)");
    AddConfig(verb, keys_.config_path);
    AddJson(verb, keys_.json);
    verb.callback(
        [this] { run_ = [this] { return RunKeys(keys_, Now(), std::cout, std::cerr); }; });
  }

  void AddRefresh() {
    CLI::App& verb = AddVerb(
        "refresh", "Has jwks-fetcher fetch keys now, and waits until it has.",
        R"(Any user may ask, as a login does that meets an unknown key; fetches of one issuer are at least
cooldown apart.
--json prints an object with issuers (a list of name, health, result and detail); result is changed,
unchanged, cooldown, failed, unknown or no_answer.

Exit codes: 0 fetched; 1 warning: fetched just now, or the fetch failed; 2 critical: the daemon does
not answer or does not know the issuer; or usage; 3 unknown: the configuration cannot be read, or has
no such issuer.

Example: jwtctl refresh staff)");
    verb.add_option("ISSUER", refresh_.issuer, "name or url [all]")->type_name("");
    AddConfig(verb, refresh_.config_path);
    AddJson(verb, refresh_.json);
    verb.callback([this] { run_ = [this] { return RunRefresh(refresh_, std::cout, std::cerr); }; });
  }

  void AddEnable() {
    CLI::App& verb = AddVerb(
        "enable", "Lets a service take tokens: puts pam_jwt into its PAM stack.",
        R"(Shows the change, makes it, and waits for the word yes, while you log in from another terminal. Without
it, or if it is killed or the host reboots, all is taken back. For sshd also UsePAM and
KbdInteractiveAuthentication are set, and sshd is reloaded. A second time it does nothing.

Exit codes: 0 done, or nothing to do; 1 taken back; with --dry-run, it would change something;
2 usage or configuration, or it cannot be done.

Example: jwtctl enable sshd)");
    AddService(verb, enable_.service).required();
    verb.add_flag("--or-password", enable_.or_password,
                  "token or password [token only: passwords no longer]");
    verb.add_option("--timeout", enable_.timeout, "how long to wait for the word yes [120]")
        ->check(CLI::Range(1, kMostPatience).description(""))
        ->type_name("SECONDS");
    verb.add_flag("--yes", enable_.yes, "keep it at once, for automation");
    verb.add_flag("--dry-run", enable_.dry_run, "show the change, and do nothing");
    AddConfig(verb, enable_.config_path);
    verb.callback([this] {
      if (enable_.yes && enable_.dry_run) throw CLI::ExcludesError("--yes", "--dry-run");
      run_ = [this] { return OnHost(RunEnable, enable_); };
    });
  }

  void AddDisable() {
    CLI::App& verb =
        AddVerb("disable", "Takes out of a PAM stack what enable put in, and nothing else.",
                R"(For sshd also its settings, and sshd is reloaded. Does not ask.

Exit codes: 0 done, or nothing to do; 1 with --dry-run, it would change something; 2 usage, or it
cannot be done.

Example: jwtctl disable sshd)");
    AddService(verb, disable_.service);
    verb.add_flag("--unconfirmed", disable_.unconfirmed,
                  "no SERVICE: take back what a killed enable has left, as each boot does");
    verb.add_flag("--dry-run", disable_.dry_run, "show the change, and do nothing");
    verb.callback([this] {
      const bool has_service = !disable_.service.empty();
      if (!has_service && !disable_.unconfirmed) throw CLI::RequiredError("SERVICE");
      if (has_service && disable_.unconfirmed) throw CLI::ExcludesError("SERVICE", "--unconfirmed");
      if (disable_.dry_run && disable_.unconfirmed) {
        throw CLI::ExcludesError("--dry-run", "--unconfirmed");
      }
      run_ = [this] { return OnHost(RunDisable, disable_); };
    });
  }

  static CLI::Option& AddService(CLI::App& verb, std::string& service) {
    return *verb.add_option("SERVICE", service, "a file in /etc/pam.d, such as sshd or sudo")
                ->type_name("");
  }

  template <typename Run, typename Options>
  static int OnHost(Run run, const Options& options) {
    SystemSshd sshd;
    TerminalConfirmation confirmation(STDIN_FILENO, std::cout);
    return run(options, EnableHost{"", sshd, confirmation}, std::cout, std::cerr);
  }

  static void AddJson(CLI::App& verb, bool& json) {
    verb.add_flag("--json", json, "print JSON, for programs");
  }

  static void AddConfig(CLI::App& verb, std::optional<std::string>& path) {
    verb.add_option("--config", path, std::string("configuration [") + kDefaultConfigPath + "]")
        ->type_name("FILE");
  }

  static int WithToken(const char* verb, const std::function<int(std::string_view)>& use) {
    const Result<SecretString> token = ReadToken(STDIN_FILENO);
    if (token.ok()) return use(token.value().view());
    std::cerr << "jwtctl " << verb << ": " << token.error().detail << "\n";
    return kUsage;
  }

  void AddKeygen() {
    CLI::App& verb = AddVerb(
        "keygen", "Makes a key for a small issuer of your own, or for tests.",
        R"(Writes key.json, a private JWK (mode 0600), and jwks.json, its public JWK Set for jwks_file (0644).
For HS256, HS384 and HS512 a file secret, for secret_file (0600), stands in place of jwks.json.

Exit codes: 0 written; 1 not, for example because DIR has a key; 2 usage.

Example: jwtctl keygen --alg ES256 --out ./key)");
    verb.add_option("--alg", keygen_.algorithm, "one of " + AlgorithmNames())
        ->required()
        ->type_name("ALG");
    verb.add_option("--out", keygen_.directory, "where to; made with mode 0700 if it is not there")
        ->required()
        ->type_name("DIR");
    verb.add_option("--kid", keygen_.kid, "key id [its RFC 7638 thumbprint]")->type_name("KID");
    verb.add_option("--bits", keygen_.bits, "size of an RSA key, 2048 to 8192 [2048]")
        ->type_name("N");
    verb.add_flag("--force", keygen_.force, "replace a key that is there");
    verb.callback([this] { run_ = [this] { return RunKeygen(keygen_, std::cout, std::cerr); }; });
  }

  void AddMint() {
    CLI::App& verb = AddVerb(
        "mint", "Signs a token with a key of your own and prints it.",
        R"(A claim or header parameter is NAME=TEXT, a string, or NAME:=JSON. Claims that are given win over
--ttl and --at, header parameters over --alg, --typ and --kid (they do not change how it is signed).

Exit codes: 0 printed; 1 signing failed; 2 usage, or a key that cannot be used.

Example: jwtctl mint --key ./key/key.json --claim iss=https://issuer.example --claim sub=alice \
           --claim aud=ssh://host.example --claim groups:='["ops"]' --ttl 10m)");
    verb.add_option("--key", mint_.key_path, "a private JWK, or a file secret with --alg")
        ->required()
        ->type_name("FILE");
    AddList(verb, "--claim", mint_.claims, "a claim; may be repeated");
    AddList(verb, "--header", mint_.headers, "a header parameter, for tests; may be repeated");
    verb.add_option("--ttl", mint_.ttl, "from iat to exp, such as 30s, 10m, 24h or 7d [10m]")
        ->type_name("SPAN");
    verb.add_option("--at", mint_.at, "iat, RFC 3339 or seconds since 1970 [now]")
        ->type_name("TIME");
    verb.add_option("--alg", mint_.algorithm, "algorithm, if the key fits several [the key's]")
        ->type_name("ALG");
    verb.add_option("--kid", mint_.kid, "key id; \"\" for none [the key's]")->type_name("KID");
    verb.add_option("--typ", mint_.typ, "type; \"\" for none [JWT]")->type_name("TYPE");
    verb.callback([this] { run_ = [this] { return RunMint(mint_, std::cout, std::cerr); }; });
  }

  static void AddList(CLI::App& verb, const char* name, std::vector<std::string>& list,
                      const char* purpose) {
    verb.add_option(name, list, purpose)->type_name("NAME=TEXT")->allow_extra_args(false);
  }

  CLI::App app_;
  std::function<int()> run_;
  ExplainOptions explain_;
  CheckOptions check_;
  StatusOptions status_;
  FetchedKeysOptions keys_;
  RefreshOptions refresh_;
  EnableOptions enable_;
  DisableOptions disable_;
  KeygenOptions keygen_;
  MintOptions mint_;
};

}  // namespace
}  // namespace pamjwt::ctl

// What goes wrong here is no verdict: 1 would be a refusal.
int main(int argc, char** argv) {
  try {
    const int code = pamjwt::ctl::CommandLine().Run(argc, argv);
    std::cout.flush();
    if (std::cout.good()) return code;
    std::cerr << "jwtctl: standard output cannot be written\n";
  } catch (const std::exception& error) {
    std::fprintf(stderr, "jwtctl: %s\n", error.what());
  }
  return pamjwt::ctl::kNoVerdict;
}
