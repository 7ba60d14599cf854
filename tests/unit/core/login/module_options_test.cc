#include "core/login/module_options.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect_origin.h"

namespace pamjwt {
namespace {

using Arguments = std::vector<const char*>;

Result<ModuleOptions> Parse(const Arguments& arguments) {
  return ParseModuleOptions(arguments);
}

TEST(ParseModuleOptions, GivesTheDefaultsWithoutArguments) {
  const Result<ModuleOptions> options = Parse({});
  ASSERT_TRUE(test::Accepted(options));
  EXPECT_FALSE(options.value().config.has_value());
  EXPECT_FALSE(options.value().service.has_value());
  EXPECT_EQ(options.value().prompt, "Token: ");
  EXPECT_FALSE(options.value().try_first_pass);
  EXPECT_FALSE(options.value().use_first_pass);
  EXPECT_FALSE(options.value().debug);
}

TEST(ParseModuleOptions, TakesEachOption) {
  const Result<ModuleOptions> options =
      Parse({"config=/etc/a=b.toml", "service=sshd", "prompt=Password or token: ", "try_first_pass",
             "use_first_pass", "debug"});
  ASSERT_TRUE(test::Accepted(options));
  EXPECT_EQ(options.value().config, "/etc/a=b.toml");
  EXPECT_EQ(options.value().service, "sshd");
  EXPECT_EQ(options.value().prompt, "Password or token: ");
  EXPECT_TRUE(options.value().try_first_pass);
  EXPECT_TRUE(options.value().use_first_pass);
  EXPECT_TRUE(options.value().debug);
}

TEST(ParseModuleOptions, SetsOneFlagAtATime) {
  EXPECT_FALSE(Parse({"try_first_pass"}).value().use_first_pass);
  EXPECT_FALSE(Parse({"use_first_pass"}).value().try_first_pass);
  EXPECT_FALSE(Parse({"debug"}).value().try_first_pass);
}

TEST(ParseModuleOptions, RefusesWhatItDoesNotKnow) {
  for (const char* const argument :
       {"", "nullok", "Debug", "debug=1", "debug ", "config", "prompt", "CONFIG=/a", "conf=/a", "=",
        "=x", "no_such=1", "service", "try_first_pass=yes"}) {
    EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Parse({argument}))) << argument;
  }
}

TEST(ParseModuleOptions, RefusesAnEmptyValue) {
  for (const char* const argument : {"config=", "service=", "prompt="}) {
    EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Parse({argument}))) << argument;
  }
}

TEST(ParseModuleOptions, RefusesAnUnknownOptionWhereverItStands) {
  EXPECT_TRUE(test::Accepted(Parse({"debug", "service=x"})));
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Parse({"debug", "x", "service=x"})));
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Parse({"debug", "service=x", "x"})));
}

// Clients know by this word that they may answer with a token.
TEST(ParseModuleOptions, WantsTheWordTokenInThePrompt) {
  for (const char* const prompt : {"prompt=token", "prompt=TOKEN: ", "prompt=Your Token, please",
                                   "prompt=Password or token: "}) {
    EXPECT_TRUE(test::Accepted(Parse({prompt}))) << prompt;
  }
  for (const char* const prompt :
       {"prompt=Password: ", "prompt=toke n", "prompt=tok", "prompt= "}) {
    EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Parse({prompt}))) << prompt;
  }
}

TEST(ParseModuleOptions, TheLastOfEqualNamesCounts) {
  EXPECT_EQ(Parse({"service=a", "service=b"}).value().service, "b");
}

TEST(ParseModuleOptions, OffersTheNearestOption) {
  const auto detail = [](const char* argument) { return Parse({argument}).error().detail; };
  EXPECT_EQ(detail("servise=x"), "option is not known: servise=: did you mean service=?");
  EXPECT_EQ(detail("debgu"), "option is not known: debgu: did you mean debug?");
  EXPECT_EQ(detail("config"), "option is not known: config: did you mean config=?");
  EXPECT_EQ(detail("nullok"), "option is not known: nullok");
}

TEST(ParseModuleOptions, TakesADenylist) {
  EXPECT_EQ(Parse({}).value().denylist, std::nullopt);
  EXPECT_EQ(Parse({"denylist=/srv/denied"}).value().denylist, "/srv/denied");
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Parse({"denylist="})));
}

}  // namespace
}  // namespace pamjwt
