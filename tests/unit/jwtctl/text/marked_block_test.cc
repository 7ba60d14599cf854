#include "jwtctl/text/marked_block.h"

#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

using test::Accepted;

bool IsOwn(std::string_view line) {
  return line == "own\n";
}

const std::string kBlock = MarkedBlock("own\n");
const std::string kBegin = kBlock.substr(0, kBlock.find('\n') + 1);
const std::string kEnd = kBlock.substr(kBlock.find("# END"));

TEST(WithoutMarkedBlocks, TakesOutEachBlockAndNothingElse) {
  for (const std::string& rest : {std::string(), std::string("a\n\n  b"), std::string("own\n")}) {
    const Result<std::string> found = WithoutMarkedBlocks(kBlock + rest, IsOwn);
    ASSERT_TRUE(Accepted(found));
    EXPECT_EQ(found.value(), rest);
    EXPECT_EQ(WithoutMarkedBlocks("x\n" + kBlock + "y\n" + kBlock + rest, IsOwn).value(),
              "x\ny\n" + rest);
  }
}

TEST(WithoutMarkedBlocks, KnowsItsMarksWithoutTheLastNewline) {
  EXPECT_EQ(WithoutMarkedBlocks("x\n" + kBlock.substr(0, kBlock.size() - 1), IsOwn).value(), "x\n");
}

TEST(WithoutMarkedBlocks, RefusesALineOfSomebodyElseBetweenTheMarks) {
  const Result<std::string> found = WithoutMarkedBlocks("x\n" + MarkedBlock("own\nelse\n"), IsOwn);
  ASSERT_FALSE(found.ok());
  EXPECT_TRUE(found.error().detail.starts_with("line 4 stands between the marks"))
      << found.error().detail;
  EXPECT_TRUE(Accepted(WithoutMarkedBlocks("x\n" + MarkedBlock("own\nown\n"), IsOwn)));
}

TEST(WithoutMarkedBlocks, RefusesMarksThatAreNoPair) {
  for (const std::string& text :
       {kBegin, kEnd, kBegin + kBegin + kEnd, kBlock + kEnd, kBegin + "own\n"}) {
    const Result<std::string> found = WithoutMarkedBlocks(text, IsOwn);
    ASSERT_FALSE(found.ok()) << text;
    EXPECT_NE(found.error().detail.find("is a mark of jwtctl without the other one"),
              std::string::npos)
        << found.error().detail;
  }
  EXPECT_TRUE(Accepted(WithoutMarkedBlocks(kBegin + kEnd, IsOwn)));
}

}  // namespace
}  // namespace pamjwt::ctl
