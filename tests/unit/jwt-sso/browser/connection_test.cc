#include "jwt-sso/browser/connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "io/unique_fd.h"
#include "support/expect.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;

constexpr std::int64_t kNow = 1'000'000'000;
constexpr std::int64_t kPatience = 5'000'000'000;
constexpr std::string_view kRequest = "GET /a HTTP/1.1\r\nHost: b\r\n\r\n";

class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() : connection_(MakePair(), kNow) {}

  UniqueFd MakePair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    browser_ = UniqueFd(ends[0]);
    return UniqueFd(ends[1]);
  }

  void Send(std::string_view text) const {
    EXPECT_EQ(write(browser_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  [[nodiscard]] std::string Received() const {
    std::string text;
    std::array<char, 4096> piece{};
    while (true) {
      const ssize_t got = read(browser_.get(), piece.data(), piece.size());
      if (got <= 0) return text;
      text.append(piece.data(), static_cast<std::size_t>(got));
    }
  }

  UniqueFd browser_;
  BrowserConnection connection_;
};

TEST_F(ConnectionTest, GivesTheRequestOnceItIsWhole) {
  Send(kRequest.substr(0, 9));
  EXPECT_FALSE(connection_.Continue().has_value());
  EXPECT_FALSE(connection_.Continue().has_value());  // there is nothing to read
  EXPECT_TRUE(connection_.is_reading());
  EXPECT_EQ(connection_.events(), POLLIN);
  Send(kRequest.substr(9));
  const std::optional<Result<Request>> request = connection_.Continue();
  ASSERT_TRUE(request.has_value());
  ASSERT_TRUE(Accepted(*request));
  EXPECT_EQ(request->value().path, "/a");
}

TEST_F(ConnectionTest, LetsABrowserThatAskedWaitForTheAnswer) {
  EXPECT_EQ(connection_.deadline_ns(), kNow + kPatience);
  Send(kRequest);
  ASSERT_TRUE(connection_.Continue().has_value());
  EXPECT_TRUE(connection_.waits_for_answer());
  EXPECT_EQ(connection_.deadline_ns(), std::numeric_limits<std::int64_t>::max());
  connection_.Answer("answer", kNow + 60 * kPatience);
  EXPECT_EQ(connection_.deadline_ns(), kNow + 61 * kPatience);
  EXPECT_EQ(Received(), "answer");
}

TEST_F(ConnectionTest, SendsAnAnswerThatDoesNotFitAtOnce) {
  Send(kRequest);
  ASSERT_TRUE(connection_.Continue().has_value());
  const std::string answer(std::size_t{4} * 1024 * 1024, 'x');
  connection_.Answer(answer, kNow);
  std::string received;
  while (connection_.events() == POLLOUT) {
    received += Received();
    EXPECT_FALSE(connection_.Continue().has_value());
  }
  EXPECT_EQ(received + Received(), answer);
}

TEST_F(ConnectionTest, EndsOnceTheBrowserHasClosed) {
  Send(std::string(kRequest) + "more");
  ASSERT_TRUE(connection_.Continue().has_value());
  connection_.Answer("answer", kNow);
  EXPECT_TRUE(connection_.is_sending());
  Send("and more");
  EXPECT_FALSE(connection_.Continue().has_value());
  EXPECT_FALSE(connection_.is_over());
  EXPECT_EQ(Received(), "answer");
  browser_ = UniqueFd();
  EXPECT_FALSE(connection_.Continue().has_value());
  EXPECT_TRUE(connection_.is_over());
  EXPECT_FALSE(connection_.is_sending());
}

TEST_F(ConnectionTest, EndsWithABrowserThatGoesAway) {
  Send(kRequest.substr(0, 9));
  browser_ = UniqueFd();
  EXPECT_FALSE(connection_.Continue().has_value());
  EXPECT_FALSE(connection_.Continue().has_value());
  EXPECT_TRUE(connection_.is_over());
}

TEST_F(ConnectionTest, EndsIfTheBrowserGoesAwayBeforeTheAnswer) {
  Send(kRequest);
  ASSERT_TRUE(connection_.Continue().has_value());
  browser_ = UniqueFd();
  connection_.Answer("answer", kNow);
  EXPECT_TRUE(connection_.is_over());
}

TEST_F(ConnectionTest, GivesAnErrorOnceARequestIsWrong) {
  Send("nonsense\r\n\r\n");
  const std::optional<Result<Request>> request = connection_.Continue();
  ASSERT_TRUE(request.has_value());
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, *request));
  EXPECT_TRUE(connection_.waits_for_answer());
}

}  // namespace
}  // namespace pamjwt::sso
