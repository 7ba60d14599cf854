#include "sshd-keys/may_carry_token.h"

#include <string>

#include <gtest/gtest.h>

#include "core/ssh/base64.h"
#include "core/ssh/public_key.h"
#include "support/certificate_builder.h"

namespace pamjwt::keys {
namespace {

using test::CertificateBuilder;

constexpr std::string_view kType = "ssh-ed25519-cert-v01@openssh.com";

std::string KeyOf(const CertificateBuilder& builder) {
  return EncodeBase64(AsBytes(builder.Blob()));
}

TEST(MayCarryToken, TakesACertificateWithTheExtension) {
  EXPECT_TRUE(MayCarryToken(kType, KeyOf({})));
}

TEST(MayCarryToken, TakesCertificatesOfEveryType) {
  for (int type = 0; type <= static_cast<int>(SshKeyType::kMldsa44Ed25519); ++type) {
    const std::string_view name = CertificateName(static_cast<SshKeyType>(type));
    CertificateBuilder builder;
    builder.type = name;
    EXPECT_TRUE(MayCarryToken(name, KeyOf(builder))) << name;
  }
}

// A certificate that may be meant for us is judged, so that the log says what is wrong with it.
TEST(MayCarryToken, TakesACertificateThatHasTheNameElsewhere) {
  CertificateBuilder builder;
  builder.extensions = {};
  EXPECT_TRUE(MayCarryToken(kType, KeyOf(builder)));  // its principal
  builder.principals = {"alice"};
  EXPECT_FALSE(MayCarryToken(kType, KeyOf(builder)));
  builder.critical_options = {{"token@pamjwt.io", "x"}};
  EXPECT_TRUE(MayCarryToken(kType, KeyOf(builder)));
}

TEST(MayCarryToken, RefusesKeysThatAreNoCertificates) {
  for (const char* const type :
       {"ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521", "ssh-dss", "sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com", "ssh-mldsa44-ed25519@openssh.com", "rsa-sha2-512",
        "webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "x509v3-ssh-rsa", "", "-cert-v01",
        "ssh-ed25519-cert-v01@openssh.com ", "ssh-ed25519-cert-v02@openssh.com"}) {
    EXPECT_FALSE(MayCarryToken(type, KeyOf({}))) << type;
  }
}

TEST(MayCarryToken, RefusesTextThatIsNotBase64) {
  const std::string key = KeyOf({});
  ASSERT_TRUE(MayCarryToken(kType, key));
  EXPECT_FALSE(MayCarryToken(kType, key + "="));
  EXPECT_FALSE(MayCarryToken(kType, "*" + key));
  EXPECT_FALSE(MayCarryToken(kType, key.substr(1)));
  EXPECT_FALSE(MayCarryToken(kType, "token@pamjwt.io"));
  EXPECT_FALSE(MayCarryToken(kType, ""));
}

}  // namespace
}  // namespace pamjwt::keys
