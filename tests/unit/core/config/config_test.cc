#include "core/config/config.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/config_text.h"
#include "support/expect_origin.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::ConfigOf;
using test::InIssuer;
using test::ParseText;
using test::RefusedAt;
using Strings = std::vector<std::string>;

const ServicePolicy& PolicyOf(const Config& config, std::string_view service) {
  return *config.issuers.front().PolicyFor(service);
}

std::string WithAudience(const std::string& audience) {
  return "[issuer.staff]\nurl = \"https://sso.example\"\naudiences = [\"x\", \"" + audience +
         "\"]\n";
}

// ---- What holds for a service

TEST(PolicyFor, GivesNothingForAServiceThatIsNotServed) {
  const Config config = ConfigOf(InIssuer("services = [\"sudo\"]"));
  const Issuer& issuer = config.issuers.front();
  EXPECT_NE(issuer.PolicyFor("sudo"), nullptr);
  EXPECT_EQ(issuer.PolicyFor("sshd"), nullptr);
  EXPECT_EQ(issuer.PolicyFor(""), nullptr);
  EXPECT_EQ(issuer.PolicyFor("SUDO"), nullptr);
  EXPECT_EQ(issuer.PolicyFor("sudo "), nullptr);
}

TEST(PolicyFor, LetsSudoCoverSudoIAndSuCoverSuL) {
  const Config sudo = ConfigOf(InIssuer("services = [\"sudo\"]"));
  const Config su = ConfigOf(InIssuer("services = [\"su\"]"));
  EXPECT_EQ(sudo.issuers[0].PolicyFor("sudo-i"), sudo.issuers[0].PolicyFor("sudo"));
  EXPECT_EQ(su.issuers[0].PolicyFor("su-l"), su.issuers[0].PolicyFor("su"));
  EXPECT_EQ(sudo.issuers[0].PolicyFor("su-l"), nullptr);
  EXPECT_EQ(su.issuers[0].PolicyFor("sudo-i"), nullptr);
  EXPECT_EQ(su.issuers[0].PolicyFor("sudo"), nullptr);
}

TEST(PolicyFor, GivesSudoIItsOwnWhereItIsNamed) {
  const Config config =
      ConfigOf(InIssuer("services = [\"sudo\", \"sudo-i\"]\n"
                        "[issuer.staff.service.sudo-i]\nmax_auth_age = \"1m\""));
  EXPECT_EQ(PolicyOf(config, "sudo-i").claims.max_auth_age->count, 60);
  EXPECT_EQ(PolicyOf(config, "sudo").claims.max_auth_age->count, 0);
}

TEST(PolicyFor, DoesNotLetSudoICoverSudoNorSuLCoverSu) {
  const Config config = ConfigOf(InIssuer("services = [\"sudo-i\", \"su-l\"]"));
  EXPECT_EQ(config.issuers[0].PolicyFor("sudo"), nullptr);
  EXPECT_EQ(config.issuers[0].PolicyFor("su"), nullptr);
}

TEST(PromptFor, GivesTheTableOfTheService) {
  const Config config = ConfigOf(
      "[service.nginx]\nrefusal_delay = \"0s\"\n[service.sudo]\nparts = false\n"
      "[service.su]\nparts = false\n[service.su-l]\nparts = true\n");
  EXPECT_EQ(config.PromptFor("sshd"), nullptr);
  ASSERT_NE(config.PromptFor("nginx"), nullptr);
  EXPECT_EQ(config.PromptFor("nginx")->refusal_delay->count, 0);
  EXPECT_EQ(config.PromptFor("nginx")->refusal_delay.at.line, 2U);
  EXPECT_FALSE(config.PromptFor("nginx")->parts.given());
  EXPECT_EQ(config.PromptFor("sudo-i"), config.PromptFor("sudo"));
  EXPECT_TRUE(*config.PromptFor("su-l")->parts);
  EXPECT_FALSE(*config.PromptFor("su")->parts);
}

TEST(PromptFor, IsPutTogetherFromSeveralFiles) {
  const Result<Config> config = ParseConfig({{"a", "[service.nginx]\nparts = false\n"},
                                             {"b", "[service.nginx]\nrefusal_delay = \"2s\"\n"}});
  ASSERT_TRUE(Accepted(config));
  EXPECT_TRUE(config.value().PromptFor("nginx")->parts.given());
  EXPECT_EQ(config.value().PromptFor("nginx")->refusal_delay->count, 2);
}

