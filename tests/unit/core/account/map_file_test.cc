#include "core/account/map_file.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/pieces.h"

namespace pamjwt {
namespace {

constexpr std::string_view kText =
    "# people\n"
    "alice@example.com alice ops\n"
    "\n"
    "alice@example.com\tdeploy\n"
    "   \t\n"
    "bob@example.com   bob\r\n"
    "  carol@example.com carol\n"
    "bob bobby\n"
    "x#y hash\n"
    "dave@example.com dave # eve\n"
    "#commented mallory\n"
    "alone\n"
    "last@example.com last";

struct FindCase {
  const char* name;
  std::string_view value;
  std::string_view account;
  std::size_t line;
};

constexpr FindCase kCases[] = {
    {"FirstAccount", "alice@example.com", "alice", 2},
    {"SecondAccount", "alice@example.com", "ops", 2},
    {"AnotherLineOfTheValue", "alice@example.com", "deploy", 4},
    {"NotItsAccount", "alice@example.com", "bob", 0},
    {"CarriageReturnAtTheEnd", "bob@example.com", "bob", 6},
    {"BlanksInFront", "carol@example.com", "carol", 7},
    {"ValueThatIsAPrefixOfAnother", "bob", "bobby", 8},
    {"PrefixOfAnotherGivesNotItsAccount", "bob", "bob", 0},
    {"PartOfAValue", "example.com", "bob", 0},
    {"TailOfAValue", "lice@example.com", "alice", 0},
    {"ValueThatStandsLaterInALine", "ops", "ops", 0},
    {"AccountOfTheLineAsValue", "alice", "ops", 0},
    {"PrefixOfAnAccount", "alice@example.com", "op", 0},
    {"ValueItself", "alice@example.com", "alice@example.com", 0},
    {"OtherCaseOfTheValue", "Alice@example.com", "alice", 0},
    {"OtherCaseOfTheAccount", "alice@example.com", "Alice", 0},
    {"HashInsideAValue", "x#y", "hash", 9},
    {"HashBehindIsData", "dave@example.com", "#", 10},
    {"NoCommentBehind", "dave@example.com", "eve", 10},
    {"CommentLine", "#commented", "mallory", 0},
    {"CommentMark", "#", "people", 0},
    {"InsideACommentLine", "commented", "mallory", 0},
    {"ValueWithoutAccount", "alone", "alone", 0},
    {"EmptyAccount", "alone", "", 0},
    {"LastLineWithoutNewline", "last@example.com", "last", 13},
    {"EmptyValue", "", "alice", 0},
    {"Blank", " ", "alice", 0},
    {"ValueWithABlank", "alice@example.com alice", "ops", 0},
    {"ValueWithATab", "alice@example.com\tdeploy", "deploy", 0},
    {"ValueOverTwoLines", "bobby\nx#y", "hash", 0},
    {"ValueWithACarriageReturn", "bob\r", "bob", 0},
    {"Unknown", "mallory@example.com", "alice", 0},
};

/// The number of the line; 0 if there is none.
std::size_t FindLine(std::string_view text, std::string_view value, std::string_view account,
                     std::size_t piece = kText.size()) {
  MapFileSearch search({std::string(value)}, account);
  test::GiveInPieces(text, piece, [&](auto next) { return search.Take(next); });
  const std::optional<MapLine> found = search.End();
  return found.has_value() ? found->number : 0;
}

class MapFileSearchTest : public testing::TestWithParam<FindCase> {};

TEST_P(MapFileSearchTest, GivesTheLineOrNone) {
  EXPECT_EQ(FindLine(kText, GetParam().value, GetParam().account), GetParam().line);
}

TEST_P(MapFileSearchTest, GivesTheSameWhereverTheFileIsCut) {
  for (std::size_t piece = 1; piece < kText.size(); ++piece) {
    EXPECT_EQ(FindLine(kText, GetParam().value, GetParam().account, piece), GetParam().line)
        << "in pieces of " << piece;
  }
}

INSTANTIATE_TEST_SUITE_P(MapFileSearch, MapFileSearchTest, testing::ValuesIn(kCases),
                         test::kCaseName);

TEST(MapFileSearch, GivesNothingFromAnEmptyFile) {
  EXPECT_EQ(FindLine("", "alice", "alice"), 0U);
  EXPECT_EQ(FindLine("\n\n", "alice", "alice"), 0U);
}

TEST(MapFileSearch, FindsAValueThatItsOwnLineHasTwice) {
  EXPECT_EQ(FindLine("aa aa\n", "aa", "aa"), 1U);
  EXPECT_EQ(FindLine("aaa x\naa y\n", "aa", "y"), 2U);
}

TEST(MapFileSearch, FindsAnyOfTheValues) {
  MapFileSearch search({"", "nobody", "with blank", "b", "a"}, "x");
  EXPECT_TRUE(search.Take("a y\nc x\n"));
  EXPECT_FALSE(search.Take("b x\na x\n"));
  const std::optional<MapLine> line = search.End();
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->value, "b");
  EXPECT_EQ(line->number, 3U);
}

TEST(MapFileSearch, FindsTheFirstLineWhateverTheOrderOfTheValues) {
  MapFileSearch search({"a", "b"}, "x");
  EXPECT_FALSE(search.Take("b x\na x\n"));
  EXPECT_EQ(search.End()->value, "b");
}

TEST(MapFileSearch, HasEnoughWhenALineIsFound) {
  MapFileSearch search({"a"}, "x");
  EXPECT_TRUE(search.Take("a"));
  EXPECT_TRUE(search.Take(" x"));
  EXPECT_FALSE(search.Take("\nb y\n"));
  const std::optional<MapLine> line = search.End();
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->number, 1U);
}

TEST(MapFileSearch, FindsNothingWithoutAValue) {
  MapFileSearch search({}, "x");
  EXPECT_TRUE(search.Take("x x\n"));
  EXPECT_FALSE(search.End().has_value());
}

TEST(CheckMapFile, IsContentWithGoodLines) {
  EXPECT_TRUE(CheckMapFile("").empty());
  EXPECT_TRUE(CheckMapFile("# a comment\n\n \t\nalice@example.com alice ops\r\nb b$").empty());
}

TEST(CheckMapFile, ReportsWhatGivesNobodyAnAccount) {
  EXPECT_EQ(CheckMapFile("# c\nalone\nbob 1000 bob ../x\n"),
            (std::vector<std::string>{"line 2: a value without an account",
                                      "line 3: no name of an account: 1000",
                                      "line 3: no name of an account: ../x"}));
}

TEST(CheckMapFile, ReportsAByteOrderMark) {
  EXPECT_EQ(
      CheckMapFile("\xEF\xBB\xBF"
                   "alice@example.com alice\n"),
      std::vector<std::string>{"line 1: a byte order mark, which counts as part of the value"});
  EXPECT_TRUE(CheckMapFile("alice@example.com alice\n").empty());
}

TEST(CheckMapFile, ReportsACommentBehindAccounts) {
  EXPECT_EQ(CheckMapFile("dave dave # eve"),
            std::vector<std::string>{"line 1: no name of an account: #"});
}

}  // namespace
}  // namespace pamjwt
