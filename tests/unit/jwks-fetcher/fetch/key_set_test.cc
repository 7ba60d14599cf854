#include "jwks-fetcher/fetch/key_set.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/token_builder.h"

namespace pamjwt::fetcher {
namespace {

using test::Accepted;
using test::JwkSetText;
using test::RefusedFor;
using test::TestKey;

constexpr std::string_view kIssuer = "https://sso.example";

Result<KeySet> Read(std::string_view document, const std::vector<std::string>& uses = {"sig"}) {
  return ReadKeySet(document, kIssuer, uses);
}

const std::string& GoodKey() {
  static const std::string kKey = TestKey::P256().PublicJwk("good");
  return kKey;
}

TEST(ReadKeySet, GivesTheKeysOfASet) {
  const Result<KeySet> set =
      Read(JwkSetText({TestKey::Rsa2048().PublicJwk("a"), TestKey::Ed25519().PublicJwk()}));
  ASSERT_TRUE(Accepted(set));
  EXPECT_EQ(set.value().keys.size(), 2U);
  EXPECT_TRUE(set.value().skipped.empty());
}

TEST(ReadKeySet, LeavesBadKeysOutAndSaysWhy) {
  // (1, 1) is no point of the curve, which only OpenSSL finds out.
  const std::string one = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE";
  const std::string off_curve =
      R"({"kty":"EC","crv":"P-256","kid":"off","x":")" + one + R"(","y":")" + one + "\"}";
  const std::string secret = R"({"kty":"oct","kid":"s","k":"AAAA"})";
  const Result<KeySet> set = Read(JwkSetText({secret, off_curve, GoodKey()}));
  ASSERT_TRUE(Accepted(set));
  ASSERT_EQ(set.value().keys.size(), 1U);
  EXPECT_EQ(set.value().keys[0].kid, "good");
  ASSERT_EQ(set.value().skipped.size(), 2U);
  EXPECT_EQ(set.value().skipped[0], "kid \"s\": has the private member k");
  EXPECT_EQ(set.value().skipped[1].find("kid \"off\": "), 0U);
}

// RFC 7517 §4.2.
TEST(ReadKeySet, LeavesKeysOfAnotherUseOut) {
  const std::string svid = TestKey::Ed25519().PublicJwk({"svid", "", "jwt-svid"});
  const std::string document = JwkSetText({svid, GoodKey()});
  const Result<KeySet> set = Read(document);
  ASSERT_TRUE(Accepted(set));
  ASSERT_EQ(set.value().keys.size(), 1U);
  EXPECT_EQ(set.value().skipped.at(0), R"(kid "svid": use "jwt-svid" is not in key_use)");
  const Result<KeySet> both = Read(document, {"sig", "jwt-svid"});
  ASSERT_TRUE(Accepted(both));
  EXPECT_EQ(both.value().keys.size(), 2U);
  const std::string odd = TestKey::Ed25519().PublicJwk({"odd", "", std::string(101, 'u')});
  EXPECT_EQ(Read(JwkSetText({odd, GoodKey()})).value().skipped.at(0),
            R"(kid "odd": its use is not in key_use)");
}

TEST(ReadKeySet, LeavesAKeyOutThatTheFileCannotHold) {
  const std::string long_kid(9000, 'k');
  const Result<KeySet> set = Read(JwkSetText({TestKey::P256().PublicJwk(long_kid), GoodKey()}));
  ASSERT_TRUE(Accepted(set));
  EXPECT_EQ(set.value().keys.size(), 1U);
  EXPECT_EQ(set.value().skipped.at(0), "a kid of 9000 bytes: too long for the key file");
}

TEST(ReadKeySet, RefusesAnEmptySet) {
  EXPECT_TRUE(Accepted(Read(JwkSetText({GoodKey()}))));
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, Read(JwkSetText({}))));
}

TEST(ReadKeySet, SaysWhyItLeftEveryKeyOut) {
  const Result<KeySet> set = Read(JwkSetText({R"({"kty":"oct","k":"AAAA"})"}));
  ASSERT_TRUE(Accepted(set));
  EXPECT_TRUE(set.value().keys.empty());
  EXPECT_EQ(set.value().skipped,
            std::vector<std::string>{"a key without kid: has the private member k"});
}

TEST(FirstSkipped, GivesTheFirst16AndCountsTheOthers) {
  const auto lines = [](std::size_t count) { return std::vector<std::string>(count, "kid"); };
  EXPECT_TRUE(FirstSkipped({}).empty());
  EXPECT_EQ(FirstSkipped(lines(16)), lines(16));
  std::vector<std::string> first = lines(16);
  first.push_back("and 2 more");
  EXPECT_EQ(FirstSkipped(lines(18)), first);
}

TEST(ReadKeySet, RefusesWhatIsNoSet) {
  for (const std::string_view text :
       {"", "{}", "[]", "<html></html>", R"({"keys":{}})", R"({"keys":[)"}) {
    EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, Read(text))) << text;
  }
}

std::string SetOf(std::size_t count) {
  return JwkSetText(std::vector<std::string>(count, GoodKey()));
}

TEST(ReadKeySet, TakesUpTo256Members) {
  EXPECT_TRUE(Accepted(Read(SetOf(256))));
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, Read(SetOf(257))));
  const std::string bad = R"({"kty":"oct","k":"AAAA"})";
  std::vector<std::string> members(256, bad);
  members[0] = GoodKey();
  EXPECT_TRUE(Accepted(Read(JwkSetText(members))));
  members.push_back(bad);
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, Read(JwkSetText(members))));
}

TEST(ReadKeySet, RefusesNestingWithoutEnd) {
  const auto nested = [](std::size_t depth) {
    return R"({"keys":[)" + GoodKey() + R"(],"x":)" + std::string(depth, '[') +
           std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(Accepted(Read(nested(20))));
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, Read(nested(40))));
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, Read(nested(500'000))));
}

}  // namespace
}  // namespace pamjwt::fetcher
