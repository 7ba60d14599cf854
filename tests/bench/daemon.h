#pragma once

#include <sys/types.h>

#include <string>

namespace pamjwt::bench {

/// A jwks-fetcher that runs while this lives, as nobody where root runs the benchmark.
class Daemon {
 public:
  /// Starts it with a configuration, and waits until `socket` is there. What fails throws.
  Daemon(const std::string& config, const std::string& socket);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Whom the files of the daemon have to belong to.
  static uid_t User();

 private:
  pid_t pid_;
};

}  // namespace pamjwt::bench
