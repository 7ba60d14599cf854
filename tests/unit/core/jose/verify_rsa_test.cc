#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/jose/base64url.h"
#include "core/jose/verify.h"
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

constexpr std::string_view kPayload = R"({"iss":"https://issuer.example","sub":"alice"})";

/// Returns a token whose signature begins with a zero octet, as 1/256 of them do.
std::string TokenWithLeadingZero(Algorithm algorithm) {
  for (int i = 0; i < 100'000; ++i) {
    std::string token = test::SignToken(algorithm, R"({"n":)" + std::to_string(i) + "}");
    if (test::SignatureOf(token).front() == 0) return token;
  }
  throw std::runtime_error("no such signature");
}

// RFC 8017 §8.1.2 and §8.2.2, step 1. OpenSSL 3.0 takes the short form of PSS.
TEST(VerifyRsa, RefusesASignatureWithoutItsLeadingZero) {
  for (const Algorithm algorithm : {Algorithm::kRs256, Algorithm::kPs256}) {
    const std::string token = TokenWithLeadingZero(algorithm);
    EXPECT_TRUE(Accepted(Verify(token, TestKey::Rsa2048())));
    Bytes cut = test::SignatureOf(token);
    cut.erase(cut.begin());
    EXPECT_TRUE(RefusedFor(Reason::kSignature,
                           Verify(test::WithSignature(token, cut), TestKey::Rsa2048())));
  }
}

TEST(VerifyRsa, TakesTheLengthFromTheKey) {
  const TestKey& key = TestKey::Rsa3072();
  for (const Algorithm algorithm : {Algorithm::kRs256, Algorithm::kPs512}) {
    const std::string token =
        test::SignToken(key, algorithm, test::HeaderJson(algorithm), kPayload);
    EXPECT_TRUE(Accepted(Verify(token, key)));
    EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(token, TestKey::Rsa2048())));
  }
}

TEST(VerifyRsa, RefusesASignatureAsLargeAsTheModulus) {
  const std::string token = test::SignToken(Algorithm::kRs256, kPayload);
  EXPECT_TRUE(RefusedFor(
      Reason::kSignature,
      Verify(test::WithSignature(token, PublicKey(TestKey::Rsa2048()).n), TestKey::Rsa2048())));
}

struct PssCase {
  const char* name;
  Algorithm algorithm;
  test::PssParameters parameters;
  std::optional<Reason> refusal;
};

// RFC 7518 §3.5: MGF1 with the same hash, and a salt as long as the hash.
constexpr PssCase kPss[] = {
    {"AsTheRfcSays", Algorithm::kPs256, {"SHA256", "SHA256", 32}, std::nullopt},
    {"NoSalt", Algorithm::kPs256, {"SHA256", "SHA256", 0}, Reason::kSignature},
    {"SaltOfSha1", Algorithm::kPs256, {"SHA256", "SHA256", 20}, Reason::kSignature},
    {"SaltOneByteShort", Algorithm::kPs256, {"SHA256", "SHA256", 31}, Reason::kSignature},
    {"SaltOneByteMore", Algorithm::kPs256, {"SHA256", "SHA256", 33}, Reason::kSignature},
    {"SaltAsLongAsItGoes", Algorithm::kPs256, {"SHA256", "SHA256", 222}, Reason::kSignature},
    {"MaskWithSha1", Algorithm::kPs256, {"SHA256", "SHA1", 32}, Reason::kSignature},
    {"MaskWithSha512", Algorithm::kPs256, {"SHA256", "SHA512", 32}, Reason::kSignature},
    {"DigestOfPs512", Algorithm::kPs256, {"SHA512", "SHA256", 32}, Reason::kSignature},
    {"Ps384", Algorithm::kPs384, {"SHA384", "SHA384", 48}, std::nullopt},
    {"Ps384WithTheSaltOfPs256", Algorithm::kPs384, {"SHA384", "SHA384", 32}, Reason::kSignature},
    {"Ps512", Algorithm::kPs512, {"SHA512", "SHA512", 64}, std::nullopt},
    {"Ps512WithTheMaskOfPs256", Algorithm::kPs512, {"SHA512", "SHA256", 64}, Reason::kSignature},
};

class VerifyPssTest : public testing::TestWithParam<PssCase> {};

TEST_P(VerifyPssTest, TakesOneSetOfParameters) {
  const TestKey& key = TestKey::Rsa2048();
  const std::string input = test::SigningInput(test::HeaderJson(GetParam().algorithm), kPayload);
  const std::string token =
      input + "." + EncodeBase64Url(test::SignPss(key, GetParam().parameters, input));
  EXPECT_TRUE(test::EndsIn(GetParam().refusal, Verify(token, key)));
}

INSTANTIATE_TEST_SUITE_P(Rfc7518Section35, VerifyPssTest, testing::ValuesIn(kPss), test::kCaseName);

}  // namespace
}  // namespace pamjwt
