#include "core/ssh/certificate.h"

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/ssh/base64.h"
#include "support/certificate_builder.h"
#include "support/expect.h"
#include "support/vector.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::CertificateBuilder;
using test::RefusedFor;
using test::WireString;

TEST(ParseSshCertificate, ReadsTheCertificatesThatSshKeygenMakes) {
  const Json vectors = test::ReadVector("ssh_certificates.json");
  for (const char* const name :
       {"rsa", "p256", "p384", "p521", "ed25519", "sk-p256", "sk-ed25519"}) {
    const Json& vector = *vectors.Find(name);
    const std::optional<SecretString> blob = DecodeBase64(test::VectorText(vector, "certificate"));
    const std::optional<SecretString> key = DecodeBase64(test::VectorText(vector, "key"));
    const std::optional<SecretString> signer = DecodeBase64(test::VectorText(vectors, "ca"));
    const Result<SshCertificate> parsed = ParseSshCertificate(blob->bytes());
    ASSERT_TRUE(Accepted(parsed)) << name;
    const SshCertificate& certificate = parsed.value();
    EXPECT_EQ(CertificateName(certificate.key.type), test::VectorText(vector, "certificate_type"));
    EXPECT_EQ(AsText(certificate.key.blob), key->view());
    ASSERT_EQ(certificate.principals.size(), 1U);
    EXPECT_EQ(certificate.principals[0], "token@pamjwt.io");
    EXPECT_EQ(certificate.valid_after, 1700000000U);
    EXPECT_EQ(certificate.valid_before, 1700003600U);
    EXPECT_TRUE(certificate.critical_options.empty());
    EXPECT_EQ(certificate.extensions.size(), 6U);  // ssh-keygen's five permits, and ours
    const CertificateOption* const token = FindOption(certificate.extensions, "token@pamjwt.io");
    ASSERT_NE(token, nullptr);
    EXPECT_EQ(AsText(token->data), WireString("AAAAAAAAAAAAAAAAAAAAAA~a.b.c"));
    EXPECT_EQ(AsText(certificate.signature_key), signer->view());
    EXPECT_EQ(certificate.signature_key_type, SshKeyType::kP256);
  }
}

TEST(ParseSshCertificate, FindsNoOptionThatIsNotThere) {
  const std::string blob = CertificateBuilder().Blob();
  const Result<SshCertificate> parsed = ParseSshCertificate(AsBytes(blob));
  ASSERT_TRUE(Accepted(parsed));
  EXPECT_EQ(FindOption(parsed.value().extensions, "permit-X11-forwarding"), nullptr);
  EXPECT_NE(FindOption(parsed.value().extensions, "permit-pty"), nullptr);
}

struct CertificateCase {
  const char* name;
  std::function<void(CertificateBuilder&)> change;
  std::string_view refusal;  // "": accepted
};

std::vector<std::string> Names(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back("name" + std::to_string(100 + i));
  return names;
}
CertificateBuilder::Options Options(std::size_t count) {
  CertificateBuilder::Options options;
  for (const std::string& name : Names(count)) options.emplace_back(name, "");
  return options;
}

// Accepted and refused in pairs: the second differs in the point at issue alone.
const CertificateCase kCases[] = {
    {"AsItShouldBe", [](auto&) {}, ""},
    {"OfAHost", [](auto& c) { c.kind = 2; }, "it is not the certificate of a user"},
    {"OfKindZero", [](auto& c) { c.kind = 0; }, "it is not the certificate of a user"},
    {"BytesBehind", [](auto& c) { c.behind = "x"; }, "bytes stand behind the signature"},
    {"OfAPlainKey", [](auto& c) { c.type = "ssh-ed25519"; },
     "it is not an OpenSSH certificate of a known type"},
    {"OfDsa", [](auto& c) { c.type = "ssh-dss-cert-v01@openssh.com"; },
     "it is not an OpenSSH certificate of a known type"},
    {"OfAnotherVersion", [](auto& c) { c.type = "ssh-ed25519-cert-v00@openssh.com"; },
     "it is not an OpenSSH certificate of a known type"},
    {"KeyMalformed", [](auto& c) { c.key_fields = WireString(std::string(31, 'k')); },
     "ssh-ed25519: x does not have 32 bytes"},
    {"EmptyNonce", [](auto& c) { c.nonce.clear(); }, ""},
    {"LongestKeyId", [](auto& c) { c.key_id = std::string(1024, 'i'); }, ""},
    {"KeyIdTooLong", [](auto& c) { c.key_id = std::string(1025, 'i'); },
     "its key id has over 1024 bytes"},
    {"WithoutPrincipals", [](auto& c) { c.principals.clear(); }, ""},
    {"ManyPrincipals", [](auto& c) { c.principals = Names(256); }, ""},
    {"TooManyPrincipals", [](auto& c) { c.principals = Names(257); },
     "it has more than 256 principals"},
    {"ForEver", [](auto& c) { c.valid_before = std::numeric_limits<std::uint64_t>::max(); }, ""},
    {"ManyExtensions", [](auto& c) { c.extensions = Options(64); }, ""},
    {"TooManyExtensions", [](auto& c) { c.extensions = Options(65); },
     "extensions are more than 64"},
    {"ExtensionsSorted",
     [](auto& c) {
       c.extensions = {{"a", ""}, {"b", ""}};
     },
     ""},
    {"ExtensionsNotSorted",
     [](auto& c) {
       c.extensions = {{"b", ""}, {"a", ""}};
     },
     "extensions are not sorted, or one stands twice"},
    {"ExtensionTwice",
     [](auto& c) {
       c.extensions = {{"a", ""}, {"a", ""}};
     },
     "extensions are not sorted, or one stands twice"},
    {"CriticalOptionTwice",
     [](auto& c) {
       c.critical_options = {{"a", ""}, {"a", ""}};
     },
     "critical options are not sorted, or one stands twice"},
    {"OneNameInBothLists",
     [](auto& c) {
       c.critical_options = {{"permit-pty", ""}};
     },
     ""},
    {"SignedByACertificate",
     [](auto& c) { c.signature_key = WireString("ssh-ed25519-cert-v01@openssh.com"); },
     "the type of its signature key is not known"},
    {"SignedByNoKey", [](auto& c) { c.signature_key.clear(); },
     "the type of its signature key is not known"},
    {"ReservedUsed", [](auto& c) { c.reserved = "future"; }, ""},
    {"LongToken",
     [](auto& c) {
       c.extensions = {{"t", std::string(90000, 't')}};
     },
     ""},
    {"TooLong",
     [](auto& c) {
       c.extensions = {{"t", std::string(98000, 't')}};
     },
     "it has over 96 KiB"},
};

