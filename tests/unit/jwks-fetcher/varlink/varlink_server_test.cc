#include "jwks-fetcher/varlink/varlink_server.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace pamjwt::fetcher {
namespace {

constexpr uid_t kSomebodyElse = 4242;
constexpr MonoTime kStart{10'000};

/// A server on a socket of its own. Its clock stands still, and it never waits: what a client has
/// sent is there when Serve() reads.
class VarlinkServerTest : public testing::Test {
 protected:
  VarlinkServerTest() {
    path_ = directory_.Path("public");
    listener_ = UniqueFd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const sockaddr_un address = Address();
    if (bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener_.get(), 128) != 0) {
      throw std::runtime_error("bind");
    }
    Restart({kSomebodyElse});
  }

  /// Starts a server. By default it limits the user who runs the test, also if that is root.
  void Restart(VarlinkLimits limits) {
    server_ = std::make_unique<VarlinkServer>(
        UniqueFd(dup(listener_.get())),
        [this](const VarlinkCall& call, uid_t caller, VarlinkAnswer answer) {
          EXPECT_EQ(caller, geteuid());
          calls_.push_back(call.method);
          answers_.push_back(std::move(answer));
          if (call.method != "test.Later") answers_.back()(VarlinkReply{"", reply_});
        },
        limits);
  }

  [[nodiscard]] sockaddr_un Address() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
  }

