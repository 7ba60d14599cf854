#include "core/jose/jwk_set.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/token_builder.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;

// RFC 7517 §5.
TEST(ParseJwkSet, SkipsABadKeyAndKeepsTheOthers) {
  const Result<JwkSet> set = ParseJwkSet(test::JwkSetText(
      {test::TestKey::Rsa2048().PublicJwk("good-1"), test::TestKey::Secret().PublicJwk("secret"),
       test::TestKey::P256().PrivateJwk({"private", "", ""}), "null", "[]", R"({"kid":7})",
       test::TestKey::P384().PublicJwk({"encrypts", "", "enc"}),
       R"({"kty":"AKP","kid":"new","alg":"ML-DSA-44","pub":"AA"})",
       test::TestKey::Ed25519().PublicJwk("good-2")}));
  ASSERT_TRUE(Accepted(set));
  ASSERT_EQ(set.value().keys.size(), 2U);
  EXPECT_EQ(set.value().keys[0].kid, "good-1");
  EXPECT_EQ(set.value().keys[1].kid, "good-2");

  const std::vector<JwkSet::Skipped>& skipped = set.value().skipped;
  ASSERT_EQ(skipped.size(), 7U);
  EXPECT_EQ(skipped[0].index, 1U);
  EXPECT_EQ(skipped[0].kid, "secret");
  EXPECT_EQ(skipped[1].kid, "private");
  EXPECT_EQ(skipped[2].kid, "");
  EXPECT_EQ(skipped[6].index, 7U);
  EXPECT_EQ(skipped[6].kid, "new");
  for (const JwkSet::Skipped& one : skipped) EXPECT_FALSE(one.why.empty());
}

TEST(ParseJwkSet, KeepsTwoKeysOfOneKid) {
  const Result<JwkSet> set = ParseJwkSet(test::JwkSetText(
      {test::TestKey::P256().PublicJwk("same"), test::TestKey::Ed25519().PublicJwk("same")}));
  ASSERT_TRUE(Accepted(set));
  EXPECT_EQ(set.value().keys.size(), 2U);
}

TEST(ParseJwkSet, MayBeEmpty) {
  const Result<JwkSet> set = ParseJwkSet(R"({"keys":[],"other":1})");
  ASSERT_TRUE(Accepted(set));
  EXPECT_TRUE(set.value().keys.empty());
  EXPECT_TRUE(set.value().skipped.empty());
}

TEST(ParseJwkSet, RefusesWhatIsNoJwkSet) {
  const std::string key = test::TestKey::P256().PublicJwk();
  EXPECT_TRUE(Accepted(ParseJwkSet(test::JwkSetText({key}))));
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string(R"({"keys":{}})"),
        std::string(R"({"keys":null})"), "[" + key + "]", key, std::string("<html></html>"),
        test::JwkSetText({key}) + "x", R"({"keys":[)" + key + "," + key.substr(0, 20),
        R"({"keys":[{"kty":"EC","kty":"RSA"}]})" + std::string()}) {
    EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, ParseJwkSet(text))) << text;
  }
}

TEST(ParseJwkSet, TakesNoMoreKeysAndBytesThanTheLimits) {
  const std::vector<std::string> keys(kMaxKeysInSet, "{}");
  EXPECT_TRUE(Accepted(ParseJwkSet(test::JwkSetText(keys))));
  std::vector<std::string> one_more = keys;
  one_more.emplace_back("{}");
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, ParseJwkSet(test::JwkSetText(one_more))));

  std::string text = R"({"keys":[]})";
  text.resize(kMaxJwkSetBytes, ' ');
  EXPECT_TRUE(Accepted(ParseJwkSet(text)));
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, ParseJwkSet(text + " ")));
}

TEST(ParseJwkSet, CountsEntriesThatAreNoObjects) {
  EXPECT_TRUE(
      Accepted(ParseJwkSet(test::JwkSetText(std::vector<std::string>(kMaxKeysInSet, "1")))));
  for (const std::string entry : {"1", R"("a")", "[]", "null"}) {
    const std::vector<std::string> entries(kMaxKeysInSet + 1, entry);
    EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, ParseJwkSet(test::JwkSetText(entries)))) << entry;
  }
}

