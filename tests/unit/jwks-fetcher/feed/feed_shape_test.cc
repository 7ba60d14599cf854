#include "jwks-fetcher/feed/feed_shape.h"

#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::fetcher {
namespace {

using test::Accepted;
using test::RefusedFor;

TEST(CheckFeedShape, TakesThreePartsOfBase64Url) {
  for (const char* const text : {"a.b.c", "a.b.c\n", "AZaz09-_.AZaz09-_.AZaz09-_"}) {
    EXPECT_TRUE(Accepted(CheckFeedShape(text))) << text;
  }
}

TEST(CheckFeedShape, TakesNothingElse) {
  for (const char* const text :
       {"", "\n", "a", "a.b", "a.b.", "a..c", ".b.c", "..", "a.b.c.d", "a.b.c\n\n", "a.b.c\r\n",
        " a.b.c", "a.b.c ", "a=.b.c", "a.b+.c", "a.b.c/", "a\n.b.c", R"({"a":"b.c.d"})"}) {
    EXPECT_TRUE(RefusedFor(Reason::kMalformed, CheckFeedShape(text))) << text;
  }
}

TEST(CheckFeedShape, SaysWhatCame) {
  EXPECT_EQ(CheckFeedShape("").error().detail, "the server sent nothing");
  EXPECT_EQ(CheckFeedShape("<html>\n<p>\"\x1b[2J").error().detail,
            "the server sent no signed list (a compact JWS), but 15 bytes that begin with "
            "\"<html>?<p>??[2J\"");
  EXPECT_EQ(CheckFeedShape(std::string(40, '<') + "a").error().detail,
            "the server sent no signed list (a compact JWS), but 41 bytes that begin with \"" +
                std::string(40, '<') + "\"...");
}

}  // namespace
}  // namespace pamjwt::fetcher
