#include "jwks-fetcher/feed/feed_fetch.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/denylist/feed.h"
#include "support/config_text.h"
#include "support/expect.h"
#include "support/fake_clock.h"
#include "support/fake_http.h"
#include "support/temp_dir.h"

namespace pamjwt::fetcher {
namespace {

constexpr const char* kUrl = "https://ops.example/denied.jwt";
constexpr const char* kOptions = "ca_file = \"/ca.pem\"";

DenylistOptions Options(const std::string& more = "", const std::string& url = kUrl) {
  return test::ConfigOf("[denylist]\nkeys = \"/fleet.json\"\nurl = \"" + url + "\"\n" + more)
      .denylist;
}

http::HttpResponse ResponseOf(std::string body, std::string etag = "\"1\"") {
  http::HttpResponse response;
  response.status = 200;
  response.body = std::move(body);
  response.etag = std::move(etag);
  return response;
}

class FeedFetchTest : public testing::Test {
 protected:
  void SetUp() override { Restart(); }

  /// Starts anew, as a new process would.
  void Restart() {
    http_.Forget();
    feed_ = std::make_unique<FeedFetch>(http_, path_, clock_.Reader(), [this] { return random_; });
    feed_->LogTo([this](LogLevel /*level*/, const std::string& line) { log_.push_back(line); });
  }

  /// Configures the list, and starts the first fetch.
  void Begin(const std::string& more = "") {
    feed_->Configure(Options(more));
    feed_->Run();
  }

  /// Lets the time of the next fetch come, and starts it.
  void NextFetch() {
    clock_.Advance(WaitMs());
    feed_->Run();
    ASSERT_EQ(http_.pending(), 1U);
  }

  /// Answers the running fetch with HTTP 304.
  void RespondNotModified(const std::string& etag = "") {
    http::HttpResponse response;
    response.status = 304;
    response.etag = etag;
    http_.Respond(std::move(response));
  }

  [[nodiscard]] std::int64_t WaitMs() const { return feed_->NextWake().ms - clock_.now().mono.ms; }

  [[nodiscard]] std::string InFile() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// Returns a number that changes when the file is replaced.
  [[nodiscard]] ino_t FileNumber() const {
    struct stat status {};
    return stat(path_.c_str(), &status) == 0 ? status.st_ino : 0;
  }

  [[nodiscard]] FeedStatus StatusNow() const { return feed_->status().value(); }

