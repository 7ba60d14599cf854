#include "core/keys/key_file.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect_origin.h"
#include "support/token_builder.h"
#include "support/verify_token.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::PublicKey;
using test::RefusedFor;
using test::TestKey;

constexpr UnixTime kFetched{1'799'999'940};
constexpr UnixTime kExpires{1'800'086'340};
const std::string kHead = "{\"format\":1,\"writer\":\"jwks-fetcher\"}\n";

IssuerKeys KeysOf(const std::string& issuer, std::vector<Jwk> keys) {
  return {issuer, kFetched, kExpires, std::move(keys)};
}

Jwk P256Key(const std::string& kid) {
  return PublicKey(TestKey::P256(), {kid, "", ""});
}

/// Returns a line of a P-256 key, with `members` in place of those of the key, then `times`.
std::string Line(const std::string& begin,
                 const std::string& times = R"(,"fetched":1799999940,"expires":1800086340})") {
  const std::string jwk = TestKey::P256().PublicJwk();
  return begin + jwk.substr(1, jwk.size() - 2) + times;
}

const std::string kBegin = R"({"iss":"https://a","kid":"k",)";

std::string DetailOfFile(const std::string& text) {
  return test::DetailOf(ParseKeyFile(text));
}

TEST(FormatKeyFile, WritesTheLineThatTheFormatShows) {
  Jwk key;
  key.type = KeyType::kEd25519;
  key.kid = "k";
  key.alg = "EdDSA";
  key.x = {1, 2, 3};
  const Result<std::string> text = FormatKeyFile({KeysOf("https://a", {key})});
  ASSERT_TRUE(Accepted(text));
  EXPECT_EQ(text.value(),
            kHead + R"({"iss":"https://a","kid":"k","kty":"OKP","alg":"EdDSA","crv":"Ed25519",)" +
                R"("x":"AQID","fetched":1799999940,"expires":1800086340})" + "\n");
}

// RFC 7517 §4.2.
TEST(FormatKeyFile, KeepsTheUseOfAKey) {
  const Jwk key = PublicKey(TestKey::Ed25519(), {"k", "EdDSA", "jwt-svid"});
  const Result<std::string> text = FormatKeyFile({KeysOf("https://a", {key})});
  ASSERT_TRUE(Accepted(text));
  EXPECT_NE(text.value().find(R"("kty":"OKP","use":"jwt-svid","alg":"EdDSA",)"), std::string::npos)
      << text.value();
  EXPECT_EQ(ParseKeyFile(text.value()).value().front().keys.front().use, "jwt-svid");
}

TEST(FormatKeyFile, WritesOnlyTheFirstLineWhereThereAreNoKeys) {
  EXPECT_EQ(FormatKeyFile({}).value(), kHead);
  EXPECT_EQ(FormatKeyFile({KeysOf("https://a", {})}).value(), kHead);
}

TEST(FormatKeyFile, SortsTheLinesByTheirBytes) {
  const Result<std::string> text =
      FormatKeyFile({KeysOf("https://b", {P256Key("1")}), KeysOf("https://a!", {P256Key("1")}),
                     KeysOf("https://a", {P256Key("b"), P256Key(""), P256Key("a\"")})});
  ASSERT_TRUE(Accepted(text));
  std::vector<std::string> begins;
  for (std::size_t at = text.value().find('\n'); at + 1 < text.value().size();
       at = text.value().find('\n', at + 1)) {
    const std::size_t end = text.value().find("\"kty\"", at);
    begins.push_back(text.value().substr(at + 1, end - at - 1));
  }
  const std::vector<std::string> expected = {
      R"({"iss":"https://a!","kid":"1",)", R"({"iss":"https://a","kid":"",)",
      R"({"iss":"https://a","kid":"a\"",)", R"({"iss":"https://a","kid":"b",)",
      R"({"iss":"https://b","kid":"1",)"};
  EXPECT_EQ(begins, expected);
  EXPECT_TRUE(std::is_sorted(expected.begin(), expected.end()));
}

TEST(FormatKeyFile, WritesAKeyThatIsGivenTwiceOnce) {
  const std::string once = FormatKeyFile({KeysOf("https://a", {P256Key("k")})}).value();
  EXPECT_EQ(FormatKeyFile({KeysOf("https://a", {P256Key("k"), P256Key("k")})}).value(), once);
}

TEST(FormatKeyFile, LeavesOutAKeyThatDoesNotFitALine) {
  const auto lines = [](const std::string& kid) {
    const std::string text =
        FormatKeyFile({KeysOf("https://a", {P256Key(kid), P256Key("good")})}).value();
    return std::count(text.begin(), text.end(), '\n') - 1;
  };
  const std::string text = FormatKeyFile({KeysOf("https://a", {P256Key("")})}).value();
  const std::size_t room = kMaxKeyLineBytes - (text.size() - kHead.size());
  EXPECT_EQ(lines(std::string(room, 'k')), 2);
  EXPECT_EQ(lines(std::string(room + 1, 'k')), 1);
  EXPECT_TRUE(Accepted(ParseKeyFile(
      FormatKeyFile({KeysOf("https://a", {P256Key(std::string(room, 'k'))})}).value())));
}

TEST(FitsKeyFile, LeavesRoomForTheLongestTimes) {
  const std::size_t most = 7900;
  std::size_t fitting = 0;
  while (FitsKeyFile("https://a", P256Key(std::string(most + fitting, 'k')))) ++fitting;
  const Jwk longest = P256Key(std::string(most + fitting - 1, 'k'));
  const UnixTime late{253402300799};
  const std::string text = FormatKeyFile({{"https://a", late, late, {longest}}}).value();
  EXPECT_EQ(text.size() - kHead.size(), kMaxKeyLineBytes);
}

TEST(FormatKeyFile, RefusesWhatCannotBe) {
  const std::vector<Jwk> most(kMaxKeysOfIssuer, P256Key("k"));
  EXPECT_TRUE(Accepted(FormatKeyFile({KeysOf("https://a", most)})));
  const std::vector<Jwk> more(kMaxKeysOfIssuer + 1, P256Key("k"));
  EXPECT_TRUE(RefusedFor(Reason::kInternal, FormatKeyFile({KeysOf("https://a", more)})));
  const std::vector<Jwk> one = {P256Key("k")};
  EXPECT_TRUE(Accepted(FormatKeyFile({{"https://a", {0}, {253402300799}, one}})));
  EXPECT_TRUE(RefusedFor(Reason::kInternal, FormatKeyFile({{"https://a", {-1}, {0}, one}})));
  EXPECT_TRUE(
      RefusedFor(Reason::kInternal, FormatKeyFile({{"https://a", {0}, {253402300800}, one}})));
}

TEST(ParseKeyFile, ReadsBackWhatWasWritten) {
  const std::vector<IssuerKeys> issuers = {
      KeysOf("https://a/\xC3\xA4\"\\\t", {P256Key("")}),
      KeysOf("https://b", {PublicKey(TestKey::Ed25519(), {"e", "EdDSA", ""}),
                           PublicKey(TestKey::P384(), {"e", "ES384", ""}),
                           PublicKey(TestKey::P521(), {"f", "", ""}),
                           PublicKey(TestKey::Rsa2048(), {"r\n", "PS256", ""})})};
  const Result<std::string> text = FormatKeyFile(issuers);
  ASSERT_TRUE(Accepted(text));
  const Result<std::vector<IssuerKeys>> read = ParseKeyFile(text.value());
  ASSERT_TRUE(Accepted(read));
  ASSERT_EQ(read.value().size(), 2U);
  EXPECT_EQ(read.value()[0].issuer, issuers[0].issuer);
  EXPECT_EQ(read.value()[1].fetched, kFetched);
  EXPECT_EQ(read.value()[1].expires, kExpires);
  ASSERT_EQ(read.value()[1].keys.size(), 4U);
  EXPECT_EQ(read.value()[1].keys[3].kid, "r\n");
  EXPECT_EQ(read.value()[1].keys[3].alg, "PS256");
  EXPECT_EQ(read.value()[1].keys[3].n, issuers[1].keys[3].n);
  EXPECT_EQ(FormatKeyFile(read.value()).value(), text.value());
}

struct HeadCase {
  const char* name;
  const char* line;
  bool is_known;
};

constexpr HeadCase kHeads[] = {
    {"Alone", R"({"format":1})", true},
    {"WithMembers", R"({"format":1,"writer":"x","at":[1]})", true},
    {"OfAnotherVersion", R"({"format":2})", false},
    {"OfALongerNumber", R"({"format":10})", false},
    {"OfAFraction", R"({"format":1.0})", false},
    {"WithABlank", R"({"format": 1})", false},
    {"WithAnotherMemberFirst", R"({"writer":"x","format":1})", false},
    {"OfText", R"({"format":"1"})", false},
    {"GivenTwice", R"({"format":1,"format":1})", false},
    {"Unclosed", R"({"format":1)", false},
    {"WithMore", R"({"format":1}{})", false},
    {"Empty", "", false},
    {"AKey", R"({"iss":"https://a","kid":"k"})", false},
};

class KeyFileHeadTest : public testing::TestWithParam<HeadCase> {};

TEST_P(KeyFileHeadTest, AnUnknownFirstLineRefusesTheFile) {
  const std::string text = std::string(GetParam().line) + "\n";
  if (GetParam().is_known) {
    EXPECT_TRUE(Accepted(ParseKeyFile(text)));
  } else {
    EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, ParseKeyFile(text)));
  }
}

INSTANTIATE_TEST_SUITE_P(ParseKeyFile, KeyFileHeadTest, testing::ValuesIn(kHeads), test::kCaseName);

TEST(CheckKeyFileHead, TakesAtMost1024BytesWithTheNewline) {
  const auto head = [](std::size_t bytes) {
    return R"({"format":1,"x":")" + std::string(bytes - 20, 'x') + "\"}";
  };
  ASSERT_EQ(head(1023).size(), 1022U);
  EXPECT_TRUE(Accepted(CheckKeyFileHead(head(1024))));
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, CheckKeyFileHead(head(1025))));
}

