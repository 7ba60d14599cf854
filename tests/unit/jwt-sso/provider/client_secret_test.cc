#include "jwt-sso/provider/client_secret.h"

#include <unistd.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;

class ReadClientSecretTest : public testing::Test {
 protected:
  [[nodiscard]] Result<SecretString> Read(std::string_view text, mode_t mode) const {
    return ReadClientSecret(directory_.Write("secret", text, mode), Owners{getuid()});
  }

  test::TempDir directory_;
};

TEST_F(ReadClientSecretTest, DropsOneNewline) {
  EXPECT_EQ(Read("s3cr3t\n", 0600).value().view(), "s3cr3t");
  EXPECT_EQ(Read("s3cr3t", 0400).value().view(), "s3cr3t");
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Read("s3cr3t\n\n", 0600)));
}

TEST_F(ReadClientSecretTest, RefusesAFileThatEverybodyMayRead) {
  const Result<SecretString> secret = Read("s3cr3t\n", 0644);
  ASSERT_TRUE(RefusedFor(Reason::kConfigInvalid, secret));
  EXPECT_EQ(secret.error().detail, "client_secret_file: everybody may read " +
                                       directory_.Path("secret") + ": chmod o-r " +
                                       directory_.Path("secret"));
  EXPECT_TRUE(Accepted(Read("s3cr3t\n", 0600)));
}

TEST_F(ReadClientSecretTest, LetsTheGroupReadAFileOfRootAlone) {
  const Result<SecretString> secret = Read("s3cr3t\n", 0640);
  EXPECT_TRUE(getuid() == 0 ? Accepted(secret) : RefusedFor(Reason::kConfigInvalid, secret));
}

TEST_F(ReadClientSecretTest, RefusesAFileThatOthersMayWrite) {
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Read("s3cr3t\n", 0620)));
}

TEST_F(ReadClientSecretTest, RefusesAPrivateKey) {
  const Result<SecretString> secret =
      Read("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----\n",
           0600);
  ASSERT_TRUE(RefusedFor(Reason::kConfigInvalid, secret));
  EXPECT_EQ(secret.error().detail.find("b3Blbn"), std::string::npos);
  EXPECT_NE(secret.error().detail.find("not the secret of a client"), std::string::npos);
  for (const char* const other : {"a\tb", "a\rb", "s\xc3\xa9", "a\x7f"}) {
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Read(other, 0600)));
  }
  EXPECT_TRUE(Accepted(Read(" ~GOCSPX-x_y/z+=%& ", 0600)));
}

TEST_F(ReadClientSecretTest, RefusesWhatIsNoSecret) {
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Read("", 0600)));
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Read("\n", 0600)));
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Read({"a\0b", 3}, 0600)));
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Read(std::string(1025, 'a'), 0600)));
  EXPECT_TRUE(Accepted(Read(std::string(1024, 'a'), 0600)));
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid,
                         ReadClientSecret(directory_.Path("absent"), Owners{getuid()})));
}

}  // namespace
}  // namespace pamjwt::sso