  test::TempDir directory_;
  std::string path_ = directory_.Path("denylist.jwt");
  test::FakeClock clock_;
  test::FakeHttp http_;
  double random_ = 0;
  std::vector<std::string> log_;
  std::unique_ptr<FeedFetch> feed_;
};

TEST_F(FeedFetchTest, DoesNothingWithoutAUrl) {
  EXPECT_EQ(feed_->NextWake(), kNever);
  feed_->Configure(test::ConfigOf("").denylist);
  feed_->Run();
  EXPECT_EQ(feed_->NextWake(), kNever);
  EXPECT_EQ(http_.count(), 0);
  EXPECT_TRUE(feed_->tried());
  EXPECT_FALSE(feed_->status().has_value());
  EXPECT_TRUE(log_.empty());
  EXPECT_TRUE(std::filesystem::is_empty(directory_.Path("")));
}

TEST_F(FeedFetchTest, FetchesAtOnceAndWritesTheFile) {
  feed_->Configure(Options());
  EXPECT_EQ(WaitMs(), 0);
  EXPECT_FALSE(feed_->tried());
  feed_->Run();
  EXPECT_EQ(feed_->NextWake(), kNever);  // one fetch at a time
  feed_->Run();
  EXPECT_EQ(http_.count(), 1);
  http_.Respond(ResponseOf("a.b.c\n"));
  EXPECT_TRUE(feed_->tried());
  EXPECT_EQ(InFile(), "a.b.c\n");
  EXPECT_EQ(WaitMs(), 60'000);
  EXPECT_EQ(log_, std::vector<std::string>({"denylist_fetched bytes=6 changed=yes"}));
}

TEST_F(FeedFetchTest, TheRequestHasTheOptionsAndTheBounds) {
  Begin(
      "ca_file = \"/ca.pem\"\nproxy = \"http://user@proxy.example:3128\"\n"
      "proxy_password_file = \"/password\"\n");
  const http::HttpRequest& request = http_.next();
  EXPECT_EQ(request.url, kUrl);
  EXPECT_EQ(request.ca_file, "/ca.pem");
  EXPECT_EQ(request.proxy, "http://user@proxy.example:3128");
  EXPECT_EQ(request.proxy_password_file, "/password");
  EXPECT_EQ(request.bearer_token_file, "");
  EXPECT_EQ(request.max_bytes, kMaxFeedBytes);
  EXPECT_EQ(request.timeout_ms, 60'000);
  EXPECT_EQ(request.nearest, http::AddressClass::kLocal);
  EXPECT_EQ(request.etag + request.last_modified, "");
}

TEST_F(FeedFetchTest, TheIntervalEndsUpToATenthEarlierAndNeverLater) {
  random_ = 1;
  Begin("refresh = \"10s\"\n");
  clock_.Advance(700);
  http_.Respond(ResponseOf("a.b.c"));
  EXPECT_EQ(WaitMs(), 9'000 - 700);
  random_ = 0;
  NextFetch();
  http_.Respond(ResponseOf("a.b.c"));
  EXPECT_EQ(WaitMs(), 10'000);
  clock_.Advance(9'999);
  feed_->Run();
  EXPECT_EQ(http_.pending(), 0U);
  clock_.Advance(1);
  feed_->Run();
  EXPECT_EQ(http_.pending(), 1U);
}

TEST_F(FeedFetchTest, CacheControlDoesNotLengthenTheInterval) {
  Begin();
  http::HttpResponse response = ResponseOf("a.b.c");
  response.cache_control = "max-age=86400";
  http_.Respond(std::move(response));
  EXPECT_EQ(WaitMs(), 60'000);
}

TEST_F(FeedFetchTest, AsksOnlyForANewList) {
  Begin();
  http_.Respond(ResponseOf("a.b.c", "\"one\""));
  NextFetch();
  EXPECT_EQ(http_.next().etag, "\"one\"");
  RespondNotModified("\"two\"");
  EXPECT_EQ(InFile(), "a.b.c");
  NextFetch();
  EXPECT_EQ(http_.next().etag, "\"two\"");
  http_.Respond(ResponseOf("a.b.d", "\"three\""));
  EXPECT_EQ(InFile(), "a.b.d");
  const FeedStatus status = StatusNow();
  EXPECT_EQ(status.fetches_changed, 2U);
  EXPECT_EQ(status.fetches_unchanged, 1U);
  EXPECT_EQ(status.fetches_failed, 0U);
}

TEST_F(FeedFetchTest, AFileThatIsGoneIsFetchedWhole) {
  Begin();
  http_.Respond(ResponseOf("a.b.c"));
  std::filesystem::remove(path_);
  NextFetch();
  EXPECT_EQ(http_.next().etag, "");
  RespondNotModified();
  EXPECT_EQ(StatusNow().error, std::string(kUrl) + ": HTTP 304, which was not asked for");
  NextFetch();
  http_.Respond(ResponseOf("a.b.c"));
  EXPECT_EQ(InFile(), "a.b.c");
}

struct ModifiedCase {
  const char* name;
  const char* modified;
  const char* date;
  bool is_used;
};

constexpr ModifiedCase kModifiedCases[] = {
    {"TwoSecondsAgo", "Sun, 06 Nov 1994 08:49:35 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", true},
    {"ASecondAgo", "Sun, 06 Nov 1994 08:49:36 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", false},
    {"AtTheSameTime", "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", false},
    {"WithoutADate", "Sun, 06 Nov 1994 08:49:35 GMT", "", false},
    {"WithoutATime", "yesterday", "Sun, 06 Nov 1994 08:49:37 GMT", false},
};

class FeedFetchModifiedTest : public FeedFetchTest,
                              public testing::WithParamInterface<ModifiedCase> {};

TEST_P(FeedFetchModifiedTest, AFileMayBeReplacedTwiceInASecond) {
  Begin();
  http::HttpResponse response = ResponseOf("a.b.c", "\"one\"");
  response.last_modified = GetParam().modified;
  response.date = GetParam().date;
  http_.Respond(response);
  NextFetch();
  EXPECT_EQ(http_.next().last_modified, GetParam().is_used ? GetParam().modified : "");
  EXPECT_EQ(http_.next().etag, GetParam().is_used ? "\"one\"" : "");
}

INSTANTIATE_TEST_SUITE_P(FeedFetch, FeedFetchModifiedTest, testing::ValuesIn(kModifiedCases),
                         test::kCaseName);

TEST_F(FeedFetchTest, ARestartDoesNotRewriteTheSameList) {
  Begin();
  http_.Respond(ResponseOf("a.b.c"));
  const ino_t before = FileNumber();
  Restart();
  Begin();
  EXPECT_EQ(http_.next().etag, "");
  http_.Respond(ResponseOf("a.b.c"));
  EXPECT_EQ(FileNumber(), before);
  EXPECT_EQ(StatusNow().fetches_unchanged, 1U);
  EXPECT_EQ(StatusNow().changed, std::nullopt);
  NextFetch();
  http_.Respond(ResponseOf("a.b.d"));
  EXPECT_NE(FileNumber(), before);
}

struct FailureCase {
  const char* name;
  int status;
  const char* body;
  const char* error;
};

constexpr FailureCase kFailureCases[] = {
    {"NotFound", 404, "a.b.d", ": HTTP 404"},
    {"PartOfAFile", 206, "a.b.d", ": HTTP 206"},
    {"NotModified", 304, "", ": HTTP 304, which was not asked for"},
    {"Nothing", 200, "", ": the server sent nothing"},
    {"APage", 200, "<!DOCTYPE html>",
     ": the server sent no signed list (a compact JWS), but 15 bytes that begin with "
     "\"<!DOCTYPE html>\""},
};

class FeedFetchFailureTest : public FeedFetchTest,
                             public testing::WithParamInterface<FailureCase> {};

TEST_P(FeedFetchFailureTest, KeepsTheListAndTriesAgainAtTheNextInterval) {
  Begin();
  http_.Respond(ResponseOf("a.b.c", ""));
  log_.clear();
  for (int failures = 1; failures <= 2; ++failures) {
    NextFetch();
    http_.Respond(GetParam().status, GetParam().body);
    EXPECT_EQ(StatusNow().error, kUrl + std::string(GetParam().error));
    EXPECT_EQ(StatusNow().failures, failures);
    EXPECT_EQ(WaitMs(), 60'000);
    EXPECT_EQ(log_.size(), 1U);  // logged once
  }
  EXPECT_TRUE(log_[0].starts_with("denylist_fetch_failed detail=")) << log_[0];
  EXPECT_EQ(InFile(), "a.b.c");
  NextFetch();
  http_.Respond(ResponseOf("a.b.c", ""));
  EXPECT_EQ(StatusNow().error, "");
  EXPECT_EQ(StatusNow().failures, 0U);
  EXPECT_EQ(StatusNow().fetches_failed, 2U);
  EXPECT_EQ(log_.back(), "denylist_fetched bytes=5 changed=no");
}

INSTANTIATE_TEST_SUITE_P(FeedFetch, FeedFetchFailureTest, testing::ValuesIn(kFailureCases),
                         test::kCaseName);

TEST_F(FeedFetchTest, AServerThatIsDownChangesNothing) {
  Begin();
  http_.Respond(ResponseOf("a.b.c", "\"one\""));
  NextFetch();
  http_.Fail("https://ops.example/denied.jwt: connection refused");
  EXPECT_EQ(StatusNow().error, "https://ops.example/denied.jwt: connection refused");
  EXPECT_EQ(InFile(), "a.b.c");
  NextFetch();
  EXPECT_EQ(http_.next().etag, "\"one\"");  // still that of the file
  RespondNotModified();
  EXPECT_EQ(StatusNow().error, "");
}

TEST_F(FeedFetchTest, AFileThatCannotBeWrittenIsAnErrorUntilItCan) {
  std::filesystem::create_directory(path_);
  Begin();
  http_.Respond(ResponseOf("a.b.c"));
  EXPECT_NE(StatusNow().error.find(path_), std::string::npos) << StatusNow().error;
  EXPECT_EQ(StatusNow().bytes, std::nullopt);
  std::filesystem::remove(path_);
  NextFetch();
  EXPECT_EQ(http_.next().etag, "");
  http_.Respond(ResponseOf("a.b.c"));
  EXPECT_EQ(StatusNow().error, "");
  EXPECT_EQ(InFile(), "a.b.c");
}

TEST_F(FeedFetchTest, WaitsAsLongAsAServerWants) {
  Begin();
  http::HttpResponse response;
  response.status = 503;
  response.retry_after = "120";
  http_.Respond(std::move(response));
  EXPECT_EQ(WaitMs(), 120'000);
}

TEST_F(FeedFetchTest, StatusTellsTheTimesByTheClockAsItStands) {
  Begin();
  EXPECT_EQ(StatusNow().fetched, std::nullopt);
  EXPECT_EQ(StatusNow().next, clock_.now().wall);
  http_.Respond(ResponseOf("a.b.c"));
  const UnixTime changed = clock_.now().wall;
  NextFetch();
  RespondNotModified();
  clock_.Advance(5'000);
  FeedStatus status = StatusNow();
  EXPECT_EQ(status.url, kUrl);
  EXPECT_EQ(status.bytes, 5U);
  EXPECT_EQ(status.changed, changed);
  EXPECT_EQ(status.fetched, UnixTime{clock_.now().wall.seconds - 5});
  EXPECT_EQ(status.next, UnixTime{clock_.now().wall.seconds + 55});
  clock_.SetWallForward(-3'600);
  status = StatusNow();
  EXPECT_EQ(status.fetched, UnixTime{clock_.now().wall.seconds - 5});
  EXPECT_EQ(status.changed, UnixTime{changed.seconds - 3'600});
}

TEST_F(FeedFetchTest, TheSameOptionsChangeNothing) {
  Begin();
  http_.Respond(ResponseOf("a.b.c", "\"one\""));
  clock_.Advance(10'000);
  feed_->Configure(Options("stale = \"deny\""));
  EXPECT_EQ(WaitMs(), 50'000);
  NextFetch();
  EXPECT_EQ(http_.next().etag, "\"one\"");
}

TEST_F(FeedFetchTest, AShorterIntervalCountsAtOnce) {
  Begin();
  http_.Respond(ResponseOf("a.b.c"));
  clock_.Advance(10'000);
  feed_->Configure(Options("refresh = \"15s\""));
  EXPECT_EQ(WaitMs(), 5'000);
}

TEST_F(FeedFetchTest, AnotherUrlIsFetchedAtOnceAndDropsARunningFetch) {
  Begin();
  http_.Respond(ResponseOf("a.b.c", "\"one\""));
  NextFetch();
  feed_->Configure(Options("", "https://ops.example/other.jwt"));
  EXPECT_FALSE(feed_->tried());
  http_.Respond(ResponseOf("a.b.old"));
  EXPECT_EQ(InFile(), "a.b.c");
  EXPECT_FALSE(feed_->tried());
  feed_->Run();
  EXPECT_EQ(http_.next().url, "https://ops.example/other.jwt");
  EXPECT_EQ(http_.next().etag, "");
  http_.Respond(ResponseOf("a.b.d"));
  EXPECT_EQ(InFile(), "a.b.d");
  EXPECT_EQ(StatusNow().url, "https://ops.example/other.jwt");
}

TEST_F(FeedFetchTest, AnotherWayToTheListIsTakenAtOnce) {
  Begin();
  http_.Fail("not trusted");
  feed_->Configure(Options(kOptions));
  EXPECT_EQ(WaitMs(), 0);
  EXPECT_EQ(StatusNow().error, "");
}

TEST_F(FeedFetchTest, WithoutAUrlTheFileStaysAndNothingIsFetched) {
  Begin();
  http_.Respond(ResponseOf("a.b.c"));
  NextFetch();
  feed_->Configure(test::ConfigOf("").denylist);
  EXPECT_EQ(feed_->NextWake(), kNever);
  EXPECT_FALSE(feed_->status().has_value());
  http_.Respond(ResponseOf("a.b.d"));
  EXPECT_EQ(InFile(), "a.b.c");
  clock_.Advance(3'600'000);
  feed_->Run();
  EXPECT_EQ(http_.pending(), 0U);
}

}  // namespace
}  // namespace pamjwt::fetcher
