#include "ssh-jwt/audience.h"

#include <string>

#include <gtest/gtest.h>

namespace pamjwt::ssh {
namespace {

struct AudienceCase {
  const char* name;
  const char* payload;  // base64url
  bool fits;
};

// The payload stands in a comment beside each.
constexpr AudienceCase kCases[] = {
    {"HostItself", "eyJhdWQiOiJ3ZWIxIn0", true},                    // {"aud":"web1"}
    {"HostBehindAScheme", "eyJhdWQiOiJzc2g6Ly93ZWIxIn0", true},     // {"aud":"ssh://web1"}
    {"OneOfSeveral", "eyJhdWQiOlsieCIsInNzaDovL3dlYjEiXX0", true},  // {"aud":["x","ssh://web1"]}
    {"OtherHost", "eyJhdWQiOiJzc2g6Ly93ZWIyIn0", false},            // {"aud":"ssh://web2"}
    {"EndOfAnotherHost", "eyJhdWQiOiJzc2g6Ly9teXdlYjEifQ", false},  // {"aud":"ssh://myweb1"}
    {"HostAndMore", "eyJhdWQiOiJzc2g6Ly93ZWIxLngifQ", false},       // {"aud":"ssh://web1.x"}
    {"HostBehindASlash", "eyJhdWQiOiJ4L3dlYjEifQ", false},          // {"aud":"x/web1"}
    {"Empty", "eyJhdWQiOiIifQ", false},                             // {"aud":""}
    {"EmptyList", "eyJhdWQiOltdfQ", false},                         // {"aud":[]}
    {"Number", "eyJhdWQiOjF9", false},                              // {"aud":1}
    {"None", "e30", false},                                         // {}
};

class CheckTokenIsForTest : public testing::TestWithParam<AudienceCase> {
 protected:
  static std::string Token() { return "e30." + std::string(GetParam().payload) + ".c2ln"; }
};

TEST_P(CheckTokenIsForTest, LetsATokenGoToTheHostThatItNames) {
  const Status got = CheckTokenIsFor(Token(), "web1", {});
  ASSERT_EQ(got.ok(), GetParam().fits);
  if (!got.ok()) {
    EXPECT_EQ(got.error().reason, Reason::kAudience);
  }
}

TEST_P(CheckTokenIsForTest, LetsEveryTokenGoToAnyHost) {
  EXPECT_TRUE(CheckTokenIsFor(Token(), "web1", {.accepted = {}, .any_host = true}).ok());
}

INSTANTIATE_TEST_SUITE_P(Tokens, CheckTokenIsForTest, testing::ValuesIn(kCases),
                         [](const auto& i) { return std::string(i.param.name); });

constexpr const char* kForFleet = "e30.eyJhdWQiOiJmbGVldCJ9.c2ln";  // {"aud":"fleet"}

TEST(CheckTokenIsFor, LetsATokenGoForAnAudienceThatTheUserVouchesFor) {
  EXPECT_TRUE(CheckTokenIsFor(kForFleet, "web1", {.accepted = {"x", "fleet"}}).ok());
  EXPECT_FALSE(CheckTokenIsFor(kForFleet, "web1", {.accepted = {"x", "flee"}}).ok());
}

TEST(CheckTokenIsFor, NamesTheAudiencesAndNothingElseOfTheToken) {
  const Status got = CheckTokenIsFor(kForFleet, "web1", {});
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().detail, "the token is not for web1: its audience is \"fleet\"");
}

TEST(CheckTokenIsFor, RefusesTextThatIsNotATokenEvenForAnyHost) {
  const Status got = CheckTokenIsFor("correct-horse", "web1", {.accepted = {}, .any_host = true});
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().reason, Reason::kMalformed);
  EXPECT_EQ(got.error().detail.find("horse"), std::string::npos);
}

}  // namespace
}  // namespace pamjwt::ssh
