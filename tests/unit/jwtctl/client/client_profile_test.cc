#include "jwtctl/client/client_profile.h"

#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "core/config/client_profile_reader.h"
#include "jwtctl/exit_code.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kStaff =
    "[issuer.staff]\nurl = \"https://sso.example.com/realms/staff\"\n"
    "bound_audiences = [\"ssh-client\"]\n";

class RunClientProfileTest : public testing::Test {
 protected:
  /// Runs the verb with this configuration.
  int Run(const std::string& config, ClientProfileOptions options = {}) {
    options.config_path = scratch_.Write("pam_jwt.toml", config);
    out_.str("");
    err_.str("");
    return RunClientProfile(options, out_, err_);
  }

  /// Expects the profile, which follows an empty line.
  void ExpectProfile(const std::string& body) const {
    const std::string text = out_.str();
    const std::size_t end_of_comment = text.find("\n\n");
    ASSERT_NE(end_of_comment, std::string::npos) << text << err_.str();
    EXPECT_EQ(text.substr(end_of_comment + 2), body);
    EXPECT_TRUE(test::Accepted(ParseClientProfile("printed", text)));
  }

  void ExpectComment(const std::string& line) const {
    EXPECT_NE(out_.str().find("# " + line + "\n"), std::string::npos) << out_.str();
  }

  void ExpectRefusal(int code, const std::string& why) const {
    EXPECT_EQ(code, kUsage);
    EXPECT_EQ(out_.str(), "");
    EXPECT_EQ(err_.str(), "jwtctl client-profile: " + why + "\n");
  }

