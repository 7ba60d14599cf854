#include "core/ssh/private_key.h"

#include <cstdint>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "core/ssh/base64.h"
#include "support/certificate_builder.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

using std::string_literals::operator""s;
using test::Accepted;
using test::RefusedFor;
using test::WireInteger;
using test::WireString;

// ssh-keygen of OpenSSH 9.2 made this key and its .pub file. Everybody knows it.
constexpr const char* kOfSshKeygen = R"(-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAaAAAABNlY2RzYS
1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQS6ERJoGLQ4Kuo2m1zjRfqUX1pomZt5
N4ErKhv5FbTC2JSc1jUNkYkgkyLsYZK0sDCT4+9jjYDqSk+YbSatGcpAAAAAqIIwBEaCMA
RGAAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBLoREmgYtDgq6jab
XONF+pRfWmiZm3k3gSsqG/kVtMLYlJzWNQ2RiSCTIuxhkrSwMJPj72ONgOpKT5htJq0Zyk
AAAAAhAI8hfjTQsiWE2Q05MmwwlqZov6LcIRB81es+DqTuf4IWAAAADGFsaWNlQGxhcHRv
cAECAw==
-----END OPENSSH PRIVATE KEY-----
)";
constexpr std::string_view kPublicOfSshKeygen =
    "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBLoREmgYtDgq6jabXONF+pRfWmiZm3k3gSsqG/"
    "kVtMLYlJzWNQ2RiSCTIuxhkrSwMJPj72ONgOpKT5htJq0ZykA=";

// The same kind of key with a passphrase, and a key on Ed25519.
constexpr const char* kWithPassphrase = R"(-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABDvV7i2ua
nf1Pi5JPd7fj65AAAAEAAAAAEAAABoAAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlz
dHAyNTYAAABBBPlaFxmEw5crpNZyXT8fsMnqzzJ0eUtYKzgGnmZVQuJBp2uajWmHa65I9n
c2qLW0d6vRt+tfbEz/wTIug8hycqkAAACg6E7H4KnkzkfRYg65fgw3hm3h6aymu4Fu16I0
jngRqXNq+3UugW7jaicyaf6W9kOP78WZfa1tGR46AjjggEgmg9q63NbEuzNW7ZF7BC+OBS
2IHU8EzXd9gYOY1z7uR4YFyB2seX7CWw6wVvp/XgIPxcopWdZoNjBAUzgaRXxXz2egyWDN
+lA3p+PDgNt46FaAS58tIv6L3pnqgzJxlWY7sg==
-----END OPENSSH PRIVATE KEY-----
)";
constexpr const char* kEd25519 = R"(-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACDFfdnV/w+5oNIcPr+RmCjNcnoY3rKyylpxB3LdiEeySAAAAIiiVgW+olYF
vgAAAAtzc2gtZWQyNTUxOQAAACDFfdnV/w+5oNIcPr+RmCjNcnoY3rKyylpxB3LdiEeySA
AAAEAubuVg0AGv77qYGwm0doQ3bWX7jRz8hPCxYfz5pm2VpMV92dX/D7mg0hw+v5GYKM1y
ehjesrLKWnEHct2IR7JIAAAAAAECAwQF
-----END OPENSSH PRIVATE KEY-----
)";

Bytes Scalar(std::uint8_t first, std::uint8_t other) {
  Bytes scalar(32, other);
  scalar[0] = first;
  return scalar;
}

P256Key Key(std::uint8_t first = 0x11) {
  return P256Key::FromScalar(Scalar(first, 0x22)).value();
}

/// Makes a file of a private key, part by part (OpenSSH's PROTOCOL.key).
struct KeyFileBuilder {
  std::string magic = "openssh-key-v1\0"s;
  std::string cipher = "none";
  std::string kdf = "none";
  std::string kdf_options;
  std::uint32_t keys = 1;
  std::string public_blob = std::string(AsText(SshPublicKeyOf(Key()).value().blob));
  std::uint32_t check = 7;
  std::uint32_t check_again = 7;
  std::string type_and_point = public_blob;
  std::string number = WireString(std::string(AsText(Scalar(0x11, 0x22))));
  std::string comment = WireString("work");  // of 260 bytes in all, so that 4 are padding
  std::string padding = "\x01\x02\x03\x04";
  std::string behind;
  std::string begin = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  std::string end = "-----END OPENSSH PRIVATE KEY-----\n";
  std::string base64;  // empty: that of the parts

  [[nodiscard]] std::string Text() const {
    const std::string part = WireInteger(check, 4) + WireInteger(check_again, 4) + type_and_point +
                             number + comment + padding;
    const std::string all = magic + WireString(cipher) + WireString(kdf) + WireString(kdf_options) +
                            WireInteger(keys, 4) + WireString(public_blob) + WireString(part) +
                            behind;
    return begin + (base64.empty() ? EncodeBase64(AsBytes(all)) + "\n" : base64) + end;
  }
};

