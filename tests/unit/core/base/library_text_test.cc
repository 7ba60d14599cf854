#include "core/base/library_text.h"

#include <string>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(ShowLibraryText, ShowsWhatHasNothingToHide) {
  EXPECT_EQ(ShowLibraryText("Could not resolve host: sso.example.com"),
            "Could not resolve host: sso.example.com");
  EXPECT_EQ(ShowLibraryText("no route to https://sso.example.com/x", "Summer"),
            "no route to https://sso.example.com/x");
  EXPECT_EQ(ShowLibraryText("mail ca@example.com", "Summer"), "mail ca@example.com");
}

TEST(ShowLibraryText, CutsUserAndPasswordOutOfUrls) {
  EXPECT_EQ(ShowLibraryText("Unsupported proxy syntax in 'http://svc:Sum#mer@proxy'"),
            "Unsupported proxy syntax in 'http://***@proxy'");
  EXPECT_EQ(ShowLibraryText("'htp://svc:S/u m'm:er@x@proxy' is bad"), "'htp://***@proxy' is bad");
  EXPECT_EQ(ShowLibraryText("http://svc:a://b@proxy"), "http://***@proxy");
}

TEST(ShowLibraryText, HidesTheSecretWhereverItStands) {
  EXPECT_EQ(
      ShowLibraryText("ERR unknown command `AUTH`, with args beginning with: `Summer`, ", "Summer"),
      "ERR unknown command `AUTH`, with args beginning with: `***`, ");
  EXPECT_EQ(ShowLibraryText("SummerSummer", "Summer"), "******");
  EXPECT_EQ(ShowLibraryText("x://y a@b c", "a@b"), "x://y *** c");
}

TEST(ShowLibraryText, HidesASecretThatIsCutOff) {
  const std::string secret = "Summer-" + std::string(200, 'x') + "-Winter";
  EXPECT_EQ(ShowLibraryText("beginning with: '" + secret.substr(0, 121) + "' ", secret),
            "beginning with: '***' ");
  EXPECT_EQ(ShowLibraryText("Summer-x", secret), "***");
  EXPECT_EQ(ShowLibraryText("Summer-", secret), "Summer-");  // may be a word
  EXPECT_EQ(ShowLibraryText("Summer-xSummer-xx" + secret, secret), "*********");
  EXPECT_EQ(ShowLibraryText("Summer-y", secret), "Summer-y");
}

TEST(ShowLibraryText, IsOneLineOfPrintableAscii) {
  EXPECT_EQ(ShowLibraryText("a\nb\x1b\x7f\xc3\xa4~"), "a?b????~");
}

}  // namespace
}  // namespace pamjwt
