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
    "  #later mallory\n"
    "\t#tab mallory\n"
    "\"Linux Admins\" deploy ops\n"
    "\"plain\" erin\n"
    "\"a\\\"b\\\\c\\td\\u00e9\" frank\n"
    "\"#hash\" grace\n"
    "  \"x y\"\theidi\r\n"
    "\"\n"
    "\"open ivan\n"
    "\"tight\"judy judy\n"
    "\"bad\\x\" kate\n"
    "\"\" leo\n"
    "\"t\tt\" mike\n"
    "nina \"nina\"\n"
    "\"x z\" #mallory mallory\n"
    "oscar o#c\n"
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
    {"AccountInFrontOfAComment", "dave@example.com", "dave", 10},
    {"CommentBehindAccounts", "dave@example.com", "eve", 0},
    {"MarkOfACommentBehindAccounts", "dave@example.com", "#", 0},
    {"CommentBehindAValueInQuotes", "x z", "mallory", 0},
    {"HashInsideAnAccount", "oscar", "o#c", 28},
    {"CommentLine", "#commented", "mallory", 0},
    {"CommentMark", "#", "people", 0},
    {"InsideACommentLine", "commented", "mallory", 0},
    {"ValueWithoutAccount", "alone", "alone", 0},
    {"EmptyAccount", "alone", "", 0},
    {"LastLineWithoutNewline", "last@example.com", "last", 29},
    {"EmptyValue", "", "alice", 0},
    {"Blank", " ", "alice", 0},
    {"ValueWithABlank", "alice@example.com alice", "ops", 0},
    {"ValueWithATab", "alice@example.com\tdeploy", "deploy", 0},
    {"ValueOverTwoLines", "bobby\nx#y", "hash", 0},
    {"ValueWithACarriageReturn", "bob\r", "bob", 0},
    {"Unknown", "mallory@example.com", "alice", 0},
    {"CommentBehindBlanks", "#later", "mallory", 0},
    {"CommentBehindATab", "#tab", "mallory", 0},
    {"ValueInQuotes", "Linux Admins", "deploy", 15},
    {"SecondAccountOfAValueInQuotes", "Linux Admins", "ops", 15},
    {"FirstWordOfAValueInQuotes", "Linux", "deploy", 0},
    {"QuoteAsAPartOfAValue", "\"Linux", "deploy", 0},
    {"LastWordOfAValueInQuotes", "Admins\"", "deploy", 0},
    {"OneWordInQuotes", "plain", "erin", 16},
    {"EscapesInQuotes", "a\"b\\c\td\u00e9", "frank", 17},
    {"HashInQuotes", "#hash", "grace", 18},
    {"QuotesBehindBlanks", "x y", "heidi", 19},
    {"NothingButAQuote", "\"", "ivan", 0},
    {"QuoteThatDoesNotEnd", "\"open", "ivan", 0},
    {"QuoteThatDoesNotEndWithoutIt", "open", "ivan", 0},
    {"NoBlankBehindTheQuotes", "tight", "judy", 0},
    {"NoBlankBehindTheQuotesAsItStands", "\"tight\"judy", "judy", 0},
    {"BadEscape", "bad\\x", "kate", 0},
    {"BadEscapeAsItStands", "\"bad\\x\"", "kate", 0},
    {"EmptyInQuotes", "", "leo", 0},
    {"EmptyInQuotesAsItStands", "\"\"", "leo", 0},
    {"RawTabInQuotes", "t\tt", "mike", 0},
    {"AccountInQuotes", "nina", "nina", 0},
    {"AccountInQuotesAsItStands", "nina", "\"nina\"", 26},
};

/// Returns the number of the line, or 0 if no line gives the account.
std::size_t FindLine(std::string_view text, std::string_view value, std::string_view account,
                     std::size_t piece = kText.size()) {
  MapFileSearch search({std::string(value)}, account);
  test::GiveInPieces(text, piece, [&](auto next) { return search.Take(next); });
  const std::optional<MapLine> found = search.End();
  return found.has_value() ? found->number : 0;
}

class MapFileSearchTest : public testing::TestWithParam<FindCase> {};

TEST_P(MapFileSearchTest, GivesTheLineOrNothing) {
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
  MapFileSearch search({"", "nobody", "with blank", "#c", "b", "a"}, "x");
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
  EXPECT_FALSE(search.Take("a z\n"));
  const std::optional<MapLine> line = search.End();
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->number, 1U);
}

TEST(MapFileSearch, FindsNothingWithoutAValue) {
  MapFileSearch search({}, "x");
  EXPECT_TRUE(search.Take("x x\n"));
  EXPECT_FALSE(search.End().has_value());
}

/// The remarks on a file of a host that has the accounts alice, bob and Bob: "error line 1: ...".
std::vector<std::string> Remarks(std::string_view text, AccountNames names = AccountNames::kPosix) {
  const auto exists = [](std::string_view name) {
    return name == "alice" || name == "bob" || name == "Bob";
  };
  std::vector<std::string> out;
  for (const MapRemark& remark : CheckMapFile(text, names, exists)) {
    out.push_back((remark.is_error ? "error " : "warning ") + remark.text);
  }
  return out;
}

using Texts = std::vector<std::string>;

