#include "jwtctl/issuer/private_jwk.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "core/jose/verify.h"
#include "support/expect.h"
#include "support/token_builder.h"

namespace pamjwt::ctl {
namespace {

using test::TestKey;

std::string Without(std::string text, std::string_view member) {
  const std::size_t begin = text.find(",\"" + std::string(member) + "\":");
  const std::size_t end = text.find('"', text.find(":\"", begin) + 2) + 1;
  return text.erase(begin, end - begin);
}

/// Returns the JWK `text` with a member of another key.
std::string With(std::string text, std::string_view member, const std::string& other) {
  const auto value = [&](const std::string& jwk) {
    const std::string start = "\"" + std::string(member) + "\":\"";
    const std::size_t begin = jwk.find(start) + start.size();
    return std::pair(begin, jwk.find('"', begin) - begin);
  };
  const auto [to, to_size] = value(text);
  const auto [from, from_size] = value(other);
  return text.replace(to, to_size, other.substr(from, from_size));
}

class EveryAlgorithmTest : public testing::TestWithParam<AlgorithmInfo> {};

TEST_P(EveryAlgorithmTest, SignsWhatThePublicHalfVerifies) {
  const AlgorithmInfo& info = GetParam();
  const Result<SigningKey> key = ParsePrivateJwk(TestKey::For(info.algorithm).PrivateJwk());
  ASSERT_TRUE(test::Accepted(key));
  const Result<std::string> token =
      SignToken(key.value(), info.algorithm, test::HeaderJson(info.algorithm), R"({"a":1})");
  ASSERT_TRUE(test::Accepted(token));

  const Result<ParsedJws> jws = ParseJws(token.value());
  ASSERT_TRUE(test::Accepted(jws));
  const Result<VerifiedPayload> payload =
      info.scheme == Scheme::kHmac ? VerifiedPayload::Verify(jws.value(), key.value().secret())
                                   : VerifiedPayload::Verify(jws.value(), key.value().public_key());
  ASSERT_TRUE(test::Accepted(payload));
  EXPECT_EQ(payload.value().text(), R"({"a":1})");
}

TEST_P(EveryAlgorithmTest, WritesTheKeyThatWasRead) {
  const std::string jwk =
      TestKey::For(GetParam().algorithm).PrivateJwk({"key-1", std::string(GetParam().name), "sig"});
  const Result<SigningKey> key = ParsePrivateJwk(jwk);
  ASSERT_TRUE(test::Accepted(key));
  EXPECT_EQ(key.value().public_key().kid, "key-1");
  EXPECT_EQ(key.value().public_key().alg, GetParam().name);

  const Result<SecretString> text = PrivateJwkText(key.value());
  ASSERT_TRUE(test::Accepted(text));
  const Result<Json> written = ParseJsonObject(text.value().view());
  const Result<Json> read = ParseJsonObject(jwk);
  ASSERT_TRUE(test::Accepted(written));
  EXPECT_EQ(written.value().AsObject()->size(), read.value().AsObject()->size());
  for (const JsonMember& member : *read.value().AsObject()) {
    const Json* const same = written.value().Find(member.first);
    ASSERT_NE(same, nullptr) << member.first;
    EXPECT_EQ(ToJsonText(*same), ToJsonText(member.second));
  }
}

INSTANTIATE_TEST_SUITE_P(PrivateJwk, EveryAlgorithmTest, testing::ValuesIn(kAlgorithms),
                         test::kCaseName);

struct KeyCase {
  const char* name;
  std::string text;
  std::optional<Reason> refusal;
};

const std::string kRsa = TestKey::Rsa2048().PrivateJwk();
const std::string kEc = TestKey::P256().PrivateJwk();
const std::string kOkp = TestKey::Ed25519().PrivateJwk();

const KeyCase kKeys[] = {
    {"Rsa", kRsa, std::nullopt},
    {"RsaWithoutPrimes", Without(kRsa, "p"), Reason::kKeyUnknown},
    {"RsaWithTheExponentOfAnother",
     With(kRsa, "n", TestKey::OtherFor(Algorithm::kRs256).PrivateJwk()), Reason::kKeyUnknown},
    {"Ec", kEc, std::nullopt},
    {"EcPublic", TestKey::P256().PublicJwk(), Reason::kKeyUnknown},
    {"EcWithTheScalarOfAnother", With(kEc, "d", TestKey::OtherFor(Algorithm::kEs256).PrivateJwk()),
     Reason::kKeyUnknown},
    {"Ed25519", kOkp, std::nullopt},
    {"Ed25519WithTheSeedOfAnother",
     With(kOkp, "d", TestKey::OtherFor(Algorithm::kEdDsa).PrivateJwk()), Reason::kKeyUnknown},
    {"Secret", R"({"kty":"oct","k":"AAAA"})", std::nullopt},
    {"SecretForRsa", R"({"kty":"oct","k":"AAAA","alg":"RS256"})", Reason::kKeyUnknown},
    {"SecretThatIsEmpty", R"({"kty":"oct","k":""})", Reason::kKeyUnknown},
    {"ForEncryption", TestKey::P256().PrivateJwk({"", "", "enc"}), Reason::kKeyUnknown},
    {"JwkSet", R"({"keys":[]})", Reason::kKeyUnknown},
    {"NoJson", "secret", Reason::kKeyUnknown},
};

class ParsePrivateJwkTest : public testing::TestWithParam<KeyCase> {};

TEST_P(ParsePrivateJwkTest, TakesWholeKeysOnly) {
  EXPECT_TRUE(test::EndsIn(GetParam().refusal, ParsePrivateJwk(GetParam().text)));
}

INSTANTIATE_TEST_SUITE_P(PrivateJwk, ParsePrivateJwkTest, testing::ValuesIn(kKeys),
                         test::kCaseName);

TEST(ParsePrivateJwk, SaysNothingOfTheKeyInItsErrors) {
  for (const char* const text :
       {R"({"kty":"oct","k":"hunter2 "})", R"({"kty":"oct","k":"hunter2")", "hunter2"}) {
    const Result<SigningKey> key = ParsePrivateJwk(text);
    ASSERT_FALSE(key.ok());
    EXPECT_EQ(key.error().detail.find("unter"), std::string::npos) << key.error().detail;
  }
}

TEST(SignToken, RefusesAnAlgorithmOfAnotherKeyType) {
  const Result<SigningKey> key = ParsePrivateJwk(kEc);
  ASSERT_TRUE(test::Accepted(key));
  EXPECT_TRUE(
      test::RefusedFor(Reason::kKeyUnknown, SignToken(key.value(), Algorithm::kRs256, "{}", "{}")));
  EXPECT_TRUE(
      test::RefusedFor(Reason::kKeyUnknown, SignToken(key.value(), Algorithm::kEs384, "{}", "{}")));
  EXPECT_TRUE(test::Accepted(SignToken(key.value(), Algorithm::kEs256, "{}", "{}")));
}

// RFC 7518 §3.2.
TEST(SignToken, RefusesASecretShorterThanTheHash) {
  EXPECT_TRUE(test::RefusedFor(
      Reason::kSecretUnusable,
      SignToken(SigningKey(SecretString(std::string(31, 'x'))), Algorithm::kHs256, "{}", "{}")));
  EXPECT_TRUE(test::Accepted(
      SignToken(SigningKey(SecretString(std::string(32, 'x'))), Algorithm::kHs256, "{}", "{}")));
}

}  // namespace
}  // namespace pamjwt::ctl
