// The bearer token that CurlHttp shows to a server, and to no other.
#include <string>

#include "fetcher/http_case.h"

namespace pamjwt::http {
namespace {

using test::Accepted;
using test::Connection;
using test::LoopbackServer;
using test::ServerRequest;

/// A file with a token.
class CurlBearerTest : public HttpCase {
 protected:
  [[nodiscard]] HttpRequest RequestWithToken(const std::string& url) const {
    HttpRequest request = RequestFor(url);
    request.bearer_token_file = file_;
    return request;
  }

  std::string file_ = directory_.Write("token", "first.token\n", 0640);
};

std::string TokenOf(const ServerRequest& request) {
  const auto field = request.fields.find("authorization");
  return field == request.fields.end() ? "" : field->second;
}

TEST_F(CurlBearerTest, ReadsTheTokenAnewForEachExchange) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  ASSERT_TRUE(Accepted(Fetch(RequestWithToken(server.Url("/")))));
  directory_.Write("token", "second.token", 0640);
  ASSERT_TRUE(Accepted(Fetch(RequestWithToken(server.Url("/")))));
  EXPECT_EQ(TokenOf(server.requests().at(0)), "Bearer first.token");
  EXPECT_EQ(TokenOf(server.requests().at(1)), "Bearer second.token");
}

TEST_F(CurlBearerTest, StaysWithTheOriginOverRedirects) {
  const LoopbackServer other(ca_.MakeServer(), RespondWell);
  const LoopbackServer server(
      ca_.MakeServer(), [&](Connection& connection, const ServerRequest& request) {
        const std::string target = request.path == "/old" ? "/new" : other.Url("/");
        connection.Respond(302, "Location: " + target + "\r\n", "");
      });
  EXPECT_TRUE(
      FailedWith("redirects to another origin", Fetch(RequestWithToken(server.Url("/old")))));
  EXPECT_EQ(TokenOf(server.requests().at(1)), "Bearer first.token");
  EXPECT_EQ(other.connections(), 0);
}

TEST_F(CurlBearerTest, SendsNothingToAServerThatIsNotTrusted) {
  test::TestCa stranger;
  const LoopbackServer server(stranger.MakeServer(), RespondWell);
  EXPECT_FALSE(Fetch(RequestWithToken(server.Url("/"))).ok());
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(CurlBearerTest, SendsNothingOverPlainHttp) {
  const LoopbackServer server(nullptr, RespondWell);
  HttpRequest request = RequestWithToken(server.Url("/", "localhost"));
  request.allow_plain = true;
  EXPECT_TRUE(FailedWith("a bearer token needs https", Fetch(request)));
  EXPECT_EQ(server.connections(), 0);
  request.bearer_token_file = "";
  EXPECT_TRUE(Accepted(Fetch(request)));
}

TEST_F(CurlBearerTest, ShowsTheProxyNothing) {
  const LoopbackServer proxy(nullptr, RespondWell);
  HttpRequest request = RequestWithToken("https://idp.test/");
  request.proxy = "http://127.0.0.1:" + std::to_string(proxy.port()) + "/";
  EXPECT_FALSE(Fetch(request).ok());  // a proxy that cannot CONNECT
  ASSERT_EQ(proxy.requests().size(), 1U);
  EXPECT_EQ(TokenOf(proxy.requests().at(0)), "");
}

TEST_F(CurlBearerTest, RefusesAFileThatCannotBeTrusted) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  directory_.SetMode("token", 0666);
  EXPECT_TRUE(FailedWith("may be written by", Fetch(RequestWithToken(server.Url("/")))));
  directory_.SetMode("token", 0640);
  directory_.Write("token", "two tokens", 0640);
  EXPECT_TRUE(FailedWith("one bearer token", Fetch(RequestWithToken(server.Url("/")))));
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(CurlBearerTest, RefusesABodyThatRepeatsTheToken) {
  const LoopbackServer server(
      ca_.MakeServer(), [](Connection& connection, const ServerRequest& request) {
        const std::string token = request.path == "/echo" ? "first.token" : "other.token";
        connection.Respond(200, "", "{\"issuer\":\"" + token + "\"}");
      });
  EXPECT_TRUE(FailedWith("repeats the bearer token", Fetch(RequestWithToken(server.Url("/echo")))));
  EXPECT_TRUE(Accepted(Fetch(RequestWithToken(server.Url("/")))));
}

TEST_F(CurlBearerTest, RefusesABodyThatRepeatsTheTokenWithEscapes) {
  directory_.Write("token", "a/b+c==", 0640);
  for (const char* const repeated :
       {"a\\/b+c==", "\\u0061/b\\u002Bc==", "a%2fb%2Bc%3D%3d", "%a/b+c==", "%61a/b+c=="}) {
    const LoopbackServer server(
        ca_.MakeServer(), [&](Connection& connection, const ServerRequest&) {
          connection.Respond(200, "", std::string("[\"") + repeated + "\"]");
        });
    EXPECT_TRUE(FailedWith("repeats the bearer token", Fetch(RequestWithToken(server.Url("/")))))
        << repeated;
  }
  for (const char* const other : {"a\\/b+c=", "a%2", "%", "\\", "\\u00", "\\u002", "a%2xb+c=="}) {
    const LoopbackServer server(
        ca_.MakeServer(),
        [&](Connection& connection, const ServerRequest&) { connection.Respond(200, "", other); });
    EXPECT_TRUE(Accepted(Fetch(RequestWithToken(server.Url("/"))))) << other;
  }
}

TEST_F(CurlBearerTest, FollowsNoRedirectThatRepeatsTheToken) {
  for (const char* const target :
       {"/first.token", "/?t=first%2Etoken", "https://first.token@localhost/",
        "https://first.token/", "http://first.token", "x y first.token"}) {
    const LoopbackServer server(
        ca_.MakeServer(), [&](Connection& connection, const ServerRequest&) {
          connection.Respond(302, std::string("Location: ") + target + "\r\n", "");
        });
    const Result<HttpResponse> response = Fetch(RequestWithToken(server.Url("/")));
    EXPECT_TRUE(FailedWith("redirects to a url with the bearer token in it", response)) << target;
    EXPECT_EQ(response.error().detail.find("first"), std::string::npos) << target;
    EXPECT_EQ(server.connections(), 1) << target;
  }
}

TEST_F(CurlBearerTest, ShowsNoTokenThatAServerRepeatsInAnError) {
  const std::string token(40, 's');
  directory_.Write("token", token, 0640);
  for (const std::string& bytes :
       {"HTTP/9.9 " + token + "\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + token + "\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: " + token + "\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 302 x\r\nLocation: https://other.test/" + token +
            "\r\nContent-Length: 0\r\n\r\n"}) {
    const LoopbackServer server = ServerOf(bytes);
    const Result<HttpResponse> response = Fetch(RequestWithToken(server.Url("/")));
    if (response.ok()) continue;
    EXPECT_EQ(response.error().detail.find("ssssssss"), std::string::npos)
        << response.error().detail;
  }
}

}  // namespace
}  // namespace pamjwt::http