constexpr std::string_view kServices =
    "services = [\"sshd\", \"sudo\", \"postgresql\"]\n"  // 4
    "max_token_age = \"2h\"\n"                           // 5
    "require = [{ claim = \"a\", any_of = [1] }]\n"      // 6
    "[[issuer.staff.account]]\n"                         // 7
    "claim = \"email\"\n"                                // 8
    "[issuer.staff.service.sudo]\n"                      // 9
    "max_token_age = \"1h\"\n"                           // 10
    "max_auth_age = \"5m\"\n"                            // 11
    "one_time = true\n"                                  // 12
    "audiences = [\"sudo\"]\n"                           // 13
    "require = [{ claim = \"b\", any_of = [2] }]\n"      // 14
    "[[issuer.staff.service.sudo.account]]\n"            // 15
    "claim = \"admin\"\n"                                // 16
    "[issuer.staff.service.postgresql]\n"                // 17
    "local_account = false\n";                           // 18

TEST(ServicePolicy, IsTheIssuersWhereTheServiceSaysNothing) {
  const Config config = ConfigOf(InIssuer(kServices));
  const ServicePolicy& policy = PolicyOf(config, "sshd");
  EXPECT_EQ(policy.claims.max_token_age->count, 7200);
  EXPECT_EQ(policy.claims.max_token_age.at.line, 5U);
  EXPECT_EQ(policy.claims.max_auth_age->count, 0);
  EXPECT_FALSE(*policy.claims.one_time);
  EXPECT_EQ(*policy.claims.audiences, Strings{"ssh://host.example"});
  EXPECT_EQ(policy.claims.audiences.at.line, 3U);
  ASSERT_EQ(policy.claims.require.size(), 1U);
  ASSERT_EQ(policy.accounts.size(), 1U);
  EXPECT_EQ(policy.accounts[0].claim.text(), "email");
  EXPECT_TRUE(policy.local_account);
}

TEST(ServicePolicy, IsTightenedByTheService) {
  const Config config = ConfigOf(InIssuer(kServices));
  const ServicePolicy& policy = PolicyOf(config, "sudo");
  EXPECT_EQ(policy.claims.max_token_age->count, 3600);
  EXPECT_EQ(policy.claims.max_token_age.at.line, 10U);
  EXPECT_EQ(policy.claims.max_auth_age->count, 300);
  EXPECT_TRUE(*policy.claims.one_time);
  EXPECT_EQ(policy.claims.one_time.at.line, 12U);
}

TEST(ServicePolicy, HasAudiencesAndAccountRulesOfTheServiceInPlaceOfTheIssuers) {
  const Config config = ConfigOf(InIssuer(kServices));
  const ServicePolicy& policy = PolicyOf(config, "sudo");
  EXPECT_EQ(*policy.claims.audiences, Strings{"sudo"});
  EXPECT_EQ(policy.claims.audiences.at.line, 13U);
  ASSERT_EQ(policy.accounts.size(), 1U);
  EXPECT_EQ(policy.accounts[0].claim.text(), "admin");
  EXPECT_EQ(policy.accounts[0].at.line, 15U);
}

TEST(ServicePolicy, AddsTheConditionsOfTheServiceToTheIssuers) {
  const Config config = ConfigOf(InIssuer(kServices));
  const std::vector<Condition>& require = PolicyOf(config, "sudo").claims.require;
  ASSERT_EQ(require.size(), 2U);
  EXPECT_EQ(require[0].at.line, 6U);
  EXPECT_EQ(require[1].at.line, 14U);
}

TEST(ServicePolicy, NeedsNoLocalAccountWhereTheServiceSaysSo) {
  const Config config = ConfigOf(InIssuer(kServices));
  EXPECT_FALSE(PolicyOf(config, "postgresql").local_account);
  EXPECT_TRUE(PolicyOf(config, "sudo").local_account);
}

TEST(ServicePolicy, TakesSubForTheAccountWhereThereAreNoRules) {
  const Config config = ConfigOf(InIssuer(""));
  const std::vector<AccountRule>& rules = PolicyOf(config, "sshd").accounts;
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(rules[0].claim.text(), "sub");
  EXPECT_TRUE(rules[0].pattern.is_bare_star());
  EXPECT_TRUE(rules[0].name.is_bare_star());
  EXPECT_EQ(rules[0].at.line, 1U);
}

