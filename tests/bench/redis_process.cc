#include "bench/redis_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

namespace pamjwt::bench {
namespace {

constexpr const char* kServer = BENCH_REDIS_SERVER;

[[noreturn]] void Become(const std::string& directory, const std::string& socket) {
  const int log = open("/dev/null", O_WRONLY);
  dup2(log, STDOUT_FILENO);
  execl(kServer, kServer, "--port", "0", "--unixsocket", socket.c_str(), "--unixsocketperm", "777",
        "--dir", directory.c_str(), "--save", "", "--appendonly", "yes", "--appendfsync", "always",
        "--maxmemory-policy", "noeviction", nullptr);
  _exit(1);
}

}  // namespace

bool RedisProcess::IsThere() {
  return *kServer != '\0' && std::string_view(kServer).find("NOTFOUND") == std::string_view::npos;
}

RedisProcess::RedisProcess(std::string directory) : directory_(std::move(directory)), pid_(fork()) {
  if (pid_ == 0) Become(directory_, Socket());
  chmod(directory_.c_str(), 0711);
  for (int i = 0; access(Socket().c_str(), W_OK) != 0; ++i) {
    constexpr int kTries = 1000;
    const bool has_ended = pid_ < 0 || waitpid(pid_, nullptr, WNOHANG) != 0;
    if (has_ended || i == kTries)
      throw std::runtime_error("the server of the store does not start");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

RedisProcess::~RedisProcess() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace pamjwt::bench
