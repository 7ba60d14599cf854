#include "core/jose/p256_key.h"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "core/jose/base64url.h"
#include "support/expect.h"
#include "support/vector.h"
#include "support/verify_token.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;

/// Returns the private key of RFC 7515 §A.3, whose public one is in rfc7515_a3.json.
P256Key KeyOfRfc7515() {
  const auto d = DecodeBase64Url("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI");
  return P256Key::FromScalar(d->bytes()).value();
}

/// Returns a compact JWS that `key` signed with ES256 (RFC 7518 §3.4).
std::string Token(const P256Key& key) {
  const std::string input =
      EncodeBase64Url(AsBytes(R"({"alg":"ES256"})")) + "." + EncodeBase64Url(AsBytes("{}"));
  const Result<Bytes> signature = key.Sign(AsBytes(input));
  EXPECT_TRUE(Accepted(signature));
  EXPECT_EQ(signature.value().size(), 64U);
  return input + "." + EncodeBase64Url(signature.value());
}

TEST(P256Key, HasThePublicKeyOfItsPrivateNumber) {
  const Json vector = test::ReadVector("rfc7515_a3.json");
  EXPECT_TRUE(IsSameKey(KeyOfRfc7515().public_key(), ParseJwk(*vector.Find("jwk")).value()));
}

TEST(P256Key, SignsWhatItsPublicKeyVerifies) {
  const P256Key known = KeyOfRfc7515();
  const P256Key made = P256Key::Make().value();
  EXPECT_TRUE(Accepted(test::Verify(Token(known), known.public_key())));
  EXPECT_TRUE(Accepted(test::Verify(Token(made), made.public_key())));
  EXPECT_TRUE(RefusedFor(Reason::kSignature, test::Verify(Token(made), known.public_key())));
}

TEST(P256Key, IsAnotherOneEachTime) {
  const P256Key one = P256Key::Make().value();
  const P256Key other = P256Key::Make().value();
  EXPECT_TRUE(Accepted(CheckNumbers(one.public_key())));
  EXPECT_FALSE(IsSameKey(one.public_key(), other.public_key()));
}

TEST(P256Key, IsTheSameFromItsScalar) {
  const P256Key key = P256Key::Make().value();
  const Result<SecretString> scalar = key.Scalar();
  ASSERT_TRUE(Accepted(scalar));
  const Result<P256Key> again = P256Key::FromScalar(scalar.value().bytes());
  ASSERT_TRUE(Accepted(again));
  EXPECT_TRUE(IsSameKey(again.value().public_key(), key.public_key()));
  EXPECT_TRUE(Accepted(test::Verify(Token(again.value()), key.public_key())));
}

struct ScalarCase {
  const char* name;
  std::string hex;
  bool good;
};
// SEC 2 §2.4.2 has the order of the curve.
const ScalarCase kScalars[] = {
    {"Zero", std::string(64, '0'), false},
    {"One", std::string(63, '0') + "1", true},
    {"OrderLessOne", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550", true},
    {"Order", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", false},
    {"OrderAndOne", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632552", false},
    {"Greatest", std::string(64, 'f'), false},
    {"ThirtyOneBytes", std::string(62, '1'), false},
    {"ThirtyTwoBytes", std::string(64, '1'), true},
    {"ThirtyThreeBytes", "00" + std::string(64, '1'), false},
    {"NoByte", "", false},
};

class P256ScalarTest : public testing::TestWithParam<ScalarCase> {};

TEST_P(P256ScalarTest, IsFromOneToTheOrderLessOne) {
  Bytes scalar;
  for (std::size_t i = 0; i < GetParam().hex.size(); i += 2) {
    scalar.push_back(
        static_cast<std::uint8_t>(std::stoul(GetParam().hex.substr(i, 2), nullptr, 16)));
  }
  const Result<P256Key> key = P256Key::FromScalar(scalar);
  if (!GetParam().good) {
    EXPECT_TRUE(RefusedFor(Reason::kMalformed, key));
    return;
  }
  ASSERT_TRUE(Accepted(key));
  EXPECT_EQ(key.value().Scalar().value().view(), AsText(scalar));
}

INSTANTIATE_TEST_SUITE_P(All, P256ScalarTest, testing::ValuesIn(kScalars), test::kCaseName);

}  // namespace
}  // namespace pamjwt
