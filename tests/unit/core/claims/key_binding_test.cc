#include "core/claims/key_binding.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/jose/base64url.h"
#include "core/ssh/base64.h"
#include "core/ssh/bound_nonce.h"
#include "support/certificate_builder.h"
#include "support/claims_of.h"
#include "support/expect.h"
#include "support/vector.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::CertificateBuilder;
using test::ClaimsWith;
using test::RefusedFor;
using test::WireString;

const std::string kSalt = std::string(22, 's');
const std::string kOtherSalt = std::string(22, 't');

/// Returns the blob of a key that `name` has in ssh_certificates.json.
std::string KeyBlob(const char* name) {
  const Json vectors = test::ReadVector("ssh_certificates.json");
  return std::string(DecodeBase64(test::VectorText(*vectors.Find(name), "key"))->view());
}

/// A token certificate for a key, which keeps the blob that its views point into.
struct Holder {
  explicit Holder(const std::string& key_blob) {
    WireReader reader(AsBytes(key_blob));
    CertificateBuilder builder;
    builder.type = CertificateName(*FindSshKeyType(reader.Text()));
    builder.key_fields = std::string(AsText(reader.left()));
    builder.valid_before = ~std::uint64_t{0};
    builder.extensions = {{"token@pamjwt.io", WireString(kSalt + "~a.b.c")}};
    blob = builder.Blob();
  }
  [[nodiscard]] Result<KeyBinding> Check(const std::string& members) const {
    Result<TokenCertificate> certificate =
        TokenCertificate::Check(ParseSshCertificate(AsBytes(blob)).value(), test::kNow);
    return KeyBinding::Check(ClaimsWith(members), certificate.value(), nullptr);
  }
  std::string blob;
};

Jwk JwkOf(const std::string& key_blob) {
  return *ParseSshPublicKey(AsBytes(key_blob)).value().jwk;
}
/// Returns the JWK of a P-256 key as JSON, with `more` members behind its own.
std::string JwkText(const Jwk& key, const std::string& more = "") {
  return R"({"kty":"EC","crv":"P-256","x":")" + EncodeBase64Url(key.x) + R"(","y":")" +
         EncodeBase64Url(key.y) + "\"" + more + "}";
}
std::string Jkt(const std::string& key_blob) {
  return R"("jkt":")" + Thumbprint(JwkOf(key_blob)).value() + "\"";
}
std::string Nonce(const std::string& salt, const std::string& key_blob) {
  return R"("nonce":")" + BoundNonce(salt, AsBytes(key_blob)).value() + "\"";
}
std::string Cnf(const std::string& members) {
  return R"("cnf":{)" + members + "}";
}

class KeyBindingTest : public testing::Test {
 protected:
  const std::string key_ = KeyBlob("p256");
  const std::string other_ = KeyBlob("p384");
  const Holder holder_{key_};
};

TEST_F(KeyBindingTest, TakesTheNonceOfTheKeyAndTheSalt) {
  const Result<KeyBinding> binding = holder_.Check(Nonce(kSalt, key_));
  ASSERT_TRUE(Accepted(binding));
  EXPECT_EQ(binding.value().proof(), KeyBinding::Proof::kNonce);
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, holder_.Check(Nonce(kSalt, other_))));
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, holder_.Check(Nonce(kOtherSalt, key_))));
}

TEST_F(KeyBindingTest, TakesTheJwkOfTheKey) {  // RFC 7800 §3.2
  const std::string jwk = JwkText(JwkOf(key_));
  const Result<KeyBinding> binding = holder_.Check(Cnf(R"("jwk":)" + jwk));
  ASSERT_TRUE(Accepted(binding));
  EXPECT_EQ(binding.value().proof(), KeyBinding::Proof::kJwk);
  EXPECT_TRUE(
      RefusedFor(Reason::kCertificateUnbound, Holder(other_).Check(Cnf(R"("jwk":)" + jwk))));
}