class ParseSshCertificateTest : public testing::TestWithParam<CertificateCase> {};

TEST_P(ParseSshCertificateTest, TakesWhatTheFormatAllows) {
  CertificateBuilder builder;
  GetParam().change(builder);
  const std::string blob = builder.Blob();
  const Result<SshCertificate> certificate = ParseSshCertificate(AsBytes(blob));
  if (GetParam().refusal.empty()) {
    EXPECT_TRUE(Accepted(certificate));
  } else {
    ASSERT_TRUE(RefusedFor(Reason::kCertificateMalformed, certificate));
    EXPECT_EQ(certificate.error().detail, GetParam().refusal);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ParseSshCertificateTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(ParseSshCertificate, TakesAtMost96KiB) {
  const auto parse = [](std::size_t size) {
    CertificateBuilder builder;
    builder.extensions = {{"t", ""}};
    builder.extensions = {{"t", std::string(size - builder.Blob().size(), 't')}};
    const std::string blob = builder.Blob();
    EXPECT_EQ(blob.size(), size);
    const Result<SshCertificate> certificate = ParseSshCertificate(AsBytes(blob));
    return certificate.ok() ? Ok() : Status(certificate.error());
  };
  EXPECT_TRUE(Accepted(parse(98304)));
  EXPECT_TRUE(RefusedFor(Reason::kCertificateMalformed, parse(98305)));
}

TEST(ParseSshCertificate, RefusesEveryPartOfACertificate) {
  const std::string blob = CertificateBuilder().Blob();
  ASSERT_TRUE(Accepted(ParseSshCertificate(AsBytes(blob))));
  for (std::size_t size = 0; size < blob.size(); ++size) {
    EXPECT_TRUE(RefusedFor(Reason::kCertificateMalformed,
                           ParseSshCertificate(AsBytes(std::string_view(blob).substr(0, size)))))
        << size;
  }
}

TEST(ParseSshCertificate, RefusesListsThatAreCutShort) {
  CertificateBuilder builder;
  builder.extensions = {{"a", ""}};
  std::string blob = builder.Blob();
  ASSERT_TRUE(Accepted(ParseSshCertificate(AsBytes(blob))));
  // The length of the data of "a" promises a byte that the list does not have.
  const std::string pair = WireString("a") + WireString("");
  blob[blob.find(pair) + pair.size() - 1] = 1;
  const Result<SshCertificate> cut = ParseSshCertificate(AsBytes(blob));
  ASSERT_TRUE(RefusedFor(Reason::kCertificateMalformed, cut));
  EXPECT_EQ(cut.error().detail, "extensions are cut short");
}

TEST(ParseSshCertificate, RefusesPrincipalsThatAreCutShort) {
  CertificateBuilder builder;
  builder.principals = {"alice"};
  std::string blob = builder.Blob();
  ASSERT_TRUE(Accepted(ParseSshCertificate(AsBytes(blob))));
  blob[blob.find(WireString("alice")) + 3] = 6;
  const Result<SshCertificate> cut = ParseSshCertificate(AsBytes(blob));
  ASSERT_TRUE(RefusedFor(Reason::kCertificateMalformed, cut));
  EXPECT_EQ(cut.error().detail, "a principal is cut short");
}

}  // namespace
}  // namespace pamjwt
