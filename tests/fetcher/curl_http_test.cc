// Answers that CurlHttp accepts and refuses: redirects, sizes, times and proxies.
#include "http/curl_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "fetcher/gzip.h"
#include "fetcher/http_case.h"
#include "fetcher/resolver.h"

namespace pamjwt::http {
namespace {

using test::Accepted;
using test::Connection;
using test::LoopbackServer;
using test::ServerRequest;

using CurlHttpTest = HttpCase;

TEST_F(CurlHttpTest, GivesStatusBodyAndFields) {
  const LoopbackServer server = ServerOf(
      "HTTP/1.1 200 OK\r\nETag: \"a\"\r\nLast-Modified: L\r\nCache-Control: max-age=60\r\n"
      "cache-control: public\r\nExpires: E\r\nAge: 1\r\nDate: D\r\nContent-Length: 4\r\n\r\nbody");
  const Result<HttpResponse> response = Fetch(RequestFor(server.Url("/jwks")));
  ASSERT_TRUE(Accepted(response));
  EXPECT_EQ(response.value().status, 200);
  EXPECT_EQ(response.value().body, "body");
  EXPECT_EQ(response.value().etag, "\"a\"");
  EXPECT_EQ(response.value().last_modified, "L");
  EXPECT_EQ(response.value().cache_control, "max-age=60, public");
  EXPECT_EQ(response.value().expires, "E");
  EXPECT_EQ(response.value().age, "1");
  EXPECT_EQ(response.value().date, "D");
}

TEST_F(CurlHttpTest, SendsSixFieldsAndNoCookieOrAuthorization) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  HttpRequest request = RequestFor(server.Url("/jwks?a=b"));
  request.etag = "\"tag\"";
  request.last_modified = "Sun, 06 Nov 1994 08:49:37 GMT";
  ASSERT_TRUE(Accepted(Fetch(request)));
  const ServerRequest got = server.requests().at(0);
  EXPECT_EQ(got.path, "/jwks?a=b");
  EXPECT_EQ(got.fields.at("if-none-match"), "\"tag\"");
  EXPECT_EQ(got.fields.at("if-modified-since"), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(got.fields.at("user-agent"), "test/1");
  EXPECT_EQ(got.fields.count("authorization") + got.fields.count("cookie"), 0U);
  EXPECT_EQ(got.fields.size(), 6U);  // also host, user-agent, accept and accept-encoding
}

TEST_F(CurlHttpTest, LeavesOutAConditionThatWouldBreakTheHeader) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  HttpRequest request = RequestFor(server.Url("/"));
  request.etag = "\"a\"\r\nX-Injected: 1";
  ASSERT_TRUE(Accepted(Fetch(request)));
  EXPECT_EQ(server.requests().at(0).fields.count("if-none-match"), 0U);
  EXPECT_EQ(server.requests().at(0).fields.count("x-injected"), 0U);
}

TEST_F(CurlHttpTest, ReturnsEveryStatus) {
  for (const int status : {204, 304, 400, 404, 500, 503}) {
    const LoopbackServer server =
        ServerOf("HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Length: 0\r\n\r\n");
    const Result<HttpResponse> response = Fetch(RequestFor(server.Url("/")));
    ASSERT_TRUE(Accepted(response));
    EXPECT_EQ(response.value().status, status);
  }
}

TEST_F(CurlHttpTest, SpeaksPlainHttpToLoopbackOnly) {
  const LoopbackServer server(nullptr, RespondWell);
  HttpRequest request = RequestFor(server.Url("/", "localhost"));
  EXPECT_TRUE(FailedWith("not https", Fetch(request)));
  request.allow_plain = true;
  EXPECT_TRUE(Accepted(Fetch(request)));
  request.nearest = AddressClass::kPrivate;
  EXPECT_TRUE(FailedWith("not https", Fetch(request)));
  HttpRequest elsewhere = RequestFor("http://192.0.2.1/");
  elsewhere.allow_plain = true;
  EXPECT_TRUE(FailedWith("which is not allowed here", Fetch(elsewhere)));
}

TEST_F(CurlHttpTest, SpeaksNoProtocolButHttpAndHttps) {
  for (const char* const url : {"file:///etc/passwd", "ftp://idp.test/", "idp.test", ""}) {
    EXPECT_TRUE(FailedWith("url ", Fetch(RequestFor(url))));
  }
}

TEST_F(CurlHttpTest, ChecksTheAddressOfAName) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  HttpRequest request = RequestFor(server.Url("/"));
  const Result<HttpResponse> response = Fetch(request);
  ASSERT_TRUE(Accepted(response));
  EXPECT_EQ(response.value().address, AddressClass::kLocal);
  for (const AddressClass nearest : {AddressClass::kPublic, AddressClass::kPrivate}) {
    request.nearest = nearest;
    EXPECT_TRUE(FailedWith("has the address 127.0.0.1", Fetch(request)));
  }
  EXPECT_EQ(server.connections(), 1);  // there was no second connection
}

