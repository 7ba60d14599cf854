#pragma once

#include <sys/types.h>

#include <string>

namespace pamjwt::bench {

/// A jwks-fetcher that runs while the object exists, as `nobody` if root runs the benchmark.
class Daemon {
 public:
  /// Starts the daemon with a configuration, and waits until `socket` exists. Throws if that fails.
  Daemon(const std::string& config, const std::string& socket);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Returns the user to whom the files of the daemon must belong.
  static uid_t User();

 private:
  pid_t pid_;
};

}  // namespace pamjwt::bench
