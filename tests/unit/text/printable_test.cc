#include "text/printable.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

using std::string_view_literals::operator""sv;

struct PrintableCase {
  const char* name;
  std::string_view text;
  std::string_view printable;
};

constexpr PrintableCase kCases[] = {
    {"Empty", "", ""},
    {"Ascii", "plain ~!", "plain ~!"},
    {"Umlaut", "\xc3\xa4", "\xc3\xa4"},
    {"Emoji", "\xf0\x9f\x94\x91", "\xf0\x9f\x94\x91"},
    {"Escape", "\x1b[31m", "\\u001b[31m"},
    {"Newline", "a\nb", "a\\u000ab"},
    {"Nul", "a\0b"sv, "a\\u0000b"},
    {"Delete", "\x7f", "\\u007f"},
    {"ControlSequenceIntroducer", "\xc2\x9b", "\\u009b"},
    {"NoBreakSpace", "\xc2\xa0", "\xc2\xa0"},
    {"RightToLeftOverride", "\xe2\x80\xae", "\\u202e"},
    {"RightToLeftIsolate", "\xe2\x81\xa7", "\\u2067"},
    {"ZeroWidthSpace", "\xe2\x80\x8b", "\\u200b"},
    {"LineSeparator", "\xe2\x80\xa8", "\\u2028"},
    {"ByteOrderMark", "\xef\xbb\xbf", "\\ufeff"},
    {"LoneContinuation", "\x80", "\\ufffd"},
    {"CutCharacter", "\xe2\x82", "\\ufffd\\ufffd"},
    {"CharacterCutByAscii", "\xc3(", "\\ufffd("},
    {"Overlong", "\xc0\xaf", "\\ufffd\\ufffd"},              // RFC 3629 §3
    {"Surrogate", "\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd"},  // RFC 3629 §3
    {"BeyondUnicode", "\xf4\x90\x80\x80", "\\ufffd\\ufffd\\ufffd\\ufffd"},
};

class PrintableTest : public testing::TestWithParam<PrintableCase> {};

TEST_P(PrintableTest, EscapesWhatSteersTerminals) {
  EXPECT_EQ(Printable(GetParam().text), GetParam().printable);
}

// Whatever comes in, a JSON reader takes it.
TEST_P(PrintableTest, QuotesTheTextAsJson) {
  const Result<Json> json =
      ParseJsonObject("{\"v\":" + QuotePrintable("x" + std::string(GetParam().text)) + "}");
  const bool has_nul = GetParam().text.find('\0') != std::string_view::npos;
  if (has_nul) return;  // JSON for all others; ours refuses it
  EXPECT_TRUE(test::Accepted(json));
}

INSTANTIATE_TEST_SUITE_P(Printable, PrintableTest, testing::ValuesIn(kCases), test::kCaseName);

}  // namespace
}  // namespace pamjwt
