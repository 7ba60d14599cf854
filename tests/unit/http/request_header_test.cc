#include "http/request_header.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::http {
namespace {

HttpRequest RequestWith(std::vector<HeaderField> fields) {
  HttpRequest request;
  request.fields = std::move(fields);
  return request;
}

TEST(RequestHeader, HasTheFieldsInTheirOrder) {
  HttpRequest request =
      RequestWith({{"Content-Type", "application/json"}, {"DPoP", "a.b.c"}, {"X", "1 2"}});
  request.etag = "\"tag\"";
  const Result<std::vector<std::string>> lines = HeaderLines(request);
  ASSERT_TRUE(test::Accepted(lines));
  EXPECT_EQ(lines.value(),
            (std::vector<std::string>{"Accept: application/json, application/jwk-set+json",
                                      "Content-Type: application/json", "DPoP: a.b.c", "X: 1 2",
                                      "If-None-Match: \"tag\""}));
}

TEST(RequestHeader, AFieldAcceptReplacesTheOneForKeys) {
  const Result<std::vector<std::string>> lines = HeaderLines(RequestWith({{"Accept", "*/*"}}));
  ASSERT_TRUE(test::Accepted(lines));
  EXPECT_EQ(lines.value(), std::vector<std::string>{"Accept: */*"});
}

TEST(RequestHeader, RefusesAValueThatCannotBeSent) {
  for (const std::string& value :
       {std::string(), std::string(" "), std::string("a\r\nX-Injected: 1"), std::string("a\nb"),
        std::string("a\0b", 3), std::string("a\tb"), std::string("a\x7f"),
        std::string("\xc3\xa4")}) {
    const Result<std::vector<std::string>> lines = HeaderLines(RequestWith({{"DPoP", value}}));
    ASSERT_TRUE(test::RefusedFor(Reason::kKeysMissing, lines)) << value;
    EXPECT_EQ(lines.error().detail,
              "the header field DPoP to send is empty or not printable ASCII");
  }
}

TEST(RequestHeader, RefusesANameThatIsNoToken) {
  EXPECT_TRUE(test::Accepted(HeaderLines(RequestWith({{"X-a_1", "v"}}))));
  for (const char* const name : {"", "X:", "X Y", "X\r\nY", "X(Y)", "\xc3\xa4"}) {
    const Result<std::vector<std::string>> lines = HeaderLines(RequestWith({{name, "v"}}));
    ASSERT_TRUE(test::RefusedFor(Reason::kKeysMissing, lines)) << name;
    EXPECT_EQ(lines.error().detail, "a header field to send has a name that is not a token");
  }
}

TEST(RequestHeader, BoundsAllFieldsTogether) {
  const std::string half(kMaxRequestFieldBytes / 2 - 1, 'x');
  EXPECT_TRUE(test::Accepted(HeaderLines(RequestWith({{"A", half}, {"B", half}}))));
  const Result<std::vector<std::string>> lines =
      HeaderLines(RequestWith({{"A", half}, {"B", half + "x"}}));
  ASSERT_TRUE(test::RefusedFor(Reason::kKeysMissing, lines));
  EXPECT_EQ(lines.error().detail, "the header fields to send have more than 32768 bytes");
}

}  // namespace
}  // namespace pamjwt::http
