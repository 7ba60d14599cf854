#include "core/json/json.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

using namespace std::string_view_literals;

struct TextCase {
  const char* name;
  std::string_view text;
  bool accepted;
};

// Each refusal has a twin that differs in the point at issue alone.
constexpr TextCase kCases[] = {
    {"EmptyObject", "{}", true},
    {"EmptyText", "", false},
    {"BlanksOnly", "  ", false},
    {"BlanksAround", " \t\r\n{}\n ", true},
    {"FormFeed", "\f{}", false},

    // These are not one object.
    {"TopLevelArray", "[]", false},
    {"TopLevelArrayOfObject", "[{}]", false},
    {"TopLevelString", R"("a")", false},
    {"TopLevelNumber", "1", false},
    {"TopLevelTrue", "true", false},
    {"TopLevelNull", "null", false},
    {"TextBehind", "{}x", false},
    {"ObjectBehind", "{}{}", false},
    {"CommaBehind", "{},", false},
    {"Unclosed", R"({"a":1)", false},
    {"ClosedTwice", R"({"a":1}})", false},

    // The grammar.
    {"TrailingCommaInObject", R"({"a":1,})", false},
    {"TrailingCommaInArray", R"({"a":[1,]})", false},
    {"NameWithoutQuotes", "{a:1}", false},
    {"SingleQuotes", "{'a':1}", false},
    {"Comment", "{/**/}", false},
    {"LineComment", "{}//", false},
    {"LeadingZero", R"({"a":01})", false},
    {"ZeroAlone", R"({"a":0})", true},
    {"PlusSign", R"({"a":+1})", false},
    {"Hexadecimal", R"({"a":0x1})", false},
    {"NotANumber", R"({"a":NaN})", false},
    {"Infinity", R"({"a":Infinity})", false},
    {"NoDigitBehindThePoint", R"({"a":1.})", false},
    {"TrueInCapitals", R"({"a":True})", false},

    // Numbers.
    {"LargestExponent", R"({"a":1e308})", true},
    {"BeyondADouble", R"({"a":1e999})", false},
    {"BeyondADoubleNegative", R"({"a":-1e999})", false},
    {"SmallerThanADouble", R"({"a":1e-999})", true},
    {"IntegerBeyond64Bits", R"({"a":123456789012345678901234567890})", true},

    // A name given twice, RFC 7515 §4 and RFC 7519 §4.
    {"TwoNames", R"({"a":1,"b":2})", true},
    {"NameTwice", R"({"a":1,"a":1})", false},
    {"NameTwiceAfterUnescaping", R"({"a":1,"\u0061":1})", false},
    {"NameTwiceBySlash", R"({"a/b":1,"a\/b":1})", false},
    {"NameTwiceWithOthersBetween", R"({"a":1,"b":1,"c":1,"a":1})", false},
    {"NameTwiceInside", R"({"x":{"a":1,"a":1}})", false},
    {"NameTwiceInsideAnArray", R"({"x":[{"a":1,"a":1}]})", false},
    {"SameNameInTwoObjects", R"({"x":{"a":1},"a":{"a":1}})", true},
    {"SameNameBehindAnObjectThatHasIt", R"({"a":{"a":1},"a":1})", false},
    {"EmptyNameTwice", R"({"":1,"":2})", false},
    {"NamesThatDifferInCase", R"({"a":1,"A":2})", true},

    // UTF-8.
    {"TwoByteCharacter", "{\"a\":\"\xc3\xa9\"}", true},
    {"FourByteCharacter", "{\"a\":\"\xf0\x9f\x98\x80\"}", true},
    {"LoneContinuationByte", "{\"a\":\"\x80\"}", false},
    {"CutCharacter", "{\"a\":\"\xc3\"}", false},
    {"OverlongSlash", "{\"a\":\"\xc0\xaf\"}", false},
    {"OverlongNul", "{\"a\":\"\xc0\x80\"}", false},
    {"SurrogateInUtf8", "{\"a\":\"\xed\xa0\x80\"}", false},
    {"LastCodePoint", "{\"a\":\"\xf4\x8f\xbf\xbf\"}", true},
    {"BeyondTheLastCodePoint", "{\"a\":\"\xf4\x90\x80\x80\"}", false},
    {"Latin1Name", "{\"\xe9\":1}", false},
    {"ByteOrderMark", "\xef\xbb\xbf{}", false},
    {"Utf16", "{\0}\0"sv, false},

    // Escapes.
    {"SurrogatePair", R"({"a":"\ud83d\ude00"})", true},
    {"LoneHighSurrogate", R"({"a":"\ud83d"})", false},
    {"LoneLowSurrogate", R"({"a":"\ude00"})", false},
    {"HighSurrogateBeforeALetter", R"({"a":"\ud83dx"})", false},
    {"TwoHighSurrogates", R"({"a":"\ud83d\ud83d"})", false},
    {"UnknownEscape", R"({"a":"\x"})", false},
    {"ShortUnicodeEscape", R"({"a":"\u12"})", false},
    {"EscapedLineFeed", R"({"a":"\n"})", true},
    {"RawLineFeed", "{\"a\":\"\n\"}", false},
    {"RawTab", "{\"a\":\"\t\"}", false},
    {"Delete", "{\"a\":\"\x7f\"}", true},

    // NUL.
    {"EscapedNul", R"({"a":"\u0000"})", false},
    {"EscapedNulInAName", R"({"a\u0000":1})", false},
    {"EscapedNulInside", R"({"a":["b",{"c":"d\u0000e"}]})", false},
    {"EscapedOne", R"({"a":"\u0001"})", true},
    {"RawNulBehind", "{}\0"sv, false},
    {"RawNulInAString", "{\"a\":\"b\0c\"}"sv, false},
    {"RawNulThenText", "{\"a\":1}\0,\"b\":2}"sv, false},
};