TEST(ServicePolicy, HasTheAudienceClaimOfTheIssuer) {
  const Config config = ConfigOf(InIssuer("audience_claim = \"azp\""));
  EXPECT_EQ(*PolicyOf(config, "sshd").claims.audience_claim, "azp");
}

TEST(Issuer, HasTheHmacAlgorithmsWhereItHasASecret) {
  const Config config = ConfigOf(InIssuer("secret_file = \"/s\""));
  EXPECT_EQ(*config.issuers[0].algorithms,
            (std::vector{Algorithm::kHs256, Algorithm::kHs384, Algorithm::kHs512}));
  const Config without = ConfigOf(InIssuer(""));
  for (const Algorithm algorithm : *without.issuers[0].algorithms) {
    EXPECT_NE(Info(algorithm).scheme, Scheme::kHmac);
  }
}

TEST(Issuer, NeedsADaemonWhereItHasNoFileOfItsOwn) {
  EXPECT_TRUE(ConfigOf(InIssuer("")).issuers[0].NeedsDaemon());
  EXPECT_TRUE(ConfigOf(InIssuer("jwks_uri = \"https://a\"")).issuers[0].NeedsDaemon());
  EXPECT_FALSE(ConfigOf(InIssuer("jwks_file = \"/k\"")).issuers[0].NeedsDaemon());
  EXPECT_FALSE(ConfigOf(InIssuer("secret_file = \"/s\"")).issuers[0].NeedsDaemon());
}

// ---- %h

struct FillCase {
  const char* name;
  const char* audience;
  const char* filled;
};

constexpr FillCase kFills[] = {
    {"Host", "ssh://%h", "ssh://host.example"},
    {"HostAlone", "%h", "host.example"},
    {"HostTwice", "%h/%h", "host.example/host.example"},
    {"Percent", "100%%", "100%"},
    {"PercentBeforeH", "%%h", "%h"},
    {"PercentAndHost", "%%%h", "%host.example"},
    {"Neither", "fleet", "fleet"},
};

class FillInHostTest : public testing::TestWithParam<FillCase> {};

TEST_P(FillInHostTest, PutsTheHostInEveryPolicy) {
  const Result<Config> filled =
      FillInHost(ConfigOf(WithAudience(GetParam().audience)), "host.example");
  ASSERT_TRUE(Accepted(filled));
  EXPECT_EQ(*PolicyOf(filled.value(), "sshd").claims.audiences, (Strings{"x", GetParam().filled}));
}

INSTANTIATE_TEST_SUITE_P(FillInHost, FillInHostTest, testing::ValuesIn(kFills), test::kCaseName);

// RFC 1123 §2.1.
TEST(FillInHost, TakesHostNamesOnly) {
  for (const std::string& host :
       {std::string("a"), std::string("host"), std::string("HOST-1.example.com"),
        std::string("10.0.0.1"), std::string(253, 'a')}) {
    const Config config = ConfigOf(WithAudience("ssh://%h"));
    EXPECT_TRUE(Accepted(FillInHost(config, host))) << host;
  }
  for (const std::string& host :
       {std::string(), std::string(".example"), std::string("-a"), std::string("a b"),
        std::string("a/b"), std::string("a:1"), std::string("a\n"), std::string("a_b"),
        std::string("%h"), std::string("h\xc3\xb6st"), std::string("a\0b", 3),
        std::string(254, 'a')}) {
    const Config config = ConfigOf(WithAudience("ssh://%h"));
    EXPECT_TRUE(RefusedAt(Reason::kConfigInvalid, 3, FillInHost(config, host))) << host;
  }
}

TEST(FillInHost, NeedsNoHostWhereNoAudienceHasOne) {
  for (const char* const audience : {"fleet", "%%h", "%%"}) {
    const Config config = ConfigOf(WithAudience(audience));
    EXPECT_FALSE(config.NeedsHost()) << audience;
    EXPECT_TRUE(Accepted(FillInHost(config, ""))) << audience;
  }
  EXPECT_TRUE(ConfigOf(WithAudience("%%%h")).NeedsHost());
}

