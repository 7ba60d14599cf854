#include <cstdint>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/jose/verify.h"
#include "support/expect.h"
#include "support/token_builder.h"
#include "support/verify_token.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::TestKey;
using test::Verify;

constexpr std::string_view kPayload = R"({"iss":"https://issuer.example","sub":"alice"})";

// RFC 8037 §3.1, RFC 8032 §5.1.6 (64 octets) and §5.1.7 (S below the order).

/// S + L: the same number modulo the order L, in a form that must not be taken.
Bytes WithLAdded(Bytes signature) {
  constexpr std::uint8_t kL[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                   0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                   0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    const unsigned sum = signature[32 + i] + kL[i] + carry;
    signature[32 + i] = static_cast<std::uint8_t>(sum);
    carry = sum >> 8U;
  }
  return signature;
}

TEST(VerifyEdDsa, RefusesSFromTheOrderUp) {
  for (const Algorithm algorithm : {Algorithm::kEdDsa, Algorithm::kEd25519}) {
    const std::string token = test::SignToken(algorithm, kPayload);
    EXPECT_TRUE(Accepted(Verify(token, TestKey::Ed25519())));
    EXPECT_TRUE(RefusedFor(Reason::kSignature,
                           Verify(test::WithSignature(token, WithLAdded(test::SignatureOf(token))),
                                  TestKey::Ed25519())));
  }
}

}  // namespace
}  // namespace pamjwt
