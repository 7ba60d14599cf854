#include "http/response_headers.h"

#include <string>

#include <gtest/gtest.h>

#include "http/caching.h"

namespace pamjwt::http {
namespace {

class ResponseHeadersTest : public testing::Test {
 protected:
  HttpResponse response_;
  ResponseHeaders headers_{response_};
};

TEST_F(ResponseHeadersTest, NamesAreOfAnyCase) {
  headers_.Add("ETAG:\"a\"\r\n");
  headers_.Add("cache-Control: \t max-age=1 \r\n");
  EXPECT_EQ(response_.etag, "\"a\"");
  EXPECT_EQ(response_.cache_control, "max-age=1");
}

TEST_F(ResponseHeadersTest, TheFirstOfTwoFieldsCountsUnlessTheyAreAList) {
  for (const char* const line :
       {"Age: 1\r\n", "Age: 2\r\n", "Cache-Control: a\r\n", "Cache-Control: b\r\n"}) {
    headers_.Add(line);
  }
  EXPECT_EQ(response_.age, "1");
  EXPECT_EQ(response_.cache_control, "a, b");
}

TEST_F(ResponseHeadersTest, AStatusLineBeginsAnew) {
  headers_.Add("HTTP/1.1 103 Early Hints\r\n");
  headers_.Add("ETag: \"early\"\r\n");
  headers_.Add("HTTP/1.1 200 OK\r\n");
  EXPECT_EQ(response_.etag, "");
}

TEST_F(ResponseHeadersTest, TrailersDoNotCount) {
  response_.body = "{}";
  headers_.Add("ETag: \"late\"\r\n");
  EXPECT_EQ(response_.etag, "");
}

TEST_F(ResponseHeadersTest, OverlooksOthersAndWhatIsNoField) {
  EXPECT_TRUE(headers_.Add("Set-Cookie: a=b\r\n"));
  EXPECT_TRUE(headers_.Add("ETag\r\n"));
  EXPECT_TRUE(headers_.Add("\r\n"));
  EXPECT_EQ(response_.etag, "");
}

TEST_F(ResponseHeadersTest, OverlooksAValueThatCouldNotBeSentBack) {
  headers_.Add("ETag: \"a\x01\"\r\n");
  EXPECT_EQ(response_.etag, "");
  headers_.Add("ETag: " + std::string(kMaxFieldBytes + 1, 'a') + "\r\n");
  EXPECT_EQ(response_.etag, "");
  headers_.Add("ETag: " + std::string(kMaxFieldBytes, 'a') + "\r\n");
  EXPECT_EQ(response_.etag.size(), kMaxFieldBytes);
}

TEST_F(ResponseHeadersTest, BoundsAllLinesTogether) {
  EXPECT_TRUE(headers_.Add(std::string(ResponseHeaders::kMaxBytes, 'x')));
  EXPECT_FALSE(headers_.Add("x"));
}

}  // namespace
}  // namespace pamjwt::http
