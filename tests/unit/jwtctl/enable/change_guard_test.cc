#include "jwtctl/enable/change_guard.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

using test::Accepted;

/// Both ends of the socket by which orders come, and signals.
class OrdersTest : public testing::Test {
 protected:
  OrdersTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    sender_ = UniqueFd(ends[0]);
    receiver_ = UniqueFd(ends[1]);
  }

  void Order(const std::string& bytes) const {
    EXPECT_EQ(write(sender_.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  [[nodiscard]] bool Keeps(Seconds patience = {3600}) const {
    return AwaitOrderToKeep(receiver_.get(), signals_.fd(), patience);
  }

  CaughtSignals signals_;
  UniqueFd sender_;
  UniqueFd receiver_;
};

TEST_F(OrdersTest, KeepsTheChangeOnTheOrderToKeep) {
  Order("k");
  EXPECT_TRUE(Keeps());
  Order("wk");
  EXPECT_TRUE(Keeps());
}

TEST_F(OrdersTest, TakesTheChangeBackOnTheOrderTo) {
  Order("b");
  EXPECT_FALSE(Keeps());
  Order("wb");
  EXPECT_FALSE(Keeps());
}

TEST_F(OrdersTest, TakesTheChangeBackWhenTheOtherProcessHasGone) {
  sender_ = UniqueFd();
  EXPECT_FALSE(Keeps());
}

TEST_F(OrdersTest, TakesTheChangeBackWhenTheTimeIsOver) {
  Order("w");
  EXPECT_FALSE(Keeps({0}));
  Order("k");
  EXPECT_TRUE(Keeps({0})) << "the clock had not been started";
}

TEST_F(OrdersTest, TakesTheChangeBackOnASignal) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    const CaughtSignals signals;
    raise(number);
    EXPECT_FALSE(AwaitOrderToKeep(receiver_.get(), signals.fd(), {3600}));
  }
}

/// The guard writes down what it did, in a file of its own, and says so by a pipe.
class GuardTest : public testing::Test {
 protected:
  GuardTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    ended_ = UniqueFd(ends[0]);
    ending_ = UniqueFd(ends[1]);
  }

  ChangeGuard::End End() {
    return [this](bool keep) -> Status {
      directory_.Write(keep ? "kept" : "taken-back", "");
      EXPECT_EQ(write(ending_.get(), "x", 1), 1);
      if (fails_) return Error{Reason::kInternal, "no"};
      return Ok();
    };
  }
  [[nodiscard]] bool Has(const std::string& name) const {
    return std::filesystem::exists(directory_.Path(name));
  }

  test::TempDir directory_;
  CaughtSignals signals_;
  UniqueFd ended_;
  UniqueFd ending_;
  bool fails_ = false;
};

TEST_F(GuardTest, KeepsOrTakesBackTheChangeAsTold) {
  for (const bool keep : {true, false}) {
    ChangeGuard guard(signals_, End());
    ASSERT_TRUE(Accepted(guard.Start({3600})));
    guard.StartClock();
    EXPECT_EQ(guard.Finish(keep),
              keep ? ChangeGuard::Outcome::kKept : ChangeGuard::Outcome::kTakenBack);
    EXPECT_TRUE(Has(keep ? "kept" : "taken-back"));
  }
}

TEST_F(GuardTest, ReportsTakenBackWhenTheOrderToKeepComesTooLate) {
  ChangeGuard guard(signals_, End());
  ASSERT_TRUE(Accepted(guard.Start({0})));
  guard.StartClock();
  char byte = 0;
  ASSERT_EQ(read(ended_.get(), &byte, 1), 1);
  EXPECT_EQ(guard.Finish(true), ChangeGuard::Outcome::kTakenBack);
  EXPECT_FALSE(Has("kept"));
}

TEST_F(GuardTest, ReportsAFailureToEndTheChange) {
  fails_ = true;
  ChangeGuard guard(signals_, End());
  ASSERT_TRUE(Accepted(guard.Start({3600})));
  EXPECT_EQ(guard.Finish(false), ChangeGuard::Outcome::kFailed);
}

TEST_F(GuardTest, TakesBackAChangeThatWasNotFinished) {
  {
    ChangeGuard guard(signals_, End());
    ASSERT_TRUE(Accepted(guard.Start({3600})));
  }
  EXPECT_TRUE(Has("taken-back"));
  EXPECT_FALSE(Has("kept"));
}

}  // namespace
}  // namespace pamjwt::ctl
