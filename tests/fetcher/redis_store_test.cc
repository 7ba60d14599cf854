// RedisStore with a real server, and with a server that misbehaves.
#include "jwks-fetcher/redeem/redis_store.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "fetcher/redis_server.h"
#include "http/curl_http.h"
#include "io/clock.h"
#include "jwks-fetcher/varlink/listen_at.h"
#include "support/expect.h"
#include "support/expect_origin.h"

namespace pamjwt::fetcher {
namespace {

using test::Accepted;
using test::RedisServer;
using test::RefusedFor;

constexpr UnixTime kNow{1'800'000'000};
constexpr UnixTime kLater{1'800'000'600};

/// A host: a store, and the loop that runs it.
class Host {
 public:
  explicit Host(RedisOptions options)
      : http_(http::CurlHttp::Create(Owners{}, "test").value()), store_(std::move(options)) {}

  Result<bool> Redeem(const std::string& key, UnixTime expires = kLater) {
    Begin(key, expires);
    while (!result_.has_value()) RunOnce();
    return *result_;
  }

  void Begin(const std::string& key, UnixTime expires = kLater) {
    result_.reset();
    store_.Redeem(key, expires, Now(), [this](auto first) { result_ = std::move(first); });
    store_.Commit(Now());
  }

  /// Makes a call for each key, and then sends them together. Their results come into `results`.
  void BeginTogether(const std::vector<std::string>& keys, std::vector<std::string>& results) {
    for (const std::string& key : keys) {
      store_.Redeem(key, kLater, Now(), [&results, key](const Result<bool>& first) {
        results.push_back(key + (first.ok() ? (first.value() ? " first" : " used") : " fault"));
      });
    }
    store_.Commit(Now());
  }

  void RunOnce() {
    std::vector<pollfd> fds = store_.PollFds();
    const std::int64_t wait = store_.NextWake().ms - Now().mono.ms;
    poll(fds.data(), fds.size(), static_cast<int>(std::clamp<std::int64_t>(wait, 0, 1000)));
    store_.Serve(fds, Now());
  }

  bool IsFirst(const std::string& key) {
    const Result<bool> first = Redeem(key);
    EXPECT_TRUE(Accepted(first));
    return first.ok() && first.value();
  }

  Status Prepare() {
    std::optional<Status> prepared;
    store_.Prepare(Now(), [&](Status status) { prepared = std::move(status); });
    while (!prepared.has_value()) RunOnce();
    return *prepared;
  }

  /// The time by which the clock of the store runs ahead, in milliseconds.
  std::int64_t ahead_ms = 0;

 private:
  [[nodiscard]] Instant Now() const {
    return {MonoTime{MonotonicNs() / 1'000'000 + ahead_ms}, kNow};
  }

  std::unique_ptr<http::CurlHttp> http_;  // initialises libcurl
  RedisStore store_;
  std::optional<Result<bool>> result_;
};

RedisOptions For(const std::string& url, const std::string& password = "") {
  RedisOptions options;
  options.url = ParseStoreUrl(url).value();
  if (!password.empty()) {
    options.password = [password] { return Result<SecretString>(SecretString(password)); };
  }
  return options;
}

RedisOptions At(const RedisServer& server, const std::string& password = "") {
  return For("unix:" + server.socket(), password);
}

testing::AssertionResult Unavailable(std::string_view detail, const Status& status) {
  const testing::AssertionResult refused = RefusedFor(Reason::kRedeemUnavailable, status);
  if (!refused || status.error().detail.find(detail) != std::string::npos) return refused;
  return testing::AssertionFailure() << status.error().detail;
}

testing::AssertionResult Unavailable(std::string_view detail, const Result<bool>& first) {
  return Unavailable(detail, first.ok() ? Ok() : Status(first.error()));
}

TEST(RedisStore, SaysYesOnceForEachKeyToAllHosts) {
  const RedisServer server;
  Host here(At(server));
  Host there(At(server));
  EXPECT_TRUE(here.IsFirst("a"));
  EXPECT_FALSE(here.IsFirst("a"));
  EXPECT_FALSE(there.IsFirst("a"));
  EXPECT_TRUE(there.IsFirst("b"));
  EXPECT_FALSE(here.IsFirst("b"));
}

TEST(RedisStore, SpeaksTcpOnThisHost) {
  RedisServer::Options options;
  options.has_port = true;
  const RedisServer server(options);
  Host host(For("redis://127.0.0.1:" + std::to_string(server.port())));
  EXPECT_TRUE(host.IsFirst("a"));
  EXPECT_FALSE(host.IsFirst("a"));
}

TEST(RedisStore, KeepsToItsDatabase) {
  RedisServer::Options options;
  options.has_port = true;
  const RedisServer server(options);
  const std::string url = "redis://127.0.0.1:" + std::to_string(server.port());
  Host first(For(url + "/1"));
  EXPECT_TRUE(first.IsFirst("a"));
  EXPECT_FALSE(Host(For(url + "/1")).IsFirst("a"));
  EXPECT_TRUE(Host(For(url + "/2")).IsFirst("a"));
  EXPECT_TRUE(Unavailable("does not have the database", Host(For(url + "/999")).Prepare()));
}

TEST(RedisStore, RemembersWhenTheServerWasKilled) {
  RedisServer server;
  Host host(At(server));
  EXPECT_TRUE(host.IsFirst("a"));
  server.Start();
  EXPECT_FALSE(Host(At(server)).IsFirst("a"));
}

using Texts = std::vector<std::string>;

TEST(RedisStore, GivesEachOfAGroupItsOwnAnswer) {
  const RedisServer server;
  Host host(At(server));
  EXPECT_TRUE(host.IsFirst("old"));
  Texts results;
  host.BeginTogether({"a", "old", "b", "a", "b"}, results);
  while (results.size() < 5) host.RunOnce();
  EXPECT_EQ(results, (Texts{"a first", "old used", "b first", "a used", "b used"}));
}

TEST(RedisStore, FailsEachOfAGroupIfTheConnectionIsLost) {
  RedisServer server;
  Host host(At(server));
  EXPECT_TRUE(host.IsFirst("old"));
  server.Stop();
  Texts results;
  host.BeginTogether({"a", "b", "c"}, results);
  EXPECT_TRUE(results.empty());
  server.Kill();
  while (results.size() < 3) host.RunOnce();
  EXPECT_EQ(results, (Texts{"a fault", "b fault", "c fault"}));
  server.Start();
  EXPECT_FALSE(host.IsFirst("old"));
  EXPECT_TRUE(host.IsFirst("d"));
}

TEST(RedisStore, ConnectsAgainAfterTheServerHasGone) {
  RedisServer server;
  Host host(At(server));
  EXPECT_TRUE(host.IsFirst("a"));
  server.Kill();
  host.RunOnce();  // the end of the connection
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, host.Redeem("b")));
  server.Start();
  EXPECT_FALSE(host.IsFirst("a"));
  EXPECT_TRUE(host.IsFirst("b"));
}

TEST(RedisStore, ForgetsWhatHasExpired) {
  const RedisServer server;
  Host host(At(server));
  EXPECT_TRUE(host.Redeem("a", UnixTime{kNow.seconds - 5}).value());
  while (!host.Redeem("a").value()) {  // a second at most
  }
  EXPECT_FALSE(host.IsFirst("a"));
}

TEST(RedisStore, RefusesAServerThatEvicts) {
  RedisServer::Options options;
  for (const char* const policy : {"allkeys-lru", "volatile-ttl", "volatile-lru"}) {
    options.eviction = policy;
    const RedisServer server(options);
    EXPECT_TRUE(Unavailable("maxmemory-policy noeviction", Host(At(server)).Prepare())) << policy;
    EXPECT_TRUE(Unavailable("maxmemory-policy noeviction", Host(At(server)).Redeem("a")));
  }
  options.eviction = "noeviction";
  const RedisServer server(options);
  EXPECT_TRUE(Accepted(Host(At(server)).Prepare()));
}

TEST(RedisStore, RefusesAServerWithoutAnAppendOnlyFile) {
  RedisServer::Options options;
  options.append_only = "no";
  const RedisServer bad(options);
  EXPECT_TRUE(Unavailable("appendonly yes", Host(At(bad)).Prepare()));
  EXPECT_TRUE(Unavailable("appendonly yes", Host(At(bad)).Redeem("a")));
  options.append_only = "yes";
  const RedisServer good(options);
  EXPECT_TRUE(Accepted(Host(At(good)).Prepare()));
}

TEST(RedisStore, ChecksTheServerAgainAfterAWhile) {
  RedisServer server;
  Host host(At(server));
  EXPECT_TRUE(host.IsFirst("a"));
  server.options.append_only = "no";
  Host other(At(server));
  EXPECT_TRUE(other.IsFirst("b"));
  server.Start();
  host.ahead_ms = 60'000;
  EXPECT_TRUE(Unavailable("appendonly yes", host.Redeem("c")));
}

TEST(RedisStore, GivesThePasswordWhereOneIsAskedFor) {
  RedisServer::Options options;
  options.password = "correct horse";
  const RedisServer server(options);
  EXPECT_TRUE(Host(At(server, "correct horse")).IsFirst("a"));
  EXPECT_FALSE(Host(At(server, "correct horse")).IsFirst("a"));
  EXPECT_TRUE(Unavailable("refuses the password", Host(At(server, "wrong")).Redeem("b")));
  EXPECT_TRUE(Unavailable("NOAUTH", Host(At(server)).Redeem("b")));
  RedisOptions unreadable = At(server);
  unreadable.password = [] {
    return Result<SecretString>(Error{Reason::kRedeemUnavailable, "no password"});
  };
  EXPECT_TRUE(Unavailable("no password", Host(unreadable).Redeem("b")));
}

class TlsRedisTest : public testing::Test {
 protected:
  RedisOptions For(const RedisServer& server, const std::string& host = "localhost") const {
    RedisOptions options =
        fetcher::For("rediss://" + host + ":" + std::to_string(server.port()), "secret");
    options.ca_file = ca_file_;
    return options;
  }

