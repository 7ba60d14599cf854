#include "core/keys/select.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect_origin.h"
#include "support/verify_token.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::PublicKey;
using test::RefusedFor;
using test::TestKey;
using Strings = std::vector<std::string>;

Jwk Key(const TestKey& key, const std::string& kid, const std::string& alg = "") {
  return PublicKey(key, {kid, alg, ""});
}

/// Returns the kids of the selected keys, or the id of the reason, for example "key.unknown".
std::string Select(const std::vector<Jwk>& keys, const KeyQuery& query,
                   const Strings& thumbprints = {}, const Strings& uses = {"sig"}) {
  const Result<std::vector<Jwk>> selected = SelectKeys(keys, query, {uses, thumbprints});
  if (!selected.ok()) return std::string(Id(selected.error().reason));
  std::string kids;
  for (const Jwk& key : selected.value()) {
    kids += (kids.empty() ? "" : " ") + key.kid;
  }
  return kids;
}

struct SelectCase {
  const char* name;
  std::string kid;
  Algorithm algorithm;
  std::string_view selected;
};

const SelectCase kCases[] = {
    {"ByKid", "e2", Algorithm::kEs256, "e2"},
    {"ByKidOfAnotherType", "e1", Algorithm::kRs256, "key.unknown"},
    {"ByKidOfAnotherCurve", "e1", Algorithm::kEs384, "key.unknown"},
    {"UnknownKid", "e3", Algorithm::kEs256, "key.unknown"},
    {"KidInOtherCase", "E1", Algorithm::kEs256, "key.unknown"},
    {"PartOfAKid", "e", Algorithm::kEs256, "key.unknown"},
    {"WithoutAKid", "", Algorithm::kEs256, "e1 e2"},
    {"WithoutAKidOfOneKey", "", Algorithm::kEdDsa, "d1"},
    {"UnderTheOtherNameOfTheAlgorithm", "d1", Algorithm::kEd25519, "d1"},
    {"AlgOfTheKey", "r1", Algorithm::kRs256, "r1"},
    {"AnotherAlgOfTheKey", "r1", Algorithm::kRs384, "key.unknown"},
    {"SchemeIsPartOfTheAlg", "r1", Algorithm::kPs256, "key.unknown"},
    {"KeyForAnyAlgOfItsType", "r2", Algorithm::kPs512, "r2"},
    {"WithoutAKidForAnAlg", "", Algorithm::kRs384, "r2"},
    {"NoPublicKeyIsASecret", "", Algorithm::kHs256, "key.unknown"},
    {"NoPublicKeyIsASecretByKid", "r2", Algorithm::kHs256, "key.unknown"},
};

class SelectTest : public testing::TestWithParam<SelectCase> {
 protected:
  const std::vector<Jwk> keys_ = {Key(TestKey::Rsa2048(), "r1", "RS256"),
                                  Key(TestKey::Rsa3072(), "r2"), Key(TestKey::P256(), "e1"),
                                  Key(TestKey::OtherFor(Algorithm::kEs256), "e2"),
                                  Key(TestKey::Ed25519(), "d1")};
};

TEST_P(SelectTest, GivesTheKeysThatMayHaveSigned) {
  EXPECT_EQ(Select(keys_, {GetParam().kid, GetParam().algorithm}), GetParam().selected);
}

