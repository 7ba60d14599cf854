#include "core/base/nearest_word.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

using Words = std::vector<std::string>;

TEST(NearestWord, FindsEachKindOfDifference) {
  const Words words = {"url", "services", "audiences"};
  for (const char* const word :
       {"audiences", "audience", "audiencess", "audiances", "audeinces", "Audiences"}) {
    EXPECT_EQ(NearestWord(word, words), "audiences") << word;
  }
}

TEST(NearestWord, AllowsOneDifferenceInAShortWordAndAThirdOfALongOne) {
  EXPECT_EQ(NearestWord("ssh", {"sshd"}), "sshd");
  EXPECT_EQ(NearestWord("ss", {"sshd"}), std::nullopt);
  EXPECT_EQ(NearestWord("s", {"su"}), "su");
  EXPECT_EQ(NearestWord("", {"s"}), "s");
  EXPECT_EQ(NearestWord("", {"su"}), std::nullopt);
  EXPECT_EQ(NearestWord("abcdex", {"abcdef"}), "abcdef");
  EXPECT_EQ(NearestWord("abcdxx", {"abcdef"}), "abcdef");
  EXPECT_EQ(NearestWord("abcxxx", {"abcdef"}), std::nullopt);
  // Five characters allow one difference, and two neighbours that changed places are one.
  EXPECT_EQ(NearestWord("abced", {"abcde"}), "abcde");
  EXPECT_EQ(NearestWord("abxxe", {"abcde"}), std::nullopt);
}

TEST(NearestWord, PrefersTheFewestDifferencesAndThenTheFirstEntry) {
  EXPECT_EQ(NearestWord("max_age", {"max_ages_x", "max_ago", "max_age_"}), "max_ago");
  EXPECT_EQ(NearestWord("max_age", {"max_ago", "max_age"}), "max_age");
}

TEST(NearestWord, FindsNothingFarAwayOrInAnEmptyList) {
  EXPECT_EQ(NearestWord("user", {"claim", "pattern"}), std::nullopt);
  EXPECT_EQ(NearestWord("user", {}), std::nullopt);
  EXPECT_EQ(NearestWord(std::string(100000, 'a'), {"a"}), std::nullopt);
}

TEST(DidYouMean, EndsAMessageWithTheWord) {
  EXPECT_EQ(DidYouMean("ulr", {"url"}), ": did you mean url?");
  EXPECT_EQ(DidYouMean("user", {"url"}), "");
}

}  // namespace
}  // namespace pamjwt
