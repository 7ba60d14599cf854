#include "io/varlink_client.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "io/fetcher_client.h"
#include "io/fetcher_interface.h"
#include "support/expect_origin.h"
#include "support/fake_fetcher.h"
#include "support/temp_dir.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::DetailOf;
using test::FakeFetcher;
using test::RefusedFor;
using test::TempDir;

constexpr int kSoonMs = 20;
constexpr int kEnoughMs = 20'000;

class VarlinkClientTest : public testing::Test {
 protected:
  [[nodiscard]] Result<VarlinkReply> Call(int timeout_ms = kEnoughMs,
                                          std::size_t max_reply_bytes = kMaxVarlinkBytes) const {
    VarlinkRequest request;
    request.socket = socket_;
    request.call.method = "io.example.Method";
    request.timeout_ms = timeout_ms;
    request.max_reply_bytes = max_reply_bytes;
    request.reason = Reason::kRedeemUnavailable;
    return CallVarlink(request);
  }

  /// Calls a server that answers with these bytes.
  [[nodiscard]] Result<VarlinkReply> CallAnsweredBy(std::optional<std::string> bytes,
                                                    int timeout_ms = kEnoughMs) const {
    std::filesystem::remove(socket_);
    const FakeFetcher server(socket_, [&](const VarlinkCall&) { return bytes; });
    return Call(timeout_ms);
  }

  const TempDir directory_;
  const std::string socket_ = directory_.Path("socket");
};

TEST_F(VarlinkClientTest, GetsTheAnswerToOneCall) {
  FakeFetcher server(socket_, [](const VarlinkCall& call) {
    return FormatVarlinkReply({"", Json(JsonObject{{"method", Json(call.method)}})});
  });
  const Result<VarlinkReply> reply = Call();
  ASSERT_TRUE(Accepted(reply));
  EXPECT_EQ(ToJsonText(reply.value().parameters), R"({"method":"io.example.Method"})");
  EXPECT_EQ(server.calls().size(), 1U);
}

TEST_F(VarlinkClientTest, TakesAnErrorForAnAnswer) {
  const Result<VarlinkReply> reply = CallAnsweredBy(FakeFetcher::Failed("io.example.Failed"));
  ASSERT_TRUE(Accepted(reply));
  EXPECT_EQ(reply.value().error, "io.example.Failed");
}

TEST_F(VarlinkClientTest, SaysThatNobodyIsThere) {
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, Call()));
  EXPECT_EQ(DetailOf(Call()), socket_ + ": connect: No such file or directory");
  {
    const FakeFetcher gone(socket_, [](const VarlinkCall&) { return std::nullopt; });
  }
  EXPECT_EQ(DetailOf(Call()), socket_ + ": connect: Connection refused");
}

TEST_F(VarlinkClientTest, WaitsNoLongerThanItMay) {
  EXPECT_EQ(DetailOf(CallAnsweredBy(std::nullopt, kSoonMs)), socket_ + ": no answer in time");
  EXPECT_EQ(DetailOf(CallAnsweredBy("{\"parameters\":{", kEnoughMs)),
            socket_ + ": the connection was closed");
}

/// A server that accepts nobody.
class DeafServer {
 public:
  explicit DeafServer(const std::string& path)
      : listener_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sun_family = AF_UNIX;
    path.copy(address_.sun_path, sizeof(address_.sun_path) - 1);
    EXPECT_EQ(bind(listener_.get(), where(), sizeof(address_)), 0);
    EXPECT_EQ(listen(listener_.get(), 0), 0);
  }

  /// Connects until no connection more fits into the queue.
  void FillQueue() {
    do {
      waiting_.emplace_back(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    } while (connect(waiting_.back().get(), where(), sizeof(address_)) == 0);
  }

  /// Accepts the first connection, and returns what its client sent before it went away.
  [[nodiscard]] std::string Sent() const {
    const UniqueFd client(accept(listener_.get(), nullptr, nullptr));
    std::string sent(4096, '\0');
    const ssize_t size = recv(client.get(), sent.data(), sent.size(), 0);
    sent.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return sent;
  }

 private:
  [[nodiscard]] const sockaddr* where() const {
    return reinterpret_cast<const sockaddr*>(&address_);
  }

  UniqueFd listener_;
  sockaddr_un address_{};
  std::vector<UniqueFd> waiting_;
};

