#include "core/jose/verify.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "core/jose/base64url.h"
#include "support/expect.h"
#include "support/token_builder.h"
#include "support/verify_token.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::PublicKey;
using test::RefusedFor;
using test::TestKey;
using test::Verify;
using test::VerifyWithSecret;

constexpr std::string_view kPayload = R"({"iss":"https://issuer.example","sub":"alice"})";

class VerifyAlgorithmTest : public testing::TestWithParam<AlgorithmInfo> {
 protected:
  const Algorithm algorithm_ = GetParam().algorithm;
  const TestKey& key_ = TestKey::For(algorithm_);
  const std::string token_ = test::SignToken(algorithm_, kPayload, "key-1");
};

// RFC 7515 §5.2.
TEST_P(VerifyAlgorithmTest, AcceptsItsOwnSignature) {
  const Result<VerifiedPayload> payload = Verify(token_, key_);
  ASSERT_TRUE(Accepted(payload));
  EXPECT_EQ(payload.value().text(), kPayload);
}

TEST_P(VerifyAlgorithmTest, RefusesASignatureMadeByAnotherKey) {
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(token_, TestKey::OtherFor(algorithm_))));
}

TEST_P(VerifyAlgorithmTest, RefusesAFlippedBitAnywhere) {
  const std::size_t bits = test::SignatureOf(token_).size() * 8;
  for (const std::size_t bit : {std::size_t{0}, bits / 4, bits / 2, bits - 8, bits - 1}) {
    EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(test::WithFlippedBit(token_, bit), key_)))
        << bit;
  }
}

TEST_P(VerifyAlgorithmTest, RefusesAnotherPayload) {
  const std::string other = R"({"iss":"https://issuer.example","sub":"admin"})";
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(test::WithPayload(token_, other), key_)));
}

TEST_P(VerifyAlgorithmTest, RefusesAnotherHeader) {
  const std::string swapped = EncodeBase64Url(AsBytes(test::HeaderJson(algorithm_, "key-2"))) +
                              token_.substr(token_.find('.'));
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(swapped, key_)));
}

TEST_P(VerifyAlgorithmTest, RefusesASignatureOfAnotherLength) {
  const Bytes signature = test::SignatureOf(token_);
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(test::WithCutSignature(token_, 1), key_)));
  EXPECT_TRUE(RefusedFor(Reason::kSignature,
                         Verify(test::WithCutSignature(token_, signature.size() - 1), key_)));
  Bytes in_front = signature;
  in_front.insert(in_front.begin(), 0);
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(test::WithSignature(token_, in_front), key_)));
  Bytes behind = signature;
  behind.push_back(0);
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(test::WithSignature(token_, behind), key_)));
  Bytes twice = signature;
  twice.insert(twice.end(), signature.begin(), signature.end());
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(test::WithSignature(token_, twice), key_)));
}

TEST_P(VerifyAlgorithmTest, RefusesZerosForASignature) {
  const Bytes zeros(test::SignatureOf(token_).size());
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(test::WithSignature(token_, zeros), key_)));
}

// RFC 7518 §3.1: the type of a key decides what it may verify, never the token.
TEST_P(VerifyAlgorithmTest, RefusesEveryKeyOfAnotherType) {
  for (const AlgorithmInfo& other : kAlgorithms) {
    if (other.key_type == GetParam().key_type) continue;
    EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, Verify(token_, TestKey::For(other.algorithm))))
        << other.name;
  }
}

// The header names an algorithm of the same key, but another one than was used to sign.
TEST_P(VerifyAlgorithmTest, RefusesASignatureOfAnotherAlgorithm) {
  for (const AlgorithmInfo& other : kAlgorithms) {
    if (other.key_type != GetParam().key_type) continue;
    const std::string token =
        test::SignToken(key_, other.algorithm, test::HeaderJson(algorithm_), kPayload);
    const bool same = other.algorithm == algorithm_ || other.scheme == Scheme::kEdDsa;
    EXPECT_TRUE(
        test::EndsIn(same ? std::nullopt : std::optional(Reason::kSignature), Verify(token, key_)))
        << other.name;
  }
}