TEST(FillInHost, LooksAtTheAudiencesOfServicesToo) {
  const std::string text = InIssuer("[issuer.staff.service.sshd]\naudiences = [\"ssh://%h\"]\n");
  const Config config = ConfigOf(text);
  EXPECT_TRUE(config.NeedsHost());
  const Result<Config> refused = FillInHost(config, "");
  EXPECT_TRUE(RefusedAt(Reason::kConfigInvalid, 5, refused));
  EXPECT_TRUE(test::DetailOf(refused).starts_with("pam_jwt.toml:5: ")) << test::DetailOf(refused);
  const Result<Config> filled = FillInHost(config, "h.example");
  ASSERT_TRUE(Accepted(filled));
  EXPECT_EQ(*PolicyOf(filled.value(), "sshd").claims.audiences, Strings{"ssh://h.example"});
}

// ---- Several files

TEST(Describe, NamesFileAndLine) {
  const Result<Config> config = ParseConfig({{"a.toml", ""}, {"conf.d/b.toml", ""}});
  ASSERT_TRUE(Accepted(config));
  EXPECT_EQ(config.value().Describe({0, 3}), "a.toml:3");
  EXPECT_EQ(config.value().Describe({1, 31}), "conf.d/b.toml:31");
  EXPECT_EQ(config.value().Describe({1, 0}), "");
  EXPECT_EQ(config.value().Describe({2, 1}), "");
}

TEST(ParseConfig, LetsALaterFileAddRulesToAnIssuerNamedElsewhere) {
  const Result<Config> config =
      ParseConfig({{"pam_jwt.toml", InIssuer("[[issuer.staff.account]]\nclaim = \"a\"\n")},
                   {"conf.d/1.toml", "[[issuer.staff.account]]\nclaim = \"b\"\n"},
                   {"conf.d/2.toml", "\n[[issuer.staff.account]]\nclaim = \"c\"\n"}});
  ASSERT_TRUE(Accepted(config));
  ASSERT_EQ(config.value().issuers.size(), 1U);
  const std::vector<AccountRule>& rules = PolicyOf(config.value(), "sshd").accounts;
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(rules[0].claim.text() + rules[1].claim.text() + rules[2].claim.text(), "abc");
  EXPECT_EQ(config.value().Describe(rules[2].at), "conf.d/2.toml:2");
}

TEST(ParseConfig, LetsALaterFileAddRulesToAService) {
  const Result<Config> config = ParseConfig(
      {{"pam_jwt.toml", InIssuer("[[issuer.staff.service.sshd.account]]\nclaim = \"a\"\n")},
       {"conf.d/1.toml", "[[issuer.staff.service.sshd.account]]\nclaim = \"b\"\n"}});
  ASSERT_TRUE(Accepted(config));
  const std::vector<AccountRule>& rules = PolicyOf(config.value(), "sshd").accounts;
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(config.value().Describe(rules[0].at), "pam_jwt.toml:4");
  EXPECT_EQ(config.value().Describe(rules[1].at), "conf.d/1.toml:1");
}

TEST(ParseConfig, LetsALaterFileAddTablesAndKeysThatAreNotGivenYet) {
  const Result<Config> config = ParseConfig(
      {{"pam_jwt.toml", InIssuer("")},
       {"conf.d/1.toml", "[login]\nleeway = \"10s\"\n[issuer.staff]\nservices = [\"sudo\"]\n"},
       {"conf.d/2.toml",
        "[login]\nmin_uid = 500\n[issuer.staff.service.sudo]\n"
        "one_time = true\n"},
       {"conf.d/3.toml", "[issuer.other]\nurl = \"https://other\"\naudiences = [\"a\"]\n"}});
  ASSERT_TRUE(Accepted(config));
  EXPECT_EQ(config.value().login.leeway->count, 10);
  EXPECT_EQ(*config.value().login.min_uid, 500);
  EXPECT_TRUE(*PolicyOf(config.value(), "sudo").claims.one_time);
  ASSERT_EQ(config.value().issuers.size(), 2U);
  EXPECT_EQ(config.value().issuers[0].name, "staff");
  EXPECT_EQ(config.value().issuers[1].name, "other");
}

TEST(ParseConfig, RefusesAnIssuerThatOnlyGotRules) {
  EXPECT_TRUE(Accepted(ParseConfig({{"a.toml", InIssuer("")}})));
  const Result<Config> config = ParseConfig(
      {{"a.toml", InIssuer("")}, {"b.toml", "[[issuer.staf.account]]\nclaim = \"b\"\n"}});
  EXPECT_TRUE(RefusedAt(Reason::kConfigInvalid, 1, config));
  EXPECT_EQ(test::DetailOf(config),
            "b.toml:1: issuer staf has no url (and 1 more error: jwtctl check lists them)");
}

