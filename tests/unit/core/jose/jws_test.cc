#include "core/jose/jws.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/jose/base64url.h"
#include "support/expect.h"
#include "support/token_builder.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;

constexpr std::string_view kPayload = R"({"iss":"https://issuer.example"})";

/// Returns a token with this header. Its signature is 32 bytes of no meaning, as ParseJws does not
/// verify it.
std::string WithHeader(std::string_view header) {
  return test::SigningInput(header, kPayload) + "." + EncodeBase64Url(Bytes(32));
}

struct ShapeCase {
  const char* name;
  std::string text;
  std::optional<Reason> refusal;
};

// "e30" is {} in base64url; kHeader is {"alg":"RS256"}.
constexpr std::string_view kHeader = "eyJhbGciOiJSUzI1NiJ9";
std::string Parts(std::string_view rest) {
  return std::string(kHeader) + std::string(rest);
}

const ShapeCase kShapes[] = {
    {"ThreeParts", Parts(".e30.AAAA"), std::nullopt},  // RFC 7515 §7.1
    {"Nothing", "", Reason::kMalformed},
    {"OnePart", Parts(""), Reason::kMalformed},
    {"TwoParts", Parts(".e30"), Reason::kMalformed},
    {"FourParts", Parts(".e30.AAAA.AAAA"), Reason::kMalformed},
    {"FivePartsAsEncryptedTokensHave", Parts(".e30.AAAA.AAAA.AAAA"), Reason::kUnsupported},
    {"SixParts", Parts(".e30.AAAA.AAAA.AAAA.AAAA"), Reason::kMalformed},
    {"DotsOnly", "..", Reason::kMalformed},
    {"EmptyHeader", ".e30.AAAA", Reason::kMalformed},
    {"EmptyPayload", Parts("..AAAA"), Reason::kMalformed},  // detached, RFC 7515 appendix F
    {"EmptySignature", Parts(".e30."), Reason::kMalformed},
    {"DotInFront", "." + Parts(".e30.AAAA"), Reason::kMalformed},
    {"LineFeedBehind", Parts(".e30.AAAA\n"), Reason::kMalformed},
    {"BlankInFront", " " + Parts(".e30.AAAA"), Reason::kMalformed},
    {"PaddedHeader", std::string("eyJhbGciOiJSUzI1NiIgfQ") + ".e30.AAAA", std::nullopt},
    {"PaddedHeaderWithItsPadding", std::string("eyJhbGciOiJSUzI1NiIgfQ==") + ".e30.AAAA",
     Reason::kMalformed},
    {"PaddedPayload", Parts(".e30=.AAAA"), Reason::kMalformed},
    {"PayloadWithUnusedBits", Parts(".e31.AAAA"), Reason::kMalformed},
    {"SignatureInOtherAlphabet", Parts(".e30.AA+A"), Reason::kMalformed},
    {"SignatureOfOneCharacter", Parts(".e30.A"), Reason::kMalformed},
    {"PayloadThatIsNoJson", Parts(".AAAA.AAAA"), std::nullopt},  // not looked at before it holds
    {"HeaderThatIsNoJson", "AAAA.e30.AAAA", Reason::kMalformed},
    {"HeaderThatIsAnArray", "W10.e30.AAAA", Reason::kMalformed},
    {"FlattenedJson", R"({"payload":"e30","protected":"eyJhbGciOiJSUzI1NiJ9","signature":"AAAA"})",
     Reason::kMalformed},  // RFC 7515 §7.2
    {"JsonWithTwoDots", R"({"payload":"e30","protected":"a.b.c"})", Reason::kMalformed},
    {"QuotedToken", "\"" + Parts(".e30.AAAA") + "\"", Reason::kMalformed},
    {"BearerPrefix", "Bearer " + Parts(".e30.AAAA"), Reason::kMalformed},
    {"DotsByTheThousand", std::string(100'000, '.'), Reason::kMalformed},
};

class ParseJwsShapeTest : public testing::TestWithParam<ShapeCase> {};

TEST_P(ParseJwsShapeTest, RefusesTheShapeForTheReason) {
  EXPECT_TRUE(test::EndsIn(GetParam().refusal, ParseJws(GetParam().text)));
}

INSTANTIATE_TEST_SUITE_P(Rfc7515Section7, ParseJwsShapeTest, testing::ValuesIn(kShapes),
                         test::kCaseName);

struct HeaderCase {
  const char* name;
  std::string_view header;
  std::optional<Reason> refusal;
};

constexpr HeaderCase kHeaders[] = {
    {"AlgAlone", R"({"alg":"RS256"})", std::nullopt},
    {"Blanks", "{ \"alg\" :\r\n \"RS256\" }", std::nullopt},

    // RFC 8725 §3.1.
    {"AlgNone", R"({"alg":"none"})", Reason::kAlgorithm},
    {"AlgNoneInMixedCase", R"({"alg":"nOnE"})", Reason::kAlgorithm},
    {"AlgWithABlank", R"({"alg":" RS256"})", Reason::kAlgorithm},
    {"AlgInLowerCase", R"({"alg":"rs256"})", Reason::kAlgorithm},
    {"AlgEmpty", R"({"alg":""})", Reason::kAlgorithm},
    {"AlgAbsent", R"({"typ":"JWT"})", Reason::kAlgorithm},
    {"AlgOfEncryption", R"({"alg":"dir"})", Reason::kAlgorithm},
    {"AlgANumber", R"({"alg":256})", Reason::kMalformed},
    {"AlgNull", R"({"alg":null})", Reason::kMalformed},
    {"AlgAnArray", R"({"alg":["RS256"]})", Reason::kMalformed},
    {"AlgTwice", R"({"alg":"none","alg":"RS256"})", Reason::kMalformed},  // RFC 7515 §4
    {"AlgTwiceAfterUnescaping", R"({"alg":"RS256","\u0061lg":"RS256"})", Reason::kMalformed},

    // RFC 7515 §4.1.11, RFC 7797 §3, RFC 7516 §4.1.
    {"CritOfNothing", R"({"alg":"RS256","crit":[]})", Reason::kUnsupported},
    {"CritOfExp", R"({"alg":"RS256","crit":["exp"],"exp":1})", Reason::kUnsupported},
    {"CritNull", R"({"alg":"RS256","crit":null})", Reason::kUnsupported},
    {"B64False", R"({"alg":"RS256","b64":false,"crit":["b64"]})", Reason::kUnsupported},
    {"B64FalseWithoutCrit", R"({"alg":"RS256","b64":false})", Reason::kUnsupported},
    {"Zip", R"({"alg":"RS256","zip":"DEF"})", Reason::kUnsupported},
    {"Enc", R"({"alg":"RS256","enc":"A128GCM"})", Reason::kUnsupported},

    // RFC 7519 §5.2: a token inside a token.
    {"ContentTypeJwt", R"({"alg":"RS256","cty":"JWT"})", Reason::kUnsupported},
    {"ContentTypeJwtInLowerCase", R"({"alg":"RS256","cty":"jwt"})", Reason::kUnsupported},
    {"ContentTypeJwtInFull", R"({"alg":"RS256","cty":"application/JWT"})", Reason::kUnsupported},
    {"ContentTypeJson", R"({"alg":"RS256","cty":"json"})", std::nullopt},
    {"ContentTypeANumber", R"({"alg":"RS256","cty":1})", Reason::kMalformed},

    {"KidANumber", R"({"alg":"RS256","kid":1})", Reason::kMalformed},
    {"KidAnObject", R"({"alg":"RS256","kid":{}})", Reason::kMalformed},
    {"KidAPath", R"({"alg":"RS256","kid":"../../etc/passwd"})", std::nullopt},
    {"TypANumber", R"({"alg":"RS256","typ":1})", Reason::kMalformed},
    {"TypNull", R"({"alg":"RS256","typ":null})", Reason::kMalformed},

    // RFC 8725 §3.10: never looked at, whatever is in them.
    {"KeyInTheHeader", R"({"alg":"RS256","jwk":{"kty":"oct","k":"AA"}})", std::nullopt},
    {"AddressOfAKey", R"({"alg":"RS256","jku":"https://evil.example/"})", std::nullopt},
    {"CertificateInTheHeader", R"({"alg":"RS256","x5c":[1],"x5u":2})", std::nullopt},
    {"UnknownParameter", R"({"alg":"RS256","x":[{"y":1}]})", std::nullopt},
};

class ParseJwsHeaderTest : public testing::TestWithParam<HeaderCase> {};

TEST_P(ParseJwsHeaderTest, RefusesTheHeaderForTheReason) {
  EXPECT_TRUE(test::EndsIn(GetParam().refusal, ParseJws(WithHeader(GetParam().header))));
}

INSTANTIATE_TEST_SUITE_P(Rfc7515Section4, ParseJwsHeaderTest, testing::ValuesIn(kHeaders),
                         test::kCaseName);

struct TypeCase {
  const char* name;
  std::string_view header;
  std::string_view type;
};

// RFC 7515 §4.1.9; RFC 8725 §3.11 is why tokens of other types are told apart.
constexpr TypeCase kTypes[] = {
    {"Absent", R"({"alg":"RS256"})", "jwt"},
    {"Jwt", R"({"alg":"RS256","typ":"JWT"})", "jwt"},
    {"JwtInFull", R"({"alg":"RS256","typ":"application/jwt"})", "jwt"},
    {"JwtInFullInCapitals", R"({"alg":"RS256","typ":"APPLICATION/JWT"})", "jwt"},
    {"AccessToken", R"({"alg":"RS256","typ":"at+jwt"})", "at+jwt"},
    {"AccessTokenInFull", R"({"alg":"RS256","typ":"application/AT+JWT"})", "at+jwt"},
    {"LogoutToken", R"({"alg":"RS256","typ":"logout+jwt"})", "logout+jwt"},
    {"OtherTree", R"({"alg":"RS256","typ":"text/jwt"})", "text/jwt"},
    {"PrefixTwice", R"({"alg":"RS256","typ":"application/application/jwt"})", "application/jwt"},
    {"PrefixAlone", R"({"alg":"RS256","typ":"application/"})", ""},
    {"EmptyIsNotAbsent", R"({"alg":"RS256","typ":""})", ""},
    {"BlankStays", R"({"alg":"RS256","typ":"JWT "})", "jwt "},
    {"TurkishDotlessIStays", "{\"alg\":\"RS256\",\"typ\":\"\xc4\xb0\"}", "\xc4\xb0"},
};

class ParsedJwsTypeTest : public testing::TestWithParam<TypeCase> {};

TEST_P(ParsedJwsTypeTest, GivesTheTypeInLowerCaseWithoutItsPrefix) {
  const std::string text = WithHeader(GetParam().header);
  const Result<ParsedJws> jws = ParseJws(text);
  ASSERT_TRUE(Accepted(jws));
  EXPECT_EQ(jws.value().type(), GetParam().type);
}

INSTANTIATE_TEST_SUITE_P(Rfc7515Section4, ParsedJwsTypeTest, testing::ValuesIn(kTypes),
                         test::kCaseName);

TEST(ParseJws, ReadsWhatVerificationNeeds) {
  const std::string text =
      test::SignToken(Algorithm::kEs256, R"({"iss":"https://issuer.example"})", "key-1");
  const Result<ParsedJws> jws = ParseJws(text);
  ASSERT_TRUE(Accepted(jws));
  EXPECT_EQ(jws.value().algorithm(), Algorithm::kEs256);
  EXPECT_EQ(jws.value().kid(), "key-1");
  EXPECT_EQ(AsText(jws.value().signing_input()), text.substr(0, text.rfind('.')));
  EXPECT_EQ(jws.value().signature().size(), 64U);
}

TEST(ParseJws, KnowsEveryAlgorithm) {
  for (const AlgorithmInfo& info : kAlgorithms) {
    const std::string text = WithHeader(R"({"alg":")" + std::string(info.name) + R"("})");
    const Result<ParsedJws> jws = ParseJws(text);
    ASSERT_TRUE(Accepted(jws)) << info.name;
    EXPECT_EQ(jws.value().algorithm(), info.algorithm);
  }
}

TEST(ParseJws, NoKidIsAnEmptyKid) {
  const std::string text = WithHeader(R"({"alg":"RS256"})");
  const Result<ParsedJws> jws = ParseJws(text);
  ASSERT_TRUE(Accepted(jws));
  EXPECT_TRUE(jws.value().kid().empty());
}

TEST(ParseJws, SaysNothingOfTheTokenInItsErrors) {
  for (const std::string& text :
       {WithHeader(R"({"alg":"hunter2"})"), WithHeader(R"({"alg":"RS256","kid":["hunter2"]})"),
        WithHeader(R"({"hunter2":)"), std::string("hunter2.hunter2.hunter2")}) {
    const Result<ParsedJws> jws = ParseJws(text);
    ASSERT_FALSE(jws.ok());
    EXPECT_EQ(jws.error().detail.find("unter"), std::string::npos) << jws.error().detail;
  }
}

}  // namespace
}  // namespace pamjwt
