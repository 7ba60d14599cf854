#include "core/jose/jwk.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/jose/base64url.h"
#include "core/jose/verify.h"
#include "support/expect.h"
#include "support/token_builder.h"
#include "support/vector.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;

Result<Jwk> ParseText(const std::string& text) {
  const Result<Json> json = ParseJsonObject(text);
  if (!json.ok()) return json.error();
  return ParseJwk(json.value());
}

/// Returns `key` with `members` behind its own.
std::string With(const test::TestKey& key, const std::string& members) {
  std::string text = key.PublicJwk();
  text.insert(text.size() - 1, "," + members);
  return text;
}

/// Returns a number of exactly `bits` bits, of which `odd` is the last.
Bytes NumberOf(std::size_t bits, bool odd = true) {
  Bytes number((bits + 7) / 8, 0x55);
  number.front() = static_cast<std::uint8_t>(1U << ((bits - 1) % 8));
  number.back() = odd ? 0x55 : 0x54;
  return number;
}

std::string RsaJwk(const Bytes& n, const Bytes& e) {
  return R"({"kty":"RSA","n":")" + EncodeBase64Url(n) + R"(","e":")" + EncodeBase64Url(e) + R"("})";
}

std::string EcJwk(std::string_view curve, const Bytes& x, const Bytes& y) {
  return R"({"kty":"EC","crv":")" + std::string(curve) + R"(","x":")" + EncodeBase64Url(x) +
         R"(","y":")" + EncodeBase64Url(y) + R"("})";
}

const Bytes kUsualExponent = {1, 0, 1};

TEST(ParseJwk, TakesAKeyOfEachType) {
  for (const AlgorithmInfo& info : kAlgorithms) {
    if (info.scheme == Scheme::kHmac) continue;
    const Result<Jwk> key = ParseText(
        test::TestKey::For(info.algorithm).PublicJwk({"key-1", std::string(info.name), "sig"}));
    ASSERT_TRUE(Accepted(key)) << info.name;
    EXPECT_EQ(key.value().type, info.key_type);
    EXPECT_EQ(key.value().kid, "key-1");
    EXPECT_EQ(key.value().alg, info.name);
    EXPECT_TRUE(Accepted(BuildKey(key.value())));
  }
}

TEST(ParseJwk, LeavesOutWhatIsAbsent) {
  const Result<Jwk> key = ParseText(test::TestKey::P256().PublicJwk());
  ASSERT_TRUE(Accepted(key));
  EXPECT_EQ(key.value().kid, "");  // RFC 7517 §4.5
  EXPECT_EQ(key.value().alg, "");  // RFC 7517 §4.4
}

struct MemberCase {
  const char* name;
  const char* members;  // of a P-256 key, behind its own
  bool accepted;
};