TEST_P(VerifyAlgorithmTest, LeavesTheErrorQueueAsItWas) {
  const Jwk off_curve = [] {
    Jwk key = PublicKey(TestKey::P256());
    key.y.back() ^= 1U;
    return key;
  }();
  ERR_clear_error();
  ERR_raise(ERR_LIB_USER, 42);
  EXPECT_TRUE(Accepted(Verify(token_, key_)));
  EXPECT_FALSE(Verify(test::WithFlippedBit(token_), key_).ok());
  EXPECT_FALSE(Verify(token_, TestKey::OtherFor(algorithm_)).ok());
  EXPECT_FALSE(Verify(test::WithCutSignature(token_), key_).ok());
  EXPECT_FALSE(BuildKey(off_curve).ok());
  EXPECT_EQ(ERR_GET_REASON(ERR_get_error()), 42);
  EXPECT_EQ(ERR_get_error(), 0U);
}

INSTANTIATE_TEST_SUITE_P(VerifiedPayload, VerifyAlgorithmTest, testing::ValuesIn(kAlgorithms),
                         test::kCaseName);

// RFC 7517 §4.4.
TEST(VerifiedPayload, RefusesAKeyWhoseAlgIsAnother) {
  for (const AlgorithmInfo& info : kAlgorithms) {
    if (info.scheme == Scheme::kHmac) continue;  // a secret has no alg
    const std::string token = test::SignToken(info.algorithm, kPayload);
    for (const AlgorithmInfo& other : kAlgorithms) {
      if (other.key_type != info.key_type) continue;
      const TestKey& key = TestKey::For(info.algorithm);
      const Result<VerifiedPayload> payload =
          test::Verify(token, test::PublicKey(key, {"", std::string(other.name), ""}));
      const bool same = other.algorithm == info.algorithm;
      EXPECT_TRUE(test::EndsIn(same ? std::nullopt : std::optional(Reason::kKeyUnknown), payload))
          << info.name << " with a key for " << other.name;
    }
  }
}

// RFC 7518 §3.2.
TEST(VerifyHmac, RefusesASecretShorterThanTheHash) {
  for (const Algorithm algorithm : {Algorithm::kHs256, Algorithm::kHs384, Algorithm::kHs512}) {
    const std::size_t bytes = Info(algorithm).digest_bytes;
    const std::string secret(bytes, 's');
    const std::string shorter = secret.substr(1);
    const auto sign = [&](const std::string& with) {
      return test::SignToken(TestKey::FromSecret(with), algorithm, test::HeaderJson(algorithm),
                             kPayload);
    };
    EXPECT_TRUE(Accepted(VerifyWithSecret(sign(secret), secret)));
    EXPECT_TRUE(RefusedFor(Reason::kSecretUnusable, VerifyWithSecret(sign(shorter), shorter)));
    EXPECT_TRUE(RefusedFor(Reason::kSecretUnusable, VerifyWithSecret(sign(shorter), "")));
  }
}

TEST(VerifyHmac, TakesASecretOfAnyBytesAndLength) {
  for (const std::string& secret : {std::string(32, '\0'), std::string(1000, '\xff')}) {
    const std::string token = test::SignToken(TestKey::FromSecret(secret), Algorithm::kHs256,
                                              test::HeaderJson(Algorithm::kHs256), kPayload);
    EXPECT_TRUE(Accepted(VerifyWithSecret(token, secret)));
    EXPECT_TRUE(RefusedFor(Reason::kSignature, VerifyWithSecret(token, secret + "x")));
  }
}

// The oldest attack: the public key, which everybody has, used as an HMAC secret.
TEST(VerifyHmac, NeverTakesAPublicKeyForASecret) {
  const std::string jwk = TestKey::Rsa2048().PublicJwk();
  const std::string token = test::SignToken(TestKey::FromSecret(jwk), Algorithm::kHs256,
                                            test::HeaderJson(Algorithm::kHs256), kPayload);
  EXPECT_TRUE(Accepted(VerifyWithSecret(token, jwk)));
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, Verify(token, PublicKey(TestKey::Rsa2048()))));
}

TEST(VerifyHmac, RefusesATokenOfAPublicKeyAlgorithm) {
  const std::string token = test::SignToken(Algorithm::kRs256, kPayload);
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, VerifyWithSecret(token, TestKey::Secret().secret())));
}

}  // namespace
}  // namespace pamjwt
