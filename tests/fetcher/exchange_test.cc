// Exchanges that a program waits for.
#include "http/exchange.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>
#include <utility>

#include "fetcher/http_case.h"
#include "fetcher/resolver.h"
#include "io/clock.h"
#include "io/unique_fd.h"

namespace pamjwt::http {
namespace {

using test::Accepted;
using test::Connection;
using test::LoopbackServer;
using test::ServerRequest;

/// Rules with a descriptor that cancels, and the other end of it.
class ExchangeTest : public HttpCase {
 protected:
  ExchangeTest() {
    std::array<int, 2> pair{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()), 0);
    cancelled_ = UniqueFd(pair[0]);
    canceller_ = UniqueFd(pair[1]);
    rules_.cancel_fd = cancelled_.get();
  }

  [[nodiscard]] HttpRequest PostTo(const LoopbackServer& server) const {
    HttpRequest request = RequestFor(server.Url("/token"));
    request.post = "a=b";
    return request;
  }

  static std::int64_t After(std::int64_t milliseconds) {
    return MonotonicNs() + milliseconds * 1'000'000;
  }

  void Cancel() const { EXPECT_EQ(write(canceller_.get(), "x", 1), 1); }

  UniqueFd cancelled_;
  UniqueFd canceller_;
  ExchangeRules rules_{.owners = Owners{getuid()}, .user_agent = "test/1"};
};

TEST_F(ExchangeTest, ReturnsTheResponse) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  const Result<std::optional<HttpResponse>> response = Exchange(PostTo(server), rules_);
  ASSERT_TRUE(Accepted(response));
  ASSERT_TRUE(response.value().has_value());
  EXPECT_EQ(response.value()->status, 200);
  EXPECT_EQ(response.value()->body, "{}");
  EXPECT_EQ(server.requests().at(0).body, "a=b");
  EXPECT_EQ(server.requests().at(0).fields.at("user-agent"), "test/1");
}

TEST_F(ExchangeTest, NeedsNoDescriptor) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  rules_.cancel_fd = -1;
  EXPECT_TRUE(Accepted(Exchange(PostTo(server), rules_)));
}

TEST_F(ExchangeTest, ReturnsTheErrorOfTheExchange) {
  const test::TestCa stranger("another CA");
  const LoopbackServer server(stranger.MakeServer(), RespondWell);
  EXPECT_TRUE(FailedWith("certificate", Exchange(PostTo(server), rules_)));
  EXPECT_TRUE(FailedWith("url ", Exchange(RequestFor("no url"), rules_)));
}

TEST_F(ExchangeTest, ChecksTheOwnerOfFiles) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  directory_.SetMode("ca.pem", 0666);
  EXPECT_TRUE(FailedWith("may be written by", Exchange(PostTo(server), rules_)));
}

TEST_F(ExchangeTest, IsCancelledWhileTheServerThinks) {
  const LoopbackServer server(ca_.MakeServer(),
                              [this](Connection& connection, const ServerRequest& /*request*/) {
                                Cancel();
                                connection.Hang();
                              });
  const Result<std::optional<HttpResponse>> response = Exchange(PostTo(server), rules_);
  ASSERT_TRUE(Accepted(response));
  EXPECT_FALSE(response.value().has_value());
}

TEST_F(ExchangeTest, IsCancelledWhileANameIsLookedUp) {
  std::thread canceller([this] {
    test::AwaitHangingLookup();
    Cancel();
  });
  const Result<std::optional<HttpResponse>> response =
      Exchange(RequestFor("https://hang.test/"), rules_);
  canceller.join();
  test::ReleaseHangingLookups();
  ASSERT_TRUE(Accepted(response));
  EXPECT_FALSE(response.value().has_value());
}

TEST_F(ExchangeTest, SendsNothingIfItIsCancelledBefore) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  Cancel();
  const Result<std::optional<HttpResponse>> response = Exchange(PostTo(server), rules_);
  ASSERT_TRUE(Accepted(response));
  EXPECT_FALSE(response.value().has_value());
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(ExchangeTest, IsCancelledByADescriptorThatWasClosed) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  canceller_ = UniqueFd();
  const Result<std::optional<HttpResponse>> response = Exchange(PostTo(server), rules_);
  ASSERT_TRUE(Accepted(response));
  EXPECT_FALSE(response.value().has_value());
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(ExchangeTest, FailsAtTheDeadlineOrItsTimeoutWhicheverIsFirst) {
  const LoopbackServer server(
      ca_.MakeServer(),
      [](Connection& connection, const ServerRequest& /*request*/) { connection.Hang(); });
  const std::int64_t before_either = After(15'000);
  rules_.deadline_ns = After(300);
  EXPECT_TRUE(FailedWith("timed out", Exchange(PostTo(server), rules_)));
  rules_.deadline_ns = After(60'000);
  HttpRequest request = PostTo(server);
  request.timeout_ms = 300;
  EXPECT_TRUE(FailedWith("timed out", Exchange(request, rules_)));
  EXPECT_LT(MonotonicNs(), before_either);
}

TEST_F(ExchangeTest, SendsNothingAfterTheDeadline) {
  const LoopbackServer server(ca_.MakeServer(), RespondWell);
  rules_.deadline_ns = MonotonicNs();
  EXPECT_TRUE(FailedWith(server.Url("/token") + ": timed out before the exchange started",
                         Exchange(PostTo(server), rules_)));
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(ExchangeTest, EndsAnErrorWithTheAdviceOfTheRequest) {
  const test::TestCa stranger("another CA");
  const LoopbackServer other(stranger.MakeServer(), RespondWell);
  const LoopbackServer silent(
      ca_.MakeServer(),
      [](Connection& connection, const ServerRequest& /*request*/) { connection.Hang(); });
  const LoopbackServer brief(ca_.MakeServer(), [](Connection& connection, const ServerRequest&) {
    connection.Send("HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\n{}");
  });
  const HttpAdvice advice{.redirect = "r",
                          .unreachable = "is unreachable",
                          .slow = "is slow",
                          .untrusted = "is untrusted"};
  const std::pair<std::string, const std::string*> cases[] = {
      {other.Url("/"), &advice.untrusted},
      {silent.Url("/"), &advice.slow},
      {brief.Url("/"), &advice.unreachable},
      {"https://name.invalid/", &advice.unreachable},
  };
  for (const auto& [url, end] : cases) {
    HttpRequest request = RequestFor(url);
    request.timeout_ms = url == silent.Url("/") ? 300 : request.timeout_ms;
    const Result<std::optional<HttpResponse>> without = Exchange(request, rules_);
    request.advice = advice;
    const Result<std::optional<HttpResponse>> with = Exchange(request, rules_);
    ASSERT_FALSE(with.ok() || without.ok()) << url;
    EXPECT_EQ(with.error().detail, without.error().detail + ": " + *end);
  }
}

TEST_F(ExchangeTest, GivesAdviceAfterTheDeadlineToo) {
  HttpRequest request = RequestFor("https://idp.test/");
  request.advice.slow = "wait";
  rules_.deadline_ns = MonotonicNs();
  EXPECT_TRUE(FailedWith("before the exchange started: wait", Exchange(request, rules_)));
}

}  // namespace
}  // namespace pamjwt::http