// Nobody accepts, and the queue is full: connecting itself has to wait.
TEST_F(VarlinkClientTest, WaitsNoLongerForAFullQueue) {
  DeafServer server(socket_);
  server.FillQueue();
  EXPECT_EQ(DetailOf(Call(kSoonMs)), socket_ + ": no answer in time");
}

TEST_F(VarlinkClientTest, LeavesAOnewayCallInTheQueueOfAServerThatDoesNotAnswer) {
  const DeafServer server(socket_);
  ASSERT_TRUE(Accepted(SendRefresh(socket_, "https://sso.example")));
  VarlinkCall call;
  call.method = kRefreshMethod;
  call.parameters = Json(JsonObject{{"issuer", Json("https://sso.example")}});
  call.oneway = true;
  EXPECT_EQ(server.Sent(), FormatVarlinkCall(call));
}

TEST_F(VarlinkClientTest, GivesAOnewayCallUpIfTheQueueIsFull) {
  DeafServer server(socket_);
  server.FillQueue();
  const Status sent = SendRefresh(socket_, "https://sso.example");
  ASSERT_TRUE(RefusedFor(Reason::kKeysMissing, sent));
  EXPECT_EQ(DetailOf(sent), socket_ + ": connect: Resource temporarily unavailable");
}

TEST_F(VarlinkClientTest, RefusesATextThatIsNoAnswer) {
  EXPECT_TRUE(Accepted(CallAnsweredBy(std::string("{}\0", 3))));
  for (const std::string& bytes :
       {std::string("[]\0", 3), std::string("\0", 1), std::string("{}"), std::string()}) {
    EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, CallAnsweredBy(bytes))) << bytes;
  }
}

TEST_F(VarlinkClientTest, RefusesALongAnswer) {
  const auto answer = [](std::size_t bytes) {
    return R"({"parameters":{"x":")" + std::string(bytes - 23, 'x') + "\"}}" + '\0';
  };
  ASSERT_EQ(answer(8192).size(), 8193U);
  EXPECT_TRUE(Accepted(CallAnsweredBy(answer(8192))));
  const Result<VarlinkReply> refused = CallAnsweredBy(answer(8193));
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, refused));
  EXPECT_EQ(DetailOf(refused), socket_ + ": a message has more than 8192 bytes");

  std::filesystem::remove(socket_);
  const FakeFetcher server(socket_, [&](const VarlinkCall&) { return answer(100'000); });
  EXPECT_TRUE(Accepted(Call(kEnoughMs, 100'000)));
}

TEST_F(VarlinkClientTest, TakesNoPathThatASocketCannotHave) {
  VarlinkRequest request;
  request.call.method = "a.B";
  request.socket = directory_.Path(std::string(108, 's'));
  EXPECT_EQ(DetailOf(CallVarlink(request)), request.socket + ": the path is too long");
}

TEST_F(VarlinkClientTest, AsksOnlyRootOrTheOwnerOfTheDirectory) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  constexpr uid_t kDaemon = 54321;
  FakeFetcher server(socket_, [](const VarlinkCall&) { return FakeFetcher::Refreshed(true); });
  EXPECT_TRUE(Accepted(Call()));  // root's

  const TempDir directory(test::UnsharedPlace());
  const std::string theirs = directory.MakeDirectory("theirs") + "/socket";
  ASSERT_EQ(chown(directory.Path("theirs").c_str(), kDaemon, kDaemon), 0);
  // Whose a server is, is settled when it begins to listen.
  ASSERT_EQ(seteuid(kDaemon), 0);
  const FakeFetcher unprivileged(theirs,
                                 [](const VarlinkCall&) { return FakeFetcher::Refreshed(true); });
  ASSERT_EQ(seteuid(0), 0);
  EXPECT_TRUE(Accepted(RefreshKeys(theirs, "https://a")));
  directory.SetMode("", 01777);  // as /tmp: anybody could have made theirs/socket
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, RefreshKeys(theirs, "https://a")));
  directory.SetMode("", 0755);
  ASSERT_EQ(chown(directory.Path("theirs").c_str(), kDaemon + 1, kDaemon + 1), 0);
  const Result<RefreshResult> refused = RefreshKeys(theirs, "https://a");
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, refused));
  EXPECT_NE(DetailOf(refused).find("uid 54321"), std::string::npos) << DetailOf(refused);
  EXPECT_EQ(unprivileged.calls().size(), 1U);
}

