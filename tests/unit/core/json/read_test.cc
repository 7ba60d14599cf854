#include "core/json/read.h"

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

/// Writes each event down.
class Recorder : public JsonEvents {
 public:
  void OnName(std::string_view name) override { Add("name " + std::string(name)); }
  void OnString(std::string_view text) override { Add("string " + std::string(text)); }
  void OnScalar(Json value) override { Add(ToJsonText(value)); }
  void OnOpen(bool is_object, std::size_t at) override {
    Add((is_object ? "object at " : "array at ") + std::to_string(at));
  }
  void OnClose(std::size_t end) override { Add("end at " + std::to_string(end)); }

  std::string Take() && { return std::move(events_); }

 private:
  void Add(const std::string& event) { events_ += event + "\n"; }

  std::string events_;
};

std::string EventsOf(std::string_view text) {
  Recorder recorder;
  const Status read = ReadJson(text, {}, recorder);
  return std::move(recorder).Take() + (read.ok() ? "" : read.error().detail);
}

TEST(ReadJson, GivesEachEventInTheOrderOfTheText) {
  EXPECT_EQ(EventsOf(R"({"a":[1,"x",null],"b":{}})"),
            "object at 0\nname a\narray at 5\n1\nstring x\nnull\nend at 17\n"
            "name b\nobject at 22\nend at 24\nend at 25\n");
}

TEST(ReadJson, CountsTheBytesOfTheTextWhateverStringsAreInIt) {
  // Plain, with an escape, with a character of two bytes, empty.
  EXPECT_EQ(EventsOf(R"({"plain":"abc","b\u0062":"\\","c":"é","":{"d":[]}})"),
            "object at 0\nname plain\nstring abc\nname bb\nstring \\\nname c\nstring é\n"
            "name \nobject at 42\nname d\narray at 47\nend at 49\nend at 50\nend at 51\n");
}

struct EndCase {
  const char* name;
  std::string_view text;   // a JSON string with its quotes
  std::string_view value;  // of the string
};

// Strings (RFC 8259 §7) that a reader which looks for the next quote could cut at the wrong place.
constexpr EndCase kEndCases[] = {
    {"EscapedQuote", R"("a\"b")", R"(a"b)"},
    {"EscapedQuoteAtTheEnd", R"("a\"")", R"(a")"},
    {"EscapedQuoteAlone", R"("\"")", R"(")"},
    {"EscapedBackslashAtTheEnd", R"("a\\")", R"(a\)"},
    {"EscapedBackslashAndQuote", R"("a\\\"")", R"(a\")"},
    {"TwoEscapedBackslashes", R"("\\\\")", R"(\\)"},
    {"EscapedQuoteByNumber", R"("a\u0022b")", R"(a"b)"},
    {"EscapedBackslashByNumber", R"("\u005c")", R"(\)"},
    {"TextOfAMember", R"("\",\"b\":\"c")", R"(","b":"c)"},
    {"Braces", R"("}{][,:")", "}{][,:"},
    {"Delete", "\"\x7f\"", "\x7f"},
    {"TwoBytes", "\"abcdefgé\"", "abcdefgé"},
    {"Empty", R"("")", ""},
};

class ReadJsonStringTest : public testing::TestWithParam<EndCase> {};

TEST_P(ReadJsonStringTest, EndsWhereItsQuoteIs) {
  const std::string text(GetParam().text);
  const std::string value(GetParam().value);
  EXPECT_EQ(EventsOf(R"({"a":)" + text + R"(,"z":1})"),
            "object at 0\nname a\nstring " + value + "\nname z\n1\nend at " +
                std::to_string(text.size() + 12) + "\n");
  EXPECT_EQ(EventsOf("{" + text + R"(:"z"})"), "object at 0\nname " + value +
                                                   "\nstring z\nend at " +
                                                   std::to_string(text.size() + 6) + "\n");
}

INSTANTIATE_TEST_SUITE_P(Json, ReadJsonStringTest, testing::ValuesIn(kEndCases), test::kCaseName);

TEST(ReadJson, RefusesEachControlCharacterAtEachPlaceOfAString) {
  // Eight characters are looked at together.
  for (std::size_t at = 0; at < 20; ++at) {
    std::string string(20, 'a');
    for (const char octet : {'\x01', '\x1f', '\x80', '\xff'}) {
      string[at] = octet;
      EXPECT_EQ(EventsOf(R"({"a":")" + string + R"("})"),
                "object at 0\nname a\nnot JSON at byte " + std::to_string(7 + at));
    }
    for (const char octet : {' ', '!', '~', '\x7f'}) {
      string[at] = octet;
      EXPECT_TRUE(test::Accepted(ParseJsonObject(R"({"a":")" + string + R"("})"))) << octet;
    }
  }
}

struct PlaceCase {
  const char* name;
  std::string_view text;
  std::string_view detail;
};

// The byte is the one behind what was read when the error was seen, as the JSON library counts.
constexpr PlaceCase kPlaceCases[] = {
    {"BehindAName", R"({"abc" x})", "not JSON at byte 8"},
    {"BehindAString", R"({"abc":"def" x})", "not JSON at byte 14"},
    {"BehindAnEscapedString", R"({"abc":"d\u0065f" x})", "not JSON at byte 19"},
    {"StringForAColon", R"({"abc""def"})", "not JSON at byte 11"},
    {"QuoteInALiteral", R"({"a":nu"abc"})", "not JSON at byte 8"},
    {"StringBehindANumber", R"({"a":1"abc"})", "not JSON at byte 11"},
    {"StringForAComma", R"({"a":"b""c"})", "not JSON at byte 11"},
    {"StringBehindTheObject", R"({"a":"b"}"abc")", "not JSON at byte 14"},
    {"OpenString", R"({"a":"abc)", "not JSON at byte 10"},
    {"OpenName", R"({"abc)", "not JSON at byte 6"},
    {"EscapeThatIsUnknown", R"({"a":"ab\x"})", "not JSON at byte 10"},
    {"BackslashAtTheEnd", R"({"a":"ab\)", "not JSON at byte 10"},
};

class ReadJsonPlaceTest : public testing::TestWithParam<PlaceCase> {};

TEST_P(ReadJsonPlaceTest, TellsTheByteOfTheError) {
  const Result<Json> parsed = ParseJsonObject(GetParam().text);
  ASSERT_TRUE(test::RefusedFor(Reason::kMalformed, parsed));
  EXPECT_EQ(parsed.error().detail, GetParam().detail);
}

INSTANTIATE_TEST_SUITE_P(Json, ReadJsonPlaceTest, testing::ValuesIn(kPlaceCases), test::kCaseName);

}  // namespace
}  // namespace pamjwt