  test::TempDir scratch_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(RunClientProfileTest, NeedsNoOptionsForOneIssuerAndOneClient) {
  EXPECT_EQ(Run(kStaff), kOk);
  EXPECT_EQ(err_.str(), "");
  ExpectProfile("issuer = \"https://sso.example.com/realms/staff\"\nclient_id = \"ssh-client\"\n");
  ExpectComment("At the provider, register the client ssh-client");
  ExpectComment("  http://127.0.0.1/cb/pxsmjqCAd-j1eUAd   with any port (RFC 8252, section 7.3)");
  ExpectComment("  jwt-sso login staff");
  ExpectComment("  jwt-sso setup staff 'PATTERN'");
  ExpectComment("Services that take its tokens: sshd.");
}

TEST_F(RunClientProfileTest, TakesEveryOption) {
  ClientProfileOptions options;
  options.issuer = "https://sso.example.com/realms/staff";
  options.client_id = "app";
  options.secret_file = "~/secret";
  options.token = "access";
  options.scopes = {"offline_access", "openid"};
  options.resource = "https://hosts.example.com";
  options.flows = {"device", "code"};
  options.ports = {8400, 8401};
  options.redirect_uri = "http://localhost/login";
  options.key = "~/.ssh/id.pub";
  options.hosts = {"*.example.com", "!old.example.com"};
  EXPECT_EQ(Run(kStaff, options), kOk) << err_.str();
  ExpectProfile(R"(issuer = "https://sso.example.com/realms/staff"
client_id = "app"
client_secret_file = "~/secret"
scopes = ["openid", "offline_access"]
token = "access"
resource = "https://hosts.example.com"
flows = ["device", "code"]
redirect_ports = [8400, 8401]
redirect_uri = "http://localhost/login"
key = "~/.ssh/id.pub"
hosts = ["*.example.com", "!old.example.com"]
)");
  ExpectComment("(with a secret) for: device grant, authorization code with PKCE.");
  ExpectComment("  http://localhost:8400/login");
  ExpectComment("  http://localhost:8401/login");
  ExpectComment("Its access tokens must have in aud one of: ssh-client.");
  ExpectComment("  jwt-sso setup staff");
}

TEST_F(RunClientProfileTest, AsksForTheScopesWhoseClaimsTheRulesRead) {
  // OpenID Connect Core §5.4
  const std::string rule = "[[issuer.staff.account]]\nclaim = \"";
  EXPECT_EQ(Run(kStaff + rule + "preferred_username\"\n"), kOk);
  EXPECT_NE(out_.str().find("\nscopes = [\"openid\", \"profile\"]\n"), std::string::npos);
  EXPECT_EQ(Run(kStaff + rule + "email\"\nrequire = [{claim = \"name\", any_of = [\"a\"]}]\n"),
            kOk);
  EXPECT_NE(out_.str().find("\nscopes = [\"openid\", \"profile\", \"email\"]\n"),
            std::string::npos);
  EXPECT_EQ(Run(kStaff + rule + "groups\"\n"), kOk);
  EXPECT_EQ(out_.str().find("\nscopes"), std::string::npos);
}

TEST_F(RunClientProfileTest, MakesAProfileForPrompts) {
  ClientProfileOptions options;
  options.use = "prompt";
  const std::string config =
      std::string(kStaff) +
      "audiences = [\"prompt\"]\nservices = [\"sshd\", \"sudo\", \"login\"]\n"
      "[issuer.staff.service.login]\naudiences = [\"ssh://%h\"]\n";
  EXPECT_EQ(Run(config, options), kOk) << err_.str();
  ExpectProfile(
      "issuer = \"https://sso.example.com/realms/staff\"\nclient_id = \"prompt\"\n"
      "use = \"prompt\"\n");
  ExpectComment("  jwt-sso token staff-prompt");
  ExpectComment("Services that take its tokens: sshd, sudo.");
  options.hosts = {"*.example.com"};
  EXPECT_EQ(Run(config, options), kOk);
  ExpectComment("  ssh-jwt HOST");
}

TEST_F(RunClientProfileTest, CopiesTheAgesOfBoundTokensForCertificates) {
  const std::string config = std::string(kStaff) +
                             "audiences = [\"prompt\"]\nmax_bound_age = \"16h\"\n"
                             "max_binding_age = \"7d\"\n";
  EXPECT_EQ(Run(config), kOk) << err_.str();
  ExpectProfile(
      "issuer = \"https://sso.example.com/realms/staff\"\nclient_id = \"ssh-client\"\n"
      "max_bound_age = \"16h\"\nmax_binding_age = \"168h\"\n");
  ClientProfileOptions options;
  options.use = "prompt";
  EXPECT_EQ(Run(config, options), kOk) << err_.str();
  ExpectProfile(
      "issuer = \"https://sso.example.com/realms/staff\"\nclient_id = \"prompt\"\n"
      "use = \"prompt\"\n");
}

TEST_F(RunClientProfileTest, LeavesOutServicesWithOneTimeTokens) {
  ClientProfileOptions options;
  options.use = "prompt";
  EXPECT_EQ(Run("[issuer.staff]\nurl = \"https://sso.example.com\"\naudiences = [\"a\"]\n"
                "services = [\"sshd\", \"sudo\"]\n"
                "[issuer.staff.service.sudo]\none_time = true\n",
                options),
            kOk)
      << err_.str();
  ExpectComment("Services that take its tokens: sshd.");
}

TEST_F(RunClientProfileTest, GivesAMachineOnlyTheScopesThatAreNamed) {
  ClientProfileOptions options;
  options.use = "prompt";
  options.token = "access";
  options.client_id = "robot";
  options.secret_file = "/etc/robot";
  options.flows = {"client_credentials"};
  options.scopes = {"hosts"};
  const std::string config =
      "[issuer.staff]\nurl = \"https://sso.example.com\"\naudiences = [\"prompt\"]\n"
      "[[issuer.staff.account]]\nclaim = \"email\"\n";
  EXPECT_EQ(Run(config, options), kOk) << err_.str();
  EXPECT_NE(out_.str().find("\nscopes = [\"hosts\"]\n"), std::string::npos) << out_.str();
  EXPECT_EQ(out_.str().find("offline_access"), std::string::npos);
  EXPECT_EQ(out_.str().find("jwt-sso login"), std::string::npos);
  EXPECT_EQ(out_.str().find("redirect"), std::string::npos);
}

TEST_F(RunClientProfileTest, SaysThatOthersNeedTheCaFileToo) {
  EXPECT_EQ(Run(kStaff + std::string("ca_file = \"/etc/pam_jwt/corp-ca.pem\"\n"
                                     "proxy = \"http://proxy.example.com:3128\"\n")),
            kOk);
  EXPECT_NE(out_.str().find("\nca_file = \"/etc/jwt-sso/corp-ca.pem\"\n"), std::string::npos);
  ExpectComment("  /etc/pam_jwt/corp-ca.pem");
  EXPECT_EQ(out_.str().find("proxy.example.com"), std::string::npos);
  ExpectComment("This host reaches the provider through a proxy. If users need one, and it is not");
}

TEST_F(RunClientProfileTest, WarnsWhereNothingShowsAProvider) {
  EXPECT_EQ(Run(kStaff + std::string("jwks_file = \"/etc/pam_jwt/keys.json\"\n")), kOk);
  EXPECT_EQ(err_.str(),
            "warning: this host reads the keys of the issuer from a file (jwks_file): see that "
            "users reach an OpenID provider at https://sso.example.com/realms/staff\n");
  EXPECT_EQ(Run(kStaff + std::string("metadata_url = \"https://sso.example.com/m\"\n")), kOk);
  EXPECT_EQ(err_.str(),
            "warning: this host reads metadata_url, but jwt-sso reads "
            "https://sso.example.com/realms/staff/.well-known/openid-configuration\n");
}

TEST_F(RunClientProfileTest, KeepsTextOfTheConfigurationInsideTheComment) {
  ClientProfileOptions options;
  options.use = "prompt";
  EXPECT_EQ(Run("[issuer._x]\nurl = \"https://sso.example.com\"\naudiences = [\"ssh\"]\n"
                "services = [\"a\\nclient_id = 'b'\"]\n",
                options),
            kOk)
      << err_.str();
  ExpectProfile("issuer = \"https://sso.example.com\"\nclient_id = \"ssh\"\nuse = \"prompt\"\n");
  ExpectComment("Services that take its tokens: a\\u000aclient_id = 'b'.");
  ExpectComment("  jwt-sso login work");
}

// ---- Refusals

TEST_F(RunClientProfileTest, NamesTheIssuersThatThereAre) {
  const std::string two =
      kStaff + std::string("[issuer.ci]\nurl = \"https://ci.example.com\"\naudiences = [\"a\"]\n");
  ExpectRefusal(Run(two), "there are several issuers, name one: ci, staff");
  ClientProfileOptions options;
  options.issuer = "other";
  ExpectRefusal(Run(two, options),
                "no issuer has the name or url other: the configuration has: ci, staff");
  options.issuer = "staf";
  ExpectRefusal(Run(two, options), "no issuer has the name or url staf: did you mean staff?");
  options.issuer = "staff";
  EXPECT_EQ(Run(two, options), kOk);
  ExpectRefusal(Run("[login]\n"), "the configuration has no issuer");
}

struct BadIssuer {
  const char* name;
  const char* table;
  const char* why;
  const char* use = "";
};
class BadIssuerTest : public RunClientProfileTest, public testing::WithParamInterface<BadIssuer> {};

TEST_P(BadIssuerTest, IsRefused) {
  ClientProfileOptions options;
  options.use = GetParam().use;
  ExpectRefusal(Run(std::string("[issuer.a]\n") + GetParam().table, options), GetParam().why);
}

INSTANTIATE_TEST_SUITE_P(
    RunClientProfile, BadIssuerTest,
    testing::Values(
        BadIssuer{"NoBoundAudiences", "url = \"https://a.example\"\naudiences = [\"a\"]\n",
                  "issuer a has no bound_audiences, so no certificate with its tokens is taken: "
                  "register a client for ssh alone at the provider, and give its client id, for "
                  "example bound_audiences = [\"ssh-client\"] (or make a profile for prompts: "
                  "--use prompt)"},
        BadIssuer{"NoSshd",
                  "url = \"https://a.example\"\nbound_audiences = [\"a\"]\naudiences = [\"b\"]\n"
                  "services = [\"sudo\"]\n",
                  "issuer a does not serve sshd, which alone takes certificates: add it to "
                  "services"},
        BadIssuer{"NoAudiences", "url = \"https://a.example\"\nbound_audiences = [\"a\"]\n",
                  "issuer a has no audiences, so no prompt takes its tokens: leave --use prompt "
                  "out, or give it audiences",
                  "prompt"},
        BadIssuer{"SharedSecret",
                  "url = \"https://a.example\"\naudiences = [\"a\"]\nalgorithms = [\"HS256\"]\n"
                  "secret_file = \"/etc/pam_jwt/secret\"\n",
                  "issuer a has a secret_file: it signs with a secret that it shares with this "
                  "host, as no provider does for its users"},
        BadIssuer{"UrlOfNoProvider",
                  "url = \"http://adfs.example.com/adfs/services/trust\"\n"
                  "bound_audiences = [\"a\"]\njwks_file = \"/etc/pam_jwt/keys.json\"\n",
                  "issuer a has a url by which no program finds a provider, since it is not "
                  "https: http://adfs.example.com/adfs/services/trust"},
        BadIssuer{"Loopback", "url = \"https://localhost:8443\"\nbound_audiences = [\"a\"]\n",
                  "issuer a is on this machine only, where users of other machines do not reach "
                  "it: https://localhost:8443"},
        BadIssuer{"AudienceOfOneHost",
                  "url = \"https://a.example\"\nbound_audiences = [\"ssh://%h\"]\n",
                  "issuer a has only bound_audiences with %h, which differ from host to host, and "
                  "a profile is for all hosts: add the client id of your users' client to "
                  "bound_audiences"},
        BadIssuer{"OneTime",
                  "url = \"https://a.example\"\nbound_audiences = [\"a\"]\none_time = true\n",
                  "issuer a has one_time, and jwt-sso gives a token more than once: leave "
                  "one_time out"},
        BadIssuer{"OneTimeAtPrompts",
                  "url = \"https://a.example\"\naudiences = [\"a\"]\none_time = true\n",
                  "issuer a has one_time, and jwt-sso gives a token more than once: leave "
                  "one_time out",
                  "prompt"},
        BadIssuer{"NoIdTokens",
                  "url = \"https://a.example\"\nbound_audiences = [\"a\"]\n"
                  "token_types = [\"at+jwt\"]\n",
                  "issuer a has no JWT in token_types, so no ID token is taken: add it there, or "
                  "give --token access"},
        BadIssuer{"SeveralClients",
                  "url = \"https://a.example\"\nbound_audiences = [\"a\", \"ssh://%h\", \"b\"]\n",
                  "which client? --client-id must be one of a, b"},
        BadIssuer{"Service",
                  "url = \"https://a.example\"\nbound_audiences = [\"https://hosts.example\"]\n",
                  "https://hosts.example is the only entry of bound_audiences, and looks like a "
                  "service, not like a client. If it is the client id, give --client-id. If access "
                  "tokens have it in aud, give --token access and --client-id"},
        BadIssuer{"UnknownUse", "url = \"https://a.example\"\nbound_audiences = [\"a\"]\n",
                  "use: must be \"certificate\" or \"prompt\": did you mean prompt?", "prompts"}),
    test::kCaseName);

TEST_F(RunClientProfileTest, WantsAClientWhoseTokensAreTaken) {
  ClientProfileOptions options;
  options.client_id = "other";
  ExpectRefusal(Run(kStaff, options),
                "the aud of this client's tokens is other, and bound_audiences of issuer staff has "
                "only ssh-client: add it there");
  options.client_id = "";
  options.token = "access";
  ExpectRefusal(Run(kStaff, options),
                "give --client-id: aud of these tokens does not show which client gets them");
  const std::string azp =
      "[issuer.a]\nurl = \"https://a.example\"\naudience_claim = \"azp\"\n"
      "token_types = [\"at+jwt\"]\n"
      "bound_audiences = [\"ssh\"]\n";
  EXPECT_EQ(Run(azp, options), kOk) << err_.str();
  EXPECT_NE(out_.str().find("\nclient_id = \"ssh\"\n"), std::string::npos);
}

TEST_F(RunClientProfileTest, RefusesWhatTheProfileCannotHave) {
  ClientProfileOptions options;
  options.flows = {"client_credentials"};
  options.secret_file = "/s";
  ExpectRefusal(Run(kStaff, options),
                "flows: client_credentials gives no ID token: set token = \"access\"");
  options = {};
  options.hosts = {"a b"};
  ExpectRefusal(Run(kStaff, options),
                "hosts: must be names of hosts, perhaps with * and ?, and with ! in front");
  options = {};
  options.ports = {65536};
  ExpectRefusal(Run(kStaff, options), "redirect_ports: must be from 0 to 65535");
}

TEST_F(RunClientProfileTest, SaysWhereTheConfigurationIsWrong) {
  EXPECT_EQ(Run("[login]\nfrobnicate = 1\n"), kUsage);
  EXPECT_NE(err_.str().find("pam_jwt.toml:2: "), std::string::npos) << err_.str();
}

}  // namespace
}  // namespace pamjwt::ctl
