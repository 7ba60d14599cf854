#include "core/ssh/certificate_maker.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/openssl_ptr.h"
#include "core/jose/ecdsa_der.h"
#include "core/jose/verify.h"
#include "core/ssh/base64.h"
#include "core/ssh/bound_nonce.h"
#include "core/ssh/certificate.h"
#include "core/ssh/wire.h"
#include "support/certificate_builder.h"
#include "support/expect.h"
#include "support/token_builder.h"
#include "support/vector.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::WireString;

const std::string kSalt(22, 's');
constexpr CertificateValidity kHour{1700000000, 1700003600};
constexpr UnixTime kNow{1700000000};

/// Returns a key of each type. All but the last were made by ssh-keygen.
std::vector<SshPublicKey> KeysOfEveryType() {
  const Json vectors = test::ReadVector("ssh_certificates.json");
  std::vector<SshPublicKey> keys;
  for (const char* const name :
       {"rsa", "p256", "p384", "p521", "ed25519", "sk-p256", "sk-ed25519"}) {
    const std::optional<SecretString> blob =
        DecodeBase64(test::VectorText(*vectors.Find(name), "key"));
    keys.push_back(ParseSshPublicKey(blob.value().bytes()).value());
  }
  const std::string mldsa =
      WireString("ssh-mldsa44-ed25519@openssh.com") + WireString(std::string(1344, 'k'));
  keys.push_back(ParseSshPublicKey(AsBytes(mldsa)).value());
  return keys;
}

/// The three strings at the end of a certificate, and the bytes in front of the last.
struct Signed {
  Bytes message;
  ByteView signer;
  ByteView signature;
};
Signed SplitSignature(ByteView blob, const SshPublicKey& key) {
  WireReader reader(blob);
  reader.String();  // type
  reader.String();  // nonce
  (void)ReadSshPublicKey(key.type, reader);
  reader.Uint64();
  reader.Uint32();
  reader.String();
  reader.String();
  reader.Uint64();
  reader.Uint64();
  for (int i = 0; i < 3; ++i) {
    reader.String();  // critical options, extensions, reserved
  }
  Signed parts;
  parts.signer = reader.String();
  const ByteView signed_part = blob.first(blob.size() - reader.left().size());
  parts.message.assign(signed_part.begin(), signed_part.end());
  parts.signature = reader.String();
  EXPECT_TRUE(reader.ok() && reader.at_end());
  return parts;
}

