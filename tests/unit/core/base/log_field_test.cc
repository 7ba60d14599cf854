#include "core/base/log_field.h"

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

struct FieldCase {
  const char* name;
  std::string value;
  std::string field;
};

const FieldCase kFields[] = {
    {"Empty", "", ""},
    {"Plain", "abcXYZ019._:/@+,-%~$#", " k=abcXYZ019._:/@+,-%~$#"},
    {"Blank", "a b", R"( k="a b")"},
    {"Equals", "a=b", R"( k="a=b")"},
    {"Quote", R"(a"b)", R"( k="a\"b")"},
    {"Backslash", R"(a\b)", R"( k="a\\b")"},
    {"Newline", "a\nb", R"( k="a\x0ab")"},
    {"CarriageReturn", "\r", R"( k="\x0d")"},
    {"Delete", "\x7f", R"( k="\x7f")"},
    {"Nul", std::string("a\0b", 3), R"( k="a\x00b")"},
    {"C1InUtf8", "\xc2\x85", R"( k="\xc2\x85")"},
    {"NoUtf8", "\xff", R"( k="\xff")"},
    {"Semicolon", "a;b", R"( k="a;b")"},
    {"LongestPlain", std::string(256, 'a'), " k=" + std::string(256, 'a')},
    {"TooLong", std::string(257, 'a'), " k=\"" + std::string(256, 'a') + "...\""},
    {"LongestQuoted", std::string(256, ' '), " k=\"" + std::string(256, ' ') + "\""},
};

class LogFieldTest : public testing::TestWithParam<FieldCase> {};

TEST_P(LogFieldTest, QuotesEscapesAndBoundsTheField) {
  EXPECT_EQ(LogField("k", GetParam().value), GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(LogField, LogFieldTest, testing::ValuesIn(kFields), test::kCaseName);

}  // namespace
}  // namespace pamjwt
