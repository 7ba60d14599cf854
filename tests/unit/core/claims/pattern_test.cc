#include "core/claims/pattern.h"

#include <optional>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

struct MatchCase {
  const char* name;
  std::string_view pattern;
  std::string_view text;
  std::optional<std::string_view> star;
};

constexpr MatchCase kCases[] = {
    {"LiteralEqual", "ops", "ops", ""},
    {"LiteralLonger", "ops", "opsx", std::nullopt},
    {"LiteralShorter", "ops", "op", std::nullopt},
    {"LiteralOtherCase", "ops", "Ops", std::nullopt},
    {"LiteralEmpty", "", "", ""},
    {"LiteralEmptyAgainstText", "", "a", std::nullopt},
    {"BareStar", "*", "any thing", "any thing"},
    {"BareStarTakesNothing", "*", "", ""},
    {"StarBehind", "refs/tags/*", "refs/tags/v1", "v1"},
    {"StarBehindTakesNothing", "refs/tags/*", "refs/tags/", ""},
    {"StarBehindOtherHead", "refs/tags/*", "refs/heads/v1", std::nullopt},
    {"StarInFront", "*@example.com", "alice@example.com", "alice"},
    {"StarInFrontTakesTheTailToo", "*@example.com", "a@example.com@example.com", "a@example.com"},
    {"StarInFrontOtherTail", "*@example.com", "alice@example.com.evil", std::nullopt},
    {"StarInTheMiddle", "a*z", "a-to-z", "-to-"},
    {"StarInTheMiddleTakesNothing", "a*z", "az", ""},
    {"HeadAndTailShareNothing", "aba*aba", "aba", std::nullopt},
    {"HeadAndTailSideBySide", "aba*aba", "abaaba", ""},
    {"StarTakesAStar", "a*", "a*b", "*b"},
    {"OtherSignsAreLiteral", "a.?[b]*", "a.?[b]c", "c"},
    {"NoRegularExpression", "a.c", "abc", std::nullopt},
    {"AnyBytes", "a*", "a\n\xff", "\n\xff"},
};

class MatchTest : public testing::TestWithParam<MatchCase> {};

TEST_P(MatchTest, GivesWhatTheStarTook) {
  const Result<Pattern> pattern = Pattern::Parse(GetParam().pattern);
  ASSERT_TRUE(test::Accepted(pattern));
  EXPECT_EQ(pattern.value().Match(GetParam().text), GetParam().star);
}

INSTANTIATE_TEST_SUITE_P(Pattern, MatchTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(Pattern, HasAtMostOneStar) {
  EXPECT_TRUE(test::Accepted(Pattern::Parse("a*b")));
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Pattern::Parse("a*b*")));
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Pattern::Parse("**")));
}

TEST(Pattern, FillPutsTextInPlaceOfTheStar) {
  EXPECT_EQ(Pattern::Parse("x-*").value().Fill("alice"), "x-alice");
  EXPECT_EQ(Pattern::Parse("x-*-y").value().Fill(""), "x--y");
  EXPECT_EQ(Pattern::Parse("deploy").value().Fill("alice"), "deploy");
}

TEST(Pattern, KnowsWhetherItTakesEverything) {
  EXPECT_TRUE(Pattern().is_bare_star());
  EXPECT_FALSE(Pattern::Parse("a*").value().is_bare_star());
  EXPECT_FALSE(Pattern::Parse("*a").value().is_bare_star());
  EXPECT_FALSE(Pattern::Parse("").value().is_bare_star());
}

TEST(Pattern, ShowsTheTextThatItWasMadeOf) {
  for (const std::string_view text : {"*", "a*", "*b", "a*b", "ab", ""}) {
    EXPECT_EQ(Pattern::Parse(text).value().text(), text);
  }
}

}  // namespace
}  // namespace pamjwt
