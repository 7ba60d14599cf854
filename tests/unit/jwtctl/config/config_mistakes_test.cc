#include "jwtctl/config/config_mistakes.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "jwtctl/config/config_host.h"
#include "support/config_text.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

using test::InIssuer;
using Services = std::vector<std::string>;

const Services kServices = {"login", "other", "sshd", "su", "sudo"};

/// Returns the problems of a configuration, one per line.
std::string Mistakes(const std::string& text, const Services& services = kServices) {
  std::string shown;
  for (const ConfigProblem& problem : FindConfigMistakes(test::ConfigOf(text), services)) {
    shown += std::string(Name(problem.severity)) + ": " + Show(problem) + "\n";
  }
  return shown;
}

// ---- services

TEST(FindConfigMistakes, OffersTheNearestServiceOfTheHost) {
  EXPECT_EQ(Mistakes(InIssuer("services = [\"ssh\", \"sudo\"]")),
            "warning: pam_jwt.toml:4: this host has no PAM service ssh: did you mean sshd?\n");
  EXPECT_EQ(Mistakes(InIssuer("services = [\"SSHD\"]")),
            "warning: pam_jwt.toml:4: this host has no PAM service SSHD: did you mean sshd?\n");
  EXPECT_EQ(Mistakes(InIssuer("services = [\"sshd\", \"sudo\"]")), "");
  EXPECT_EQ(Mistakes(InIssuer("services = [\"ssh\"]"), {"ssh", "sshd"}), "");
}

TEST(FindConfigMistakes, LooksAtTheTablesOfServices) {
  for (const char* const option : {"parts = false", "refusal_delay = \"0s\""}) {
    EXPECT_EQ(Mistakes("[service.ssh]\n" + std::string(option) + "\n"),
              "warning: pam_jwt.toml:2: this host has no PAM service ssh: did you mean sshd?\n");
    EXPECT_EQ(Mistakes("[service.sshd]\n" + std::string(option) + "\n"), "");
  }
}

TEST(FindConfigMistakes, TakesAServiceAsLibpamDoes) {
  for (const char* const written : {"SSHD", "/etc/pam.d/sshd"}) {
    EXPECT_EQ(Mistakes(InIssuer("services = [\"" + std::string(written) + "\"]")),
              "warning: pam_jwt.toml:4: this host has no PAM service " + std::string(written) +
                  ": did you mean sshd?\n");
  }
}

TEST(FindConfigMistakes, LeavesAServiceAloneThatResemblesNoOther) {
  EXPECT_EQ(Mistakes(InIssuer("services = [\"postgresql\"]")), "");
  EXPECT_EQ(Mistakes(InIssuer("services = [\"postgres\"]"), {"postgresql"}),
            "warning: pam_jwt.toml:4: this host has no PAM service postgres: did you mean "
            "postgresql?\n");
  // The policy of sudo holds for sudo-i.
  EXPECT_EQ(Mistakes(InIssuer("services = [\"sudo\", \"sudo-i\"]")), "");
  EXPECT_EQ(Mistakes(InIssuer("services = [\"sudo-i\"]")),
            "warning: pam_jwt.toml:4: this host has no PAM service sudo-i: did you mean sudo?\n");
}

TEST(FindConfigMistakes, JudgesNoServiceThatNobodyWroteOrIfTheHostIsNotKnown) {
  EXPECT_EQ(Mistakes(InIssuer(""), {"sssd"}), "");
  EXPECT_EQ(Mistakes(InIssuer("services = [\"sshd\"]"), {"sssd"}),
            "warning: pam_jwt.toml:4: this host has no PAM service sshd: did you mean sssd?\n");
  EXPECT_EQ(Mistakes(InIssuer("services = [\"ssh\"]"), {}), "");
}