TEST(SshPublicKeyOf, IsTheKeyOfSsh) {  // RFC 5656 §3.1
  const P256Key key = Key();
  const Result<SshPublicKey> public_key = SshPublicKeyOf(key);
  ASSERT_TRUE(Accepted(public_key));
  EXPECT_EQ(public_key.value().type, SshKeyType::kP256);
  ASSERT_TRUE(public_key.value().jwk.has_value());
  EXPECT_TRUE(IsSameKey(*public_key.value().jwk, key.public_key()));
}

TEST(ParsePrivateKey, ReadsAKeyOfSshKeygen) {
  const Result<P256Key> key = ParsePrivateKey(kOfSshKeygen);
  ASSERT_TRUE(Accepted(key));
  EXPECT_EQ(EncodeBase64(SshPublicKeyOf(key.value()).value().blob), kPublicOfSshKeygen);
}

TEST(FormatPrivateKey, WritesWhatParsePrivateKeyReads) {
  // With zero bytes in front, and with a first bit that is set, the mpint has another length.
  for (const int first : {0x00, 0x11, 0x7F, 0x80, 0xFE}) {
    const P256Key key = Key(static_cast<std::uint8_t>(first));
    for (const std::string comment : {"", "work", "jwt-sso work"}) {
      const Result<SecretString> text = FormatPrivateKey(key, comment);
      ASSERT_TRUE(Accepted(text));
      const Result<P256Key> read = ParsePrivateKey(text.value().view());
      ASSERT_TRUE(Accepted(read));
      EXPECT_TRUE(IsSameKey(read.value().public_key(), key.public_key()));
    }
  }
}

TEST(FormatPrivateKey, WritesLinesThatEverySshReads) {
  const Result<SecretString> text = FormatPrivateKey(Key(), "work");
  ASSERT_TRUE(Accepted(text));
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = text.value().view().find('\n', begin)) != std::string::npos;) {
    EXPECT_LE(end - begin, 70U);  // as ssh-keygen has it
    begin = end + 1;
  }
  EXPECT_EQ(begin, text.value().size());
}

TEST(FormatPrivateKey, HasAnotherCheckNumberEachTime) {
  EXPECT_NE(FormatPrivateKey(Key(), "").value().view(), FormatPrivateKey(Key(), "").value().view());
}

