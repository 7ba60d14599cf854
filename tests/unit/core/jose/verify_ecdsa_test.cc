#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <openssl/ec.h>

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

struct EcdsaParts {
  Bytes r, s;
};

EcdsaParts Split(const std::string& token) {
  const Bytes both = test::SignatureOf(token);
  const auto middle = both.begin() + static_cast<std::ptrdiff_t>(both.size() / 2);
  return {{both.begin(), middle}, {middle, both.end()}};
}

std::string Join(const std::string& token, const Bytes& r, const Bytes& s) {
  Bytes both = r;
  both.insert(both.end(), s.begin(), s.end());
  return test::WithSignature(token, both);
}

Bytes OrderOf(const TestKey& key) {
  BIGNUM* order = nullptr;
  EXPECT_EQ(EVP_PKEY_get_bn_param(key.get(), "order", &order), 1);
  const BignumPtr owned(order);
  Bytes bytes(PublicKey(key).x.size());
  EXPECT_GE(BN_bn2binpad(order, bytes.data(), static_cast<int>(bytes.size())), 0);
  return bytes;
}

/// Returns the number a + b in as many bytes as a has.
Bytes Add(const Bytes& a, const Bytes& b) {
  const BignumPtr x(BN_bin2bn(a.data(), static_cast<int>(a.size()), nullptr));
  const BignumPtr y(BN_bin2bn(b.data(), static_cast<int>(b.size()), nullptr));
  EXPECT_EQ(BN_add(x.get(), x.get(), y.get()), 1);
  Bytes sum(a.size());
  EXPECT_GE(BN_bn2binpad(x.get(), sum.data(), static_cast<int>(sum.size())), 0);
  return sum;
}

class VerifyEcdsaTest : public testing::TestWithParam<AlgorithmInfo> {
 protected:
  const TestKey& key_ = TestKey::For(GetParam().algorithm);
  const std::string token_ = test::SignToken(GetParam().algorithm, kPayload);
  const EcdsaParts parts_ = Split(token_);
  const Bytes zero_ = Bytes(parts_.r.size());
  const Bytes order_ = OrderOf(key_);
};

TEST_P(VerifyEcdsaTest, RefusesZeroAndTheOrderForRAndS) {
  EXPECT_TRUE(Accepted(Verify(Join(token_, parts_.r, parts_.s), key_)));
  for (const Bytes& bad : {zero_, order_, Bytes(zero_.size(), 0xff)}) {
    EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(Join(token_, bad, parts_.s), key_)));
    EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(Join(token_, parts_.r, bad), key_)));
    EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(Join(token_, bad, bad), key_)));
  }
}

TEST_P(VerifyEcdsaTest, RefusesRAndSSwapped) {
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(Join(token_, parts_.s, parts_.r), key_)));
}

// RFC 7518 §3.4: R and S, each as long as the order.
TEST_P(VerifyEcdsaTest, RefusesLongerAndShorterHalves) {
  Bytes long_r = parts_.r;
  long_r.insert(long_r.begin(), 0);
  Bytes long_s = parts_.s;
  long_s.insert(long_s.begin(), 0);
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(Join(token_, long_r, long_s), key_)));
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(Join(token_, parts_.r, {}), key_)));
  // The right number of bytes, split elsewhere.
  Bytes short_s = parts_.s;
  short_s.pop_back();
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(Join(token_, long_r, short_s), key_)));
}

TEST_P(VerifyEcdsaTest, RefusesTheDerForm) {
  const EcdsaSigPtr signature(ECDSA_SIG_new());
  ASSERT_EQ(ECDSA_SIG_set0(signature.get(),
                           BN_bin2bn(parts_.r.data(), static_cast<int>(parts_.r.size()), nullptr),
                           BN_bin2bn(parts_.s.data(), static_cast<int>(parts_.s.size()), nullptr)),
            1);
  Bytes der(static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), nullptr)));
  std::uint8_t* out = der.data();
  i2d_ECDSA_SIG(signature.get(), &out);
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify(test::WithSignature(token_, der), key_)));
}

INSTANTIATE_TEST_SUITE_P(Rfc7518Section34, VerifyEcdsaTest,
                         testing::Values(Info(Algorithm::kEs256), Info(Algorithm::kEs384),
                                         Info(Algorithm::kEs512)),
                         test::kCaseName);

TEST(VerifyEcdsa, RefusesRPlusTheOrder) {
  // Only P-521 has room for it: 66 bytes are 528 bits.
  const std::string token = test::SignToken(Algorithm::kEs512, kPayload);
  const EcdsaParts parts = Split(token);
  const Bytes order = OrderOf(TestKey::P521());
  EXPECT_TRUE(RefusedFor(Reason::kSignature,
                         Verify(Join(token, Add(parts.r, order), parts.s), TestKey::P521())));
  EXPECT_TRUE(RefusedFor(Reason::kSignature,
                         Verify(Join(token, parts.r, Add(parts.s, order)), TestKey::P521())));
}

TEST(VerifyEcdsa, RefusesAKeyOffItsCurveBeforeItUsesIt) {
  const std::string token = test::SignToken(Algorithm::kEs256, kPayload);
  Jwk key = PublicKey(TestKey::P256());
  EXPECT_TRUE(Accepted(Verify(token, key)));
  key.y.back() ^= 1U;
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, Verify(token, key)));
}

}  // namespace
}  // namespace pamjwt
