#include "jwt-sso/verbs/renew_verb.h"

#include <gtest/gtest.h>

#include "core/ssh/base64.h"
#include "support/certificate_builder.h"
#include "support/temp_dir.h"

namespace pamjwt::sso {
namespace {

using test::TempDir;

constexpr UnixTime kNow{
    1700003000};  // the tokens of the builder's certificates end 300 seconds later

class HasGoodCertificateTest : public testing::Test {
 protected:
  HasGoodCertificateTest() {
    const test::CertificateBuilder builder;
    files_.MakeDirectory("state/jwt-sso/work", 0700);
    files_.Write(kFile, builder.type + " " + EncodeBase64(AsBytes(builder.Blob())) + "\n", 0600);
    files_.Write(kKey, "a key", 0600);
    profile_.name = "work";
  }
  [[nodiscard]] bool IsGood(std::int64_t least = 60) const {
    return HasGoodCertificate(profile_, {"", files_.Path("state"), ""}, kNow, Seconds{least});
  }

  static constexpr const char* kKey = "state/jwt-sso/work/key";
  static constexpr const char* kFile = "state/jwt-sso/work/key-cert.pub";
  TempDir files_;
  Profile profile_;
};

TEST_F(HasGoodCertificateTest, ComparesTheTimeThatIsLeft) {
  EXPECT_TRUE(IsGood());
  EXPECT_TRUE(IsGood(299));
  EXPECT_FALSE(IsGood(300));
}

TEST_F(HasGoodCertificateTest, IsFalseWithoutACertificate) {
  files_.Remove(kFile);
  EXPECT_FALSE(IsGood());
  files_.Remove("state");
  EXPECT_FALSE(IsGood());
}

TEST_F(HasGoodCertificateTest, IsFalseWithoutAKeyThatSshCanUse) {
  files_.SetMode(kKey, 0644);
  EXPECT_FALSE(IsGood());
  files_.SetMode(kKey, 0600);
  EXPECT_TRUE(IsGood());
  files_.Remove(kKey);
  EXPECT_FALSE(IsGood());
  profile_.settings.key = {ClientKey::Kind::kFile, "/home/alice/.ssh/id.pub"};
  EXPECT_TRUE(IsGood());
}

TEST_F(HasGoodCertificateTest, IsFalseIfTheStateIsNotTheUsersAlone) {
  files_.SetMode(kFile, 0644);
  EXPECT_FALSE(IsGood());
  files_.SetMode(kFile, 0600);
  EXPECT_TRUE(IsGood());
  files_.SetMode("state/jwt-sso/work", 0755);
  EXPECT_FALSE(IsGood());
}

TEST_F(HasGoodCertificateTest, IsFalseForAProfileThatMakesNoCertificates) {
  profile_.settings.use = ClientUse::kPrompt;
  EXPECT_FALSE(IsGood());
}

TEST_F(HasGoodCertificateTest, LooksWhereTheProfileKeepsIt) {
  profile_.settings.keep = ClientKeep::kRuntime;
  EXPECT_FALSE(IsGood());
  EXPECT_TRUE(HasGoodCertificate(profile_, {"", "/none", files_.Path("state")}, kNow, Seconds{60}));
}

}  // namespace
}  // namespace pamjwt::sso
