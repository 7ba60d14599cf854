#include "jwt-sso/keys/agent.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "io/unique_fd.h"
#include "jwt-sso/keys/agent_answer.h"
#include "support/certificate_builder.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::WireString;

constexpr std::int64_t kLong = 60'000;
constexpr std::int64_t kShort = 30;
constexpr std::string_view kTooLate = "it does not answer in time";

const std::string kKey = WireString("ssh-ed25519") + WireString("\x09" + std::string(31, '\0'));
// An answer with one key, and its length in front.
const std::string kAnswer =
    WireString(std::string("\x0C\0\0\0\x01", 5) + WireString(kKey) + WireString("alice"));

/// An agent that takes one client, and answers with these bytes. It keeps the connection open until
/// it is told to end, if `stays`.
class FakeAgent {
 public:
  FakeAgent(std::string answer, bool stays) : answer_(std::move(answer)), stays_(stays) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    Path().copy(address.sun_path, sizeof(address.sun_path) - 1);
    listener_ = UniqueFd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(listener_.get(), 1), 0);
    thread_ = std::thread([this] { Serve(); });
  }
  FakeAgent(const FakeAgent&) = delete;
  FakeAgent& operator=(const FakeAgent&) = delete;
  ~FakeAgent() { thread_.join(); }

  [[nodiscard]] std::string Path() const { return directory_.Path("agent"); }
  /// Returns what the client sent. It must have ended.
  const std::string& Asked() {
    thread_.join();
    thread_ = std::thread([] {});
    return asked_;
  }

 private:
  void Serve() {
    const UniqueFd client(accept(listener_.get(), nullptr, nullptr));
    std::array<char, 64> buffer{};
    const ssize_t got = recv(client.get(), buffer.data(), buffer.size(), 0);
    if (got > 0) asked_.assign(buffer.data(), static_cast<std::size_t>(got));
    send(client.get(), answer_.data(), answer_.size(), MSG_NOSIGNAL);
    if (stays_) recv(client.get(), buffer.data(), buffer.size(), 0);  // ends with the client
  }

  test::TempDir directory_;
  std::string answer_;
  bool stays_;
  std::string asked_;
  UniqueFd listener_;
  std::thread thread_;
};

TEST(ListAgentKeys, ReturnsTheKeysOfTheAgent) {
  FakeAgent agent(kAnswer, true);
  const auto keys = ListAgentKeys(agent.Path(), kLong);
  ASSERT_TRUE(Accepted(keys));
  ASSERT_EQ(keys.value().size(), 1U);
  EXPECT_EQ(AsText(keys.value()[0].blob), kKey);
  EXPECT_EQ(agent.Asked(), AsText(kAskForKeys));
}

struct AgentCase {
  const char* name;
  std::string answer;
  bool stays;
  std::string_view said;
};
const AgentCase kAgents[] = {
    {"SaysNothing", "", true, kTooLate},
    {"StopsInTheLength", kAnswer.substr(0, 3), true, kTooLate},
    {"StopsInTheAnswer", kAnswer.substr(0, 40), true, kTooLate},
    {"ClosesAtOnce", "", false, "it closed the connection"},
    {"ClosesInTheAnswer", kAnswer.substr(0, 40), false, "it closed the connection"},
    {"AnswersNothing", WireString(""), true, "its answer is empty or too long"},
    {"AnswersTooMuch", std::string("\x00\x04\x00\x01", 4), true, "its answer is too long"},
    {"SpeaksAnotherLanguage", "HTTP/1.1 400 Bad Request\r\n\r\n", true, "its answer is too long"},
    {"RefusesToAnswer", WireString("\x05"), true, "it refuses to list its keys"},
};

class AgentTest : public testing::TestWithParam<AgentCase> {};

TEST_P(AgentTest, ThatDoesNotListItsKeysIsNamed) {
  const FakeAgent agent(GetParam().answer, GetParam().stays);
  const auto keys = ListAgentKeys(agent.Path(), GetParam().said == kTooLate ? kShort : kLong);
  ASSERT_TRUE(RefusedFor(Reason::kInternal, keys));
  EXPECT_EQ(keys.error().detail,
            "the ssh-agent at " + agent.Path() + ": " + std::string(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(All, AgentTest, testing::ValuesIn(kAgents), test::kCaseName);

TEST(ListAgentKeys, SaysThatThereIsNoAgent) {
  const auto absent = ListAgentKeys("/no/such/agent", kLong);
  ASSERT_TRUE(RefusedFor(Reason::kInternal, absent));
  EXPECT_EQ(absent.error().detail,
            "the ssh-agent at /no/such/agent: connect: No such file or directory");
  const auto too_long = ListAgentKeys("/" + std::string(107, 'x'), kLong);
  ASSERT_TRUE(RefusedFor(Reason::kInternal, too_long));
  EXPECT_TRUE(too_long.error().detail.ends_with("the path is too long"));
}

}  // namespace
}  // namespace pamjwt::sso
