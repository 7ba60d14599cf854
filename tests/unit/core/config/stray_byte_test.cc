#include "core/config/stray_byte.h"

#include <string>

#include <gtest/gtest.h>

#include "core/config/config.h"

namespace pamjwt {
namespace {

struct StrayCase {
  const char* name;
  const char* toml;
  std::uint32_t line;
};

constexpr StrayCase kCases[] = {
    {"Nothing", "", 0},
    {"PlainAscii", "a = 1\n", 0},
    {"InAComment", "a = 1 # \u00e4\n", 0},
    {"InABasicString", "a = \"\u00e4\"\n", 0},
    {"InALiteralString", "a = '\u00e4'\n", 0},
    {"InAMultiLineString", "a = \"\"\"\n\u00e4\n\"\"\"\n", 0},
    {"InAMultiLineLiteralString", "a = '''\n\u00e4\n'''\n", 0},
    {"BehindAnEscapedQuote", "a = \"\\\"\u00e4\"\n", 0},
    {"BehindAQuoteInAComment", "# it's\na = \u00e4\n", 2},
    {"AsAValue", "a = 1\nb = \u00e4\n", 2},
    {"AsAKey", "\u00e4 = 1\n", 1},
    {"BehindAString", "a = \"x\"\u00e4\n", 1},
    {"BehindAnEscapedBackslash", "a = \"\\\\\"\u00e4\n", 1},
    {"BehindALiteralBackslash", "a = '\\'\u00e4\n", 1},
    {"BehindAStringThatIsNotClosed", "a = \"x\nb = \u00e4\n", 2},
};

class FindStrayByteTest : public testing::TestWithParam<StrayCase> {};

TEST_P(FindStrayByteTest, GivesTheLineOfTheStrayByte) {
  EXPECT_EQ(FindStrayByte(GetParam().toml), GetParam().line);
}

INSTANTIATE_TEST_SUITE_P(Toml, FindStrayByteTest, testing::ValuesIn(kCases),
                         [](const auto& i) { return std::string(i.param.name); });

TEST(ParseConfig, RefusesALetterBeyondAsciiAsAValueWithItsLine) {
  const Result<Config> refused = ParseConfig({{"x.toml", "[login]\nleeway = \u00e4\n"}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason, Reason::kConfigInvalid);
  EXPECT_EQ(refused.error().detail, "x.toml:2: a character beyond ASCII outside of quotes");
  EXPECT_TRUE(ParseConfig({{"x.toml", "[login]\nleeway = \"5s\" # \u00e4\n"}}).ok());
}

TEST(ParseConfig, RefusesALetterBeyondAsciiBehindQuotesInsideAValue) {
  for (const char* const toml :
       {"a = 1979-00-2T707:'''\u044e\n", "a = 1='\u044e'\n", "a = 1[\"\u044e\"\n"}) {
    const Result<Config> refused = ParseConfig({{"x.toml", toml}});
    ASSERT_FALSE(refused.ok()) << toml;
    EXPECT_EQ(refused.error().reason, Reason::kConfigInvalid) << toml;
    EXPECT_TRUE(refused.error().detail.starts_with("x.toml:1: ")) << refused.error().detail;
  }
}

}  // namespace
}  // namespace pamjwt
