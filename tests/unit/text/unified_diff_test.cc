#include "text/unified_diff.h"

#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

struct DiffCase {
  const char* name;
  const char* before;
  const char* after;
  const char* hunks;
};

// As GNU diff -u prints them.
constexpr DiffCase kCases[] = {
    {"LineAdded", "a\nb\n", "a\nx\nb\n", "@@ -1,2 +1,3 @@\n a\n+x\n b\n"},
    {"LineGone", "a\nx\nb\n", "a\nb\n", "@@ -1,3 +1,2 @@\n a\n-x\n b\n"},
    {"LineChanged", "a\nx\nb\n", "a\ny\nb\n", "@@ -1,3 +1,3 @@\n a\n-x\n+y\n b\n"},
    {"OneLine", "x\n", "y\n", "@@ -1 +1 @@\n-x\n+y\n"},
    {"FileMade", "", "x\ny\n", "@@ -0,0 +1,2 @@\n+x\n+y\n"},
    {"FileEmptied", "x\n", "", "@@ -1 +0,0 @@\n-x\n"},
    {"NoNewlineAtTheEnd", "a\nb", "x\na\nb",
     "@@ -1,2 +1,3 @@\n+x\n a\n b\n\\ No newline at end of file\n"},
    {"ThreeLinesAround", "1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nx\n5\n6\n7\n8\n",
     "@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+x\n 5\n 6\n 7\n"},
    {"TwoPlacesFarApart", "1\n2\n3\n4\n5\n6\n7\n", "x\n1\n2\n3\n4\n5\n6\n7\ny\n",
     "@@ -1,3 +1,4 @@\n+x\n 1\n 2\n 3\n@@ -5,3 +6,4 @@\n 5\n 6\n 7\n+y\n"},
    {"TwoPlacesNearBy", "1\n2\n3\n4\n5\n6\n", "x\n1\n2\n3\n4\n5\n6\ny\n",
     "@@ -1,6 +1,8 @@\n+x\n 1\n 2\n 3\n 4\n 5\n 6\n+y\n"},
};

class UnifiedDiffTest : public testing::TestWithParam<DiffCase> {};

TEST_P(UnifiedDiffTest, ShowsWhatDiffShows) {
  EXPECT_EQ(UnifiedDiff({"/a", GetParam().before}, {"/b", GetParam().after}),
            std::string("--- /a\n+++ /b\n") + GetParam().hunks);
}

INSTANTIATE_TEST_SUITE_P(Texts, UnifiedDiffTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(UnifiedDiff, IsEmptyForEqualTexts) {
  EXPECT_EQ(UnifiedDiff({"/a", "x\n"}, {"/b", "x\n"}), "");
}

TEST(UnifiedDiff, ReplacesWhatDiffersTooMuch) {
  std::string before;
  std::string after;
  for (int i = 0; i < 400; ++i) {
    before += "a" + std::to_string(i) + "\n";
    after += "b" + std::to_string(i) + "\n";
  }
  const std::string diff = UnifiedDiff({"/a", before}, {"/b", after});
  EXPECT_NE(diff.find("@@ -1,400 +1,400 @@\n-a0\n-a1\n"), std::string::npos);
  EXPECT_NE(diff.find("-a399\n+b0\n"), std::string::npos);
}

}  // namespace
}  // namespace pamjwt
