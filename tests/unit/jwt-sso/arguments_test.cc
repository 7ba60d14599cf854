#include "jwt-sso/arguments.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using Verb = Arguments::Verb;
using Words = std::vector<std::string>;

Arguments Parsed(const Words& words) {
  const Result<Arguments> parsed = ParseArguments(words);
  EXPECT_TRUE(Accepted(parsed));
  return parsed.ok() ? parsed.value() : Arguments();
}

/// Returns what is wrong with the words, which must be refused.
std::string Refusal(const Words& words) {
  const Result<Arguments> parsed = ParseArguments(words);
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, parsed));
  return parsed.ok() ? "" : parsed.error().detail;
}

testing::AssertionResult Says(const Words& words, const std::string& text) {
  const std::string refusal = Refusal(words);
  if (refusal.find(text) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << refusal;
}

TEST(ArgumentsTest, NameEachVerb) {
  const std::vector<std::pair<std::string, Verb>> verbs = {
      {"login", Verb::kLogin},       {"status", Verb::kStatus}, {"token", Verb::kToken},
      {"renew", Verb::kRenew},       {"logout", Verb::kLogout}, {"setup", Verb::kSetup},
      {"profiles", Verb::kProfiles}, {"help", Verb::kHelp},     {"version", Verb::kVersion},
      {"--version", Verb::kVersion}, {"--help", Verb::kHelp},   {"-h", Verb::kHelp},
  };
  for (const auto& [word, verb] : verbs) {
    EXPECT_EQ(Parsed({word}).verb, verb) << word;
  }
  EXPECT_EQ(Parsed({}).verb, Verb::kHelp);
}

TEST(ArgumentsTest, NameOneProfile) {
  for (const char* const verb : {"login", "status", "token", "renew", "logout"}) {
    EXPECT_EQ(Parsed({verb}).profile, "");
    EXPECT_EQ(Parsed({verb, "work"}).profile, "work");
    EXPECT_EQ(Parsed({verb, "--", "work"}).profile, "work");
    EXPECT_TRUE(Says({verb, "work", "lab"}, "does not take \"lab\""));
    EXPECT_TRUE(Says({verb, "../work"}, "not the name of a profile"));
    EXPECT_TRUE(Says({verb, ""}, "not the name of a profile"));
  }
  EXPECT_TRUE(Says({"profiles", "work"}, "does not take \"work\""));
}

TEST(ArgumentsTest, HaveTheDefaultsThatTheHelpSays) {
  const Arguments arguments = Parsed({"renew"});
  EXPECT_EQ(arguments.least, std::nullopt);
  EXPECT_EQ(arguments.way, Arguments::Way::kProfile);
  EXPECT_FALSE(arguments.json || arguments.quiet || arguments.all || arguments.remove ||
               arguments.yes);
}

TEST(ArgumentsTest, TakeTheOptionsOfTheirVerb) {
  EXPECT_EQ(Parsed({"login", "--device"}).way, Arguments::Way::kDevice);
  EXPECT_EQ(Parsed({"login", "--paste", "work"}).way, Arguments::Way::kPaste);
  EXPECT_TRUE(Parsed({"status", "--json"}).json);
  EXPECT_TRUE(Parsed({"profiles", "--json"}).json);
  EXPECT_TRUE(Parsed({"renew", "work", "--quiet"}).quiet);
  EXPECT_TRUE(Parsed({"logout", "--all"}).all);
  EXPECT_TRUE(Parsed({"setup", "--remove", "--yes"}).remove);
  EXPECT_TRUE(Parsed({"setup", "--remove", "--yes"}).yes);
  EXPECT_EQ(Parsed({"token", "--audience", "db"}).audience, "db");
  EXPECT_EQ(Parsed({"token", "--audience=db=1"}).audience, "db=1");
  EXPECT_EQ(Parsed({"token", "--host", "web1"}).host, "web1");
  EXPECT_EQ(Parsed({"renew", "--least", "10m"}).least, Seconds{600});
  EXPECT_EQ(Parsed({"renew", "--least=0s"}).least, Seconds{0});
}

TEST(ArgumentsTest, RefuseOptionsOfOtherVerbsAndWrongOnes) {
  EXPECT_TRUE(Says({"login", "--json"}, "jwt-sso login has no option --json"));
  EXPECT_TRUE(Says({"status", "--jsno"}, "did you mean --json?"));
  EXPECT_TRUE(Says({"token", "-a"}, "has no option -a"));
  EXPECT_TRUE(Says({"status", "--json=yes"}, "--json takes no value"));
  EXPECT_TRUE(Says({"token", "--audience"}, "--audience needs a value"));
  EXPECT_TRUE(Says({"token", "--audience="}, "--audience needs a value"));
  EXPECT_TRUE(Says({"renew", "--least", "60"}, "--least must be a span"));
  EXPECT_TRUE(Says({"renew", "--least"}, "--least needs a value"));
  EXPECT_TRUE(Says({"lgoin"}, "did you mean login?"));
  EXPECT_TRUE(Says({""}, "is not a verb"));
  EXPECT_TRUE(Says({"--json"}, "is not a verb"));
}

TEST(ArgumentsTest, RefuseWhatContradictsItself) {
  EXPECT_TRUE(Says({"login", "--device", "--paste"}, "cannot be used together"));
  EXPECT_TRUE(Says({"logout", "--all", "work"}, "cannot be used together"));
  EXPECT_TRUE(Says({"setup", "work", "--remove"}, "takes no name"));
  EXPECT_TRUE(Says({"setup", "--remove", "*"}, "takes no name"));
  EXPECT_TRUE(Says({"token", "work", "--host", "web1"}, "takes no profile"));
  EXPECT_TRUE(Says({"token", "--audience=db", "--host=web1"}, "takes no profile"));
}

TEST(ArgumentsTest, OfSetupBeginWithTheProfileIfTheyCan) {
  const Arguments both = Parsed({"setup", "work", "*.example", "!old.example", "web1"});
  EXPECT_EQ(both.profile, "work");
  EXPECT_EQ(both.hosts, (Words{"*.example", "!old.example", "web1"}));
  const Arguments pattern = Parsed({"setup", "*.example", "web1"});
  EXPECT_EQ(pattern.profile, "");
  EXPECT_EQ(pattern.hosts, (Words{"*.example", "web1"}));
  EXPECT_EQ(Parsed({"setup", "web1"}).profile, "web1");
  EXPECT_TRUE(Says({"setup", "work", "a b"}, "not a pattern"));
  EXPECT_TRUE(Says({"setup", "work", "--", "-a"}, "not a pattern"));
}

TEST(ArgumentsTest, AreHelpIfItIsAskedForAnywhere) {
  EXPECT_EQ(Parsed({"login", "--help"}).verb, Verb::kHelp);
  EXPECT_EQ(Parsed({"setup", "work", "-h", "a b"}).verb, Verb::kHelp);
  EXPECT_EQ(Parsed({"help", "login"}).verb, Verb::kHelp);
}

}  // namespace
}  // namespace pamjwt::sso