struct LineCase {
  const char* name;
  std::string line;
  bool is_good;
};

const LineCase kLines[] = {
    {"Good", Line(kBegin), true},
    {"WithMembersThatAreNotKnown", Line(kBegin + R"("x5t":"?","extra":{},)"), true},
    {"WithTimesFirst", Line(kBegin + R"("fetched":0,"expires":253402300799,)", "}"), true},
    {"WithoutFetched", Line(kBegin, R"(,"expires":1})"), false},
    {"WithoutExpires", Line(kBegin, R"(,"fetched":1})"), false},
    {"FetchedAsText", Line(kBegin, R"(,"fetched":"1","expires":1})"), false},
    {"FetchedAsAFraction", Line(kBegin, R"(,"fetched":1.5,"expires":1})"), false},
    {"FetchedBelowZero", Line(kBegin, R"(,"fetched":-1,"expires":1})"), false},
    {"FetchedPastTheYear9999", Line(kBegin, R"(,"fetched":253402300800,"expires":1})"), false},
    {"FetchedBeyondInt64", Line(kBegin, R"(,"fetched":99999999999999999999,"expires":1})"), false},
    {"WithoutKid", Line(R"({"iss":"https://a",)"), false},
    {"WithKidFirst", Line(R"({"kid":"k","iss":"https://a",)"), false},
    {"WithABlank", Line(R"({"iss": "https://a","kid":"k",)"), false},
    {"WithAnEscapeThatNeedNotBe", Line(R"({"iss":"https:\/\/a","kid":"k",)"), false},
    {"WithKidNull", Line(R"({"iss":"https://a","kid":null,)"), false},
    {"WithIssGivenTwice", Line(kBegin + R"("iss":"https://b",)"), false},
    {"WithMoreBehind", Line(kBegin) + "{}", false},
    {"CutOff", Line(kBegin).substr(0, 100), false},
    {"Empty", "", false},
    {"WithInvalidUtf8", Line("{\"iss\":\"https://\xFF\",\"kid\":\"k\","), false},
};

class KeyLineTest : public testing::TestWithParam<LineCase> {};

TEST_P(KeyLineTest, ALineInAnotherFormRefusesTheFile) {
  const std::string& line = GetParam().line;
  if (GetParam().is_good) {
    const Result<KeyLine> parsed = ParseKeyLine(line);
    ASSERT_TRUE(Accepted(parsed));
    EXPECT_TRUE(parsed.value().key.has_value()) << parsed.value().skipped;
    EXPECT_TRUE(Accepted(ParseKeyFile(kHead + line + "\n")));
  } else {
    EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, ParseKeyLine(line)));
    EXPECT_TRUE(DetailOfFile(kHead + line + "\n").starts_with("line 2: "));
  }
}

INSTANTIATE_TEST_SUITE_P(ParseKeyLine, KeyLineTest, testing::ValuesIn(kLines), test::kCaseName);

TEST(ParseKeyLine, TakesAtMost8192BytesWithTheNewline) {
  const std::string with_room = Line(kBegin + R"("pad":"",)");
  const auto line = [&](std::size_t bytes) {
    return Line(kBegin + R"("pad":")" + std::string(bytes - with_room.size() - 1, 'x') + "\",");
  };
  ASSERT_EQ(line(8192).size(), 8191U);
  EXPECT_TRUE(Accepted(ParseKeyLine(line(8192))));
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, ParseKeyLine(line(8193))));
}

struct BadKeyCase {
  const char* name;
  const char* members;
};

constexpr BadKeyCase kBadKeys[] = {
    {"Secret", R"("kty":"oct","k":"c2VjcmV0")"},
    {"Private",
     R"("kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"AA")"},
    {"WeakRsa", R"("kty":"RSA","n":"AQAB","e":"AQAB")"},
    {"UnknownType", R"("kty":"AKP")"},
    {"ForEncryption",
     R"("kty":"OKP","use":"enc","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")"},
};

class BadKeyTest : public testing::TestWithParam<BadKeyCase> {};

TEST_P(BadKeyTest, ABadKeyIsLeftOutAndTheOthersStay) {
  const std::string bad = R"({"iss":"https://a","kid":"bad",)" + std::string(GetParam().members) +
                          R"(,"fetched":1799999940,"expires":1800086340})";
  const Result<KeyLine> line = ParseKeyLine(bad);
  ASSERT_TRUE(Accepted(line));
  EXPECT_FALSE(line.value().key.has_value());
  EXPECT_FALSE(line.value().skipped.empty());
  const Result<std::vector<IssuerKeys>> issuers =
      ParseKeyFile(kHead + bad + "\n" + Line(kBegin) + "\n");
  ASSERT_TRUE(Accepted(issuers));
  ASSERT_EQ(issuers.value().size(), 1U);
  ASSERT_EQ(issuers.value().front().keys.size(), 1U);
  EXPECT_EQ(issuers.value().front().keys.front().kid, "k");
}

INSTANTIATE_TEST_SUITE_P(ParseKeyFile, BadKeyTest, testing::ValuesIn(kBadKeys), test::kCaseName);

TEST(ParseKeyFile, WantsTheLastNewline) {
  const std::string text = kHead + Line(kBegin) + "\n";
  EXPECT_TRUE(Accepted(ParseKeyFile(text)));
  EXPECT_EQ(DetailOfFile(text.substr(0, text.size() - 1)), "line 2: has no end");
  EXPECT_EQ(DetailOfFile(""), "line 1: has no end");
  EXPECT_TRUE(DetailOfFile(text + "\n").starts_with("line 3: "));
}

TEST(ParseKeyFile, WantsTheLinesInOrderAndOnce) {
  const std::string a = Line(R"({"iss":"https://a","kid":"k",)") + "\n";
  const std::string b = Line(R"({"iss":"https://b","kid":"k",)") + "\n";
  EXPECT_TRUE(Accepted(ParseKeyFile(kHead + a + b)));
  EXPECT_EQ(DetailOfFile(kHead + b + a), "line 3: out of order");
  EXPECT_EQ(DetailOfFile(kHead + a + a), "line 3: out of order");
}

TEST(ParseKeyFile, WantsTheSameTimesForAllKeysOfAnIssuer) {
  const auto file = [](const char* issuer) {
    return kHead + Line(kBegin) + "\n" +
           Line(R"({"iss":"https://)" + std::string(issuer) + R"(","kid":"l",)",
                R"(,"fetched":1799999941,"expires":1800086340})") +
           "\n";
  };
  EXPECT_TRUE(Accepted(ParseKeyFile(file("b"))));
  EXPECT_TRUE(DetailOfFile(file("a")).starts_with("line 3: the times differ"));
}

TEST(ParseKeyFile, TakesAtMost256KeysOfOneIssuer) {
  const auto file = [](int keys) {
    std::string text = kHead;
    for (int i = 0; i < keys; ++i) {
      text += Line(R"({"iss":"https://a","kid":")" + std::to_string(1000 + i) + "\",") + "\n";
    }
    return text;
  };
  EXPECT_TRUE(Accepted(ParseKeyFile(file(256))));
  EXPECT_EQ(DetailOfFile(file(257)), "line 258: more than 256 keys of one issuer");
}

}  // namespace
}  // namespace pamjwt