  [[nodiscard]] RedisServer::Options Serving(const test::TestCa& authority,
                                             const test::CertificateSpec& certificate = {}) const {
    RedisServer::Options options;
    options.tls_of = &authority;
    options.certificate = certificate;
    options.password = "secret";
    return options;
  }

  test::TestCa ca_;
  test::TempDir directory_;
  std::string ca_file_ = directory_.Write("ca.pem", ca_.Pem());
};

TEST_F(TlsRedisTest, UsesAServerWhoseCertificateHolds) {
  const RedisServer server(Serving(ca_));
  Host host(For(server));
  EXPECT_TRUE(host.IsFirst("a"));
  EXPECT_FALSE(host.IsFirst("a"));
}

TEST_F(TlsRedisTest, RefusesAServerWhoseCertificateDoesNotHold) {
  const test::TestCa stranger("stranger");
  EXPECT_TRUE(
      RefusedFor(Reason::kRedeemUnavailable, Host(For(RedisServer(Serving(stranger)))).Prepare()));
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable,
                         Host(For(RedisServer(Serving(ca_, {"DNS:db.test", false})))).Prepare()));
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable,
                         Host(For(RedisServer(Serving(ca_, {"DNS:localhost", true})))).Prepare()));
  EXPECT_TRUE(Accepted(Host(For(RedisServer(Serving(ca_, {"DNS:localhost", false})))).Prepare()));
}