TEST(ParseConfig, RefusesTwoIssuersWithOneUrlInTwoFiles) {
  const Result<Config> config = ParseConfig(
      {{"a.toml", InIssuer("")},
       {"b.toml", "[issuer.other]\nurl = \"https://sso.example\"\naudiences = [\"a\"]\n"}});
  EXPECT_TRUE(RefusedAt(Reason::kConfigInvalid, 2, config));
  EXPECT_TRUE(test::DetailOf(config).starts_with("b.toml:2: ")) << test::DetailOf(config);
}

TEST(ParseConfig, TakesAnEmptyFile) {
  const Result<Config> config = ParseText("");
  ASSERT_TRUE(Accepted(config));
  EXPECT_TRUE(config.value().issuers.empty());
  EXPECT_FALSE(config.value().NeedsHost());
}

struct TextCase {
  const char* name;
  std::string_view text;
  std::uint32_t line;
};

constexpr TextCase kTexts[] = {
    {"NoToml", "[login]\nleeway\n", 2},
    {"HeaderThatIsNoKey", "\n[=]\n", 2},
    {"HeaderOfAListThatIsNoKey", "\n[[#]]\n", 2},
    {"OpenString", "[login]\nhost = \"a\n", 2},
    {"UmlautOutsideQuotes", "[login]\nleeway = \xc3\xa4\n", 2},
    {"NoUtf8", "[login]\n\nhost = \"\xff\"\n", 3},
    {"UnknownTable", "[login]\n[logins]\n", 2},
    {"UnknownTopLevelKey", "\nversion = 1\n", 2},
    {"UnknownKeyInLogin", "[login]\nleway = \"1s\"\n", 2},
    {"KeyOfAnotherTable", "[keys]\nleeway = \"1s\"\n", 2},
    {"TableInATable", "[login.leeway]\nx = 1\n", 1},
    {"LoginNotATable", "login = 1\n", 1},
    {"LoginAListOfTables", "[[login]]\nleeway = \"1s\"\n", 1},
    {"IssuerNotATable", "\nissuer = \"a\"\n", 2},
    {"IssuerAListOfTables", "[[issuer]]\nurl = \"https://a\"\n", 1},
    {"IssuerWithoutAName", "[issuer]\nurl = \"https://a\"\n", 2},
    {"ServiceNotATable", "[issuer.a]\nservice = 1\n", 2},
    {"ServiceWithoutAName", "[issuer.a.service]\none_time = true\n", 2},
    {"UnknownKeyInService", "[issuer.a.service.sshd]\nurl = \"https://a\"\n", 2},
    {"SameTableTwice", "[login]\n[keys]\n[login]\n", 3},
};

class TextTest : public testing::TestWithParam<TextCase> {};

TEST_P(TextTest, RefusesTheTextWithItsLine) {
  const Result<Config> config = ParseText(GetParam().text);
  EXPECT_TRUE(RefusedAt(Reason::kConfigInvalid, GetParam().line, config));
  const std::string where = "pam_jwt.toml:" + std::to_string(GetParam().line) + ": ";
  EXPECT_TRUE(test::DetailOf(config).starts_with(where)) << test::DetailOf(config);
}

INSTANTIATE_TEST_SUITE_P(ParseConfig, TextTest, testing::ValuesIn(kTexts), test::kCaseName);

struct UnknownKeyCase {
  const char* name;
  std::string text;
  const char* message;
};