  [[nodiscard]] UniqueFd Connect() const {
    UniqueFd client(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = Address();
    if (connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("connect");
    }
    return client;
  }

  /// Lets the server do all that it can do without waiting.
  void Serve(MonoTime now = kStart) {
    do {
      std::vector<pollfd> fds = server_->PollFds();
      const int ready = poll(fds.data(), fds.size(), 0);
      server_->Serve(fds, now);
      if (ready <= 0) return;
    } while (true);
  }

  static void Send(const UniqueFd& client, const std::string& text) {
    ASSERT_EQ(send(client.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  /// Returns a call with its NUL.
  static std::string Call(const std::string& method, const std::string& more = "") {
    return R"({"method":")" + method + "\"" + more + "}" + '\0';
  }

  /// Returns what has come, with "|" for NUL, and "(closed)" at the end if the server has closed.
  static std::string Received(const UniqueFd& client) {
    std::string text;
    std::array<char, 65536> buffer{};
    ssize_t size = 0;
    while ((size = recv(client.get(), buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(size));
    }
    for (char& c : text) {
      c = c == '\0' ? '|' : c;
    }
    return text + (size == 0 || errno == ECONNRESET ? "(closed)" : "");
  }

  test::TempDir directory_;
  std::string path_;
  UniqueFd listener_;
  Json reply_{JsonObject()};
  std::vector<std::string> calls_;
  std::vector<VarlinkAnswer> answers_;
  std::unique_ptr<VarlinkServer> server_;
};

constexpr const char* kReply = R"({"parameters":{}}|)";

TEST_F(VarlinkServerTest, AnswersCallsOfOneConnectionInOrder) {
  const UniqueFd client = Connect();
  Send(client, Call("test.Later") + Call("test.Now"));
  Serve();
  EXPECT_EQ(calls_, std::vector<std::string>{"test.Later"});
  EXPECT_EQ(Received(client), "");
  answers_[0](VarlinkReply{"test.Failed", Json(JsonObject())});
  Serve();
  EXPECT_EQ(Received(client), R"({"error":"test.Failed","parameters":{}}|{"parameters":{}}|)");
}

TEST_F(VarlinkServerTest, WantsToServeACallThatCameBeforeTheLastOneWasAnswered) {
  const UniqueFd client = Connect();
  Send(client, Call("test.Later") + Call("test.Later"));
  Serve();
  EXPECT_GT(server_->NextWake(), kStart);
  answers_[0](VarlinkReply{"", reply_});
  EXPECT_LE(server_->NextWake(), kStart);  // poll() does not report the second call
  server_->Serve({}, kStart);
  EXPECT_EQ(calls_.size(), 2U);
  answers_[1](VarlinkReply{"", reply_});
  EXPECT_GT(server_->NextWake(), kStart);
}

TEST_F(VarlinkServerTest, AcceptsACrowdInOneGo) {
  Restart({geteuid()});
  std::vector<UniqueFd> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(Connect());
    Send(clients.back(), Call("test.Later"));
  }
  std::vector<pollfd> fds = server_->PollFds();
  poll(fds.data(), fds.size(), 0);
  server_->Serve(fds, kStart);
  EXPECT_EQ(calls_.size(), clients.size());
}

TEST_F(VarlinkServerTest, TakesACallInPieces) {
  const UniqueFd client = Connect();
  for (const char octet : Call("test.Now")) {
    EXPECT_EQ(Received(client), "");
    Send(client, std::string(1, octet));
    Serve();
  }
  EXPECT_EQ(Received(client), kReply);
}

TEST_F(VarlinkServerTest, DoesNotReplyToAOnewayCall) {
  const UniqueFd client = Connect();
  Send(client, Call("test.Now", R"(,"oneway":true)") + Call("test.Now"));
  Serve();
  EXPECT_EQ(calls_.size(), 2U);
  EXPECT_EQ(Received(client), kReply);
}

TEST_F(VarlinkServerTest, AnswersAClientThatSendsNoMore) {
  const UniqueFd client = Connect();
  Send(client, Call("test.Now"));
  shutdown(client.get(), SHUT_WR);
  Serve();
  EXPECT_EQ(Received(client), std::string(kReply) + "(closed)");
}

TEST_F(VarlinkServerTest, DropsTheReplyToAClientThatHasGone) {
  {
    const UniqueFd client = Connect();
    Send(client, Call("test.Later"));
    Serve();
    EXPECT_EQ(server_->connections(), 1U);
  }
  Serve();
  EXPECT_EQ(server_->connections(), 0U);
  answers_[0](VarlinkReply{"", reply_});
  Serve();
}

TEST_F(VarlinkServerTest, RefusesAMessageOfOneByteTooMany) {
  const std::string whole = Call("test.Now");
  for (const std::size_t bytes : {kMaxVarlinkBytes, kMaxVarlinkBytes + 1}) {
    const UniqueFd client = Connect();
    std::string message = whole;
    message.insert(1, bytes - (whole.size() - 1), ' ');
    Send(client, message);
    Serve();
    EXPECT_EQ(Received(client), bytes == kMaxVarlinkBytes ? kReply : "(closed)");
  }
}

TEST_F(VarlinkServerTest, RefusesAMessageWithoutEnd) {
  const UniqueFd client = Connect();
  Send(client, std::string(kMaxVarlinkBytes, ' '));
  Serve();
  EXPECT_EQ(server_->connections(), 1U);
  Send(client, " ");
  Serve();
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(VarlinkServerTest, ClosesAConnectionThatSendsNoCall) {
  for (const std::string& message :
       {std::string("{}"), std::string("x"), std::string(), std::string(R"({"method":1})"),
        std::string(R"({"method":"test.Now","parameters":[]})"),
        std::string(R"({"method":"test.Now","method":"test.Later"})")}) {
    const UniqueFd client = Connect();
    Send(client, message + '\0');
    Serve();
    EXPECT_EQ(Received(client), "(closed)") << message;
  }
  EXPECT_TRUE(calls_.empty());
}

TEST_F(VarlinkServerTest, ServesAClientThatConnectsTogetherWithOneThatIsClosed) {
  const std::array<UniqueFd, 3> clients{Connect(), Connect(), Connect()};
  Send(clients[0], std::string("x") + '\0');
  Send(clients[1], Call("test.Now"));
  Serve();
  Send(clients[2], Call("test.Now"));
  Serve();
  EXPECT_EQ(Received(clients[0]), "(closed)");
  EXPECT_EQ(Received(clients[1]), kReply);
  EXPECT_EQ(Received(clients[2]), kReply);
  EXPECT_EQ(server_->connections(), 2U);
}

TEST_F(VarlinkServerTest, AnswersACallThatCameWithItsConnectionAtOnce) {
  const UniqueFd client = Connect();
  Send(client, Call("test.Now"));
  std::vector<pollfd> fds = server_->PollFds();
  poll(fds.data(), fds.size(), 0);
  server_->Serve(fds, kStart);
  EXPECT_EQ(Received(client), kReply);
}

TEST_F(VarlinkServerTest, RefusesTheEleventhCallOfASecond) {
  const UniqueFd client = Connect();
  for (int i = 0; i < 10; ++i) {
    Send(client, Call("test.Now"));
    Serve();
    ASSERT_EQ(Received(client), kReply) << i;
  }
  Send(client, Call("test.Now"));
  Serve({kStart.ms + 999});
  EXPECT_EQ(Received(client), R"({"error":"io.pamjwt.Fetcher.TooManyCalls","parameters":{}}|)");
  EXPECT_EQ(calls_.size(), 10U);
  Send(client, Call("test.Now"));
  Serve({kStart.ms + 1000});
  EXPECT_EQ(Received(client), kReply);
}

TEST_F(VarlinkServerTest, CountsTheCallsOfAllConnectionsOfAUser) {
  for (int i = 0; i < 11; ++i) {
    const UniqueFd client = Connect();
    Send(client, Call("test.Now"));
    Serve();
    ASSERT_EQ(Received(client) == kReply, i < 10) << i;
  }
}

TEST_F(VarlinkServerTest, ClosesTheFifthConnectionOfAUser) {
  std::vector<UniqueFd> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(Connect());
  }
  Serve();
  EXPECT_EQ(Received(clients[3]), "");
  EXPECT_EQ(Received(clients[4]), "(closed)");
  clients.erase(clients.begin());
  Serve();
  const UniqueFd again = Connect();
  Serve();
  EXPECT_EQ(Received(again), "");
}

TEST_F(VarlinkServerTest, ClosesAConnectionBeyondTheLimit) {
  VarlinkLimits limits{kSomebodyElse};
  limits.connections = 2;
  Restart(limits);
  const std::array<UniqueFd, 3> clients{Connect(), Connect(), Connect()};
  Serve();
  EXPECT_EQ(Received(clients[1]), "");
  EXPECT_EQ(Received(clients[2]), "(closed)");
}

TEST_F(VarlinkServerTest, ClosesAnIdleConnection) {
  const UniqueFd client = Connect();
  Serve();
  EXPECT_EQ(server_->NextWake().ms, kStart.ms + 2000);
  Send(client, "{");  // the beginning of a call does not count
  Serve({kStart.ms + 1999});
  EXPECT_EQ(Received(client), "");
  Serve({kStart.ms + 2000});
  EXPECT_EQ(Received(client), "(closed)");
}

TEST_F(VarlinkServerTest, IsIdleFromTheReplyOnNotFromTheCall) {
  const UniqueFd client = Connect();
  Send(client, Call("test.Later"));
  Serve();
  Serve({kStart.ms + 60'000});
  answers_[0](VarlinkReply{"", reply_});
  Serve({kStart.ms + 60'000});
  EXPECT_EQ(Received(client), kReply);
  Serve({kStart.ms + 61'999});
  EXPECT_EQ(server_->connections(), 1U);
  Serve({kStart.ms + 62'000});
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(VarlinkServerTest, AClientThatDoesNotReadDelaysNobodyAndIsClosed) {
  reply_ = Json(JsonObject{{"text", Json(std::string(4'000'000, 'x'))}});
  const UniqueFd slow = Connect();
  const UniqueFd other = Connect();
  Send(slow, Call("test.Now") + Call("test.Now"));
  Serve();
  EXPECT_EQ(calls_.size(), 1U) << "the reply to the first call is not read yet";
  reply_ = Json(JsonObject());
  Send(other, Call("test.Now"));
  Serve();
  EXPECT_EQ(Received(other), kReply);
  Serve({kStart.ms + 2000});
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(VarlinkServerTest, AClientThatReadsSlowlyGetsItsWholeReply) {
  reply_ = Json(JsonObject{{"text", Json(std::string(4'000'000, 'x'))}});
  const UniqueFd client = Connect();
  Send(client, Call("test.Now"));
  std::string text;
  while (text.find('|') == std::string::npos) {
    Serve();
    const std::string more = Received(client);
    ASSERT_NE(more, "");
    text += more;
  }
  EXPECT_EQ(text, R"({"parameters":{"text":")" + std::string(4'000'000, 'x') + "\"}}|");
}

TEST_F(VarlinkServerTest, DoesNotLimitOneUser) {
  Restart({geteuid()});
  std::vector<UniqueFd> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(Connect());
    Send(clients.back(), Call("test.Now"));
  }
  Serve();
  Serve({kStart.ms + 60'000});
  for (const UniqueFd& client : clients) {
    EXPECT_EQ(Received(client), kReply);
  }
  EXPECT_EQ(server_->connections(), 100U);
}

TEST_F(VarlinkServerTest, PausesIfNoDescriptorIsLeft) {
  const UniqueFd client = Connect();
  rlimit old{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &old), 0);
  const UniqueFd next(dup(0));
  const rlimit none{static_cast<rlim_t>(next.get()), old.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  Serve();
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &old), 0);
  EXPECT_EQ(server_->connections(), 0U);
  EXPECT_EQ(server_->NextWake().ms, kStart.ms + 500);
  Serve({kStart.ms + 500});
  EXPECT_EQ(server_->connections(), 1U);
}

}  // namespace
}  // namespace pamjwt::fetcher
