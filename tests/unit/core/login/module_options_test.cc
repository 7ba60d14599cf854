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
  EXPECT_EQ(options.value().refusal_delay, std::nullopt);
  EXPECT_EQ(options.value().parts, std::nullopt);
  EXPECT_FALSE(options.value().token_only);
  EXPECT_FALSE(options.value().try_first_pass);
  EXPECT_FALSE(options.value().use_first_pass);
  EXPECT_FALSE(options.value().debug);
}

TEST(ParseModuleOptions, TakesEachOption) {
  const Result<ModuleOptions> options = Parse(
      {"config=/etc/a=b.toml", "service=sshd", "prompt=Password or token: ", "refusal_delay=0s",
       "parts=no", "token_only", "try_first_pass", "use_first_pass", "debug"});
  ASSERT_TRUE(test::Accepted(options));
  EXPECT_EQ(options.value().config, "/etc/a=b.toml");
  EXPECT_EQ(options.value().service, "sshd");
  EXPECT_EQ(options.value().prompt, "Password or token: ");
  EXPECT_EQ(options.value().refusal_delay, Seconds{0});
  EXPECT_EQ(options.value().parts, false);
  EXPECT_TRUE(options.value().token_only);
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
  for (const char* const argument :
       {"config=", "service=", "prompt=", "refusal_delay=", "parts="}) {
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

TEST(ParseModuleOptions, TakesADelayFromNothingToHalfAMinute) {
  EXPECT_EQ(Parse({"refusal_delay=0s"}).value().refusal_delay, Seconds{0});
  EXPECT_EQ(Parse({"refusal_delay=30s"}).value().refusal_delay, Seconds{30});
  for (const char* const argument : {"refusal_delay=31s", "refusal_delay=1m", "refusal_delay=0",
                                     "refusal_delay=-1s", "refusal_delay=no"}) {
    EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Parse({argument}))) << argument;
  }
}

TEST(ParseModuleOptions, TakesPartsOrNoParts) {
  EXPECT_EQ(Parse({"parts=yes"}).value().parts, true);
  EXPECT_EQ(Parse({"parts=no"}).value().parts, false);
  for (const char* const argument : {"parts", "parts=0", "parts=false", "parts=No", "parts=511"}) {
    EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Parse({argument}))) << argument;
  }
}

TEST(ParseModuleOptions, TheLastOfEqualNamesCounts) {
  EXPECT_EQ(Parse({"parts=yes", "parts=no"}).value().parts, false);
}

TEST(ParseModuleOptions, OffersTheNearestOption) {
  const auto detail = [](const char* argument) { return Parse({argument}).error().detail; };
  EXPECT_EQ(detail("refusal_dealy=0s"),
            "option is not known: refusal_dealy=: did you mean refusal_delay=?");
  EXPECT_EQ(detail("tokenonly"), "option is not known: tokenonly: did you mean token_only?");
  EXPECT_EQ(detail("config"), "option is not known: config: did you mean config=?");
  EXPECT_EQ(detail("nullok"), "option is not known: nullok");
}

TEST(ParseModuleOptions, TakesADenylist) {
  EXPECT_EQ(Parse({}).value().denylist, std::nullopt);
  EXPECT_EQ(Parse({"denylist=/srv/denied"}).value().denylist, "/srv/denied");
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Parse({"denylist="})));
}

TEST(ParseModuleOptions, TakesADirectoryOfSessions) {
  EXPECT_EQ(Parse({}).value().sessions, std::nullopt);
  EXPECT_EQ(Parse({"sessions=/srv/sessions"}).value().sessions, "/srv/sessions");
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Parse({"sessions="})));
}

}  // namespace
}  // namespace pamjwt
