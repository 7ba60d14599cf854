#include "core/base/utf8.h"

#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

struct CharacterCase {
  const char* name;
  std::string_view text;
  char32_t code;  // 0xFFFD: not UTF-8
  std::size_t bytes;
};

// RFC 3629 §3 and §4.
constexpr CharacterCase kCases[] = {
    {"Ascii", "ab", U'a', 1},
    {"Nul", std::string_view("\0a", 2), 0, 1},
    {"TwoBytes", "\xc3\xa4z", 0xE4, 2},
    {"LeastOfTwoBytes", "\xc2\x80", 0x80, 2},
    {"ThreeBytes", "\xe2\x82\xac", 0x20AC, 3},
    {"TheReplacementItself", "\xef\xbf\xbd", 0xFFFD, 3},
    {"FourBytes", "\xf0\x9f\x98\x80", 0x1F600, 4},
    {"TheLast", "\xf4\x8f\xbf\xbf", 0x10FFFF, 4},
    {"BeyondTheLast", "\xf4\x90\x80\x80", 0xFFFD, 1},
    {"Overlong", "\xc0\xaf", 0xFFFD, 1},
    {"OverlongOfThree", "\xe0\x9f\xbf", 0xFFFD, 1},
    {"Surrogate", "\xed\xa0\x80", 0xFFFD, 1},
    {"LoneContinuation", "\x80", 0xFFFD, 1},
    {"CutShort", "\xe2\x82", 0xFFFD, 1},
    {"BrokenInside", "\xe2\x41\x80", 0xFFFD, 1},
    {"FiveBytes", "\xf8\x88\x80\x80\x80", 0xFFFD, 1},
};

class FirstUtf8CharacterTest : public testing::TestWithParam<CharacterCase> {};

TEST_P(FirstUtf8CharacterTest, GivesTheCharacterOrABrokenByte) {
  const Utf8Character character = FirstUtf8Character(GetParam().text);
  EXPECT_EQ(character.code, GetParam().code);
  EXPECT_EQ(character.bytes, GetParam().bytes);
  EXPECT_EQ(character.is_broken(), GetParam().code == 0xFFFD && GetParam().bytes == 1);
}

INSTANTIATE_TEST_SUITE_P(FirstUtf8Character, FirstUtf8CharacterTest, testing::ValuesIn(kCases),
                         test::kCaseName);

}  // namespace
}  // namespace pamjwt