// The process is somebody else's.
TEST_F(VarlinkClientTest, LeavesNoDescriptorBehindAndIsKilledByNoSignal) {
  const int before = dup(0);
  close(before);
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, CallAnsweredBy(std::string())));
  EXPECT_TRUE(Accepted(CallAnsweredBy(std::string("{}\0", 3))));
  const int after = dup(0);
  close(after);
  EXPECT_EQ(after, before);
}

struct AnswerCase {
  const char* name;
  std::string bytes;
  std::optional<RefreshAnswer> answer;
  std::optional<Seconds> cooldown = std::nullopt;
};

const AnswerCase kAnswers[] = {
    {"Changed", FakeFetcher::Refreshed(true), RefreshAnswer::kChanged},
    {"Unchanged", FakeFetcher::Refreshed(false), RefreshAnswer::kUnchanged},
    {"Cooldown", FakeFetcher::InCooldown(23), RefreshAnswer::kCooldown, Seconds{23}},
    {"ShortestCooldown", FakeFetcher::InCooldown(1), RefreshAnswer::kCooldown, Seconds{1}},
    {"LongestCooldown", FakeFetcher::InCooldown(3600), RefreshAnswer::kCooldown, Seconds{3600}},
    {"TooShortACooldown", FakeFetcher::InCooldown(0), RefreshAnswer::kCooldown},
    {"NegativeCooldown", FakeFetcher::InCooldown(-23), RefreshAnswer::kCooldown},
    {"TooLongACooldown", FakeFetcher::InCooldown(3601), RefreshAnswer::kCooldown},
    {"CooldownWithoutATime", FakeFetcher::Failed(kCooldownError), RefreshAnswer::kCooldown},
    {"CooldownAsText",
     FormatVarlinkReply(
         {std::string(kCooldownError), Json(JsonObject{{"cooldown", Json(std::string("23"))}})}),
     RefreshAnswer::kCooldown},
    {"UnknownIssuer", FakeFetcher::Failed(kUnknownIssuerError), RefreshAnswer::kUnknownIssuer},
    {"PermissionDenied", FakeFetcher::Failed(kPermissionDeniedError), std::nullopt},
    {"AnotherError", FakeFetcher::Failed("org.varlink.service.MethodNotFound"), std::nullopt},
    {"WithoutChanged", FormatVarlinkReply({"", Json()}), std::nullopt},
    {"ChangedAsText",
     FormatVarlinkReply({"", Json(JsonObject{{"changed", Json(std::string("true"))}})}),
     std::nullopt},
};

class RefreshKeysTest : public testing::TestWithParam<AnswerCase> {};

TEST_P(RefreshKeysTest, ReadsTheAnswerOfTheDaemonOrRefusesIt) {
  const TempDir directory;
  const FakeFetcher server(directory.Path("socket"),
                           [](const VarlinkCall&) { return GetParam().bytes; });
  const Result<RefreshResult> result =
      RefreshKeys(directory.Path("socket"), "https://a", kEnoughMs);
  ASSERT_EQ(server.calls().size(), 1U);
  EXPECT_EQ(server.calls().front().method, "io.pamjwt.Fetcher.Refresh");
  EXPECT_EQ(ToJsonText(server.calls().front().parameters), R"({"issuer":"https://a"})");
  if (GetParam().answer.has_value()) {
    ASSERT_TRUE(Accepted(result));
    EXPECT_EQ(result.value().answer, *GetParam().answer);
    EXPECT_EQ(result.value().cooldown, GetParam().cooldown);
  } else {
    EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, result));
  }
}

TEST_P(RefreshKeysTest, ReadsTheSameAnswersToAForcedCall) {
  const TempDir directory;
  const FakeFetcher server(directory.Path("socket"),
                           [](const VarlinkCall&) { return GetParam().bytes; });
  const Result<RefreshResult> result =
      ForceRefresh(directory.Path("socket"), "https://a", kEnoughMs);
  EXPECT_EQ(ToJsonText(server.calls().front().parameters),
            R"({"issuer":"https://a","force":true})");
  EXPECT_EQ(result.ok(), GetParam().answer.has_value());
}

INSTANTIATE_TEST_SUITE_P(RefreshKeys, RefreshKeysTest, testing::ValuesIn(kAnswers),
                         test::kCaseName);

}  // namespace
}  // namespace pamjwt
