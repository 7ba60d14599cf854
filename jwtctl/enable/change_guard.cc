#include "jwtctl/enable/change_guard.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

namespace pamjwt::ctl {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kStartClock = 'w';
constexpr char kKeep = 'k';
constexpr char kTakeBack = 'b';
constexpr char kFailed = 'f';

sigset_t CaughtSet() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    sigaddset(&set, number);
  }
  return set;
}

/// Returns the timeout for poll(2): -1 without a deadline.
int MillisecondsUntil(std::optional<Clock::time_point> deadline) {
  if (!deadline.has_value()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

/// Receives one byte from the other side. Returns 0 if the other side has gone.
char Receive(int socket) {
  char byte = 0;
  ssize_t count = -1;
  do {
    count = recv(socket, &byte, 1, 0);
  } while (count < 0 && errno == EINTR);
  return count == 1 ? byte : '\0';
}

void Send(int socket, char byte) {
  // If the other side is gone, the next Receive says so.
  [[maybe_unused]] const ssize_t sent = send(socket, &byte, 1, MSG_NOSIGNAL);
}

/// Gives up the terminal, and closes standard input, output and error: a caller may wait until
/// every process has closed its pipes.
void Detach() {
  setsid();
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    dup2(null, fd);
  }
}

}  // namespace

CaughtSignals::CaughtSignals() {
  const sigset_t set = CaughtSet();
  sigprocmask(SIG_BLOCK, &set, nullptr);
  fd_ = UniqueFd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

CaughtSignals::~CaughtSignals() {
  // A signal that has come was obeyed. It must not end the process now.
  signalfd_siginfo info{};
  while (read(fd_.get(), &info, sizeof info) > 0) {
  }
  const sigset_t set = CaughtSet();
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

bool AwaitOrderToKeep(int orders, int signals, Seconds patience) {
  std::optional<Clock::time_point> deadline;
  while (true) {
    std::array<pollfd, 2> waiting = {pollfd{orders, POLLIN, 0}, pollfd{signals, POLLIN, 0}};
    const int ready = poll(waiting.data(), waiting.size(), MillisecondsUntil(deadline));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0 || waiting[1].revents != 0) return false;
    const char order = Receive(orders);
    if (order != kStartClock) return order == kKeep;
    deadline = Clock::now() + std::chrono::seconds(patience.count);
  }
}

ChangeGuard::~ChangeGuard() {
  if (orders_.ok()) Finish(false);
}

Status ChangeGuard::Start(Seconds patience) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return Error{Reason::kInternal, "no socket pair"};
  }
  UniqueFd mine(ends[0]);
  const UniqueFd guards(ends[1]);
  pid_ = fork();
  if (pid_ < 0) return Error{Reason::kInternal, "cannot fork"};
  if (pid_ == 0) {
    mine = UniqueFd();  // else the guard would not see this process end
    Run(guards.get(), patience);
  }
  orders_ = std::move(mine);
  return Ok();
}

void ChangeGuard::Run(int orders, Seconds patience) const noexcept {
  char answer = kFailed;
  try {
    Detach();
    const bool keep = AwaitOrderToKeep(orders, signals_.fd(), patience);
    if (end_(keep).ok()) answer = keep ? kKeep : kTakeBack;
  } catch (...) {
    answer = kFailed;
  }
  Send(orders, answer);
  _exit(0);
}

void ChangeGuard::StartClock() {
  Send(orders_.get(), kStartClock);
}

ChangeGuard::Outcome ChangeGuard::Finish(bool keep) {
  Send(orders_.get(), keep ? kKeep : kTakeBack);
  const char answer = Receive(orders_.get());
  orders_ = UniqueFd();
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (answer == kKeep) return Outcome::kKept;
  if (answer == kTakeBack) return Outcome::kTakenBack;
  return answer == kFailed ? Outcome::kFailed : FinishAlone(keep);
}

ChangeGuard::Outcome ChangeGuard::FinishAlone(bool keep) const {
  if (!end_(keep).ok()) return Outcome::kFailed;
  return keep ? Outcome::kKept : Outcome::kTakenBack;
}

}  // namespace pamjwt::ctl
