#include "jwt-sso/browser/loopback.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <future>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/oauth/metadata.h"
#include "io/clock.h"
#include "io/unique_fd.h"
#include "jwt-sso/browser/server.h"
#include "support/expect.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;

constexpr std::int64_t kLongNs = 20'000'000'000;
constexpr std::string_view kUrl = "https://sso.example/auth?client_id=c&state=right";

/// Connects to a port of an address of this host, or returns an empty descriptor.
UniqueFd Connect(std::uint16_t port, std::uint32_t address = INADDR_LOOPBACK) {
  UniqueFd connection(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in server{};
  server.sin_family = AF_INET;
  server.sin_port = htons(port);
  server.sin_addr.s_addr = htonl(address);
  void* const generic = &server;
  const int done = connect(connection.get(), static_cast<sockaddr*>(generic), sizeof server);
  return done == 0 ? std::move(connection) : UniqueFd();
}

void Send(const UniqueFd& connection, std::string_view text) {
  EXPECT_EQ(send(connection.get(), text.data(), text.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(text.size()));
}

/// Reads until the server closes the connection.
std::string ReadAll(const UniqueFd& connection) {
  std::string text;
  std::array<char, 4096> piece{};
  while (true) {
    const ssize_t got = read(connection.get(), piece.data(), piece.size());
    if (got <= 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
}

std::string StatusOf(const std::string& response) {
  return response.substr(0, response.find("\r\n"));
}

/// Returns the path to which a response leads on the server at `origin`, or "".
std::string TargetOf(const std::string& response, const std::string& origin) {
  const std::string field = "\r\nLocation: " + origin;
  const std::size_t at = response.find(field);
  if (at == std::string::npos) return "";
  const std::size_t from = at + field.size();
  return response.substr(from, response.find("\r\n", from) - from);
}

class LoopbackTest : public testing::Test {
 protected:
  explicit LoopbackTest(std::string_view redirect_uri = "http://127.0.0.1/cb")
      : loopback_(Open(redirect_uri, {0})) {
    attempt_.state = "right";
  }

  static Loopback Open(std::string_view redirect_uri, const std::vector<std::uint16_t>& ports) {
    Result<Loopback> loopback = Loopback::Open(redirect_uri, ports);
    EXPECT_TRUE(Accepted(loopback));
    return std::move(loopback).value();
  }

  [[nodiscard]] std::string Origin() const {
    const std::string& uri = loopback_.redirect_uri();
    return uri.substr(0, uri.find('/', 7));
  }
  [[nodiscard]] std::string Host() const { return Origin().substr(7); }
  [[nodiscard]] UniqueFd NewConnection() const { return Connect(loopback_.port()); }

  [[nodiscard]] std::string RequestFor(std::string_view path) const {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: " + Host() + "\r\n\r\n";
  }
  [[nodiscard]] std::string Exchange(std::string_view request) const {
    const UniqueFd connection = NewConnection();
    Send(connection, request);
    return ReadAll(connection);
  }
  [[nodiscard]] std::string Get(std::string_view path) const { return Exchange(RequestFor(path)); }

  /// Waits for the browser, in a thread.
  std::future<Result<oauth::Redirect>> Wait() {
    return std::async(std::launch::async, [this] {
      return loopback_.WaitForRedirect(attempt_, MonotonicNs() + kLongNs);
    });
  }

  /// Comes back with a code, and follows to the page that stays. Returns the path of that page, and
  /// its response.
  std::future<std::pair<std::string, std::string>> ComeBack(std::string_view query) {
    return std::async(std::launch::async, [this, path = "/cb?" + std::string(query)] {
      const std::string end = TargetOf(Get(path), Origin());
      return std::pair(end, end.empty() ? "" : Get(end));
    });
  }

  /// Lets a browser come back as it should, and checks that the login ends.
  void FinishLogin(std::future<Result<oauth::Redirect>> waiting) {
    auto browser = ComeBack("code=the-code&state=right");
    const Result<oauth::Redirect> redirect = waiting.get();
    ASSERT_TRUE(Accepted(redirect));
    EXPECT_EQ(redirect.value().CodeFrom(oauth::Metadata()).value().view(), "the-code");
    loopback_.Show({true, "You are logged in", "As <alice>.", "Close this window."});
    const auto [path, page] = browser.get();
    EXPECT_TRUE(path.starts_with("/end/")) << path;
    EXPECT_EQ(path.find("code"), std::string::npos) << path;
    EXPECT_EQ(StatusOf(page), "HTTP/1.1 200 OK");
    EXPECT_NE(page.find("<h1>You are logged in</h1>"), std::string::npos);
    EXPECT_NE(page.find("As &lt;alice&gt;."), std::string::npos);
  }

  oauth::AuthorizationAttempt attempt_;
  Loopback loopback_;
};

TEST_F(LoopbackTest, SendsTheBrowserToAPageWithoutTheCode) {
  FinishLogin(Wait());
}

TEST_F(LoopbackTest, NamesItsPortInTheRedirectUri) {
  EXPECT_EQ(loopback_.redirect_uri(),
            "http://127.0.0.1:" + std::to_string(loopback_.port()) + "/cb");
}

TEST_F(LoopbackTest, TakesTheAnswerOfAProviderThatRefuses) {
  auto waiting = Wait();
  auto browser = ComeBack("error=access_denied&state=right");
  const Result<oauth::Redirect> redirect = waiting.get();
  ASSERT_TRUE(Accepted(redirect));
  const Result<SecretString> code = redirect.value().CodeFrom(oauth::Metadata());
  ASSERT_TRUE(RefusedFor(Reason::kMalformed, code));
  loopback_.Show({false, "You are not logged in", code.error().detail, "Go back."});
  const std::string page = browser.get().second;
  EXPECT_NE(page.find("access_denied"), std::string::npos);
  EXPECT_NE(page.find("<main class=\"bad\">"), std::string::npos);
}

TEST_F(LoopbackTest, EndsNothingForRequestsThatAreNotTheAnswer) {
  auto waiting = Wait();
  EXPECT_EQ(StatusOf(Get("/cb?code=x&state=wrong")), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(StatusOf(Get("/cb?code=x")), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(StatusOf(Get("/cb?code=x&state=right&state=right")), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(StatusOf(Get("/cb")), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(StatusOf(Get("/favicon.ico")), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(StatusOf(Get("/cb/?code=x&state=right")), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(StatusOf(Get("/%63b?code=x&state=right")), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(StatusOf(Get("/start/")), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(StatusOf(Exchange("nonsense\r\n\r\n")), "HTTP/1.1 400 Bad Request");
  FinishLogin(std::move(waiting));
}

TEST_F(LoopbackTest, AnswersOnlyRequestsForItsHost) {
  auto waiting = Wait();
  const std::string port = std::to_string(loopback_.port());
  const std::vector<std::string> hosts = {"127.0.0.1", "127.0.0.1:1", "localhost:" + port,
                                          "evil.example:" + port};
  for (const std::string& host : hosts) {
    const std::string response =
        Exchange("GET /cb?code=x&state=right HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    EXPECT_EQ(StatusOf(response), "HTTP/1.1 400 Bad Request") << host;
  }
  FinishLogin(std::move(waiting));
}

TEST_F(LoopbackTest, AnswersGetOnly) {
  auto waiting = Wait();
  for (const std::string_view method : {"HEAD", "POST", "OPTIONS", "get"}) {
    const std::string response = Exchange(
        std::string(method) + " /cb?code=x&state=right HTTP/1.1\r\nHost: " + Host() + "\r\n\r\n");
    EXPECT_EQ(StatusOf(response), "HTTP/1.1 501 Not Implemented") << method;
  }
  FinishLogin(std::move(waiting));
}

TEST_F(LoopbackTest, LeadsToTheProviderOnce) {
  const Result<std::string> address = loopback_.AddressFor(kUrl);
  ASSERT_TRUE(Accepted(address));
  ASSERT_TRUE(address.value().starts_with(Origin() + "/start/")) << address.value();
  EXPECT_EQ(address.value().find("state"), std::string::npos);
  const std::string path = address.value().substr(Origin().size());
  auto waiting = Wait();
  const std::string first = Get(path);
  EXPECT_EQ(StatusOf(first), "HTTP/1.1 303 See Other");
  EXPECT_EQ(TargetOf(first, ""), kUrl);
  const std::string second = Get(path);
  EXPECT_EQ(StatusOf(second), "HTTP/1.1 410 Gone");
  EXPECT_EQ(second.find("sso.example"), std::string::npos);
  FinishLogin(std::move(waiting));
}

TEST_F(LoopbackTest, RefusesAUrlThatWouldEndAHeaderField) {
  for (const std::string_view url :
       {"https://a/\r\nSet-Cookie: b=c", "https://a/ b", "https://\x80"}) {
    EXPECT_TRUE(RefusedFor(Reason::kMalformed, loopback_.AddressFor(url)));
  }
  EXPECT_TRUE(Accepted(loopback_.AddressFor("https://a/~b")));
}

TEST_F(LoopbackTest, ServesABrowserBesideConnectionsThatAreIdle) {
  auto waiting = Wait();
  std::vector<UniqueFd> idle;
  for (std::size_t i = 0; i < 3 * Server::kMaxConnections; ++i) idle.push_back(NewConnection());
  Send(idle.back(), "GET /cb?code=half");
  FinishLogin(std::move(waiting));
}

TEST_F(LoopbackTest, DropsTheOldestConnectionThatIsIdle) {
  auto waiting = Wait();
  const UniqueFd oldest = NewConnection();
  std::vector<UniqueFd> idle;
  for (std::size_t i = 0; i < Server::kMaxConnections; ++i) idle.push_back(NewConnection());
  EXPECT_EQ(ReadAll(oldest), "");
  Send(idle.back(), RequestFor("/"));
  EXPECT_EQ(StatusOf(ReadAll(idle.back())), "HTTP/1.1 404 Not Found");
  idle.clear();
  FinishLogin(std::move(waiting));
}

TEST_F(LoopbackTest, ReadsARequestThatComesInPieces) {
  auto waiting = Wait();
  UniqueFd connection = NewConnection();
  for (const char c : RequestFor("/nothing")) Send(connection, {&c, 1});
  EXPECT_EQ(StatusOf(ReadAll(connection)), "HTTP/1.1 404 Not Found");
  connection = UniqueFd();
  FinishLogin(std::move(waiting));
}

TEST_F(LoopbackTest, LeadsABrowserThatComesBackTwiceToTheSamePage) {
  auto waiting = Wait();
  UniqueFd first = NewConnection();
  Send(first, RequestFor("/cb?code=one&state=right"));
  ASSERT_TRUE(Accepted(waiting.get()));
  UniqueFd second = NewConnection();
  Send(second, RequestFor("/cb?code=two&state=right"));
  auto shown = std::async(std::launch::async, [this] { loopback_.Show({true, "Done", "", ""}); });
  const std::string end = TargetOf(ReadAll(first), Origin());
  EXPECT_EQ(TargetOf(ReadAll(second), Origin()), end);
  first = UniqueFd();
  second = UniqueFd();
  EXPECT_EQ(StatusOf(Get("/cb?code=two&state=wrong")), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(StatusOf(Get(end)), "HTTP/1.1 200 OK");
  shown.get();
}

TEST_F(LoopbackTest, ShowsNothingIfNoBrowserCameBack) {
  const std::int64_t before_ns = MonotonicNs();
  loopback_.Show({true, "Done", "", ""});
  EXPECT_LT(MonotonicNs() - before_ns, 1'000'000'000);
}

TEST_F(LoopbackTest, StopsWaitingAtTheDeadline) {
  const UniqueFd idle = NewConnection();
  const std::int64_t deadline_ns = MonotonicNs() + 20'000'000;
  const Result<oauth::Redirect> redirect = loopback_.WaitForRedirect(attempt_, deadline_ns);
  ASSERT_TRUE(RefusedFor(Reason::kKeysMissing, redirect));
  EXPECT_NE(redirect.error().detail.find("jwt-sso login"), std::string::npos);
  EXPECT_GE(MonotonicNs(), deadline_ns);
}

TEST_F(LoopbackTest, ListensOnOneAddressOnly) {
  EXPECT_TRUE(NewConnection().ok());
  EXPECT_FALSE(Connect(loopback_.port(), INADDR_LOOPBACK + 1).ok());
}

TEST_F(LoopbackTest, TakesTheFirstPortThatIsFree) {
  const std::uint16_t taken = loopback_.port();
  const Result<Loopback> refused = Loopback::Open("http://127.0.0.1/cb", {taken});
  ASSERT_TRUE(RefusedFor(Reason::kInternal, refused));
  EXPECT_NE(refused.error().detail.find("port " + std::to_string(taken) + ": Address already"),
            std::string::npos)
      << refused.error().detail;
  EXPECT_NE(refused.error().detail.find("redirect_ports"), std::string::npos);
  EXPECT_NE(Open("http://127.0.0.1/cb", {taken, 0}).port(), taken);
}

TEST_F(LoopbackTest, TakesAFixedPortAgainAtOnce) {
  auto waiting = Wait();
  FinishLogin(std::move(waiting));
  const std::uint16_t port = loopback_.port();
  { const Loopback closed = std::move(loopback_); }
  loopback_ = Open("http://127.0.0.1/cb", {port});
  EXPECT_EQ(loopback_.port(), port);
}

TEST_F(LoopbackTest, RefusesAnotherHostInTheRedirectUri) {
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Loopback::Open("http://sso.example/cb", {0})));
}

class LocalhostTest : public LoopbackTest {
 protected:
  LocalhostTest() : LoopbackTest("http://localhost") {}
};

TEST_F(LocalhostTest, ServesTheNameOfTheRedirectUri) {
  EXPECT_EQ(loopback_.redirect_uri(), "http://localhost:" + std::to_string(loopback_.port()));
  const std::string host = "127.0.0.1:" + std::to_string(loopback_.port());
  auto waiting = Wait();
  const std::string response =
      Exchange("GET /?code=x&state=right HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  EXPECT_EQ(StatusOf(response), "HTTP/1.1 400 Bad Request");
  const UniqueFd browser = NewConnection();
  Send(browser, RequestFor("/?code=x&state=right"));
  EXPECT_TRUE(Accepted(waiting.get()));
}

TEST_F(LocalhostTest, KeepsOthersFromItsPortOnIpv6) {
  const UniqueFd other(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  setsockopt(other.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(loopback_.port());
  address.sin6_addr = in6addr_loopback;
  void* const generic = &address;
  // It fails on a host without IPv6 too.
  EXPECT_NE(bind(other.get(), static_cast<sockaddr*>(generic), sizeof address), 0);
  // A browser that tries [::1] first is refused, and goes on to 127.0.0.1.
  EXPECT_NE(connect(other.get(), static_cast<sockaddr*>(generic), sizeof address), 0);
}

}  // namespace
}  // namespace pamjwt::sso
