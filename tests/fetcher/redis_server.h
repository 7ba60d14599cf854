#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "fetcher/test_ca.h"
#include "support/temp_dir.h"

namespace pamjwt::test {

/// A real Valkey or Redis with a directory and a socket of its own, which keeps what it is told: an
/// append-only file, and no eviction. What fails throws.
class RedisServer {
 public:
  struct Options {
    std::string eviction = "noeviction";
    std::string append_only = "yes";
    std::string password;            ///< empty: none is asked for
    const TestCa* tls_of = nullptr;  ///< it listens at port() by TLS, with a certificate of this
    CertificateSpec certificate = {};
    bool has_port = false;  ///< it listens at port() of 127.0.0.1
  };

  RedisServer() : RedisServer(Options{}) {}
  explicit RedisServer(Options options);
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;
  ~RedisServer() { Kill(); }

  /// Starts it again, on the same files; other options where they are given.
  void Start();
  /// SIGKILL.
  void Kill();
  /// SIGSTOP: it answers nothing, and its connections stay. SIGCONT.
  void Stop() const;
  void Continue() const;

  Options options;
  [[nodiscard]] std::string socket() const { return directory_.Path("redis.sock"); }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  [[nodiscard]] std::vector<std::string> Arguments() const;

  TempDir directory_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace pamjwt::test