class JsonTextTest : public testing::TestWithParam<TextCase> {};

TEST_P(JsonTextTest, IsJudgedAlikeByBothReaders) {
  const std::optional<Reason> refusal =
      GetParam().accepted ? std::nullopt : std::optional(Reason::kMalformed);
  EXPECT_TRUE(test::EndsIn(refusal, ParseJsonObject(GetParam().text)));
  EXPECT_TRUE(test::EndsIn(refusal, ScanTopLevelString(GetParam().text, "iss")));
}

INSTANTIATE_TEST_SUITE_P(Rfc8259, JsonTextTest, testing::ValuesIn(kCases), test::kCaseName);

std::string Nested(std::size_t depth, std::string_view open, std::string_view close) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(ParseJsonObject, TakesDepth32AndRefusesDepth33) {
  // The object at the top is the first.
  const std::string arrays_31 = Nested(31, "[", "]");
  EXPECT_TRUE(test::Accepted(ParseJsonObject(R"({"a":)" + arrays_31 + "}")));
  EXPECT_TRUE(
      test::RefusedFor(Reason::kMalformed, ParseJsonObject(R"({"a":[)" + arrays_31 + "]}")));

  EXPECT_TRUE(test::Accepted(ParseJsonObject(Nested(31, R"({"a":)", "}").insert(31 * 5, "{}"))));
  EXPECT_TRUE(test::RefusedFor(Reason::kMalformed,
                               ParseJsonObject(Nested(32, R"({"a":)", "}").insert(32 * 5, "{}"))));
  // Depth, not number.
  EXPECT_TRUE(test::Accepted(ParseJsonObject(R"({"a":[[],[],[],[],[],[],[],[],[],[],[],[],[],[],)"
                                             "[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],"
                                             "[],[],[],[]]}")));
}