constexpr MemberCase kMembers[] = {
    {"Unknown", R"("x5t":"AA","foo":{"bar":[]})", true},
    {"CertificateChain", R"("x5c":["AA=="])", true},

    // RFC 7517 §4.2 and §4.3.
    {"UseSig", R"("use":"sig")", true},
    {"UseEnc", R"("use":"enc")", false},
    {"UseOfAnotherSpecification", R"("use":"jwt-svid")", true},
    {"UseANumber", R"("use":1)", false},
    {"UseEmpty", R"("use":"")", false},
    {"OperationsVerify", R"("key_ops":["verify"])", true},
    {"OperationsVerifyAmongOthers", R"("key_ops":["sign","verify"])", true},
    {"OperationsSign", R"("key_ops":["sign"])", false},
    {"OperationsEncrypt", R"("key_ops":["encrypt","wrapKey"])", false},
    {"OperationsNone", R"("key_ops":[])", false},
    {"OperationsOfOtherType", R"("key_ops":[1,null])", false},
    {"OperationsAString", R"("key_ops":"verify")", false},
    {"UseSigAgainstOperations", R"("use":"sig","key_ops":["deriveBits"])", false},

    // RFC 7517 §4.4.
    {"AlgOfItsType", R"("alg":"ES256")", true},
    {"AlgOfAnotherCurve", R"("alg":"ES384")", false},
    {"AlgOfRsa", R"("alg":"RS256")", false},
    {"AlgOfSecrets", R"("alg":"HS256")", false},
    {"AlgOfEncryption", R"("alg":"ECDH-ES")", false},
    {"AlgNone", R"("alg":"none")", false},
    {"AlgANumber", R"("alg":1)", false},
    {"AlgEmpty", R"("alg":"")", false},

    {"KidAString", R"("kid":"a")", true},
    {"KidANumber", R"("kid":1)", false},
    {"KidNull", R"("kid":null)", false},

    // RFC 7518 §6.2.2, §6.3.2 and §6.4.1, RFC 8037 §2.
    {"PrivateD", R"("d":"AA")", false},
    {"PrivateDNull", R"("d":null)", false},
    {"PrivateP", R"("p":"AA")", false},
    {"PrivateQ", R"("q":"AA")", false},
    {"PrivateDp", R"("dp":"AA")", false},
    {"PrivateDq", R"("dq":"AA")", false},
    {"PrivateQi", R"("qi":"AA")", false},
    {"PrivateOth", R"("oth":[])", false},
    {"SecretK", R"("k":"AA")", false},
};

class JwkMemberTest : public testing::TestWithParam<MemberCase> {};

TEST_P(JwkMemberTest, DecidesWhetherTheKeyMayVerify) {
  const std::optional<Reason> refusal =
      GetParam().accepted ? std::nullopt : std::optional(Reason::kKeyUnknown);
  EXPECT_TRUE(test::EndsIn(refusal, ParseText(With(test::TestKey::P256(), GetParam().members))));
}

INSTANTIATE_TEST_SUITE_P(Rfc7517Section4, JwkMemberTest, testing::ValuesIn(kMembers),
                         test::kCaseName);

// RFC 7517 §4.2.
TEST(HasUse, WantsAListedUseOrNone) {
  const auto has_use = [](const char* members, const std::vector<std::string>& uses) {
    return HasUse(ParseText(With(test::TestKey::P256(), members)).value(), uses);
  };
  EXPECT_TRUE(has_use(R"("use":"sig")", {"sig"}));
  EXPECT_TRUE(has_use(R"("kid":"a")", {"sig"}));
  EXPECT_TRUE(has_use(R"("use":"jwt-svid")", {"sig", "jwt-svid"}));
  EXPECT_FALSE(has_use(R"("use":"jwt-svid")", {"sig"}));
  EXPECT_FALSE(has_use(R"("use":"SIG")", {"sig"}));
  EXPECT_FALSE(has_use(R"("use":"sig")", {"jwt-svid"}));
}

// RFC 7517 §4.1, RFC 7518 §6.2.1.1.
TEST(ParseJwk, RefusesTypesAndCurvesThatNoAlgorithmNeeds) {
  const std::string x = R"(,"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
  EXPECT_TRUE(Accepted(ParseText(R"({"kty":"OKP","crv":"Ed25519")" + x)));
  for (const char* start :
       {R"({"kty":"OKP","crv":"X25519")", R"({"kty":"OKP","crv":"Ed448")", R"({"kty":"OKP")",
        R"({"kty":"okp","crv":"Ed25519")", R"({"kty":"","crv":"Ed25519")",
        R"({"kty":1,"crv":"Ed25519")", R"({"kty":"OKP","crv":1)", R"({"kty":"EC","crv":"Ed25519")",
        R"({"kty":"AKP","alg":"ML-DSA-44")"}) {
    EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, ParseText(start + x))) << start;
  }
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, ParseText(test::TestKey::Secret().PublicJwk())));
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, ParseText("{}")));
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, ParseJwk(Json())));
}

TEST(ParseJwk, RefusesAWholePrivateKey) {
  for (const auto* key :
       {&test::TestKey::Rsa2048(), &test::TestKey::P256(), &test::TestKey::Ed25519()}) {
    EXPECT_TRUE(Accepted(ParseText(key->PublicJwk())));
    EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, ParseText(key->PrivateJwk())));
  }
}

