#include "core/claims/unverified_binding.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/jose/base64url.h"
#include "support/certificate_scene.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::CertificateAttempt;
using test::RefusedFor;

/// Returns a token without a signature.
std::string TokenWith(const std::string& members) {
  const auto part = [](std::string_view json) { return EncodeBase64Url(AsBytes(json)); };
  return part(R"({"alg":"ES256"})") + "." + part("{" + members + "}") + ".";
}

class UnverifiedBindingTest : public testing::Test {
 protected:
  Result<KeyBinding::Proof> Check(const std::string& token, const std::string& login = "") const {
    return CheckUnverifiedBinding({salt_, token, login}, key_);
  }

  const CertificateAttempt attempt_;
  const std::string salt_ = attempt_.salt;
  const Bytes blob_ = CertificateAttempt::Key(attempt_.certificate);
  const SshPublicKey key_ = ParseSshPublicKey(blob_).value();
  const std::string bound_ = TokenWith(R"("nonce":)" + attempt_.Nonce());
  const std::string other_ = TokenWith(R"("nonce":)" + attempt_.Nonce(std::string(22, 't')));
  const std::string unbound_ = TokenWith(R"("sub":"alice")");
};

TEST_F(UnverifiedBindingTest, LooksAtTheClaimsOfTheToken) {
  const Result<KeyBinding::Proof> proof = Check(bound_);
  ASSERT_TRUE(Accepted(proof));
  EXPECT_EQ(proof.value(), KeyBinding::Proof::kNonce);
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, Check(other_)));
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, Check(unbound_)));
}

TEST_F(UnverifiedBindingTest, LooksAtTheTokenOfTheLoginIfThereIsOne) {
  const Result<KeyBinding::Proof> proof = Check(unbound_, bound_);
  ASSERT_TRUE(Accepted(proof));
  EXPECT_EQ(proof.value(), KeyBinding::Proof::kLogin);
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, Check(unbound_, other_)));
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, Check(bound_, unbound_)));
}

TEST_F(UnverifiedBindingTest, SaysWhichTokenCannotBeRead) {
  const Result<KeyBinding::Proof> token = Check("a.b", bound_);
  ASSERT_TRUE(RefusedFor(Reason::kCertificateUnbound, token));
  EXPECT_EQ(token.error().detail,
            "the token cannot be read: a token has three parts, separated by dots");
  const Result<KeyBinding::Proof> login = Check(bound_, "a.b");
  ASSERT_TRUE(RefusedFor(Reason::kCertificateUnbound, login));
  EXPECT_EQ(login.error().detail,
            "the token of the login cannot be read: a token has three parts, separated by dots");
}

}  // namespace
}  // namespace pamjwt