TEST_F(TlsRedisTest, DoesNotSpeakPlainTextToATlsServer) {
  RedisServer::Options options;
  options.has_port = true;
  const RedisServer server(options);
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, Host(For(server)).Prepare()));
}

TEST(RedisStore, WaitsNoLongerThanItsTimeForAServerThatHangs) {
  RedisServer server;
  RedisOptions options = At(server);
  options.timeout_ms = 100;
  Host host(options);
  EXPECT_TRUE(host.IsFirst("a"));
  server.Stop();
  EXPECT_TRUE(Unavailable("no answer in time", host.Redeem("b")));
  EXPECT_TRUE(Unavailable("no answer in time", host.Redeem("b")));  // while it connects, too
  server.Continue();
  EXPECT_FALSE(host.IsFirst("a"));
}

TEST(RedisStore, BoundsTheCallsThatWait) {
  RedisServer server;
  RedisOptions options = At(server);
  options.max_calls = 2;
  std::vector<bool> too_many;  // the calls that wait are answered when the store ends
  RedisStore store(options);
  server.Stop();
  for (const char* const key : {"a", "b", "c"}) {
    store.Redeem(key, kLater, {MonoTime{1}, kNow}, [&](const Result<bool>& first) {
      too_many.push_back(static_cast<bool>(Unavailable("too many calls", first)));
    });
  }
  EXPECT_EQ(too_many, std::vector<bool>{true});
  server.Continue();
}