// RFC 7518 §3.3.
TEST(ParseJwk, TakesRsaOf2048To8192Bits) {
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, ParseText(RsaJwk(NumberOf(1024), kUsualExponent))));
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, ParseText(RsaJwk(NumberOf(2047), kUsualExponent))));
  EXPECT_TRUE(Accepted(ParseText(RsaJwk(NumberOf(2048), kUsualExponent))));
  EXPECT_TRUE(Accepted(ParseText(RsaJwk(NumberOf(2049), kUsualExponent))));
  EXPECT_TRUE(Accepted(ParseText(RsaJwk(NumberOf(8192), kUsualExponent))));
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, ParseText(RsaJwk(NumberOf(8193), kUsualExponent))));
}

TEST(ParseJwk, DoesNotCountZerosInFrontOfTheModulus) {
  Bytes short_modulus = NumberOf(2047);
  short_modulus.insert(short_modulus.begin(), 8, 0);
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, ParseText(RsaJwk(short_modulus, kUsualExponent))));
  Bytes long_modulus = NumberOf(8192);
  long_modulus.insert(long_modulus.begin(), 0);
  EXPECT_TRUE(Accepted(ParseText(RsaJwk(long_modulus, kUsualExponent))));
}

TEST(ParseJwk, RefusesAnEvenModulus) {
  EXPECT_TRUE(Accepted(ParseText(RsaJwk(NumberOf(2048, true), kUsualExponent))));
  EXPECT_TRUE(
      RefusedFor(Reason::kKeyUnknown, ParseText(RsaJwk(NumberOf(2048, false), kUsualExponent))));
}

TEST(ParseJwk, TakesOddExponentsFrom3To2To32) {
  const Bytes n = NumberOf(2048);
  const std::vector<Bytes> good = {{3},       {5},          {17},
                                   {1, 0, 1}, {0, 1, 0, 1}, {0xff, 0xff, 0xff, 0xff}};
  for (const Bytes& e : good) {
    EXPECT_TRUE(Accepted(ParseText(RsaJwk(n, e)))) << EncodeBase64Url(e);
  }
  const std::vector<Bytes> bad = {
      {0}, {1}, {0, 1}, {2}, {4}, {1, 0, 0}, {1, 0, 0, 0, 0}, {1, 0, 0, 0, 1}, NumberOf(2048)};
  for (const Bytes& e : bad) {
    EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, ParseText(RsaJwk(n, e)))) << EncodeBase64Url(e);
  }
}

// RFC 7518 §6.3.1 and §2.
TEST(ParseJwk, RefusesAbsentOrUnreadableNumbers) {
  const std::string n = EncodeBase64Url(NumberOf(2048));
  EXPECT_TRUE(Accepted(ParseText(R"({"kty":"RSA","n":")" + n + R"(","e":"AQAB"})")));
  for (const std::string& text :
       {R"({"kty":"RSA","e":"AQAB"})" + std::string(), R"({"kty":"RSA","n":")" + n + R"("})",
        R"({"kty":"RSA","n":"","e":"AQAB"})" + std::string(),
        R"({"kty":"RSA","n":")" + n + R"(=","e":"AQAB"})",
        R"({"kty":"RSA","n":")" + n + R"(","e":"AQ=="})",
        R"({"kty":"RSA","n":")" + n + R"(","e":65537})"}) {
    EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, ParseText(text))) << text;
  }
}