const UnknownKeyCase kUnknownKeys[] = {
    {"OfAnIssuer", InIssuer("audience = [\"x\"]"),
     "pam_jwt.toml:4: key is not known: issuer.staff.audience: did you mean audiences?"},
    {"FarFromAll", InIssuer("colour = [\"x\"]"),
     "pam_jwt.toml:4: key is not known: issuer.staff.colour"},
    {"NearAnotherTable", InIssuer("leewai = \"1s\""),
     "pam_jwt.toml:4: key is not known: issuer.staff.leewai"},
    {"OfTheSameNameAsNoOption", InIssuer("[[issuer.staff.accounts]]\nclaim = \"a\""),
     "pam_jwt.toml:4: key is not known: issuer.staff.accounts: did you mean account?"},
    {"OfTheServicesOfAnIssuer", InIssuer("[issuer.staff.serviec.sshd]\none_time = true"),
     "pam_jwt.toml:4: key is not known: issuer.staff.serviec: did you mean service?"},
    {"OfAService", InIssuer("[issuer.staff.service.sshd]\nonetime = true"),
     "pam_jwt.toml:5: key is not known: issuer.staff.service.sshd.onetime: did you mean one_time?"},
    {"OfPrompts", "[service.nginx]\nrefusal_dealy = \"0s\"\n",
     "pam_jwt.toml:2: key is not known: service.nginx.refusal_dealy: did you mean refusal_delay?"},
    {"OfTheTop", "[issuers.staff]\n",
     "pam_jwt.toml:1: key is not known: issuers: did you mean issuer?"},
    {"OfARule", InIssuer("[[issuer.staff.account]]\nclaims = \"a\""),
     "pam_jwt.toml:5: account: claims: key is not known in an account rule: claims: did you mean "
     "claim?"},
    {"OfACondition", InIssuer("require = [{ claim = \"a\", anyof = [1] }]"),
     "pam_jwt.toml:4: issuer.staff.require: key is not known in a condition: anyof: did you mean "
     "any_of?"},
};

class UnknownKeyTest : public testing::TestWithParam<UnknownKeyCase> {};