INSTANTIATE_TEST_SUITE_P(SelectKeys, SelectTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(SelectKeys, TriesAtMostFour) {
  std::vector<Jwk> keys = {Key(TestKey::P256(), "1"), Key(TestKey::P256(), "2"),
                           Key(TestKey::P256(), "3"), Key(TestKey::P256(), "4"),
                           Key(TestKey::P384(), "x")};
  const KeyQuery query{"", Algorithm::kEs256};
  EXPECT_EQ(Select(keys, query), "1 2 3 4");
  keys.push_back(Key(TestKey::P256(), "5"));
  EXPECT_EQ(Select(keys, query), "key.ambiguous");
  EXPECT_EQ(Select(keys, {"5", Algorithm::kEs256}), "5");
}

TEST(SelectKeys, TriesAtMostFourOfOneKid) {
  std::vector<Jwk> keys(4, Key(TestKey::P256(), "same"));
  EXPECT_EQ(Select(keys, {"same", Algorithm::kEs256}), "same same same same");
  keys.push_back(keys.front());
  EXPECT_EQ(Select(keys, {"same", Algorithm::kEs256}), "key.ambiguous");
}

TEST(SelectKeys, GivesNoKeyOfAnEmptyList) {
  EXPECT_EQ(Select({}, {"", Algorithm::kEs256}), "key.unknown");
}

// RFC 7638.
TEST(SelectKeys, TakesOnlyTheKeysOfTheThumbprintsIfThereAreAny) {
  const std::vector<Jwk> keys = {Key(TestKey::P256(), "a"),
                                 Key(TestKey::OtherFor(Algorithm::kEs256), "b")};
  const std::string first = Thumbprint(keys[0]).value();
  const std::string second = Thumbprint(keys[1]).value();
  const KeyQuery any{"", Algorithm::kEs256};
  EXPECT_EQ(Select(keys, any, {first}), "a");
  EXPECT_EQ(Select(keys, any, {second}), "b");
  EXPECT_EQ(Select(keys, any, {second, first}), "a b");
  EXPECT_EQ(Select(keys, {"b", Algorithm::kEs256}, {first}), "key.unknown");
  EXPECT_EQ(Select(keys, any, {"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"}), "key.unknown");
}

// RFC 7517 §4.2.
TEST(SelectKeys, TakesOnlyTheKeysOfAListedUse) {
  const std::vector<Jwk> keys = {PublicKey(TestKey::P256(), {"any", "", ""}),
                                 PublicKey(TestKey::P256(), {"sig", "", "sig"}),
                                 PublicKey(TestKey::P256(), {"svid", "", "jwt-svid"})};
  const KeyQuery any{"", Algorithm::kEs256};
  EXPECT_EQ(Select(keys, any), "any sig");
  EXPECT_EQ(Select(keys, any, {}, {"sig", "jwt-svid"}), "any sig svid");
  EXPECT_EQ(Select(keys, any, {}, {"jwt-svid"}), "any svid");
  EXPECT_EQ(Select(keys, {"svid", Algorithm::kEs256}), "key.unknown");
  EXPECT_EQ(Select(keys, {"svid", Algorithm::kEs256}, {}, {"jwt-svid"}), "svid");
}

TEST(SelectKeys, SaysThatTheUseIsTheReason) {
  const Strings sig = {"sig"};
  const Strings none;
  const auto detail = [&](const std::string& use) {
    return test::DetailOf(SelectKeys({PublicKey(TestKey::P256(), {"k", "", use})},
                                     {"k", Algorithm::kEs384}, {sig, none}));
  };
  EXPECT_EQ(test::DetailOf(SelectKeys({PublicKey(TestKey::P256(), {"k", "", "jwt-svid"})},
                                      {"k", Algorithm::kEs256}, {sig, none})),
            R"(the issuer has no key of kid "k" for ES256; the use of one, "jwt-svid", is not in )"
            "key_use");
  EXPECT_EQ(detail("jwt-svid"), R"(the issuer has no key of kid "k" for ES384)");
}

TEST(SelectKeys, CountsOnlyTheKeysOfTheThumbprints) {
  std::vector<Jwk> keys(8, Key(TestKey::P256(), "a"));
  keys.push_back(Key(TestKey::OtherFor(Algorithm::kEs256), "b"));
  EXPECT_EQ(Select(keys, {"", Algorithm::kEs256}, {Thumbprint(keys.back()).value()}), "b");
}

}  // namespace
}  // namespace pamjwt