// RFC 7518 §6.2.1.2 and §6.2.1.3: an octet string as long as the curve's field, zeros included.
TEST(ParseJwk, TakesCoordinatesOfTheCurvesLengthOnly) {
  struct Curve {
    const char* name;
    const test::TestKey& key;
    std::size_t bytes;
  };
  for (const Curve& curve :
       {Curve{"P-256", test::TestKey::P256(), 32}, Curve{"P-384", test::TestKey::P384(), 48},
        Curve{"P-521", test::TestKey::P521(), 66}}) {
    const Result<Jwk> key = ParseText(curve.key.PublicJwk());
    ASSERT_TRUE(Accepted(key));
    const Bytes& x = key.value().x;
    const Bytes& y = key.value().y;
    ASSERT_EQ(x.size(), curve.bytes);
    EXPECT_TRUE(Accepted(ParseText(EcJwk(curve.name, x, y))));

    Bytes longer = x;
    longer.insert(longer.begin(), 0);
    Bytes shorter = x;
    shorter.pop_back();
    for (const std::string& text :
         {EcJwk(curve.name, longer, y), EcJwk(curve.name, shorter, y), EcJwk(curve.name, x, longer),
          EcJwk(curve.name, x, shorter), EcJwk(curve.name, {}, y), EcJwk(curve.name, x, {}),
          EcJwk("secp256k1", x, y), EcJwk("", x, y)}) {
      EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, ParseText(text))) << text;
    }
  }
}

TEST(ParseJwk, RefusesAKeyUnderTheNameOfAnotherCurve) {
  const Result<Jwk> key = ParseText(test::TestKey::P256().PublicJwk());
  ASSERT_TRUE(Accepted(key));
  EXPECT_TRUE(
      RefusedFor(Reason::kKeyUnknown, ParseText(EcJwk("P-384", key.value().x, key.value().y))));
}

