#include "jwt-sso/net/connection.h"

#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "core/jose/p256_key.h"
#include "core/ssh/private_key.h"
#include "support/expect.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;

LoginKey NewKey() {
  Result<P256Key> made = P256Key::Make();
  EXPECT_TRUE(Accepted(made));
  Result<SshPublicKey> public_key = SshPublicKeyOf(made.value());
  EXPECT_TRUE(Accepted(public_key));
  return {std::move(public_key).value(), std::move(made).value()};
}

TEST(DpopKeyOf, IsAKeyThatThisProgramHasItself) {
  const LoginKey key = NewKey();
  const std::optional<oauth::DpopKey> dpop = DpopKeyOf(&key);
  ASSERT_TRUE(dpop.has_value());
  EXPECT_EQ(dpop->public_key.x, key.private_key->public_key().x);
  EXPECT_TRUE(Accepted(dpop->sign(AsBytes("input"))));
}

// A host with a forwarded agent could have proofs signed ahead.
TEST(DpopKeyOf, IsNoKeyOfAnAgentOrAFile) {
  LoginKey key = NewKey();
  key.private_key.reset();
  EXPECT_FALSE(DpopKeyOf(&key).has_value());
  EXPECT_FALSE(DpopKeyOf(nullptr).has_value());
}

}  // namespace
}  // namespace pamjwt::sso
