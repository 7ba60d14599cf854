#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/jose/alg.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/keygen.h"
#include "jwtctl/mint.h"

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

  CLI::App& AddVerb(const char* name, const char* purpose, const char* footer) {
    CLI::App& verb = *app_.add_subcommand(name, purpose);
    verb.footer(footer);
    return verb;
  }

  int Refuse(const CLI::ParseError& error) {
    const std::vector<CLI::App*> verbs = app_.get_subcommands();
    const std::string name = verbs.empty() ? "jwtctl" : "jwtctl " + verbs.front()->get_name();
    std::cerr << name << ": " << error.what() << "\nTry: " << name << " --help\n";
    return kUsage;
  }

  static std::string AlgorithmNames() {
    std::string names;
    for (const AlgorithmInfo& info : kAlgorithms) {
      names += (names.empty() ? "" : " ") + std::string(info.name);
    }
    return names;
  }

  void AddKeygen() {
    CLI::App& verb = AddVerb(
        "keygen", "Makes a key for a small issuer of your own, or for tests.",
        R"(Writes key.json, a private JWK (mode 0600), and jwks.json, its public JWK Set for jwks_file (0644);
for HS256, HS384 and HS512 a file secret, for secret_file (0600), in place of jwks.json.

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
  KeygenOptions keygen_;
  MintOptions mint_;
};

}  // namespace
}  // namespace pamjwt::ctl

int main(int argc, char** argv) {
  try {
    const int code = pamjwt::ctl::CommandLine().Run(argc, argv);
    std::cout.flush();
    if (std::cout.good()) return code;
    std::cerr << "jwtctl: standard output cannot be written\n";
    return code == pamjwt::ctl::kOk ? pamjwt::ctl::kNo : code;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "jwtctl: %s\n", error.what());
    return pamjwt::ctl::kNo;
  }
}
