#include "jwt-sso/browser/request.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;

constexpr std::string_view kGet = "GET /cb?code=1 HTTP/1.1\r\n";
constexpr std::string_view kHost = "Host: 127.0.0.1:8400\r\n";

std::string Head(std::string_view fields, std::string_view first = kGet) {
  return std::string(first) + std::string(fields) + "\r\n";
}

TEST(ReadRequest, ReadsARequestOfChromium) {
  const Result<std::optional<Request>> read = ReadRequest(
      "GET /cb/a-Z?code=x%20y&state=z HTTP/1.1\r\n"
      "Host: 127.0.0.1:41234\r\nConnection: keep-alive\r\n"
      "sec-ch-ua: \"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\"\r\n"
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: text/html,*/*;q=0.8\r\n"
      "Sec-Fetch-Site: cross-site\r\nCookie: a=\"b\"; c=d\r\n\r\n");
  ASSERT_TRUE(Accepted(read));
  ASSERT_TRUE(read.value().has_value());
  EXPECT_EQ(read.value()->method, "GET");
  EXPECT_EQ(read.value()->path, "/cb/a-Z");
  EXPECT_EQ(read.value()->query, "code=x%20y&state=z");
  EXPECT_EQ(read.value()->host, "127.0.0.1:41234");
}

TEST(ReadRequest, WaitsForTheEmptyLine) {
  const std::string whole = Head(kHost);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Result<std::optional<Request>> read = ReadRequest(whole.substr(0, size));
    ASSERT_TRUE(Accepted(read)) << size;
    EXPECT_FALSE(read.value().has_value()) << size;
  }
  EXPECT_TRUE(ReadRequest(whole).value().has_value());
}

struct GoodRequest {
  std::string_view name;
  std::string text;
};

class GoodRequestTest : public testing::TestWithParam<GoodRequest> {};

TEST_P(GoodRequestTest, IsRead) {
  const Result<std::optional<Request>> read = ReadRequest(GetParam().text);
  ASSERT_TRUE(Accepted(read));
  ASSERT_TRUE(read.value().has_value());
  EXPECT_EQ(read.value()->host, "127.0.0.1:8400");
}

INSTANTIATE_TEST_SUITE_P(
    Forms, GoodRequestTest,
    testing::Values(GoodRequest{"NoBlankBehindTheName", Head("Host:127.0.0.1:8400\r\n")},
                    GoodRequest{"BlanksAroundTheValue", Head("hOST: \t127.0.0.1:8400 \t\r\n")},
                    GoodRequest{"EmptyBody", Head("Host: 127.0.0.1:8400\r\nContent-Length: 0\r\n")},
                    GoodRequest{"EmptyField", Head("Host: 127.0.0.1:8400\r\nDNT:\r\n")},
                    GoodRequest{"BytesBeyondAscii",
                                Head("Host: 127.0.0.1:8400\r\nCookie: a=\xc3\xa9\r\n")},
                    GoodRequest{"OtherMethod", Head(kHost, "OPTIONS / HTTP/1.1\r\n")},
                    GoodRequest{"EmptyQuery", Head(kHost, "GET /cb? HTTP/1.1\r\n")},
                    GoodRequest{"TwoQuestionMarks", Head(kHost, "GET /cb?a?b HTTP/1.1\r\n")},
                    GoodRequest{"MoreBehindIt", Head(kHost) + "GET / HTTP/1.1\r\n\r\n"}),
    test::kCaseName);

struct BadRequest {
  std::string_view name;
  std::string text;
  std::string_view why;
};

class BadRequestTest : public testing::TestWithParam<BadRequest> {};

TEST_P(BadRequestTest, IsRefusedForItsReason) {
  const Result<std::optional<Request>> read = ReadRequest(GetParam().text);
  ASSERT_TRUE(RefusedFor(Reason::kMalformed, read));
  EXPECT_NE(read.error().detail.find(GetParam().why), std::string::npos) << read.error().detail;
}

INSTANTIATE_TEST_SUITE_P(
    Forms, BadRequestTest,
    testing::Values(
        BadRequest{"OldVersion", Head(kHost, "GET / HTTP/1.0\r\n"), "HTTP/1.1"},
        BadRequest{"NoVersion", Head(kHost, "GET /\r\n"), "HTTP/1.1"},
        BadRequest{"Http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1"},
        BadRequest{"OnlyTheVersion", Head(kHost, " HTTP/1.1\r\n"), "method"},
        BadRequest{"NoMethod", Head(kHost, " / HTTP/1.1\r\n"), "method"},
        BadRequest{"BadMethod", Head(kHost, "G@T / HTTP/1.1\r\n"), "method"},
        BadRequest{"NoPath", Head(kHost, "GET HTTP/1.1\r\n"), "path"},
        BadRequest{"EmptyPath", Head(kHost, "GET  HTTP/1.1\r\n"), "path"},
        BadRequest{"AbsoluteTarget", Head(kHost, "GET http://a/ HTTP/1.1\r\n"), "path"},
        BadRequest{"Star", Head(kHost, "OPTIONS * HTTP/1.1\r\n"), "path"},
        BadRequest{"Fragment", Head(kHost, "GET /#a HTTP/1.1\r\n"), "path"},
        BadRequest{"BlankInThePath", Head(kHost, "GET /a b HTTP/1.1\r\n"), "path"},
        BadRequest{"ControlInThePath", Head(kHost, "GET /a\tb HTTP/1.1\r\n"), "path"},
        BadRequest{"BareLineFeedInThePath", Head(kHost, "GET /\nHost: HTTP/1.1\r\n"), "path"},
        BadRequest{"BytesBeyondAsciiInThePath", Head(kHost, "GET /\xc3\xa9 HTTP/1.1\r\n"), "path"},
        BadRequest{"NoHost", Head("Accept: */*\r\n"), "one Host"},
        BadRequest{"NoFields", Head(""), "one Host"},
        BadRequest{"EmptyHost", Head("Host: \r\n"), "one Host"},
        BadRequest{"TwoHosts", Head(std::string(kHost) + std::string(kHost)), "one Host"},
        BadRequest{"NoColon", Head("Host: 127.0.0.1:8400\r\nAccept\r\n"), "header field"},
        BadRequest{"NoName", Head("Host: 127.0.0.1:8400\r\n: a\r\n"), "header field"},
        BadRequest{"BlankBehindTheName", Head("Host : 127.0.0.1:8400\r\n"), "header field"},
        BadRequest{"FoldedLine", Head("Host: 127.0.0.1:8400\r\nA: b\r\n c\r\n"), "header field"},
        BadRequest{"BareLineFeed", Head("Host: a\nb: c\r\n"), "control character"},
        BadRequest{"Nul", Head(std::string("Host: a\0b\r\n", 11)), "control character"},
        BadRequest{"Body", Head("Host: 127.0.0.1:8400\r\nContent-Length: 1\r\n"), "body"},
        BadRequest{"Chunks", Head("Host: a\r\nTransfer-Encoding: chunked\r\n"), "body"}),
    test::kCaseName);

TEST(ReadRequest, RefusesMoreThan64KiB) {
  const std::string fields = std::string(kHost) + "Cookie: ";
  const std::size_t rest = kMaxRequestBytes - Head(fields + "\r\n").size();
  const std::string most = Head(fields + std::string(rest, 'a') + "\r\n");
  ASSERT_EQ(most.size(), kMaxRequestBytes);
  EXPECT_TRUE(ReadRequest(most).value().has_value());
  const std::string more = Head(fields + std::string(rest + 1, 'a') + "\r\n");
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, ReadRequest(more)));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, ReadRequest(more.substr(0, kMaxRequestBytes))));
  EXPECT_TRUE(Accepted(ReadRequest(more.substr(0, kMaxRequestBytes - 1))));
}

}  // namespace
}  // namespace pamjwt::sso
