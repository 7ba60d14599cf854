#include "bench/daemon.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace pamjwt::bench {
namespace {

/// Becomes the daemon, which is not pinned to a processor, as it is not on a host.
[[noreturn]] void Become(const std::string& config) {
  cpu_set_t all;
  CPU_ZERO(&all);
  for (unsigned i = 0; i < CPU_SETSIZE; ++i) {
    CPU_SET(i, &all);
  }
  (void)sched_setaffinity(0, sizeof all, &all);
  const int log = open("/dev/null", O_WRONLY);
  dup2(log, STDERR_FILENO);
  const uid_t user = Daemon::User();
  const bool is_other = user == getuid() || (setgroups(0, nullptr) == 0 && setuid(user) == 0);
  if (is_other) execl(BENCH_DAEMON, BENCH_DAEMON, "--config", config.c_str(), nullptr);
  _exit(1);
}

}  // namespace

uid_t Daemon::User() {
  if (getuid() != 0) return getuid();
  const passwd* const nobody = getpwnam("nobody");
  if (nobody == nullptr) throw std::runtime_error("there is no user nobody");
  return nobody->pw_uid;
}

Daemon::Daemon(const std::string& config, const std::string& socket) : pid_(fork()) {
  if (pid_ == 0) Become(config);
  for (int i = 0; access(socket.c_str(), F_OK) != 0; ++i) {
    constexpr int kTries = 1000;
    const bool has_ended = pid_ < 0 || waitpid(pid_, nullptr, WNOHANG) != 0;
    if (has_ended || i == kTries) throw std::runtime_error("jwks-fetcher does not start");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

Daemon::~Daemon() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace pamjwt::bench
