#include "io/public_key_file.h"

#include <string>

#include <gtest/gtest.h>

#include "core/ssh/base64.h"
#include "support/certificate_builder.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt {
namespace {

using test::WireString;

const std::string kBlob = WireString("ssh-ed25519") + WireString("\x09" + std::string(31, '\0'));
const std::string kLine = "ssh-ed25519 " + EncodeBase64(AsBytes(kBlob));

struct FileCase {
  const char* name;
  std::string text;
  const char* said;  // "": accepted
};
const FileCase kFiles[] = {
    {"WithAComment", kLine + " alice@laptop\n", ""},
    {"WithoutANewline", kLine, ""},
    {"Certificate",
     "ssh-ed25519-cert-v01@openssh.com " +
         EncodeBase64(AsBytes(test::CertificateBuilder().Blob())) + "\n",
     "/file: it is a certificate: give the plain .pub file of its key"},
    {"PrivateKey", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n",
     "/file: it is a private key: give the public key, "},
    {"PrivatePem", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n", "it is a private key"},
    {"PublicPem", "-----BEGIN PUBLIC KEY-----\nAAAA\n", "ssh-keygen -i -f converts it"},
    {"Rfc4716", "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n", "ssh-keygen -i -f converts it"},
    {"OtherType", "ssh-rsa" + kLine.substr(kLine.find(' ')),
     "/file: its first word is not the type of the key"},
    {"Dsa", "ssh-dss " + EncodeBase64(AsBytes(WireString("ssh-dss"))),
     "/file: the type of the key is not known"},
    {"Empty", "", "/file: "},
};

class PublicKeyFileTest : public testing::TestWithParam<FileCase> {};

TEST_P(PublicKeyFileTest, IsReadOrSaysWhatToGive) {
  const test::TempDir scratch;
  const Result<SshPublicKey> key = ReadPublicKeyFile(scratch.Write("file", GetParam().text));
  if (*GetParam().said == '\0') {
    ASSERT_TRUE(test::Accepted(key));
    EXPECT_EQ(AsText(key.value().blob), kBlob);
    return;
  }
  ASSERT_TRUE(test::RefusedFor(Reason::kConfigInvalid, key));
  EXPECT_NE(key.error().detail.find(GetParam().said), std::string::npos) << key.error().detail;
}

INSTANTIATE_TEST_SUITE_P(All, PublicKeyFileTest, testing::ValuesIn(kFiles), test::kCaseName);

TEST(ReadPublicKeyFile, NamesAFileThatIsNotThere) {
  const Result<SshPublicKey> key = ReadPublicKeyFile("/no/such/key.pub");
  ASSERT_TRUE(test::RefusedFor(Reason::kConfigInvalid, key));
  EXPECT_EQ(key.error().detail, "/no/such/key.pub: No such file or directory");
}

}  // namespace
}  // namespace pamjwt
