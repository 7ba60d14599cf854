#pragma once

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/jose/sha256.h"
#include "core/login/decide.h"
#include "support/claims_of.h"
#include "support/config_text.h"
#include "support/fake_host.h"
#include "support/token_builder.h"
#include "support/verify_token.h"

namespace pamjwt::test {

/// The configuration of a scene. Its issuers are staff with public keys, lab with a secret, pinned
/// with thumbprints, fetched with keys that the daemon fetched a minute ago, and machines whose
/// tokens need no sub.
inline constexpr std::string_view kSceneConfig = R"(
[login]
max_token_bytes = 8192

[issuer.staff]
url = "https://sso.example"
audiences = ["ssh://host.example", "fleet"]
services = ["sshd", "sudo", "login", "su", "postgresql"]
algorithms = ["ES256", "EdDSA", "RS256"]
max_token_age = "1h"
jwks_file = "/etc/keys/staff.json"
require = [{ claim = "email_verified", any_of = [true] }]

[[issuer.staff.account]]
except = ["bob"]

[[issuer.staff.account]]
claim = "groups"
pattern = "ops"
name = "daemon"

[issuer.staff.service.sudo]
max_auth_age = "5m"

[issuer.staff.service.login]
one_time = true

[issuer.staff.service.postgresql]
local_account = false

[[issuer.staff.service.su.account]]
map_file = "/etc/map"

[issuer.lab]
url = "https://lab.example"
audiences = ["ssh://host.example"]
secret_file = "/etc/keys/lab.secret"

[issuer.pinned]
url = "https://pinned.example"
audiences = ["ssh://host.example"]
jwks_file = "/etc/keys/pinned.json"
thumbprints = ["THUMBPRINT"]

[issuer.fetched]
url = "https://fetched.example"
audiences = ["ssh://host.example"]

[issuer.machines]
url = "https://machines.example"
audiences = ["ssh://host.example"]
jwks_file = "/etc/keys/machines.json"
require_sub = false

[[issuer.machines.account]]
name = "daemon"
require = [{ claim = "groups", any_of = ["build"] }]
)";

/// One attempt to log in: the parts of its token, the user and the service. An attempt that is not
/// changed is accepted.
struct LoginAttempt {
  Algorithm algorithm = Algorithm::kEs256;
  std::string kid = "k1";
  std::string typ = "JWT";
  std::string header_members;  ///< behind the others, as `,"crit":["x"]`
  /// The claims as JSON, by name. A claim with an empty value is left out.
  std::map<std::string, std::string> claims = {{"iss", R"("https://sso.example")"},
                                               {"sub", R"("alice")"},
                                               {"aud", R"("ssh://host.example")"},
                                               {"iat", "1799999940"},
                                               {"exp", "1800000600"},
                                               {"email_verified", "true"}};
  bool forged = false;  ///< signed by a key that is not the issuer's
  std::string user = "alice";
  std::string service = "sshd";

  [[nodiscard]] std::string Token() const {
    std::string payload;
    for (const auto& [name, value] : claims) {
      if (!value.empty()) {
        payload += (payload.empty() ? "{\"" : ",\"") + name + "\":" + value;
      }
    }
    const std::string header = R"({"alg":")" + std::string(Info(algorithm).name) + R"(","kid":")" +
                               kid + R"(","typ":")" + typ + "\"" + header_members + "}";
    const TestKey& key = forged ? TestKey::OtherFor(algorithm) : TestKey::For(algorithm);
    return SignToken(key, algorithm, header, payload + "}");
  }
};

/// A host and its configuration. The key `k1` of each issuer is TestKey::P256().
class LoginScene {
 public:
  LoginScene() : config(MakeConfig()) {
    for (const char* const name : {"staff", "pinned", "fetched", "machines"}) {
      host.keys[name] = {PublicKey(TestKey::P256(), {"k1", "", ""})};
    }
    host.fetched["fetched"] = UnixTime{kNow.seconds - 60};
    host.secrets["lab"] = TestKey::Secret().secret();
    host.map_files["/etc/map"] = "alice alice daemon\n";
    host.denylist.Add({Denial::Kind::kTokenId, "https://sso.example",
                       Sha256Name("withdrawn").value(), std::nullopt, kNow});
    host.redeemed = {"staff used 1800000630"};
    host.accounts = {{"alice", 1000}, {"bob", 1001}, {"daemon", 2}, {"root", 0}};
  }

  /// Decides on `token` at kNow.
  Decision Decide(std::string_view token, std::string_view user = "alice",
                  std::string_view service = "sshd", Trace* trace = nullptr) {
    return pamjwt::Decide(config, {token, service, user, kNow}, host, trace);
  }
  Decision Decide(const LoginAttempt& attempt, Trace* trace = nullptr) {
    return Decide(attempt.Token(), attempt.user, attempt.service, trace);
  }

  /// Returns the issuer of this name. Throws if there is no such issuer.
  Issuer& IssuerNamed(std::string_view name) {
    for (Issuer& issuer : config.issuers) {
      if (issuer.name == name) return issuer;
    }
    throw std::invalid_argument(std::string(name));
  }

  /// Returns the number of the configuration's first line that begins with `text`, or throws.
  static std::uint32_t LineOf(std::string_view text) {
    const std::size_t at = kSceneConfig.find("\n" + std::string(text));
    if (at == std::string_view::npos) throw std::invalid_argument(std::string(text));
    const std::string_view before = kSceneConfig.substr(0, at + 1);
    return 1 + static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  }

  Config config;
  FakeHost host;

 private:
  static Config MakeConfig() {
    std::string text(kSceneConfig);
    const std::string_view kPlace = "THUMBPRINT";
    text.replace(text.find(kPlace), kPlace.size(), Thumbprint(PublicKey(TestKey::P256())).value());
    return ConfigOf(text);
  }
};

}  // namespace pamjwt::test
