// Requests with a body and with fields of the caller, as clients of OAuth send them, and the proxy
// of the environment.
#include <string>
#include <utility>
#include <vector>

#include "fetcher/http_case.h"
#include "fetcher/proxy_environment.h"

namespace pamjwt::http {
namespace {

using test::Accepted;
using test::Connection;
using test::LoopbackServer;
using test::ProxyEnvironment;
using test::ServerRequest;

/// A request that carries a form, and fields that are secret.
class CurlPostTest : public HttpCase {
 protected:
  [[nodiscard]] HttpRequest PostTo(const std::string& url) const {
    HttpRequest request = RequestFor(url);
    request.post = "grant_type=refresh_token&refresh_token=8xLOxBtZp8";
    request.fields = {{"Authorization", "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW"}};
    return request;
  }
};

TEST_F(CurlPostTest, SendsTheFormAndTheFields) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  ASSERT_TRUE(Accepted(Fetch(PostTo(server.Url("/token")))));
  const ServerRequest got = server.requests().at(0);
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.path, "/token");
  EXPECT_EQ(got.body, "grant_type=refresh_token&refresh_token=8xLOxBtZp8");
  EXPECT_EQ(got.fields.at("content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(got.fields.at("authorization"), "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW");
  EXPECT_EQ(got.fields.count("expect") + got.fields.count("cookie"), 0U);
}

TEST_F(CurlPostTest, SendsAnotherTypeAndAnyBytes) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  HttpRequest request = PostTo(server.Url("/"));
  request.fields = {{"Content-Type", "application/octet-stream"}};
  request.post = std::string("a\0\r\n\r\n\xff", 7);
  ASSERT_TRUE(Accepted(Fetch(request)));
  EXPECT_EQ(server.requests().at(0).body, *request.post);
  EXPECT_EQ(server.requests().at(0).fields.at("content-type"), "application/octet-stream");
}

TEST_F(CurlPostTest, SendsAnEmptyBodyAndALongOne) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  HttpRequest request = PostTo(server.Url("/"));
  for (const std::size_t size : {0, 200'000}) {
    request.post = std::string(size, 'x');
    ASSERT_TRUE(Accepted(Fetch(request)));
    EXPECT_EQ(server.requests().back().fields.at("content-length"), std::to_string(size));
    EXPECT_EQ(server.requests().back().body, *request.post);
  }
}

TEST_F(CurlPostTest, SendsFieldsWithAGet) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  HttpRequest request = RequestFor(server.Url("/userinfo"));
  request.fields = {{"Authorization", "DPoP token"}, {"DPoP", "a.b.c"}};
  ASSERT_TRUE(Accepted(Fetch(request)));
  const ServerRequest got = server.requests().at(0);
  EXPECT_EQ(got.method, "GET");
  EXPECT_EQ(got.fields.at("authorization"), "DPoP token");
  EXPECT_EQ(got.fields.at("dpop"), "a.b.c");
  EXPECT_EQ(got.fields.count("content-length") + got.fields.count("content-type"), 0U);
}

TEST_F(CurlPostTest, SendsNothingIfAFieldWouldBreakTheHeader) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  HttpRequest request = PostTo(server.Url("/"));
  request.fields = {{"DPoP", "a\r\nX-Injected: 1"}};
  EXPECT_TRUE(FailedWith(server.Url("/") + ": the header field DPoP to send is", Fetch(request)));
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(CurlPostTest, GivesAnErrorOfTheServerAndItsNonce) {
  const LoopbackServer server = ServerOf(
      "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nDPoP-Nonce: n-1\r\n"
      "Date: D\r\nContent-Length: 26\r\n\r\n{\"error\":\"use_dpop_nonce\"}");
  const Result<HttpResponse> response = Fetch(PostTo(server.Url("/")));
  ASSERT_TRUE(Accepted(response));
  EXPECT_EQ(response.value().status, 400);
  EXPECT_EQ(response.value().content_type, "application/json");
  EXPECT_EQ(response.value().dpop_nonce, "n-1");
  EXPECT_EQ(response.value().date, "D");
  EXPECT_EQ(response.value().body, "{\"error\":\"use_dpop_nonce\"}");
}

TEST_F(CurlPostTest, FollowsNoRedirect) {
  for (const int status : {301, 302, 303, 307, 308}) {
    const LoopbackServer server(ca_.MakeServer(),
                                [&](Connection& connection, const ServerRequest& request) {
                                  if (request.path == "/new")
                                    return RespondWell(connection, request);
                                  connection.Respond(status, "Location: /new\r\n", "");
                                });
    HttpRequest request = PostTo(server.Url("/old"));
    request.advice.redirect = "do this";
    EXPECT_TRUE(FailedWith(server.Url("/old") + ": redirects a POST within its origin, \"" +
                               server.Url("") + "\", which is not followed: do this",
                           Fetch(request)));
    EXPECT_EQ(server.connections(), 1);
    request.post.reset();
    EXPECT_TRUE(Accepted(Fetch(request)));
  }
}

TEST_F(CurlPostTest, FollowsNoRedirectToAnotherOrigin) {
  const LoopbackServer other(ca_.MakeServer(), RespondWell);
  const LoopbackServer server =
      ServerOf("HTTP/1.1 307 x\r\nLocation: " + other.Url("/") + "\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(
      FailedWith("redirects to another origin, \"" + other.Url("") + "\", which is not followed",
                 Fetch(PostTo(server.Url("/")))));
  EXPECT_EQ(other.connections(), 0);
}

