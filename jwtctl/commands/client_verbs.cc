#include <iostream>
#include <memory>

#include "jwtctl/client/client_profile.h"
#include "jwtctl/commands/verbs.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kFooter =
    R"(Looks at the configuration of this host, and prints a profile for /etc/jwt-sso on the machines of users.
The comment at its top says where it goes, which client and redirect URI to register at the provider,
and what users type. The client id is the entry of bound_audiences, and scopes are those of the claims
that accounts are named by. It asks no network. It refuses, and says why, if the hosts would take no
token that users get so: no bound_audiences (with --use prompt: no audiences), one_time, an audience
with %h, a secret_file, an issuer that other machines do not reach.

Exit codes: 0 printed; 2 usage or configuration, or no such profile could work.

Example: jwtctl client-profile staff --host '*.example.com' >/etc/jwt-sso/staff.toml)";

void AddClientOptions(CLI::App& verb, ClientProfileOptions& options) {
  verb.add_option("--client-id", options.client_id,
                  "client at the provider [the only bound audience]")
      ->type_name("ID");
  verb.add_option("--client-secret-file", options.secret_file,
                  "the client has a secret, which users keep in this file")
      ->type_name("FILE");
  verb.add_option("--redirect-uri", options.redirect_uri,
                  "http://127.0.0.1/PATH or http://localhost/PATH [one for this issuer]")
      ->type_name("URI");
  verb.add_option("--port", options.ports,
                  "port of the redirect URI, if the provider wants an exact one; may be repeated")
      ->type_name("PORT")
      ->allow_extra_args(false);
}

void AddTokenOptions(CLI::App& verb, ClientProfileOptions& options) {
  verb.add_option("--use", options.use, "certificate or prompt [certificate]")->type_name("USE");
  verb.add_option("--token", options.token, "id or access [id]")->type_name("KIND");
  verb.add_option("--scope", options.scopes, "a scope beside the others; may be repeated")
      ->type_name("SCOPE")
      ->allow_extra_args(false);
  verb.add_option("--resource", options.resource, "RFC 8707 resource of access tokens")
      ->type_name("URI");
  verb.add_option("--flow", options.flows,
                  "code, device, paste, client_credentials, jwt_bearer or token_exchange; may be "
                  "repeated [code]")
      ->type_name("FLOW")
      ->allow_extra_args(false);
  verb.add_option("--assertion-file", options.assertion_file,
                  "the token that jwt_bearer and token_exchange show")
      ->type_name("FILE");
  verb.add_option("--key", options.key,
                  "new, agent:FINGERPRINT or a file that ends in .pub, on users' machines [new]")
      ->type_name("KEY");
  verb.add_option("--host", options.hosts, "names of hosts, perhaps with * and ?; may be repeated")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
}

}  // namespace

void AddClientProfile(CommandLine& line) {
  auto options = std::make_shared<ClientProfileOptions>();
  CLI::App& verb = line.AddVerb(
      "client-profile", "Prints a profile of jwt-sso, with which users get tokens.", kFooter);
  verb.add_option("ISSUER", options->issuer, "name or url [the only one]")->type_name("");
  AddClientOptions(verb, *options);
  AddTokenOptions(verb, *options);
  AddConfig(verb, options->config_path);
  line.OnRun(verb, [options] { return RunClientProfile(*options, std::cout, std::cerr); });
}

}  // namespace pamjwt::ctl
