#include "core/oauth/pkce.h"

#include <gtest/gtest.h>

#include "core/jose/base64url.h"
#include "support/expect.h"

namespace pamjwt::oauth {
namespace {

TEST(MakePkce, MakesTheExampleOfRfc7636) {
  // RFC 7636 appendix B: 32 octets, their verifier (RFC 7636 §4.1), and its challenge (RFC 7636
  // §4.2).
  const Bytes random = {116, 24,  223, 180, 151, 153, 224, 37,  79,  250, 96,
                        125, 216, 173, 187, 186, 22,  212, 37,  77,  105, 214,
                        191, 240, 91,  88,  5,   88,  83,  132, 141, 121};
  const Result<Pkce> pkce = MakePkce(random);
  ASSERT_TRUE(test::Accepted(pkce));
  EXPECT_EQ(pkce.value().verifier.view(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  EXPECT_EQ(pkce.value().challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(MakePkce, RefusesAnotherNumberOfRandomBytes) {
  EXPECT_TRUE(test::RefusedFor(Reason::kInternal, MakePkce(Bytes(31))));
  EXPECT_TRUE(test::RefusedFor(Reason::kInternal, MakePkce(Bytes(33))));
  EXPECT_TRUE(test::Accepted(MakePkce(Bytes(32))));
}

}  // namespace
}  // namespace pamjwt::oauth