TEST(ListPamServices, ReadsTheFilesOfTheHostAndOfItsVendor) {
  const test::TempDir root;
  EXPECT_EQ(ListPamServices(root.Path()), Services());
  root.Write("etc/pam.d/sudo", "");
  root.Write("etc/pam.d/sshd", "");
  root.Write("usr/lib/pam.d/sshd", "");
  root.Write("usr/lib/pam.d/login", "");
  EXPECT_EQ(ListPamServices(root.Path()), Services({"login", "sshd", "sudo"}));
}

// ---- claims

struct ClaimCase {
  const char* name;
  std::string text;  ///< with CLAIM for the name of a claim
  int line;
};

class DottedClaimTest : public testing::TestWithParam<ClaimCase> {
 protected:
  static std::string MistakesOf(const std::string& claim) {
    std::string text = GetParam().text;
    return Mistakes(text.replace(text.find("CLAIM"), 5, "\"" + claim + "\""));
  }
};

TEST_P(DottedClaimTest, IsProbablyAPath) {
  EXPECT_EQ(MistakesOf("realm_access.roles"),
            "warning: pam_jwt.toml:" + std::to_string(GetParam().line) +
                R"(: claim "realm_access.roles" is one name with dots in it: write the path to a )"
                R"(member as a JSON pointer, "/realm_access/roles", or a name that has dots as )"
                "\"/realm_access.roles\"\n");
}

TEST_P(DottedClaimTest, MayBeAPointerAUrlOrAPlainName) {
  for (const char* const claim :
       {"/realm_access/roles", "/realm_access.roles", "realm_access", "https://example.com/roles",
        "example.com/roles", "urn:example.com:roles", ".roles", "roles.", "wlcg.groups"}) {
    EXPECT_EQ(MistakesOf(claim), "") << claim;
  }
}

const ClaimCase kClaims[] = {
    {"OfAnExport", InIssuer("[session]\nexport = { SSO_ROLE = CLAIM }"), 5},
    {"OfARule", InIssuer("[[issuer.staff.account]]\nclaim = CLAIM"), 4},
    {"OfAConditionOfARule",
     InIssuer("[[issuer.staff.account]]\nrequire = [{ claim = CLAIM, any_of = [1] }]"), 5},
    {"OfACondition", InIssuer("require = [{ claim = CLAIM, any_of = [1] }]"), 4},
    {"OfAConditionOfAService",
     InIssuer("[issuer.staff.service.sshd]\nrequire = [{ claim = CLAIM, any_of = [1] }]"), 5},
    {"OfARuleOfAService", InIssuer("[[issuer.staff.service.sshd.account]]\nclaim = CLAIM"), 4},
};

INSTANTIATE_TEST_SUITE_P(FindConfigMistakes, DottedClaimTest, testing::ValuesIn(kClaims),
                         test::kCaseName);

// ---- audiences

TEST(FindConfigMistakes, SaysThatAnAudienceWithAStarIsComparedExactly) {
  const std::string tail =
      " has a star, but audiences are compared exactly: write each audience in full, where %h "
      "stands for the name of this host\n";
  EXPECT_EQ(Mistakes(InIssuer("[issuer.staff.service.sshd]\naudiences = [\"a\", \"*\"]")),
            "warning: pam_jwt.toml:5: audience \"*\"" + tail);
  EXPECT_EQ(Mistakes(InIssuer("[issuer.staff.service.sshd]\naudiences = [\"a\", \"%h\"]")), "");
  const std::string issuer = "[issuer.a]\nurl = \"https://a.example\"\naudiences = ";
  EXPECT_EQ(Mistakes(issuer + "[\"ssh://*.example\"]"),
            "warning: pam_jwt.toml:3: audience \"ssh://*.example\"" + tail);
  EXPECT_EQ(Mistakes(issuer + "[\"ssh://%h\"]"), "");
}

// ---- url