TEST_F(CurlHttpTest, FollowsRedirectsWithinTheOrigin) {
  const LoopbackServer server(ca_.MakeServer(),
                              [](Connection& connection, const ServerRequest& request) {
                                if (request.path == "/new") return RespondWell(connection, request);
                                connection.Respond(302, "Location: /new\r\n", "");
                              });
  const Result<HttpResponse> response = Fetch(RequestFor(server.Url("/old")));
  ASSERT_TRUE(Accepted(response));
  EXPECT_EQ(response.value().body, "{}");
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(CurlHttpTest, FollowsNoRedirectToAnotherOrigin) {
  const LoopbackServer other(ca_.MakeServer(), RespondWell);
  const LoopbackServer plain(nullptr, RespondWell);
  const std::string port = std::to_string(other.port());
  const std::pair<std::string, std::string> cases[] = {
      {other.Url("/private?token=abc"), "\"https://idp.test:" + port + "\""},
      {plain.Url("/"), "\"http://idp.test:" + std::to_string(plain.port()) + "\""},
      {"file:///etc/passwd", "\"file:///etc/passwd\""},
      {"https://user@idp.test/", "\"https://user@idp.test/\""},
      {"//other.test/", "\"https://other.test\""},
      {"https://" + std::string(200, 'a') + "/", "\"https://" + std::string(92, 'a') + "\"..."},
  };
  for (const auto& [target, shown] : cases) {
    const LoopbackServer server =
        ServerOf("HTTP/1.1 302 x\r\nLocation: " + target + "\r\nContent-Length: 0\r\n\r\n");
    HttpRequest request = RequestFor(server.Url("/"));
    request.allow_plain = true;
    request.advice.redirect = "do this";
    const std::string detail =
        "redirects to another origin, " + shown + ", which is not followed: do this";
    EXPECT_TRUE(FailedWith(detail, Fetch(request))) << target;
  }
  EXPECT_EQ(other.connections() + plain.connections(), 0);
}

TEST_F(CurlHttpTest, FollowsThreeRedirects) {
  const LoopbackServer server(
      ca_.MakeServer(), [](Connection& connection, const ServerRequest& request) {
        const int left = std::stoi(request.path.substr(1));
        if (left == 0) return RespondWell(connection, request);
        connection.Respond(307, "Location: /" + std::to_string(left - 1) + "\r\n", "");
      });
  EXPECT_TRUE(Accepted(Fetch(RequestFor(server.Url("/3")))));
  EXPECT_TRUE(FailedWith("redirects too often", Fetch(RequestFor(server.Url("/4")))));
}

std::string Chunked(std::string_view body, std::string_view fields = "") {
  std::array<char, 20> size{};
  snprintf(size.data(), size.size(), "%zx", body.size());
  return "HTTP/1.1 200 OK\r\n" + std::string(fields) + "Transfer-Encoding: chunked\r\n\r\n" +
         size.data() + "\r\n" + std::string(body) + "\r\n0\r\n\r\n";
}

TEST_F(CurlHttpTest, BoundsTheBodyWithoutALength) {
  const LoopbackServer fits = ServerOf(Chunked(std::string(1000, 'x')));
  const LoopbackServer large = ServerOf(Chunked(std::string(1001, 'x')));
  HttpRequest request = RequestFor(fits.Url("/"));
  request.max_bytes = 1000;
  EXPECT_TRUE(Accepted(Fetch(request)));
  request.url = large.Url("/");
  EXPECT_TRUE(FailedWith("more than 1000 bytes", Fetch(request)));
}

TEST_F(CurlHttpTest, BoundsTheBodyByTheLengthThatIsSaid) {
  const LoopbackServer server = ServerOf("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n");
  HttpRequest request = RequestFor(server.Url("/"));
  request.max_bytes = 1000;
  EXPECT_TRUE(FailedWith("more than 1000 bytes", Fetch(request)));
}

TEST_F(CurlHttpTest, EndsABodyWithoutEnd) {
  const LoopbackServer server(ca_.MakeServer(), [](Connection& connection, const ServerRequest&) {
    connection.Send("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.Send(std::string(4096, ' '))) {
    }
  });
  EXPECT_TRUE(FailedWith("more than 1048576 bytes", Fetch(RequestFor(server.Url("/")))));
}

TEST_F(CurlHttpTest, UnpacksGzipAndBoundsWhatComesOut) {
  constexpr std::size_t kRuns = 10;
  const std::size_t size = 1 + 258 * kRuns;
  const LoopbackServer server =
      ServerOf(Chunked(test::GzipOfBlanks(kRuns), "Content-Encoding: gzip\r\n"));
  HttpRequest request = RequestFor(server.Url("/"));
  request.max_bytes = size;
  const Result<HttpResponse> response = Fetch(request);
  ASSERT_TRUE(Accepted(response));
  EXPECT_EQ(response.value().body, std::string(size, ' '));
  request.max_bytes = size - 1;
  EXPECT_TRUE(FailedWith("the body has more than 2580 bytes", Fetch(request)));
}

TEST_F(CurlHttpTest, RefusesAGzipBomb) {
  const std::string bomb = test::GzipOfBlanks(8'000);  // 13 KB become 2 MB
  const LoopbackServer server(
      ca_.MakeServer(), [&](Connection& connection, const ServerRequest& /*request*/) {
        connection.Send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
        connection.Send(bomb);
      });
  EXPECT_TRUE(
      FailedWith("the body has more than 1048576 bytes", Fetch(RequestFor(server.Url("/")))));
}

TEST_F(CurlHttpTest, BoundsTheHeader) {
  const auto header_of = [](std::size_t lines) {
    std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
    for (std::size_t i = 0; i < lines; ++i) text += "X-Long: " + std::string(1000, 'x') + "\r\n";
    return text + "\r\n";
  };
  const LoopbackServer fits = ServerOf(header_of(60));
  const LoopbackServer large = ServerOf(header_of(70));
  EXPECT_TRUE(Accepted(Fetch(RequestFor(fits.Url("/")))));
  EXPECT_TRUE(
      FailedWith("the header has more than 65536 bytes", Fetch(RequestFor(large.Url("/")))));
}

TEST_F(CurlHttpTest, RefusesABodyThatBreaksOff) {
  const LoopbackServer whole = ServerOf("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
  const LoopbackServer cut = ServerOf("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}");
  const LoopbackServer cut_chunk =
      ServerOf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n");
  EXPECT_TRUE(Accepted(Fetch(RequestFor(whole.Url("/")))));
  EXPECT_TRUE(FailedWith(cut.Url("/"), Fetch(RequestFor(cut.Url("/")))));
  EXPECT_TRUE(FailedWith(cut_chunk.Url("/"), Fetch(RequestFor(cut_chunk.Url("/")))));
}

TEST_F(CurlHttpTest, RefusesWhatIsNoHttp) {
  const LoopbackServer server = ServerOf("SSH-2.0-OpenSSH_9.2p1\r\n\r\n");
  EXPECT_TRUE(FailedWith("HTTP", Fetch(RequestFor(server.Url("/")))));
}

TEST_F(CurlHttpTest, EndsAnExchangeThatHangsBeforeItsResponse) {
  const LoopbackServer server(
      ca_.MakeServer(), [](Connection& connection, const ServerRequest&) { connection.Hang(); });
  HttpRequest request = RequestFor(server.Url("/"));
  request.timeout_ms = 300;
  EXPECT_TRUE(FailedWith("timed out", Fetch(request)));
}

TEST_F(CurlHttpTest, EndsAnExchangeThatHangsInItsBody) {
  const LoopbackServer server(ca_.MakeServer(), [](Connection& connection, const ServerRequest&) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{");
    connection.Hang();
  });
  HttpRequest request = RequestFor(server.Url("/"));
  request.timeout_ms = 300;
  EXPECT_TRUE(FailedWith("timed out", Fetch(request)));
}

TEST_F(CurlHttpTest, EndsAnExchangeThatIsTooSlow) {
  const LoopbackServer server(ca_.MakeServer(), [](Connection& connection, const ServerRequest&) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    while (connection.Send(" ")) std::this_thread::yield();
  });
  HttpRequest request = RequestFor(server.Url("/"));
  request.timeout_ms = 300;
  EXPECT_TRUE(FailedWith("timed out", Fetch(request)));
}

TEST_F(CurlHttpTest, EndsAHandshakeThatHangs) {
  // The server accepts the connection, and sends nothing of TLS.
  const LoopbackServer server(
      nullptr, [](Connection& connection, const ServerRequest&) { connection.Hang(); });
  HttpRequest request = RequestFor("https://idp.test:" + std::to_string(server.port()) + "/");
  request.timeout_ms = 300;
  EXPECT_TRUE(FailedWith("SSL connection timeout", Fetch(request)));
}

TEST_F(CurlHttpTest, DoesNotWaitForAResolverThatHangs) {
  HttpRequest request = RequestFor("https://hang.test/");
  request.timeout_ms = 300;
  EXPECT_TRUE(FailedWith("timed out", Fetch(request)));
  test::ReleaseHangingLookups();
}

TEST_F(CurlHttpTest, AsksNoProxyOfTheEnvironment) {
  const LoopbackServer proxy(nullptr, RespondWell);
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  for (const char* const name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    setenv(name, proxy.Url("", "127.0.0.1").c_str(), 1);
  }
  EXPECT_TRUE(Accepted(Fetch(RequestFor(server.Url("/")))));
  EXPECT_EQ(proxy.connections(), 0);
  HttpRequest request = RequestFor(server.Url("/"));
  request.proxy = proxy.Url("", "127.0.0.1");
  setenv("no_proxy", "idp.test", 1);
  EXPECT_FALSE(Fetch(request).ok());  // a proxy that cannot CONNECT
  EXPECT_EQ(proxy.requests().at(0).path, "idp.test:" + std::to_string(server.port()));
  for (const char* const name :
       {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy"}) {
    unsetenv(name);
  }
}

TEST_F(CurlHttpTest, GivesTheProxyItsUserAndPassword) {
  const LoopbackServer proxy(nullptr, RespondWell);
  HttpRequest request = RequestFor("https://idp.test/");
  request.proxy = "http://CORP%5Csvc@127.0.0.1:" + std::to_string(proxy.port()) + "/";
  request.proxy_password_file = directory_.Write("password", "Sum#mer\n", 0640);
  EXPECT_FALSE(Fetch(request).ok());  // a proxy that cannot CONNECT
  EXPECT_EQ(proxy.requests().at(0).fields.at("proxy-authorization"),
            "Basic Q09SUFxzdmM6U3VtI21lcg==");
  directory_.SetMode("password", 0666);
  EXPECT_TRUE(FailedWith("may be written by", Fetch(request)));
  EXPECT_EQ(proxy.connections(), 1);
}

TEST_F(CurlHttpTest, ShowsNoPasswordOfAProxyInErrors) {
  for (const char* const proxy : {"http://svc:Sum#mer@127.0.0.1:1", "http://svc:Summer@127.0.0.1:1",
                                  "htp://svc:Summer@127.0.0.1:1", "svc:Sum mer@127.0.0.1:1"}) {
    HttpRequest request = RequestFor("https://idp.test/");
    request.proxy = proxy;
    const Result<HttpResponse> response = Fetch(request);
    EXPECT_TRUE(FailedWith("proxy ", response)) << proxy;
    EXPECT_EQ(response.error().detail.find("mer"), std::string::npos) << response.error().detail;
  }
}

TEST_F(CurlHttpTest, LeavesTheMillisecondsOutOfErrors) {
  HttpRequest request = RequestFor("https://idp.test/");
  request.proxy = "http://127.0.0.1:1";
  const Result<HttpResponse> response = Fetch(request);
  EXPECT_TRUE(FailedWith("127.0.0.1 port 1: ", response));
  EXPECT_EQ(response.error().detail.find(" ms"), std::string::npos) << response.error().detail;
}

TEST_F(CurlHttpTest, CallsBackLaterAndNeverFromGet) {
  bool is_called = false;
  http_->Send(RequestFor("no url"), [&](const Result<HttpResponse>& result) {
    EXPECT_FALSE(result.ok());
    is_called = true;
  });
  EXPECT_FALSE(is_called);
  EXPECT_FALSE(http_->idle());
  ASSERT_TRUE(Accepted(http_->Wait({}, 20'000)));
  EXPECT_TRUE(is_called);
  EXPECT_TRUE(http_->idle());
}

TEST_F(CurlHttpTest, ACallbackMayStartAnotherExchange) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  int answered = 0;
  http_->Send(RequestFor(server.Url("/1")), [&](const Result<HttpResponse>& /*first*/) {
    ++answered;
    http_->Send(RequestFor(server.Url("/2")),
                [&](const Result<HttpResponse>& /*second*/) { ++answered; });
  });
  while (!http_->idle()) ASSERT_TRUE(Accepted(http_->Wait({}, 20'000)));
  EXPECT_EQ(answered, 2);
}

TEST_F(CurlHttpTest, TellsOfDescriptorsThatAreReady) {
  std::array<int, 2> pair{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()), 0);
  const UniqueFd ours(pair[0]);
  UniqueFd theirs(pair[1]);
  const auto found = [&](short events, int timeout_ms) {
    const Result<std::vector<pollfd>> fds = http_->Wait({{ours.get(), events, 0}}, timeout_ms);
    EXPECT_TRUE(Accepted(fds));
    return fds.ok() ? fds.value().at(0).revents : -1;
  };
  EXPECT_EQ(found(POLLIN, 0), 0);
  ASSERT_EQ(write(theirs.get(), "x", 1), 1);
  EXPECT_EQ(found(POLLIN, 20'000), POLLIN);
  theirs = UniqueFd();
  EXPECT_EQ(found(0, 20'000), POLLHUP);
}

}  // namespace
}  // namespace pamjwt::http