/// Verifies a signature of ecdsa-sha2-nistp256 (RFC 5656 §3.1.2).
bool SignatureHolds(const Signed& parts) {
  const SshPublicKey signer = ParseSshPublicKey(parts.signer).value();
  const Result<EvpPkeyPtr> key = BuildKey(*signer.jwk);
  WireReader outer(parts.signature);
  EXPECT_EQ(outer.Text(), "ecdsa-sha2-nistp256");
  const ByteView pair = outer.String();
  WireReader inner(pair);
  Bytes both;
  for (int i = 0; i < 2; ++i) {
    const ByteView number = inner.PositiveMpint();
    both.insert(both.end(), 32 - number.size(), 0);
    both.insert(both.end(), number.begin(), number.end());
  }
  EXPECT_TRUE(outer.ok() && outer.at_end() && inner.ok() && inner.at_end());
  const Bytes der = EcdsaToDer(both).value();
  const EvpMdCtxPtr ctx(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit_ex(ctx.get(), nullptr, "SHA256", nullptr, nullptr, key.value().get(),
                                 nullptr) == 1 &&
         EVP_DigestVerify(ctx.get(), der.data(), der.size(), parts.message.data(),
                          parts.message.size()) == 1;
}

TEST(MakeTokenCertificate, MakesOneForEveryTypeOfKey) {
  for (const SshPublicKey& key : KeysOfEveryType()) {
    const Result<Bytes> blob = MakeTokenCertificate(key, {kSalt, "a.b.c", "d.e.f"}, kHour);
    ASSERT_TRUE(Accepted(blob)) << Name(key.type);
    Result<SshCertificate> parsed = ParseSshCertificate(blob.value());
    ASSERT_TRUE(Accepted(parsed)) << Name(key.type);
    const Result<TokenCertificate> read = TokenCertificate::Check(std::move(parsed).value(), kNow);
    ASSERT_TRUE(Accepted(read)) << Name(key.type);
    EXPECT_EQ(read.value().certificate().key.type, key.type);
    EXPECT_EQ(read.value().certificate().key.blob, key.blob);
    EXPECT_EQ(read.value().salt(), kSalt);
    EXPECT_EQ(read.value().token(), "a.b.c");
    EXPECT_EQ(read.value().binding(), "d.e.f");
    EXPECT_TRUE(SignatureHolds(SplitSignature(blob.value(), key))) << Name(key.type);
  }
}

TEST(MakeTokenCertificate, GivesThePermitsOfSshKeygenAndNoCriticalOption) {
  const SshPublicKey key = KeysOfEveryType().front();
  const Result<Bytes> blob = MakeTokenCertificate(key, {kSalt, "a.b.c", ""}, kHour);
  ASSERT_TRUE(Accepted(blob));
  const SshCertificate read = ParseSshCertificate(blob.value()).value();
  std::string names;
  for (const CertificateOption& option : read.extensions) {
    names += std::string(option.name) + " ";
  }
  EXPECT_EQ(names,
            "permit-X11-forwarding permit-agent-forwarding permit-port-forwarding permit-pty "
            "permit-user-rc token@pamjwt.io ");
  EXPECT_TRUE(read.critical_options.empty());
  EXPECT_EQ(read.valid_after, kHour.after);
  EXPECT_EQ(read.valid_before, kHour.before);
}

TEST(MakeTokenCertificate, UsesAnotherSignerAndNonceEachTime) {
  const SshPublicKey key = KeysOfEveryType().front();
  const Result<Bytes> one = MakeTokenCertificate(key, {kSalt, "a.b.c", ""}, kHour);
  const Result<Bytes> other = MakeTokenCertificate(key, {kSalt, "a.b.c", ""}, kHour);
  const Signed first = SplitSignature(one.value(), key);
  const Signed second = SplitSignature(other.value(), key);
  EXPECT_NE(AsText(first.signer), AsText(second.signer));
  WireReader nonce(one.value());
  WireReader other_nonce(other.value());
  nonce.String();
  other_nonce.String();
  const std::string_view text = nonce.Text();
  EXPECT_EQ(text.size(), 32U);  // as ssh-keygen has it
  EXPECT_NE(text, other_nonce.Text());
}

TEST(MakeTokenCertificate, TakesTokensUpToTheLongestCertificate) {
  const SshPublicKey key = KeysOfEveryType().front();
  const auto size_for = [&](std::size_t token_bytes) -> std::size_t {
    const std::string token(token_bytes, 't');
    const Result<Bytes> blob = MakeTokenCertificate(key, {kSalt, token, ""}, kHour);
    if (!blob.ok()) {
      EXPECT_TRUE(RefusedFor(Reason::kCertificateMalformed, blob));
      return 0;
    }
    return blob.value().size();
  };
  EXPECT_GT(size_for(std::size_t{16} * 1024), std::size_t{16} * 1024);
  EXPECT_GT(size_for(std::size_t{95} * 1024), std::size_t{95} * 1024);
  EXPECT_EQ(size_for(kMaxCertificateBytes), 0U);
}

struct PartsCase {
  const char* name;
  std::string salt;
  std::string token;
  std::string binding;
  bool accepted;
};
const PartsCase kParts[] = {
    {"Two", kSalt, "a.b.c", "", true},
    {"Three", kSalt, "a.b.c", "d.e.f", true},
    {"ShortSalt", kSalt.substr(1), "a.b.c", "", false},
    {"NoToken", kSalt, "", "", false},
    {"TildeInTheToken", kSalt, "a.b.c~d", "", false},
    {"TildeInTheBinding", kSalt, "a.b.c", "d~e", false},
};

class CertificatePartsTest : public testing::TestWithParam<PartsCase> {};

TEST_P(CertificatePartsTest, AreThoseThatTheReaderTakes) {
  const PartsCase& parts = GetParam();
  const Result<Bytes> blob = MakeTokenCertificate(KeysOfEveryType().front(),
                                                  {parts.salt, parts.token, parts.binding}, kHour);
  if (parts.accepted) {
    EXPECT_TRUE(Accepted(blob));
  } else {
    EXPECT_TRUE(RefusedFor(Reason::kCertificateMalformed, blob));
  }
}

INSTANTIATE_TEST_SUITE_P(All, CertificatePartsTest, testing::ValuesIn(kParts), test::kCaseName);

TEST(MakeTokenCertificate, RefusesAnEmptyValidity) {
  const SshPublicKey key = KeysOfEveryType().front();
  EXPECT_TRUE(
      RefusedFor(Reason::kCertificateRefused,
                 MakeTokenCertificate(key, {kSalt, "a.b.c", ""}, {1700000000, 1700000000})));
  EXPECT_TRUE(Accepted(MakeTokenCertificate(key, {kSalt, "a.b.c", ""}, {1700000000, 1700000001})));
}

TEST(CertificateLine, IsTheLineOfACertificateFile) {
  EXPECT_EQ(CertificateLine(SshKeyType::kEd25519, AsBytes("ab")),
            "ssh-ed25519-cert-v01@openssh.com YWI=\n");
}

TEST(MakeSalt, IsASaltAndAnotherEachTime) {
  const Result<std::string> salt = MakeSalt();
  ASSERT_TRUE(Accepted(salt));
  EXPECT_TRUE(IsSalt(salt.value()));
  EXPECT_EQ(salt.value().size(), 22U);
  EXPECT_NE(salt.value(), MakeSalt().value());
}

struct ValidityCase {
  const char* name;
  std::string claims;
  std::optional<Seconds> span;
  std::optional<Reason> refusal;
  std::uint64_t after;
  std::uint64_t before;
};
const ValidityCase kValidities[] = {
    {"OfTheToken", R"({"iat":100000,"exp":100600})", {}, {}, 96400, 100900},
    {"OfDatesWithFractions", R"({"iat":100000.9,"exp":100600.9})", {}, {}, 96400, 100900},
    {"WithoutIat", R"({"exp":100600})", {}, {}, 0, 100900},
    {"SoonAfter1970", R"({"iat":3599,"exp":4000})", {}, {}, 0, 4300},
    {"OfASpan", R"({"iat":100000,"exp":100600})", Seconds{86400}, {}, 96400, 186700},
    {"OfASpanWithoutExp", R"({"iat":100000})", Seconds{86400}, {}, 96400, 186700},
    {"From1970", R"({"iat":0,"exp":4000})", {}, {}, 0, 4300},
    {"Before1970", R"({"iat":-1,"exp":4000})", {}, Reason::kClaimWrongType, 0, 0},
    {"AtTheLastSecond", R"({"iat":1,"exp":253402300799})", {}, {}, 0, 253402300799},
    {"OfASpanWithoutIat", R"({"exp":100600})", Seconds{1}, Reason::kClaimMissing, 0, 0},
    {"WithoutExp", R"({"iat":100000})", {}, Reason::kClaimMissing, 0, 0},
    {"IatIsAText", R"({"iat":"100000","exp":100600})", {}, Reason::kClaimWrongType, 0, 0},
    {"ExpIsAText", R"({"iat":100000,"exp":"100600"})", {}, Reason::kClaimWrongType, 0, 0},
    {"ExpIsNegative", R"({"iat":100000,"exp":-1})", {}, Reason::kClaimWrongType, 0, 0},
    {"BehindTheLastSecond", R"({"exp":253402300800})", {}, Reason::kClaimWrongType, 0, 0},
};

class ValidityTest : public testing::TestWithParam<ValidityCase> {};

TEST_P(ValidityTest, LeavesTheTimesToTheToken) {
  const ValidityCase& expected = GetParam();
  const std::string token = test::SignToken(Algorithm::kEs256, expected.claims);
  const Result<CertificateValidity> validity = ValidityFor(token, expected.span);
  if (expected.refusal.has_value()) {
    EXPECT_TRUE(RefusedFor(*expected.refusal, validity));
    return;
  }
  ASSERT_TRUE(Accepted(validity));
  EXPECT_EQ(validity.value().after, expected.after);
  EXPECT_EQ(validity.value().before, expected.before);
}

INSTANTIATE_TEST_SUITE_P(All, ValidityTest, testing::ValuesIn(kValidities), test::kCaseName);

TEST(ValidityFor, RefusesWhatIsNotAJwt) {
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, ValidityFor("hunter2", std::nullopt)));
  EXPECT_TRUE(RefusedFor(Reason::kUnsupported, ValidityFor("a.b.c.d.e", std::nullopt)));
}

}  // namespace
}  // namespace pamjwt