TEST_F(CurlPostTest, SendsTheBodyOnceIfTheServerHangsUp) {
  const LoopbackServer server(ca_.MakeServer(), [](Connection&, const ServerRequest&) {});
  EXPECT_FALSE(Fetch(PostTo(server.Url("/"))).ok());
  EXPECT_EQ(server.connections(), 1);
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_EQ(server.requests().at(0).method, "POST");
}

TEST_F(CurlPostTest, SendsNothingToAServerThatIsNotTrusted) {
  const test::TestCa stranger("another CA");
  const LoopbackServer server(stranger.MakeServer(), RespondWell);
  EXPECT_TRUE(FailedWith("certificate", Fetch(PostTo(server.Url("/")))));
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(CurlPostTest, ShowsTheProxyNothing) {
  const LoopbackServer proxy(nullptr, RespondWell);
  HttpRequest request = PostTo("https://idp.test/");
  request.proxy = "http://127.0.0.1:" + std::to_string(proxy.port()) + "/";
  EXPECT_FALSE(Fetch(request).ok());  // a proxy that cannot CONNECT
  ASSERT_EQ(proxy.requests().size(), 1U);
  EXPECT_EQ(proxy.requests().at(0).method, "CONNECT");
  EXPECT_EQ(proxy.requests().at(0).fields.count("authorization"), 0U);
  EXPECT_EQ(proxy.requests().at(0).fields.count("content-type"), 0U);
}

TEST_F(CurlPostTest, AsksTheProxyOfTheEnvironmentIfTold) {
  const ProxyEnvironment environment;
  for (const char* const name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    const LoopbackServer proxy(nullptr, RespondWell);
    const LoopbackServer server(ca_.MakeServer(), RespondWell);
    HttpRequest request = PostTo(server.Url("/"));
    ProxyEnvironment::Set(name, proxy.Url("", "127.0.0.1"));
    EXPECT_TRUE(Accepted(Fetch(request))) << name;
    EXPECT_EQ(proxy.connections(), 0) << name;
    request.environment_proxy = true;
    EXPECT_FALSE(Fetch(request).ok()) << name;  // a proxy that cannot CONNECT
    EXPECT_EQ(proxy.connections(), 1) << name;
    ProxyEnvironment::Set("no_proxy", "other.test,idp.test");
    EXPECT_TRUE(Accepted(Fetch(request))) << name;
    EXPECT_EQ(proxy.connections(), 1) << name;
    unsetenv("no_proxy");
    unsetenv(name);
  }
}

TEST_F(CurlPostTest, PrefersItsOwnProxyToTheEnvironments) {
  const ProxyEnvironment environment;
  const LoopbackServer own(nullptr, RespondWell);
  const LoopbackServer other(nullptr, RespondWell);
  ProxyEnvironment::Set("https_proxy", other.Url("", "127.0.0.1"));
  ProxyEnvironment::Set("no_proxy", "*");
  HttpRequest request = PostTo("https://idp.test/");
  request.environment_proxy = true;
  request.proxy = own.Url("", "127.0.0.1");
  EXPECT_FALSE(Fetch(request).ok());  // a proxy that cannot CONNECT
  EXPECT_EQ(own.connections(), 1);
  EXPECT_EQ(other.connections(), 0);
}

TEST_F(CurlPostTest, RefusesAProxyOfTheEnvironmentThatIsTooNear) {
  const ProxyEnvironment environment;
  const LoopbackServer proxy(nullptr, RespondWell);
  ProxyEnvironment::Set("https_proxy", proxy.Url("", "127.0.0.1"));
  HttpRequest request = PostTo("https://idp.test/");
  request.environment_proxy = true;
  request.nearest = AddressClass::kPrivate;
  EXPECT_TRUE(FailedWith("has the address 127.0.0.1", Fetch(request)));
  EXPECT_EQ(proxy.connections(), 0);
}

TEST_F(CurlPostTest, AsksNoProxyForPlainHttp) {
  const ProxyEnvironment environment;
  const LoopbackServer proxy(nullptr, RespondWell);
  const LoopbackServer server(nullptr, RespondWell);
  for (const char* const name : {"http_proxy", "all_proxy"}) {
    ProxyEnvironment::Set(name, proxy.Url("", "127.0.0.1"));
  }
  HttpRequest request = PostTo(server.Url("/", "localhost"));
  request.environment_proxy = true;
  request.allow_plain = true;
  EXPECT_TRUE(Accepted(Fetch(request)));
  EXPECT_EQ(proxy.connections(), 0);
}

TEST_F(CurlPostTest, ShowsNoPasswordOfTheEnvironmentsProxyInErrors) {
  const ProxyEnvironment environment;
  for (const char* const proxy :
       {"svc:Sum mer@127.0.0.1:1", "htp://svc:Summer@127.0.0.1:1", "http://svc:Summer@127.0.0.1:1",
        "svc:Summer@127.0.0.1:x", "//svc:Summer@127.0.0.1:1"}) {
    ProxyEnvironment::Set("https_proxy", proxy);
    HttpRequest request = PostTo("https://idp.test/");
    request.environment_proxy = true;
    const Result<HttpResponse> response = Fetch(request);
    ASSERT_FALSE(response.ok()) << proxy;
    EXPECT_EQ(response.error().detail.find("mer"), std::string::npos) << response.error().detail;
  }
}

}  // namespace
}  // namespace pamjwt::http