struct FileCase {
  const char* name;
  std::function<void(KeyFileBuilder&)> change;
  const char* said;  // "": accepted
};
const FileCase kFiles[] = {
    {"Unchanged", [](KeyFileBuilder& /*file*/) {}, ""},
    {"OtherComment",
     [](KeyFileBuilder& f) {
       f.comment = WireString("\xFF\x00"s), f.padding = "\x01\x02\x03\x04\x05\x06";
     },
     ""},
    {"Magic", [](KeyFileBuilder& f) { f.magic = "openssh-key-v2\0"s; }, "is not openssh-key-v1"},
    {"Cipher", [](KeyFileBuilder& f) { f.cipher = "aes256-ctr"; }, "has a passphrase"},
    {"Kdf", [](KeyFileBuilder& f) { f.kdf = "bcrypt"; }, "has a passphrase"},
    {"KdfOptions", [](KeyFileBuilder& f) { f.kdf_options = "x"; }, "is not one key alone"},
    {"NoKey", [](KeyFileBuilder& f) { f.keys = 0; }, "is not one key alone"},
    {"TwoKeys", [](KeyFileBuilder& f) { f.keys = 2; }, "is not one key alone"},
    {"BytesBehind", [](KeyFileBuilder& f) { f.behind = "x"; }, "is not one key alone"},
    {"CheckNumbers", [](KeyFileBuilder& f) { f.check_again = 8; }, "is damaged"},
    {"OtherType",
     [](KeyFileBuilder& f) { f.type_and_point = WireString("ssh-ed25519") + WireString("x"); },
     "is not an ECDSA key on P-256"},
    {"OtherCurve",
     [](KeyFileBuilder& f) {
       f.type_and_point =
           WireString("ecdsa-sha2-nistp256") + WireString("nistp384") + WireString("");
     },
     "is not an ECDSA key on P-256"},
    {"OtherPublicKeyWithin",
     [](KeyFileBuilder& f) {
       f.type_and_point = std::string(AsText(SshPublicKeyOf(Key(0x12)).value().blob));
     },
     "names two public keys"},
    {"OtherPublicKey",
     [](KeyFileBuilder& f) {
       f.public_blob = f.type_and_point =
           std::string(AsText(SshPublicKeyOf(Key(0x12)).value().blob));
     },
     "is not that of its public key"},
    {"NegativeNumber", [](KeyFileBuilder& f) { f.number[4] = '\x91'; }, "malformed"},
    {"ZeroNumber", [](KeyFileBuilder& f) { f.number = WireString(""); }, "malformed"},
    {"NeedlessZero", [](KeyFileBuilder& f) { f.number = WireString("\0"s + f.number.substr(4)); },
     "malformed"},
    {"NumberOf33Bytes",
     [](KeyFileBuilder& f) { f.number = WireString("\x01" + f.number.substr(4)); }, "malformed"},
    {"NumberBeyondTheOrder",
     [](KeyFileBuilder& f) {
       f.number = WireString("\0"s + std::string(32, '\xFF')), f.padding = "\x01\x02\x03";
     },
     "the private number is not one of P-256"},
    {"NoPadding", [](KeyFileBuilder& f) { f.padding = ""; }, "wrong padding"},
    {"ShortPadding", [](KeyFileBuilder& f) { f.padding.pop_back(); }, "wrong padding"},
    {"WholeBlockMore",
     [](KeyFileBuilder& f) { f.padding = "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C"; },
     "wrong padding"},
    {"WholeBlock",
     [](KeyFileBuilder& f) {
       f.comment = WireString(""), f.padding = "\x01\x02\x03\x04\x05\x06\x07\x08";
     },
     "wrong padding"},
    {"CommentThatNeedsNoPadding",
     [](KeyFileBuilder& f) { f.comment = WireString("12345678"), f.padding = ""; }, ""},
    {"OtherPadding", [](KeyFileBuilder& f) { f.padding[3] = '\0'; }, "wrong padding"},
    {"NoComment", [](KeyFileBuilder& f) { f.comment = f.padding = ""; }, "cut short"},
    {"CutShort", [](KeyFileBuilder& f) { f.base64 = EncodeBase64(AsBytes("openssh-key-v1\0"s)); },
     "cut short"},
    {"Empty", [](KeyFileBuilder& f) { f.base64 = "\n"; }, "is not openssh-key-v1"},
    {"NotBase64", [](KeyFileBuilder& f) { f.base64 = "AAA\n"; }, "is not in base64"},
    {"CarriageReturns", [](KeyFileBuilder& f) { f.base64 = "AAAA\r\n"; }, "is not in base64"},
    {"Pem", [](KeyFileBuilder& f) { f.begin = "-----BEGIN EC PRIVATE KEY-----\n"; },
     "in OpenSSH's form"},
    {"NoEnd", [](KeyFileBuilder& f) { f.end = ""; }, "in OpenSSH's form"},
    {"TextBehind", [](KeyFileBuilder& f) { f.end += "x\n"; }, "in OpenSSH's form"},
    {"LongestText",
     [](KeyFileBuilder& f) {
       f.base64 = std::string(kMaxPrivateKeyBytes - f.begin.size() - f.end.size(), '\n');
     },
     "is not openssh-key-v1"},
    {"LongerText",
     [](KeyFileBuilder& f) {
       f.base64 = std::string(kMaxPrivateKeyBytes - f.begin.size() - f.end.size() + 1, '\n');
     },
     "is too long"},
};

class PrivateKeyFileTest : public testing::TestWithParam<FileCase> {};

TEST_P(PrivateKeyFileTest, IsReadOrRefusedWithWords) {
  KeyFileBuilder file;
  GetParam().change(file);
  const Result<P256Key> key = ParsePrivateKey(file.Text());
  if (*GetParam().said == '\0') {
    ASSERT_TRUE(Accepted(key));
    EXPECT_TRUE(IsSameKey(key.value().public_key(), Key().public_key()));
    return;
  }
  ASSERT_TRUE(RefusedFor(Reason::kMalformed, key));
  EXPECT_NE(key.error().detail.find(GetParam().said), std::string::npos) << key.error().detail;
}

INSTANTIATE_TEST_SUITE_P(All, PrivateKeyFileTest, testing::ValuesIn(kFiles), test::kCaseName);

TEST(ParsePrivateKey, SaysWhatItDoesNotReadOfSshKeygen) {
  const Result<P256Key> locked = ParsePrivateKey(kWithPassphrase);
  ASSERT_TRUE(RefusedFor(Reason::kMalformed, locked));
  EXPECT_EQ(locked.error().detail, "the private key has a passphrase");
  const Result<P256Key> other = ParsePrivateKey(kEd25519);
  ASSERT_TRUE(RefusedFor(Reason::kMalformed, other));
  EXPECT_EQ(other.error().detail, "the private key is not an ECDSA key on P-256");
}

TEST(ParsePrivateKey, LooksAtWhatStandsBetweenItsFirstAndItsLastLine) {
  const KeyFileBuilder file;
  const Result<P256Key> empty = ParsePrivateKey(file.begin + file.end);
  ASSERT_TRUE(RefusedFor(Reason::kMalformed, empty));
  EXPECT_EQ(empty.error().detail, "the private key is not openssh-key-v1");
}

TEST(ParsePrivateKey, RefusesEveryBeginningOfAFile) {
  const std::string text = KeyFileBuilder().Text();
  ASSERT_TRUE(Accepted(ParsePrivateKey(text)));
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(ParsePrivateKey(text.substr(0, size)).ok()) << size;
  }
}

}  // namespace
}  // namespace pamjwt