/// A server that sends one text to each client that connects, and another text after a SET.
class BabblingServer {
 public:
  BabblingServer(std::string greeting, std::string answer)
      : listener_(ListenAt(directory_.Path("sock"), 0600).value()),
        thread_([this, greeting = std::move(greeting), answer = std::move(answer)] {
          Babble(greeting, answer);
        }) {}
  BabblingServer(const BabblingServer&) = delete;
  BabblingServer& operator=(const BabblingServer&) = delete;
  ~BabblingServer() { thread_.join(); }

  [[nodiscard]] RedisOptions Options() const { return For("unix:" + directory_.Path("sock")); }

 private:
  /// Serves one client until it has gone.
  void Babble(const std::string& greeting, const std::string& answer) const {
    pollfd ready{listener_.get(), POLLIN, 0};
    if (poll(&ready, 1, 10'000) != 1) return;
    const UniqueFd client(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    Say(client, greeting);
    std::string heard;
    std::array<char, 4096> buffer{};
    for (ssize_t size = 0; (size = recv(client.get(), buffer.data(), buffer.size(), 0)) > 0;) {
      heard.append(buffer.data(), static_cast<std::size_t>(size));
      if (heard.find("SET") != std::string::npos) Say(client, answer);
    }
  }

  static void Say(const UniqueFd& client, const std::string& text) {
    send(client.get(), text.data(), text.size(), MSG_NOSIGNAL);
  }

  test::TempDir directory_;
  UniqueFd listener_;
  std::thread thread_;
};

const std::string kGood = "$27\r\nmaxmemory_policy:noeviction\r\n$13\r\naof_enabled:1\r\n";

struct Babble {
  const char* name;
  std::string greeting;
  std::string answer;
  const char* detail;
};

const Babble kBabbles[] = {
    {"NoRedis", "HTTP/1.1 400 Bad Request\r\n\r\n", "", "cannot be read"},
    {"AList", "*2000000000\r\n", "", "cannot be read"},
    {"WithoutEnd", "+" + std::string(70'000, 'x'), "", "too long"},
    {"ABulkWithoutEnd", "$2000000000\r\n" + std::string(70'000, 'x'), "", "too long"},
    {"MoreThanAsked", kGood + "+OK\r\n", "", "a reply to nothing"},
    {"AnotherPolicy", "$28\r\nmaxmemory_policy:noevictions\r\n", "", "noeviction"},
    {"PolicyInsideALine", "$28\r\nxmaxmemory_policy:noeviction\r\n", "", "noeviction"},
    {"AnError", "-NOPERM no\r\n", "", "(NOPERM no)"},
    {"ANumberInPlaceOfOk", kGood, ":1\r\n", "did not record the token"},
    {"AReadOnlyReplica", kGood, "-READONLY no\r\n", "READONLY no"},
    {"NoMemory", kGood, "-OOM no\r\n", "OOM no"},
};

class BadRedisReplyTest : public testing::TestWithParam<Babble> {};

TEST_P(BadRedisReplyTest, AnAnswerThatIsNotUnderstoodFailsTheCall) {
  const BabblingServer server(GetParam().greeting, GetParam().answer);
  Host host(server.Options());
  EXPECT_TRUE(Unavailable(GetParam().detail, host.Redeem("a")));
}

INSTANTIATE_TEST_SUITE_P(RedisStore, BadRedisReplyTest, testing::ValuesIn(kBabbles),
                         test::kCaseName);

TEST(RedisStore, ShowsNoPasswordThatTheServerRepeats) {
  const BabblingServer server(
      "-ERR unknown command `AUTH`, with args beginning with: `Sum#mer`\r\n", "");
  RedisOptions options = server.Options();
  options.password = [] { return Result<SecretString>(SecretString("Sum#mer")); };
  const Result<bool> first = Host(options).Redeem("a");
  EXPECT_TRUE(Unavailable("unknown command `AUTH`, with args beginning with: `***`", first));
  EXPECT_EQ(first.error().detail.find("mer"), std::string::npos) << first.error().detail;
}

TEST(RedisStore, AcceptsGoodRepliesOfTheSameServer) {
  const BabblingServer yes(kGood, "+OK\r\n");
  Host first(yes.Options());
  EXPECT_TRUE(first.IsFirst("a"));
  const BabblingServer no(kGood, "$-1\r\n");
  Host second(no.Options());
  EXPECT_FALSE(second.IsFirst("a"));
}

TEST(RedisStore, FailsWhereNobodyListens) {
  const test::TempDir directory;
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable,
                         Host(For("unix:" + directory.Path("none"))).Prepare()));
}

}  // namespace
}  // namespace pamjwt::fetcher
