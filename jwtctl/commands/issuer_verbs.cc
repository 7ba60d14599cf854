#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "io/clock.h"
#include "jwtctl/commands/verbs.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/host/token_file.h"
#include "jwtctl/issuer/certify.h"
#include "jwtctl/issuer/keygen.h"
#include "jwtctl/issuer/mint.h"

namespace pamjwt::ctl {
namespace {

void AddList(CLI::App& verb, const char* name, std::vector<std::string>& list,
             const char* purpose) {
  verb.add_option(name, list, purpose)->type_name("NAME=TEXT")->allow_extra_args(false);
}

}  // namespace

void AddKeygen(CommandLine& line) {
  auto options = std::make_shared<KeygenOptions>();
  CLI::App& verb = line.AddVerb(
      "keygen", "Makes a key for a small issuer of your own, or for tests.",
      R"(Writes key.json, a private JWK (mode 0600), and jwks.json, its public JWK Set for jwks_file (0644).
For HS256, HS384 and HS512 it writes a file secret for secret_file (0600) instead of jwks.json.

Exit codes: 0 written; 1 not written, for example because DIR has a key; 2 usage.

Example: jwtctl keygen --alg ES256 --out ./key)");
  verb.add_option("--alg", options->algorithm, "one of " + AlgorithmNames())
      ->required()
      ->type_name("ALG");
  verb.add_option("--out", options->directory,
                  "directory for the files; made with mode 0700 if it does not exist")
      ->required()
      ->type_name("DIR");
  verb.add_option("--kid", options->kid, "key id [its RFC 7638 thumbprint]")->type_name("KID");
  verb.add_option("--bits", options->bits, "size of an RSA key, 2048 to 8192 [2048]")
      ->type_name("N");
  verb.add_flag("--force", options->force, "replace a key that is there");
  line.OnRun(verb, [options] { return RunKeygen(*options, std::cout, std::cerr); });
}

void AddMint(CommandLine& line) {
  auto options = std::make_shared<MintOptions>();
  CLI::App& verb = line.AddVerb(
      "mint", "Signs a token with a key of your own and prints it.",
      R"(A claim or a header parameter is NAME=TEXT, a string, or NAME:=JSON. A claim that is given replaces what
--ttl and --at say. A header parameter replaces what --alg, --typ and --kid say. Neither changes how
the token is signed. A token that is bound to an ssh key counts only in a certificate for that key: see
jwtctl certify.

Exit codes: 0 printed; 1 signing failed; 2 usage, or a key that cannot be used.

Example: jwtctl mint --key ./key/key.json --claim iss=https://issuer.example --claim sub=alice \
           --claim aud=ssh://host.example --claim groups:='["ops"]' --ttl 10m)");
  verb.add_option("--key", options->key_path, "a private JWK, or a file secret with --alg")
      ->required()
      ->type_name("FILE");
  AddList(verb, "--claim", options->claims, "a claim; may be repeated");
  AddList(verb, "--header", options->headers, "a header parameter, for tests; may be repeated");
  verb.add_option("--ttl", options->ttl, "from iat to exp, such as 30s, 10m, 24h or 7d [10m]")
      ->type_name("SPAN");
  verb.add_option("--at", options->at, "iat, RFC 3339 or seconds since 1970 [now]")
      ->type_name("TIME");
  verb.add_option("--alg", options->algorithm, "algorithm, if the key fits several [the key's]")
      ->type_name("ALG");
  line.AllowEmpty(*verb.add_option("--kid", options->kid, "key id; \"\" for none [the key's]")
                       ->type_name("KID"));
  line.AllowEmpty(
      *verb.add_option("--typ", options->typ, "type; \"\" for none [JWT]")->type_name("TYPE"));
  verb.add_option("--bind", options->bind,
                  "bind the token to this ssh key by its nonce, and print SALT~TOKEN")
      ->type_name("KEY.pub");
  line.OnRun(verb, [options] { return RunMint(*options, std::cout, std::cerr); });
}

void AddCertify(CommandLine& line) {
  auto options = std::make_shared<CertifyOptions>();
  auto file = std::make_shared<std::string>(kStandardInput);
  CLI::App& verb = line.AddVerb(
      "certify", "Makes the ssh certificate of a key that carries a token, for plain ssh.",
      R"(Reads SALT~TOKEN or SALT~TOKEN~BINDING, as jwtctl mint prints it for a key. Writes KEY-cert.pub beside
KEY.pub (0600), where ssh looks for it. The certificate is valid from an hour before the token's iat to
five minutes behind its exp. Nothing is verified. A warning says if hosts would refuse the certificate,
because the token does not name the key or is over.

Exit codes: 0 written; 1 not written; 2 usage, a key or token that cannot be used, or another file in the
way.

Example: jwtctl certify ~/.ssh/id_ed25519.pub --token bound)");
  verb.add_option("KEY.pub", options->key_path, "the public key of ssh")->required()->type_name("");
  verb.add_option("--token", *file, "a file with SALT~TOKEN, or - [standard input]")
      ->type_name("FILE");
  verb.add_option("--out", options->out, "the certificate, or - for standard output [KEY-cert.pub]")
      ->type_name("FILE");
  verb.add_option("--valid", options->valid,
                  "from iat to the end, such as 24h, for issuers with max_bound_age [to exp]")
      ->type_name("SPAN");
  line.OnRun(verb, [options, file] {
    const Result<SecretString> text = ReadToken(*file);
    if (text.ok()) return RunCertify(*options, text.value().view(), Now(), std::cout, std::cerr);
    std::cerr << "jwtctl certify: " << text.error().detail << "\n";
    return static_cast<int>(kUsage);
  });
}

}  // namespace pamjwt::ctl