TEST(FindConfigMistakes, SaysThatTheUrlIsNotThatOfTheMetadata) {
  const auto with_url = [](const std::string& url) {
    return "[issuer.a]\nurl = \"" + url + "\"\naudiences = [\"a\"]\n";
  };
  const auto error = [](const std::string& place) {
    return "error: pam_jwt.toml:2: url is the place of the metadata, not the issuer: no token has "
           "it as iss: leave " +
           place +
           " off, and if the metadata is not below what iss says, name its place in "
           "metadata_url\n";
  };
  for (const std::string place :
       {"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server",
        "/.well-known/jwks.json", "/.well-known/jwks"}) {
    EXPECT_EQ(Mistakes(with_url("https://a.example/realm" + place)), error(place));
  }
  const std::string place = "/.well-known/oauth-authorization-server";
  EXPECT_EQ(Mistakes(with_url("https://a.example" + place + "/realm")), error(place));
  EXPECT_EQ(Mistakes(with_url("https://a.example/.well-known/jwksets")), "");
  EXPECT_EQ(Mistakes(with_url("https://a.example/realm")), "");
  EXPECT_EQ(Mistakes(with_url("https://a.example/realm") +
                     "metadata_url = \"https://a.example/.well-known/openid-configuration\"\n"),
            "");
}

TEST(FindConfigMistakes, SaysWhatAnIssuerOfOpenIdConnectDoesNotHave) {
  const auto with_url = [](const std::string& url) {
    return "[issuer.a]\nurl = \"" + url + "\"\naudiences = [\"a\"]\njwks_file = \"/k\"\n";
  };
  const auto warning = [](const std::string& what) {
    return "warning: pam_jwt.toml:2: url has " + what +
           ", which an issuer of OpenID Connect does not have: write it as the claim iss of a "
           "token has it, byte for byte: jwtctl inspect shows it\n";
  };
  EXPECT_EQ(Mistakes(with_url("https://a.example")), "");
  EXPECT_EQ(Mistakes(with_url("https://a.example ")), warning("a blank"));
  EXPECT_EQ(Mistakes(with_url("https://a.example/?t=1")), warning("a query, from its ? on"));
  EXPECT_EQ(Mistakes(with_url("https://a.example/#t")), warning("a fragment, from its # on"));
  EXPECT_EQ(Mistakes(with_url("urn:a")), "");
}

TEST(FindConfigMistakes, NotesKeysFromAnotherOrigin) {
  const std::string tail =
      ", the issuer is https://sso.example: that server says which keys are trusted\n";
  EXPECT_EQ(Mistakes(InIssuer("metadata_url = \"https://sso.exampel/m\"")),
            "note: pam_jwt.toml:4: metadata_url is on https://sso.exampel" + tail);
  EXPECT_EQ(Mistakes(InIssuer("jwks_uri = \"https://sso.example:8443/m\"")),
            "note: pam_jwt.toml:4: jwks_uri is on https://sso.example:8443" + tail);
  EXPECT_EQ(Mistakes(InIssuer("metadata_url = \"https://sso.example/m\"")), "");
  EXPECT_EQ(Mistakes(InIssuer("jwks_uri = \"https://SSO.example:443/m\"")), "");
}

// ---- account rules

TEST(FindConfigMistakes, FindsAPatternThatLowercaseNeverLetsMatch) {
  const auto rule = [](const std::string& keys) {
    return InIssuer("[[issuer.staff.account]]\nclaim = \"upn\"\n" + keys);
  };
  EXPECT_EQ(Mistakes(rule("lowercase = true\npattern = \"*@Example.com\"")),
            "warning: pam_jwt.toml:4: the pattern \"*@Example.com\" has capitals, and lowercase "
            "takes them out of the claim: the rule never matches: write the pattern in lower case, "
            "or leave lowercase out\n");
  EXPECT_EQ(Mistakes(rule("lowercase = true\npattern = \"*@example.com\"")), "");
  EXPECT_EQ(Mistakes(rule("pattern = \"*@Example.com\"")), "");
  EXPECT_EQ(Mistakes(rule("lowercase = true\npattern = \"*@\u00c4.example\"")), "");
}

}  // namespace
}  // namespace pamjwt::ctl
