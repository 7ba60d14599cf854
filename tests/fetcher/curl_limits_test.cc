// How many exchanges CurlHttp runs at a time, and which requests go first.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "fetcher/http_case.h"
#include "http/curl_http.h"

namespace pamjwt::http {
namespace {

using test::Connection;
using test::LoopbackServer;
using test::ServerRequest;

/// Answers every path but "/hang".
void HangOrRespond(Connection& connection, const ServerRequest& request) {
  if (request.path == "/hang") return connection.Hang();
  RespondWell(connection, request);
}

class CurlLimitsTest : public HttpCase {
 protected:
  /// Starts requests for all `paths`, and then hurries those for "/hurried". Returns the paths that
  /// were answered by the time when `last` is answered.
  std::vector<std::string> AnsweredUntil(const std::string& last,
                                         const std::vector<std::string>& paths) {
    std::vector<std::string> answered;
    for (const std::string& path : paths) {
      HttpRequest request = RequestFor(server_.Url(path));
      request.urgent = path == "/urgent";
      request.continues = path == "/continued";
      if (path == "/hang") request.timeout_ms = hang_ms_;
      http_->Send(std::move(request), [&answered, path](const Result<HttpResponse>& result) {
        answered.push_back(result.ok() ? path : path + " failed");
      });
    }
    http_->Hurry(server_.Url("/hurried"));
    while (std::find(answered.begin(), answered.end(), last) == answered.end()) {
      if (!http_->Wait({}, 20'000).ok()) break;
    }
    http_ = nullptr;  // the callbacks of the requests that hang refer to `answered`
    return answered;
  }

  void Limit(CurlLimits limits) {
    http_ = CurlHttp::Create(Owners{getuid()}, "test/1", limits).value();
  }

  LoopbackServer server_{ca_.MakeServer(), HangOrRespond};
  std::int64_t hang_ms_ = 20'000;
};

using Paths = std::vector<std::string>;

TEST_F(CurlLimitsTest, AnExchangeThatHangsDelaysNoOther) {
  EXPECT_EQ(AnsweredUntil("/a", {"/hang", "/a"}), Paths({"/a"}));
}

TEST_F(CurlLimitsTest, ExchangesThatHangGiveUpTheirPlaces) {
  Limit({.max_quick = 2, .max_all = 8, .slow_ms = 50});
  EXPECT_EQ(AnsweredUntil("/a", {"/hang", "/hang", "/hang", "/hang", "/a"}), Paths({"/a"}));
}

TEST_F(CurlLimitsTest, BoundsTheNumberOfExchanges) {
  Limit({.max_quick = 2, .max_all = 2, .slow_ms = 50});
  hang_ms_ = 300;
  const Paths answered = AnsweredUntil("/a", {"/hang", "/hang", "/a"});
  // One place is enough for it: the other that hangs may end before it or after it.
  EXPECT_EQ(answered.front(), "/hang failed");
  EXPECT_EQ(answered.back(), "/a");
}

TEST_F(CurlLimitsTest, AnUrgentRequestGoesFirst) {
  Limit({.max_quick = 1, .max_all = 8, .slow_ms = 20'000});
  EXPECT_EQ(AnsweredUntil("/urgent", {"/hang", "/a", "/urgent"}), Paths({"/urgent"}));
}

TEST_F(CurlLimitsTest, WorkThatHasBegunGoesOnBeforeOtherWorkBegins) {
  Limit({.max_quick = 1, .max_all = 1, .slow_ms = 20'000});
  EXPECT_EQ(AnsweredUntil("/b", {"/a", "/hurried", "/b", "/continued", "/urgent"}),
            Paths({"/urgent", "/hurried", "/continued", "/a", "/b"}));
}

}  // namespace
}  // namespace pamjwt::http
