#include "jwks-fetcher/host/notify.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::fetcher {
namespace {

/// Returns a Unix socket of this type, bound to `path`.
UniqueFd BoundSocket(int type, const std::string& path) {
  UniqueFd bound(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  EXPECT_EQ(bind(bound.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return bound;
}

class NotifyTest : public testing::Test {
 protected:
  NotifyTest() { setenv("NOTIFY_SOCKET", path_.c_str(), 1); }
  ~NotifyTest() override {
    for (const char* const name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
      unsetenv(name);
    }
  }

  /// Returns what systemd was told last, or "".
  std::string Told() {
    std::array<char, 1024> text{};
    const ssize_t size = recv(systemd_.get(), text.data(), text.size(), MSG_DONTWAIT);
    return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }

  test::TempDir directory_;
  std::string path_ = directory_.Path("notify");
  UniqueFd systemd_ = BoundSocket(SOCK_DGRAM, path_);
};

TEST_F(NotifyTest, TellsSystemdWhatHappens) {
  NotifyReady("2 issuers");
  EXPECT_EQ(Told(), "READY=1\nSTATUS=2 issuers");
  NotifyStatus("waiting");
  EXPECT_EQ(Told(), "STATUS=waiting");
  NotifyStopping();
  EXPECT_EQ(Told(), "STOPPING=1");
  NotifyWatchdog();
  EXPECT_EQ(Told(), "WATCHDOG=1");
}

TEST_F(NotifyTest, AStatusSetsNoOtherVariable) {
  NotifyStatus("bad\nMAINPID=1");
  EXPECT_EQ(Told(), "STATUS=bad MAINPID=1");
}

TEST_F(NotifyTest, AReloadHasTheTimeOfTheClockThatSystemdCompares) {
  timespec before{};
  clock_gettime(CLOCK_MONOTONIC, &before);
  NotifyReloading();
  const std::string told = Told();
  const std::string begin = "RELOADING=1\nMONOTONIC_USEC=";
  ASSERT_TRUE(told.starts_with(begin)) << told;
  const std::int64_t usec = std::stoll(told.substr(begin.size()));
  EXPECT_GE(usec, before.tv_sec * 1'000'000 + before.tv_nsec / 1000);
  EXPECT_LT(usec, (before.tv_sec + 60) * 1'000'000);
}

TEST_F(NotifyTest, TellsNothingWithoutSystemd) {
  unsetenv("NOTIFY_SOCKET");
  NotifyReady("2 issuers");
  EXPECT_EQ(Told(), "");
}

TEST_F(NotifyTest, TheWatchdogIsFedAtHalfTime) {
  EXPECT_EQ(WatchdogIntervalMs(), std::nullopt);
  setenv("WATCHDOG_USEC", "30000000", 1);
  EXPECT_EQ(WatchdogIntervalMs(), 15000);
  setenv("WATCHDOG_PID", "1", 1);  // meant for another process
  EXPECT_EQ(WatchdogIntervalMs(), std::nullopt);
}

/// Runs in a child, because descriptor 3 is the first one that systemd passes.
[[noreturn]] void TakeAndExit(const UniqueFd& passed, const std::string& name) {
  dup2(passed.get(), 3);
  setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
  setenv("LISTEN_FDS", "1", 1);
  setenv("LISTEN_FDNAMES", name.c_str(), 1);
  const Result<std::map<std::string, UniqueFd>> sockets = TakeActivatedSockets();
  if (!sockets.ok()) _exit(2);
  const bool is_there = sockets.value().size() == 1 && sockets.value().contains(name) &&
                        (fcntl(3, F_GETFL) & O_NONBLOCK) != 0 &&
                        (fcntl(3, F_GETFD) & FD_CLOEXEC) != 0 && getenv("LISTEN_FDS") == nullptr;
  _exit(is_there ? 0 : 1);
}

TEST(TakeActivatedSockets, GivesThemByName) {
  const test::TempDir directory;
  const UniqueFd listener = BoundSocket(SOCK_STREAM, directory.Path("public"));
  ASSERT_EQ(listen(listener.get(), 1), 0);
  EXPECT_EXIT(TakeAndExit(listener, "public"), testing::ExitedWithCode(0), "");
}

TEST(TakeActivatedSockets, RefusesWhatDoesNotListen) {
  const test::TempDir directory;
  const UniqueFd silent = BoundSocket(SOCK_STREAM, directory.Path("public"));
  EXPECT_EXIT(TakeAndExit(silent, "public"), testing::ExitedWithCode(2), "");
}

TEST(TakeActivatedSockets, GivesNoSocketWithoutSystemd) {
  const Result<std::map<std::string, UniqueFd>> sockets = TakeActivatedSockets();
  ASSERT_TRUE(test::Accepted(sockets));
  EXPECT_TRUE(sockets.value().empty());
}

}  // namespace
}  // namespace pamjwt::fetcher
