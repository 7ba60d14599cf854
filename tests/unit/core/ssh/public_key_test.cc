#include "core/ssh/public_key.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/jose/verify.h"
#include "core/ssh/base64.h"
#include "support/certificate_builder.h"
#include "support/expect.h"
#include "support/vector.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::WireString;

const std::string kPoint25519 = "\x09" + std::string(31, '\0');

struct RealKey {
  const char* name;  // in ssh_certificates.json
  SshKeyType type;
  std::optional<KeyType> jwk;
};
constexpr RealKey kRealKeys[] = {
    {"rsa", SshKeyType::kRsa, KeyType::kRsa},
    {"p256", SshKeyType::kP256, KeyType::kP256},
    {"p384", SshKeyType::kP384, KeyType::kP384},
    {"p521", SshKeyType::kP521, KeyType::kP521},
    {"ed25519", SshKeyType::kEd25519, KeyType::kEd25519},
    {"sk-p256", SshKeyType::kSkP256, std::nullopt},
    {"sk-ed25519", SshKeyType::kSkEd25519, std::nullopt},
};

TEST(ParseSshPublicKey, ReadsTheKeysThatSshKeygenMakes) {
  const Json vectors = test::ReadVector("ssh_certificates.json");
  for (const RealKey& real : kRealKeys) {
    const Json& vector = *vectors.Find(real.name);
    const std::optional<SecretString> blob = DecodeBase64(test::VectorText(vector, "key"));
    ASSERT_TRUE(blob.has_value()) << real.name;
    const Result<SshPublicKey> key = ParseSshPublicKey(blob->bytes());
    ASSERT_TRUE(Accepted(key)) << real.name;
    EXPECT_EQ(key.value().type, real.type);
    EXPECT_EQ(Name(key.value().type), test::VectorText(vector, "key_type"));
    EXPECT_EQ(AsText(key.value().blob), blob->view());
    ASSERT_EQ(key.value().jwk.has_value(), real.jwk.has_value()) << real.name;
    if (!real.jwk.has_value()) continue;
    EXPECT_EQ(key.value().jwk->type, *real.jwk);
    EXPECT_TRUE(Accepted(BuildKey(*key.value().jwk))) << real.name;
  }
}

struct KeyCase {
  const char* name;
  std::string blob;
  std::string_view refusal;  // "": accepted
};

std::string Ed25519(const std::string& key) {
  return WireString("ssh-ed25519") + WireString(key);
}
std::string SkEd25519(const std::string& application) {
  return WireString("sk-ssh-ed25519@openssh.com") + WireString(kPoint25519) +
         WireString(application);
}
std::string P256(const std::string& curve, const std::string& point) {
  return WireString("ecdsa-sha2-nistp256") + WireString(curve) + WireString(point);
}
std::string Mldsa(std::size_t bytes) {
  return WireString("ssh-mldsa44-ed25519@openssh.com") + WireString(std::string(bytes, 'k'));
}
/// Returns an RSA key whose modulus has `bits` bits, a multiple of 8.
std::string Rsa(std::size_t bits, const std::string& exponent = "\1\1") {
  return WireString("ssh-rsa") + WireString(exponent) +
         WireString(std::string(1, '\0') + std::string(bits / 8, '\xff'));
}

// RFC 4253 §6.6 (RSA), RFC 5656 §3.1 and §10.1 (curves), RFC 8032 §5.1.5 (Ed25519). Accepted and
// refused in pairs: the second differs in the point at issue alone.
const KeyCase kCases[] = {
    {"Ed25519", Ed25519(kPoint25519), ""},
    {"Ed25519CutShort", Ed25519(kPoint25519.substr(1)), "ssh-ed25519: x does not have 32 bytes"},
    {"Ed25519OfSmallOrder", Ed25519(std::string(32, '\0')),
     "ssh-ed25519: the Ed25519 point has a small order"},
    {"BytesBehind", Ed25519(kPoint25519) + "x", "ssh-ed25519: bytes stand behind the key"},
    {"CutInside", Ed25519(kPoint25519).substr(0, 40),
     "ssh-ed25519: the key is cut short or malformed"},
    {"Fido", SkEd25519("ssh:"), ""},
    {"FidoWithoutApplication", SkEd25519(""),
     "sk-ssh-ed25519@openssh.com: the key is cut short or malformed"},
    {"FidoWithTheLongestApplication", SkEd25519(std::string(255, 'a')), ""},
    {"FidoWithALongApplication", SkEd25519(std::string(256, 'a')),
     "sk-ssh-ed25519@openssh.com: the key is cut short or malformed"},
    {"Point", P256("nistp256", "\4" + std::string(64, 'p')), ""},
    {"PointOfAnotherCurve", P256("nistp384", "\4" + std::string(64, 'p')),
     "ecdsa-sha2-nistp256: the key is cut short or malformed"},
    {"PointInCompressedForm", P256("nistp256", "\2" + std::string(64, 'p')),
     "ecdsa-sha2-nistp256: the key is cut short or malformed"},
    {"PointCutShort", P256("nistp256", "\4" + std::string(63, 'p')),
     "ecdsa-sha2-nistp256: the key is cut short or malformed"},
    {"PointWithoutBytes", P256("nistp256", ""),
     "ecdsa-sha2-nistp256: the key is cut short or malformed"},
    {"Mldsa44", Mldsa(1344), ""},
    {"Mldsa44CutShort", Mldsa(1343),
     "ssh-mldsa44-ed25519@openssh.com: the key is cut short or malformed"},
    {"Rsa", Rsa(2048), ""},
    {"RsaTooShort", Rsa(2040), "ssh-rsa: RSA of 2040 bits; 2048 to 8192 are taken"},
    {"RsaTooLong", Rsa(8200), "ssh-rsa: RSA of 8200 bits; 2048 to 8192 are taken"},
    {"RsaWithAnEvenExponent", Rsa(2048, "\2"),
     "ssh-rsa: RSA exponent is even, or not from 3 to 2^32"},
    {"Dsa", WireString("ssh-dss") + WireString("\1"), "the type of the key is not known"},
    {"Certificate", WireString("ssh-ed25519-cert-v01@openssh.com"),
     "the type of the key is not known"},
    {"Empty", "", "the type of the key is not known"},
};

class ParseSshPublicKeyTest : public testing::TestWithParam<KeyCase> {};

TEST_P(ParseSshPublicKeyTest, TakesWhatTheFormatAllows) {
  const Result<SshPublicKey> key = ParseSshPublicKey(AsBytes(GetParam().blob));
  if (GetParam().refusal.empty()) {
    ASSERT_TRUE(Accepted(key));
    EXPECT_EQ(AsText(key.value().blob), GetParam().blob);
  } else {
    ASSERT_TRUE(RefusedFor(Reason::kCertificateMalformed, key));
    EXPECT_EQ(key.error().detail, GetParam().refusal);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ParseSshPublicKeyTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(SshKeyType, EachNameGivesItsType) {
  for (const RealKey& real : kRealKeys) {
    EXPECT_EQ(FindSshKeyType(Name(real.type)), real.type);
    EXPECT_EQ(FindSshCertificateType(CertificateName(real.type)), real.type);
    EXPECT_EQ(FindSshKeyType(CertificateName(real.type)), std::nullopt);
  }
}

}  // namespace
}  // namespace pamjwt
