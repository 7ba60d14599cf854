#pragma once

#include <sys/types.h>

#include <string>

namespace pamjwt::bench {

/// A Valkey or Redis that runs while the object exists. It syncs each command, as the documentation
/// wants it (appendfsync always).
class RedisProcess {
 public:
  /// Returns whether a server was there when the benchmark was built.
  static bool IsThere();

  /// Starts the server with its files in `directory`, and waits until it listens. Throws if that
  /// fails.
  explicit RedisProcess(std::string directory);
  RedisProcess(const RedisProcess&) = delete;
  RedisProcess& operator=(const RedisProcess&) = delete;
  ~RedisProcess();

  /// Returns the url for the configuration of the daemon.
  [[nodiscard]] std::string Url() const { return "unix:" + Socket(); }

 private:
  [[nodiscard]] std::string Socket() const { return directory_ + "/sock"; }

  std::string directory_;
  pid_t pid_;
};

}  // namespace pamjwt::bench