Bytes FromHex(std::string_view hex) {
  Bytes bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(
        static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

struct PointCase {
  const char* name;
  const char* hex;
  bool accepted;
};

// Every encoding of a point whose order divides 8, and the rest of those that are not canonical
// (RFC 8032 §5.1.2 and §5.1.3: y below p).
constexpr PointCase kPoints[] = {
    {"Ordinary", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", true},
    {"OrdinaryWithTheOtherSign", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707519a",
     true},
    {"BasePoint", "5866666666666666666666666666666666666666666666666666666666666666", true},
    {"YOfTwo", "0200000000000000000000000000000000000000000000000000000000000000", true},
    {"Neutral", "0100000000000000000000000000000000000000000000000000000000000000", false},
    {"NeutralWithSign", "0100000000000000000000000000000000000000000000000000000000000080", false},
    {"Order2", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false},
    {"Order2WithSign", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", false},
    {"Order4", "0000000000000000000000000000000000000000000000000000000000000000", false},
    {"Order4WithSign", "0000000000000000000000000000000000000000000000000000000000000080", false},
    {"Order8A", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", false},
    {"Order8AWithSign", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", false},
    {"Order8B", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", false},
    {"Order8BWithSign", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", false},
    {"Order4AsP", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false},
    {"Order4AsPWithSign", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     false},
    {"NeutralAsPPlus1", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false},
    {"NeutralAsPPlus1WithSign", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     false},
    {"LargestY", "ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", true},
    {"PPlus2", "efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false},
    {"PPlus18", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false},
    {"AllOnes", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", false},
    {"OneByteShort", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751", false},
    {"OneByteMore", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a00", false},
    {"NoByte", "", false},
};

class Ed25519PointTest : public testing::TestWithParam<PointCase> {};

TEST_P(Ed25519PointTest, IsRefusedIfASignatureWouldSayNothing) {
  const std::string text =
      R"({"kty":"OKP","crv":"Ed25519","x":")" + EncodeBase64Url(FromHex(GetParam().hex)) + R"("})";
  const std::optional<Reason> refusal =
      GetParam().accepted ? std::nullopt : std::optional(Reason::kKeyUnknown);
  EXPECT_TRUE(test::EndsIn(refusal, ParseText(text)));
}

INSTANTIATE_TEST_SUITE_P(Rfc8037Section2, Ed25519PointTest, testing::ValuesIn(kPoints),
                         test::kCaseName);

TEST(BuildKey, RefusesAPointOffItsCurve) {
  for (const auto* key : {&test::TestKey::P256(), &test::TestKey::P384(), &test::TestKey::P521()}) {
    const Result<Jwk> jwk = ParseText(key->PublicJwk());
    ASSERT_TRUE(Accepted(jwk));
    EXPECT_TRUE(Accepted(BuildKey(jwk.value())));

    Jwk off = jwk.value();
    off.y.back() ^= 1U;
    EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, BuildKey(off)));
    Jwk swapped = jwk.value();
    std::swap(swapped.x, swapped.y);
    EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, BuildKey(swapped)));
    Jwk zero = jwk.value();
    zero.x.assign(zero.x.size(), 0);
    zero.y = zero.x;
    EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, BuildKey(zero)));
    Jwk beyond_the_field = jwk.value();
    beyond_the_field.x.assign(beyond_the_field.x.size(), 0xff);
    EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, BuildKey(beyond_the_field)));
  }
}

TEST(BuildKey, MakesNoPublicKeyOfASecret) {
  Jwk key;
  key.type = KeyType::kSecret;
  EXPECT_TRUE(RefusedFor(Reason::kInternal, BuildKey(key)));
}

struct ThumbprintCase {
  const char* name;
  const char* vector;
  const char* thumbprint;  // nullptr: the vector has it
};

// RFC 7638 §3.1 and RFC 8037 appendix A.3. For EC, RFC 7638 §3.2 gives the members and their
// order; the hashes are from sha256sum.
constexpr ThumbprintCase kThumbprints[] = {
    {"Rfc7638Section31", "rfc7638_3_1.json", nullptr},
    {"Rfc8037AppendixA3", "rfc8037_a3.json", nullptr},
    {"P256", "rfc7515_a3.json", "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"},
    {"P521", "rfc7520_4_3.json", "dHri3SADZkrush5HU_50AoRhcKFryN-PI6jPBtPL55M"},
};

class ThumbprintTest : public testing::TestWithParam<ThumbprintCase> {};

TEST_P(ThumbprintTest, IsWhatTheRfcSays) {
  const Json vector = test::ReadVector(GetParam().vector);
  const Result<Jwk> key = ParseJwk(*vector.Find("jwk"));
  ASSERT_TRUE(Accepted(key));
  const Result<std::string> got = Thumbprint(key.value());
  ASSERT_TRUE(Accepted(got));
  EXPECT_EQ(got.value(), GetParam().thumbprint != nullptr ? GetParam().thumbprint
                                                          : test::VectorText(vector, "thumbprint"));
}

INSTANTIATE_TEST_SUITE_P(Rfc7638, ThumbprintTest, testing::ValuesIn(kThumbprints), test::kCaseName);

TEST(Thumbprint, IsOfTheKeyAloneAndNotOfItsOtherMembers) {
  const Result<Jwk> plain = ParseText(test::TestKey::Rsa2048().PublicJwk());
  const Result<Jwk> named = ParseText(test::TestKey::Rsa2048().PublicJwk({"kid", "RS256", "sig"}));
  const Result<Jwk> other = ParseText(test::TestKey::Rsa3072().PublicJwk());
  ASSERT_TRUE(Accepted(plain));
  ASSERT_TRUE(Accepted(named));
  ASSERT_TRUE(Accepted(other));
  EXPECT_EQ(Thumbprint(plain.value()).value(), Thumbprint(named.value()).value());
  EXPECT_NE(Thumbprint(plain.value()).value(), Thumbprint(other.value()).value());
}

TEST(Thumbprint, IsTheSameForANumberWithAZeroInFront) {
  const Result<Jwk> plain = ParseText(RsaJwk(NumberOf(2048), kUsualExponent));
  Bytes n = NumberOf(2048);
  n.insert(n.begin(), 0);
  const Result<Jwk> padded = ParseText(RsaJwk(n, {0, 1, 0, 1}));
  ASSERT_TRUE(Accepted(plain));
  ASSERT_TRUE(Accepted(padded));
  EXPECT_EQ(Thumbprint(plain.value()).value(), Thumbprint(padded.value()).value());
}

}  // namespace
}  // namespace pamjwt
