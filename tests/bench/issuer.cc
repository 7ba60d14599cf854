#include "bench/issuer.h"

#include <utility>

namespace pamjwt::bench {

Issuer::Issuer(const Scratch& scratch, std::string alg)
    : scratch_(scratch), alg_(std::move(alg)), keys_("keys-" + alg_) {
  Run(std::string(BENCH_JWTCTL) + " keygen --alg " + alg_ + " --out " + scratch_.Path(keys_));
}

std::string Issuer::KeySetLine() const {
  return "jwks_file = \"" + scratch_.Path(KeySet()) + "\"\n";
}

std::string Issuer::Mint(const std::string& more) const {
  std::string token =
      Run(std::string(BENCH_JWTCTL) + " mint --key " + scratch_.Path(keys_) +
          "/key.json --claim iss=" + kIssuer + " --claim sub=" + kSubject +
          " --claim aud=" + kAudience + " --claim preferred_username=" + kUserName +
          " --claim azp=oidc-agent --claim email_verified:=true"
          " --claim realm_access:='{\"roles\":[\"ssh\",\"offline_access\",\"uma_authorization\"]}'"
          " --ttl 1h " +
          more);
  token.erase(token.find_last_not_of('\n') + 1);
  return token;
}

std::string Issuer::Configuration(const std::string& issuer, const std::string& rule) const {
  return "[login]\nhost = \"db1.example.com\"\nrefusal_delay = \"0s\"\n\n"
         "[issuer.staff]\nurl = \"" +
         std::string(kIssuer) +
         "\"\naudiences = [\"ssh://%h\"]\nservices = [\"sshd\"]\n"
         "algorithms = [\"" +
         alg_ + "\"]\nmax_token_age = \"1h\"\n" + issuer +
         "require = [ { claim = \"/realm_access/roles\", any_of = [\"ssh\"] } ]\n\n"
         "[[issuer.staff.account]]\nclaim = \"preferred_username\"\npattern = "
         "\"*@example.com\"\n\n"
         "[[issuer.staff.account]]\n" +
         rule;
}

std::string RuleFor(const std::string& account) {
  return "claim = \"sub\"\npattern = \"1b2c*\"\nname = \"" + account + "\"\n";
}

}  // namespace pamjwt::bench