TEST(CheckMapFile, IsContentWithGoodLines) {
  EXPECT_EQ(Remarks(""), Texts());
  EXPECT_EQ(Remarks("# a comment\n \t# b\n\n \t\nalice@example.com alice ops\r\nb b$"), Texts());
  EXPECT_EQ(Remarks("\"Linux Admins\" deploy ops\n\"#x\" Deploy\n"), Texts());
}

TEST(CheckMapFile, ReportsWhatGivesNobodyAnAccount) {
  EXPECT_EQ(
      Remarks("# c\nalone\nbob 1000 bob ../x\n\"a b\"\n"),
      (Texts{
          "error line 2: a value without an account",
          "error line 3: not a name that an account can have: 1000 (account_names = \"any\" of the "
          "issuer would allow it)",
          "error line 3: not a name that an account can have: ../x",
          "warning line 3: read as the value \"bob\" and the accounts 1000 bob ../x: put a "
          "value of several words in quotes",
          "error line 4: a value without an account"}));
}

TEST(CheckMapFile, TakesOtherNamesIfTheIssuerMayHaveThem) {
  const std::string_view text = "b1 1000 CORP\\carol\nc1 jos\xc3\xa9\n";
  EXPECT_EQ(Remarks(text, AccountNames::kAny), Texts());
  EXPECT_EQ(Remarks(text, AccountNames::kPosix).size(), 3U);
  EXPECT_EQ(Remarks("d1 a/b", AccountNames::kAny),
            Texts{"error line 1: not a name that an account can have: a/b"});
}

TEST(CheckMapFile, ReportsAValueInQuotesThatCannotBeRead) {
  EXPECT_EQ(
      Remarks("\"open alice\n\"a\"b alice\n\"\\x\" alice\n\"\" alice\n\"x\" alice\n"),
      (Texts{"error line 1: a value that begins with a quote has no quote at its end: the "
             "line gives nothing",
             "error line 2: a blank must stand behind the value in quotes: the line gives nothing",
             "error line 3: the value in quotes is not a JSON string: the line gives nothing",
             "error line 4: the value in quotes is empty: the line gives nothing"}));
}

TEST(CheckMapFile, SaysHowALineWasReadThatNamesAnAccountTwice) {
  EXPECT_EQ(Remarks("id-1 alice bob alice\nid-1 alice\nid-1 alice\n"),
            Texts{"warning line 1: read as the value \"id-1\" and the accounts alice bob alice: an "
                  "account is named twice"});
}

struct WordsCase {
  const char* name;
  std::string_view line;
  bool is_doubtful;
};

constexpr WordsCase kWords[] = {
    {"GroupOfTwoWords", "Linux Admins deploy", true},
    {"InQuotes", "\"Linux Admins\" deploy", false},
    {"InQuotesAlone", "\"Linux\" Admins", false},
    {"CapitalZ", "linux Zones", true},
    {"SmallA", "data Admins", true},
    {"ByteAt80", "a\xe2\x80\x8bz Admins", true},
    {"ByteBelow80", "a\x7fz Admins", false},
    {"InSmallLetters", "linux admins deploy", true},
    {"BeyondAscii", "\xc3\x84rzte Nord deploy", true},
    {"WithoutAnAccount", "Linux Admins", true},
    {"OneAccount", "linux deploy", false},
    {"OneAccountInCapitalsThatExists", "Robert Bob", false},
    {"TwoAccountsOfThisHost", "linux alice bob", false},
    {"LastAccountOfAnotherHost", "linux alice deploy", false},
    {"Address", "linux@example.com admins deploy", false},
    {"Id", "f3b0c4a2-6d0e admins deploy", false},
    {"Url", "https://example.com/linux Admins deploy", false},
};

class WordsTest : public testing::TestWithParam<WordsCase> {};

TEST_P(WordsTest, WarnsOfAValueOfSeveralWordsWithoutQuotes) {
  const Texts remarks = Remarks(GetParam().line);
  ASSERT_EQ(remarks.size(), GetParam().is_doubtful ? 1U : 0U);
  if (GetParam().is_doubtful) {
    EXPECT_TRUE(remarks[0].starts_with("warning line 1: read as the value ")) << remarks[0];
    EXPECT_TRUE(remarks[0].ends_with(": put a value of several words in quotes")) << remarks[0];
  }
}

TEST(CheckMapFile, NamesTheAccountsThatItRead) {
  const std::string end = ": put a value of several words in quotes";
  EXPECT_EQ(Remarks("linux Admins"),
            Texts{"warning line 1: read as the value \"linux\" and the account Admins" + end});
  EXPECT_EQ(Remarks("linux admins ops"),
            Texts{"warning line 1: read as the value \"linux\" and the accounts admins ops" + end});
}

INSTANTIATE_TEST_SUITE_P(CheckMapFile, WordsTest, testing::ValuesIn(kWords), test::kCaseName);

TEST(CheckMapFile, ReportsAByteOrderMark) {
  const std::string_view line = "alice@example.com alice\n";
  EXPECT_EQ(Remarks("\xEF\xBB\xBF" + std::string(line)),
            Texts{"error line 1: a byte order mark, which counts as part of the value"});
  EXPECT_EQ(Remarks(line), Texts());
}

TEST(CheckMapFile, ReportsACommentInPlaceOfAccounts) {
  EXPECT_EQ(Remarks("dave@example.com dave # eve"), Texts());
  EXPECT_EQ(Remarks("dave@example.com # dave"), Texts{"error line 1: a value without an account"});
}

}  // namespace
}  // namespace pamjwt