TEST_F(KeyBindingTest, TakesAJwkWithItsIdButNotAPrivateOne) {
  const Jwk key = JwkOf(key_);
  EXPECT_TRUE(Accepted(holder_.Check(Cnf(R"("jwk":)" + JwkText(key, R"(,"kid":"x")")))));
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound,
                         holder_.Check(Cnf(R"("jwk":)" + JwkText(key, R"(,"d":"AA")")))));
}

TEST_F(KeyBindingTest, TakesTheThumbprintOfTheKey) {
  const Result<KeyBinding> binding = holder_.Check(Cnf(Jkt(key_)));
  ASSERT_TRUE(Accepted(binding));
  EXPECT_EQ(binding.value().proof(), KeyBinding::Proof::kThumbprint);
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, holder_.Check(Cnf(Jkt(other_)))));
}

TEST_F(KeyBindingTest, WantsEveryProofToNameTheKey) {
  const std::string good_nonce = Nonce(kSalt, key_);
  const std::string jwk = R"("jwk":)" + JwkText(JwkOf(key_));
  EXPECT_TRUE(Accepted(holder_.Check(Cnf(jwk + "," + Jkt(key_)) + "," + good_nonce)));
  for (const std::string& members : {Cnf(jwk + "," + Jkt(other_)) + "," + good_nonce,
                                     Cnf(jwk + "," + Jkt(key_)) + "," + Nonce(kSalt, other_),
                                     Cnf(Jkt(other_)) + "," + good_nonce}) {
    EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, holder_.Check(members))) << members;
  }
}

TEST_F(KeyBindingTest, RefusesATokenThatNamesNoKey) {
  for (const std::string_view members :
       {"", R"("nonce":"n-0S6_WzA2Mj")", R"("nonce":7)", R"("nonce":"PJK1.x")"}) {
    EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, holder_.Check(std::string(members))))
        << members;
  }
}

TEST_F(KeyBindingTest, RefusesAConfirmationThatIsNotUnderstood) {
  const std::string nonce = "," + Nonce(kSalt, key_);
  ASSERT_TRUE(Accepted(holder_.Check(Cnf(Jkt(key_)) + nonce)));
  for (const std::string& cnf :
       {std::string(R"("cnf":null)"), std::string(R"("cnf":[])"), Cnf(""), Cnf(R"("jkt":null)"),
        Cnf(R"("jwk":"x")"), Cnf(Jkt(key_) + R"(,"x5t#S256":"x")"), Cnf(R"("kid":"x")"),
        Cnf(R"("kid":")" + Thumbprint(JwkOf(key_)).value() + "\"")}) {
    EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, holder_.Check(cnf + nonce))) << cnf;
  }
}

TEST_F(KeyBindingTest, BindsAFidoKeyByTheNonceAlone) {
  const std::string fido = KeyBlob("sk-p256");  // the same point as p256
  const Holder holder(fido);
  EXPECT_TRUE(Accepted(holder.Check(Nonce(kSalt, fido))));
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, holder.Check(Nonce(kSalt, key_))));
  EXPECT_TRUE(RefusedFor(Reason::kCertificateUnbound, holder.Check(Cnf(Jkt(key_)))));
}

TEST(Describe, NamesTheClaimThatNamesTheKey) {
  EXPECT_EQ(Describe(KeyBinding::Proof::kJwk), "cnf.jwk");
  EXPECT_EQ(Describe(KeyBinding::Proof::kThumbprint), "cnf.jkt");
  EXPECT_EQ(Describe(KeyBinding::Proof::kNonce), "nonce");
  EXPECT_EQ(Describe(KeyBinding::Proof::kLogin), "the nonce in the token of the login");
}

TEST(IsBound, LooksForClaimsThatNameAKey) {
  EXPECT_TRUE(IsBound(ClaimsWith(R"("nonce":"pjk1.x")")));
  EXPECT_TRUE(IsBound(ClaimsWith(R"("cnf":null)")));
  EXPECT_FALSE(IsBound(ClaimsWith(R"("nonce":"pjk2.x")")));
  EXPECT_FALSE(IsBound(ClaimsWith(R"("nonce":["pjk1.x"])")));
  EXPECT_FALSE(IsBound(ClaimsWith("")));
}

}  // namespace
}  // namespace pamjwt
