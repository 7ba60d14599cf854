#include "http/response_builder.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "http/caching.h"
#include "support/expect.h"

namespace pamjwt::http {
namespace {

class ResponseBuilderTest : public testing::Test {
 protected:
  void Add(std::string_view line) { EXPECT_TRUE(test::Accepted(builder_.AddHeader(line))); }

  ResponseBuilder builder_{4};
};

TEST_F(ResponseBuilderTest, TakesFieldNamesInAnyCase) {
  Add("ETAG:\"a\"\r\n");
  Add("cache-Control: \t max-age=1 \r\n");
  const HttpResponse response = builder_.Take();
  EXPECT_EQ(response.etag, "\"a\"");
  EXPECT_EQ(response.cache_control, "max-age=1");
}

TEST_F(ResponseBuilderTest, TakesTheFirstOfTwoFieldsUnlessTheyAreAList) {
  for (const char* const line :
       {"Age: 1\r\n", "Age: 2\r\n", "Cache-Control: a\r\n", "Cache-Control: b\r\n"}) {
    Add(line);
  }
  const HttpResponse response = builder_.Take();
  EXPECT_EQ(response.age, "1");
  EXPECT_EQ(response.cache_control, "a, b");
}

TEST_F(ResponseBuilderTest, TakesTheFieldsOfATokenEndpoint) {
  Add("Content-Type: application/json;charset=UTF-8\r\n");
  Add("DPoP-Nonce: eyJ7S_zG.eyJH0-Z.HX4w-7v\r\n");  // RFC 9449 §8.2
  Add("DPoP-Nonce: second\r\n");
  Add("Retry-After: 120\r\n");
  const HttpResponse response = builder_.Take();
  EXPECT_EQ(response.content_type, "application/json;charset=UTF-8");
  EXPECT_EQ(response.dpop_nonce, "eyJ7S_zG.eyJH0-Z.HX4w-7v");
  EXPECT_EQ(response.retry_after, "120");
}

TEST_F(ResponseBuilderTest, BeginsAnewWithAStatusLine) {
  Add("HTTP/1.1 103 Early Hints\r\n");
  Add("ETag: \"early\"\r\n");
  Add("HTTP/1.1 200 OK\r\n");
  EXPECT_EQ(builder_.Take().etag, "");
}

TEST(ResponseBuilder, ABodyThatTheServerMeasuresDoesNotGrow) {
  ResponseBuilder builder(2'000'000);
  ASSERT_TRUE(test::Accepted(builder.AddHeader("Content-Length: 1000000\r\n")));
  ASSERT_TRUE(test::Accepted(builder.AddBody("{")));
  EXPECT_EQ(builder.Take().body.capacity(), 1'000'000U);
}

TEST(ResponseBuilder, NoServerMakesItKeepMoreThanTheLongestBody) {
  for (const char* const length : {"100001", "9223372036854775808", "99999999999999999999", "-1"}) {
    ResponseBuilder builder(100'000);
    const std::string line = std::string("Content-Length: ") + length + "\r\n";
    ASSERT_TRUE(test::Accepted(builder.AddHeader(line)));
    ASSERT_TRUE(test::Accepted(builder.AddBody("{")));
    EXPECT_LE(builder.Take().body.capacity(), 100'000U) << length;
  }
}

TEST_F(ResponseBuilderTest, OverlooksTrailers) {
  EXPECT_TRUE(test::Accepted(builder_.AddBody("{}")));
  Add("ETag: \"late\"\r\n");
  EXPECT_EQ(builder_.Take().etag, "");
}

TEST_F(ResponseBuilderTest, OverlooksOtherFieldsAndLinesThatAreNoField) {
  Add("Set-Cookie: a=b\r\n");
  Add("ETag\r\n");
  Add("\r\n");
  EXPECT_EQ(builder_.Take().etag, "");
}

TEST_F(ResponseBuilderTest, OverlooksAValueThatCouldNotBeSentBack) {
  Add("ETag: \"a\x01\"\r\n");
  EXPECT_EQ(builder_.Take().etag, "");
  Add("ETag: " + std::string(kMaxFieldBytes + 1, 'a') + "\r\n");
  EXPECT_EQ(builder_.Take().etag, "");
  Add("ETag: " + std::string(kMaxFieldBytes, 'a') + "\r\n");
  EXPECT_EQ(builder_.Take().etag.size(), kMaxFieldBytes);
}

TEST_F(ResponseBuilderTest, BoundsAllHeaderLinesTogether) {
  Add(std::string(ResponseBuilder::kMaxHeaderBytes, 'x'));
  const Status added = builder_.AddHeader("x");
  ASSERT_TRUE(test::RefusedFor(Reason::kKeysMissing, added));
  EXPECT_EQ(added.error().detail, "the header has more than 65536 bytes");
}

TEST_F(ResponseBuilderTest, BoundsTheBody) {
  EXPECT_TRUE(test::Accepted(builder_.AddBody("abc")));
  const Status added = builder_.AddBody("de");
  ASSERT_TRUE(test::RefusedFor(Reason::kKeysMissing, added));
  EXPECT_EQ(added.error().detail, "the body has more than 4 bytes");
  EXPECT_TRUE(test::Accepted(builder_.AddBody("d")));
  EXPECT_TRUE(test::RefusedFor(Reason::kKeysMissing, builder_.AddBody("e")));
  EXPECT_EQ(builder_.Take().body, "abcd");
}

}  // namespace
}  // namespace pamjwt::http