TEST(ParseJwkSet, TakesNoKeysFromElsewhere) {
  const std::string key = test::TestKey::P256().PublicJwk("a");
  const Result<JwkSet> set =
      ParseJwkSet(R"({"other":[)" + key + R"(],"more":{"keys":[)" + key +
                  R"(]},"keys":[{"keys":[)" + key + R"(]}],"last":[)" + key + "]}");
  ASSERT_TRUE(Accepted(set));
  EXPECT_TRUE(set.value().keys.empty());
  EXPECT_EQ(set.value().skipped.size(), 1U);
}

std::string KidsOf(const Result<JwkSet>& set) {
  if (!set.ok()) return set.error().detail;
  std::string kids;
  for (const Jwk& key : set.value().keys) kids += key.kid + " ";
  for (const JwkSet::Skipped& key : set.value().skipped) {
    kids += "skipped " + std::to_string(key.index) + " ";
  }
  return kids;
}

TEST(ParseKeysOfSet, TakesTheKeysOfOneKidOnly) {
  const std::string a = test::TestKey::P256().PublicJwk("a");
  const std::string set = test::JwkSetText(
      {test::TestKey::Rsa2048().PublicJwk("b"), a, test::TestKey::P384().PublicJwk("aa"),
       test::TestKey::Ed25519().PublicJwk("a"), test::TestKey::P256().PublicJwk(),
       R"({"kid":"a","kty":"oct"})", R"({"kid":"c","kty":"oct"})", R"("a")", R"(["kid","a"])",
       R"({"x5c":["a"],"kid":["a"]})", R"({"a":{"kid":"a"}})"});
  EXPECT_EQ(KidsOf(ParseKeysOfSet(set, "a")), "a a skipped 5 ");
  EXPECT_EQ(KidsOf(ParseKeysOfSet(set, "b")), "b ");
  EXPECT_EQ(KidsOf(ParseKeysOfSet(set, "d")), "");
  EXPECT_EQ(KidsOf(ParseKeysOfSet(set, "")), KidsOf(ParseJwkSet(set)));
}

TEST(ParseKeysOfSet, FindsAKidWhereverItStandsInItsKey) {
  std::string numbers = test::TestKey::P256().PublicJwk();
  numbers = numbers.substr(1, numbers.size() - 2);
  for (const std::string kid : {R"("kid":"a")", R"("kid":"\u0061")", R"("k\u0069d":"a")"}) {
    for (const std::string& key :
         {"{" + kid + "," + numbers + "}", "{" + numbers + "," + kid + "}"}) {
      EXPECT_EQ(KidsOf(ParseKeysOfSet(test::JwkSetText({key}), "a")), "a ") << key;
      EXPECT_EQ(KidsOf(ParseKeysOfSet(test::JwkSetText({key}), "b")), "") << key;
    }
  }
}

TEST(ParseKeysOfSet, ChecksTheKeysThatItDoesNotTake) {
  const std::string a = test::TestKey::P256().PublicJwk("a");
  EXPECT_EQ(KidsOf(ParseKeysOfSet(test::JwkSetText({a, R"({"kid":"b","n":1})"}), "a")), "a ");
  for (const std::string other :
       {R"({"kid":"b","n":1,"n":1})", R"({"kid":"b","n":"\u0000"})", R"({"kid":"b","n":01})",
        R"({"kid":"b","n":"\x"})", "{\"kid\":\"b\",\"n\":\"\xff\"}", R"({"kid":"b",})"}) {
    EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, ParseKeysOfSet(test::JwkSetText({a, other}), "a")))
        << other;
    EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, ParseKeysOfSet(test::JwkSetText({other, a}), "a")))
        << other;
  }
  std::vector<std::string> many(kMaxKeysInSet, "{}");
  many.push_back(a);
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, ParseKeysOfSet(test::JwkSetText(many), "a")));
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, ParseKeysOfSet(R"({"keys":{}})", "a")));
}

}  // namespace
}  // namespace pamjwt