TEST_P(UnknownKeyTest, OffersTheNearestKeyOfItsTable) {
  EXPECT_EQ(test::DetailOf(ParseText(GetParam().text)), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(ParseConfig, UnknownKeyTest, testing::ValuesIn(kUnknownKeys),
                         test::kCaseName);

// ---- All errors in one run

Strings ErrorsOf(const std::vector<ConfigText>& texts) {
  Strings details;
  for (const Error& error : FindConfigErrors(texts)) {
    EXPECT_EQ(error.reason, Reason::kConfigInvalid);
    details.push_back(error.detail);
  }
  return details;
}

Strings ErrorsOf(const std::string& text) {
  return ErrorsOf({{"pam_jwt.toml", text}});
}

TEST(FindConfigErrors, FindsNothingInWhatParseConfigTakes) {
  EXPECT_EQ(ErrorsOf(InIssuer("")), Strings());
  EXPECT_EQ(ErrorsOf(""), Strings());
}

TEST(FindConfigErrors, ListsTheErrorsOfAllTablesInTheOrderOfTheirLines) {
  const std::string text = InIssuer(
      "services = \"sshd\"\n"          // 4
      "timeout = \"0s\"\n"             // 5
      "proxy = \"ftp://p\"\n"          // 6
      "[[issuer.staff.account]]\n"     // 7
      "claim = 1\n"                    // 8
      "lowercase = \"yes\"\n"          // 9
      "[[issuer.staff.account]]\n"     // 10
      "name = \"root\"\n"              // 11
      "[issuer.staff.service.sshd]\n"  // 12
      "onetime = true\n"               // 13
      "[login]\n"                      // 14
      "leeway = \"1h\"\n"              // 15
      "[logins]\n");                   // 16
  EXPECT_EQ(
      ErrorsOf(text),
      (Strings{"pam_jwt.toml:4: issuer.staff.services: must be a list of strings",
               "pam_jwt.toml:5: issuer.staff.timeout: must be from \"1s\" to \"1m\"",
               "pam_jwt.toml:6: proxy must begin with http://, https://, socks4://, socks4a://, "
               "socks5:// or socks5h://",
               "pam_jwt.toml:8: account: claim: must be a string",
               "pam_jwt.toml:9: account: lowercase: must be true or false",
               "pam_jwt.toml:10: a literal name would let every token of the issuer in as root: "
               "give it a require, or a pattern that is more than a star",
               "pam_jwt.toml:13: key is not known: issuer.staff.service.sshd.onetime: did you "
               "mean one_time?",
               "pam_jwt.toml:15: login.leeway: must be from \"0s\" to \"5m\"",
               "pam_jwt.toml:16: key is not known: logins: did you mean login?"}));
}

TEST(FindConfigErrors, ListsAllRelationsThatDoNotHold) {
  const std::string text =
      "[issuer.a]\n"                          // 1
      "algorithms = [\"HS256\"]\n"            // 2
      "jwks_uri = \"https://a.example/k\"\n"  // 3
      "jwks_file = \"/k\"\n"                  // 4
      "max_token_age = \"1h\"\n"              // 5
      "[issuer.a.service.sshd]\n"             // 6
      "max_token_age = \"2h\"\n"              // 7
      "[issuer.a.service.sudo]\n";            // 8
  const std::vector<Error> errors = FindConfigErrors({{"pam_jwt.toml", text}});
  std::vector<std::uint32_t> lines;
  for (const Error& error : errors) {
    lines.push_back(error.rule.line);
  }
  EXPECT_EQ(lines, (std::vector<std::uint32_t>{1, 1, 2, 4, 7, 8}));
}

// A value that was not read looks like its default.
TEST(FindConfigErrors, FindsNoErrorThatComesFromAnother) {
  EXPECT_EQ(ErrorsOf("[issuer.a]\nurll = \"https://a.example\"\naudiences = [\"x\"]\n"),
            Strings{"pam_jwt.toml:2: key is not known: issuer.a.urll: did you mean url?"});
  EXPECT_EQ(ErrorsOf(InIssuer("secret_file = 1\nalgorithms = [\"HS256\"]\n")),
            Strings{"pam_jwt.toml:4: issuer.staff.secret_file: must be a string"});
  EXPECT_EQ(ErrorsOf(InIssuer("max_token_age = \"2 days\"\n[issuer.staff.service.sshd]\n"
                              "max_token_age = \"36h\"\n"))
                .size(),
            1U);
  EXPECT_EQ(ErrorsOf("[keys]\nrefresh_max = 7200\nrefresh_min = \"2h\"\n").size(), 1U);
  EXPECT_EQ(ErrorsOf(InIssuer("proxy = \"ftp://u@p\"\nproxy_password_file = \"/p\"\n")).size(), 1U);
}

TEST(FindConfigErrors, ComparesTheValuesOfATableIfOnlyOthersHaveErrors) {
  EXPECT_EQ(ErrorsOf(InIssuer("algorithms = [\"HS256\"]\n[login]\nleway = \"1s\"\n")),
            (Strings{"pam_jwt.toml:4: HS256 needs secret_file",
                     "pam_jwt.toml:6: key is not known: login.leway: did you mean leeway?"}));
}

TEST(FindConfigErrors, GoesOnBehindAFileThatIsNoToml) {
  const Strings errors = ErrorsOf({{"a.toml", "[login]\nleeway = 1s\nmin_uid = x\n"},
                                   {"b.toml", "[issuer.b]\nurl = 1\n"},
                                   {"c.toml", "[issuer.c]\nurl = \"https://c.example\"\n"}});
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_TRUE(errors[0].starts_with("a.toml:2: ")) << errors[0];
  EXPECT_EQ(errors[1], "b.toml:2: issuer.b.url: must be a string");
}

TEST(FindConfigErrors, StopsAtItsBound) {
  std::string text = "[login]\n";
  std::string rules;
  for (std::size_t i = 0; i < kMaxConfigErrors - 1; ++i) {
    text += "key" + std::to_string(i) + " = 1\n";
    rules += "[[issuer.staff.account]]\nname = 1\n";
  }
  EXPECT_EQ(ErrorsOf(text).size(), kMaxConfigErrors - 1);
  EXPECT_EQ(test::DetailOf(ParseText(text)),
            "pam_jwt.toml:2: key is not known: login.key0 (and 30 more errors: jwtctl check lists "
            "them)");
  text += "x = 1\ny = 1\n";
  EXPECT_EQ(ErrorsOf(text).size(), kMaxConfigErrors);
  EXPECT_NE(test::DetailOf(ParseText(text)).find("(and at least 31 more errors: "),
            std::string::npos);
  rules += rules;
  EXPECT_EQ(ErrorsOf(InIssuer(rules)).size(), kMaxConfigErrors);
}

TEST(ParseConfig, SaysHowManyErrorsThereAre) {
  EXPECT_EQ(test::DetailOf(ParseText("[login]\na = 1\n")),
            "pam_jwt.toml:2: key is not known: login.a");
  EXPECT_EQ(test::DetailOf(ParseText("[login]\na = 1\nb = 1\n")),
            "pam_jwt.toml:2: key is not known: login.a (and 1 more error: jwtctl check lists "
            "them)");
  EXPECT_EQ(test::DetailOf(ParseText("[login]\na = 1\nb = 1\nc = 1\n")),
            "pam_jwt.toml:2: key is not known: login.a (and 2 more errors: jwtctl check lists "
            "them)");
}

}  // namespace
}  // namespace pamjwt