TEST(ParseJsonObject, SurvivesAHundredThousandBrackets) {
  JsonLimits limits;
  limits.max_bytes = 1'000'000;
  const std::string open(100'000, '[');
  const std::string objects = Nested(100'000, R"({"a":)", "");
  for (const std::string& text : {R"({"a":)" + open, objects}) {
    EXPECT_TRUE(test::RefusedFor(Reason::kMalformed, ParseJsonObject(text, limits)));
    EXPECT_TRUE(test::RefusedFor(Reason::kMalformed, ScanTopLevelString(text, "a", limits)));
  }
}

TEST(ParseJsonObject, TakesMaxBytesAndRefusesOneMore) {
  const std::string text = R"({"a":1})";
  JsonLimits limits;
  limits.max_bytes = text.size();
  EXPECT_TRUE(test::Accepted(ParseJsonObject(text, limits)));
  EXPECT_TRUE(test::RefusedFor(Reason::kMalformed, ParseJsonObject(text + " ", limits)));
}

TEST(ParseJsonObject, SaysNothingOfTheTextInItsErrors) {
  for (const char* text : {R"({"password":hunter2})", R"({"hunter2":1,"hunter2":1})",
                           R"({"a":"hunter2\u0000"})", R"({"hunter2":1e999})", "hunter2"}) {
    const Result<Json> result = ParseJsonObject(text);
    ASSERT_TRUE(test::RefusedFor(Reason::kMalformed, result));
    EXPECT_EQ(result.error().detail.find("unter"), std::string::npos) << result.error().detail;
    EXPECT_FALSE(result.error().detail.empty());
  }
}

TEST(ParseJsonObject, GivesEachValueItsType) {
  const Result<Json> parsed = ParseJsonObject(
      R"({"null":null,"bool":true,"int":-7,"double":1.5,"text":"t","array":[1,"x"],"object":{"k":2}})");
  ASSERT_TRUE(test::Accepted(parsed));
  const Json& json = parsed.value();
  EXPECT_TRUE(json.Find("null")->IsNull());
  EXPECT_EQ(*json.Find("bool")->AsBool(), true);
  EXPECT_EQ(*json.Find("int")->AsInt(), -7);
  EXPECT_EQ(*json.Find("double")->AsDouble(), 1.5);
  EXPECT_EQ(*json.Find("text")->AsString(), "t");
  ASSERT_EQ(json.Find("array")->AsArray()->size(), 2U);
  EXPECT_EQ(*(*json.Find("array")->AsArray())[1].AsString(), "x");
  EXPECT_EQ(*json.Find("object")->Find("k")->AsInt(), 2);

  EXPECT_EQ(json.Find("absent"), nullptr);
  EXPECT_EQ(json.Find("text")->Find("t"), nullptr);
  EXPECT_EQ(json.Find("int")->AsDouble(), nullptr);
  EXPECT_EQ(json.Find("int")->AsString(), nullptr);
  EXPECT_EQ(json.Find("null")->AsBool(), nullptr);
}

TEST(ParseJsonObject, KeepsTheOrderOfTheMembers) {
  const Result<Json> parsed = ParseJsonObject(R"({"z":1,"a":2,"m":3})");
  ASSERT_TRUE(test::Accepted(parsed));
  std::string names;
  for (const JsonMember& member : *parsed.value().AsObject()) names += member.first;
  EXPECT_EQ(names, "zam");
}

TEST(ParseJsonObject, MakesADoubleOfAnIntegerBeyond64Bits) {
  const Result<Json> parsed = ParseJsonObject(
      R"({"max":9223372036854775807,"min":-9223372036854775808,"more":9223372036854775808,)"
      R"("less":-9223372036854775809,"unsigned":18446744073709551615})");
  ASSERT_TRUE(test::Accepted(parsed));
  EXPECT_EQ(*parsed.value().Find("max")->AsInt(), INT64_MAX);
  EXPECT_EQ(*parsed.value().Find("min")->AsInt(), INT64_MIN);
  for (const char* name : {"more", "less", "unsigned"}) {
    EXPECT_EQ(parsed.value().Find(name)->AsInt(), nullptr) << name;
    ASSERT_NE(parsed.value().Find(name)->AsDouble(), nullptr) << name;
  }
  EXPECT_EQ(*parsed.value().Find("more")->AsDouble(), 9223372036854775808.0);
}

TEST(ParseJsonObject, MakesAnIntegerOfEachNumberThatIsOne) {
  const Result<Json> parsed = ParseJsonObject(
      R"({"a":22.0,"b":2.2e1,"c":-0.0,"d":9007199254740993.0,"e":22.5,"f":1e19,"g":1e-400})");
  ASSERT_TRUE(test::Accepted(parsed));
  EXPECT_EQ(ToJsonText(*parsed.value().Find("a")), "22");
  EXPECT_EQ(*parsed.value().Find("a")->AsInt(), 22);
  EXPECT_EQ(*parsed.value().Find("b")->AsInt(), 22);
  EXPECT_EQ(*parsed.value().Find("c")->AsInt(), 0);
  EXPECT_EQ(*parsed.value().Find("d")->AsInt(), 9007199254740993);
  for (const char* const name : {"e", "f", "g"}) {
    EXPECT_NE(parsed.value().Find(name)->AsDouble(), nullptr) << name;
  }
}

TEST(ToJsonText, WritesADoubleSoThatItReadsBackAsTheSameNumber) {
  // The shortest texts of the first two doubles are 1.6893488147419103e+18 and
  // -9.007199254740994e+15. The first is another integer.
  const Result<Json> parsed = ParseJsonObject(
      R"({"a":1689348814741910328.1,"b":-9007199254740993.5,"c":9.3e18,"d":1.00000000000000000001,"e":0.25})");
  ASSERT_TRUE(test::Accepted(parsed));
  const std::string text = ToJsonText(parsed.value());
  EXPECT_EQ(text, R"({"a":1689348814741910272,"b":-9007199254740994,"c":9.3e+18,"d":1,"e":0.25})");
  const Result<Json> again = ParseJsonObject(text);
  ASSERT_TRUE(test::Accepted(again));
  EXPECT_EQ(*again.value().Find("a")->AsInt(), 1689348814741910272);
  EXPECT_EQ(ToJsonText(again.value()), text);
}

TEST(ParseJsonObject, UndoesEveryEscape) {
  const Result<Json> parsed = ParseJsonObject(R"({"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"})");
  ASSERT_TRUE(test::Accepted(parsed));
  EXPECT_EQ(*parsed.value().Find("a")->AsString(), "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80");
}

TEST(Json, EachValueNamesItsType) {
  const Result<Json> parsed =
      ParseJsonObject(R"({"a":null,"b":false,"c":1,"d":1.5,"e":"","f":[],"g":{}})");
  ASSERT_TRUE(test::Accepted(parsed));
  std::string names;
  for (const JsonMember& member : *parsed.value().AsObject()) {
    names += std::string(member.second.TypeName()) + " ";
  }
  EXPECT_EQ(names, "null boolean number number string array object ");
}

struct ScanCase {
  const char* name;
  std::string_view text;
  std::optional<std::string_view> found;
};

constexpr ScanCase kScanCases[] = {
    {"Absent", R"({"a":"x"})", std::nullopt},
    {"AtTheTop", R"({"iss":"x"})", "x"},
    {"BehindOthers", R"({"a":[1,{"b":2}],"iss":"x","c":"y"})", "x"},
    {"NameEscaped", R"({"\u0069ss":"x"})", "x"},
    {"ValueEscaped", R"({"iss":"\u0078"})", "x"},
    {"Empty", R"({"iss":""})", ""},
    {"InAnObject", R"({"a":{"iss":"x"}})", std::nullopt},
    {"InAnObjectBehindTheRealOne", R"({"iss":"x","a":{"iss":"y"}})", "x"},
    {"InAnArrayOfItsOwnName", R"({"iss":["x"]})", std::nullopt},
    {"InAnObjectOfItsOwnName", R"({"iss":{"iss":"x"}})", std::nullopt},
    {"Number", R"({"iss":1})", std::nullopt},
    {"NegativeNumber", R"({"iss":-1})", std::nullopt},
    {"BehindANegativeNumber", R"({"a":-1,"iss":"x"})", "x"},
    {"Null", R"({"iss":null})", std::nullopt},
    {"AsAValue", R"({"a":"iss"})", std::nullopt},
    {"OtherCase", R"({"ISS":"x"})", std::nullopt},
    {"LongerName", R"({"iss2":"x"})", std::nullopt},
};

class ScanTopLevelStringTest : public testing::TestWithParam<ScanCase> {};

TEST_P(ScanTopLevelStringTest, FindsTheStringAtTheTopOnly) {
  const auto found = ScanTopLevelString(GetParam().text, "iss");
  ASSERT_TRUE(test::Accepted(found));
  ASSERT_EQ(found.value().has_value(), GetParam().found.has_value());
  if (found.value().has_value()) {
    EXPECT_EQ(*found.value(), *GetParam().found);
  }
}

INSTANTIATE_TEST_SUITE_P(Json, ScanTopLevelStringTest, testing::ValuesIn(kScanCases),
                         test::kCaseName);

TEST(ToJsonText, IsReadBackAsItWas) {
  const std::string text =
      R"({"null":null,"yes":true,"no":false,"int":-9223372036854775808,"double":1.5,)"
      R"("text":"\"\\/\n\u001f\u0008)"
      "\xc3\xa9"
      R"(","array":[1,[],{"a":"b"}],"object":{},"big":1e+300})";
  const Result<Json> parsed = ParseJsonObject(text);
  ASSERT_TRUE(test::Accepted(parsed));
  EXPECT_EQ(ToJsonText(parsed.value()), text);
}

TEST(QuoteJson, EscapesWhatMayNotStandInAString) {
  EXPECT_EQ(QuoteJson("plain"), R"("plain")");
  EXPECT_EQ(QuoteJson("\"\\\n\r\x01"), R"("\"\\\n\u000d\u0001")");
}

TEST(ParseJsonString, TakesOneStringWithItsQuotes) {
  EXPECT_EQ(ParseJsonString(R"("")").value(), "");
  EXPECT_EQ(ParseJsonString(R"("Linux Admins")").value(), "Linux Admins");
  EXPECT_EQ(ParseJsonString(R"("a\"b\\c\u00e9\/\t")").value(), "a\"b\\c\u00e9/\t");
}

TEST(ParseJsonString, RefusesATextThatIsNotOneString) {
  for (const std::string_view text :
       {std::string_view(""), std::string_view("\""), std::string_view("a"),
        std::string_view(R"("a" )"), std::string_view(R"( "a")"), std::string_view(R"("a","":"b")"),
        std::string_view(R"("a","b":"c")"), std::string_view(R"("a"},{"b")"),
        std::string_view(R"("\x")"), std::string_view(R"("\ud800")"),
        std::string_view(R"("\u0000")"), std::string_view("\"\xff\""), std::string_view("\"a\tb\""),
        std::string_view(R"("a\")")}) {
    EXPECT_TRUE(test::RefusedFor(Reason::kMalformed, ParseJsonString(text))) << text;
  }
}

TEST(ParseJsonString, RefusesMoreThan64KiB) {
  for (const std::string first : {"a", "\\n"}) {
    const std::string text = "\"" + first + std::string(64 * 1024 - 2 - first.size(), 'b') + "\"";
    EXPECT_TRUE(ParseJsonString(text).ok()) << first;
    const std::string longer = text.substr(0, text.size() - 1) + "b\"";
    EXPECT_TRUE(test::RefusedFor(Reason::kMalformed, ParseJsonString(longer))) << first;
  }
}

}  // namespace
}  // namespace pamjwt
