#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "fetcher/test_ca.h"
#include "support/temp_dir.h"

namespace pamjwt::test {

/// A real Valkey or Redis server with a directory and a socket of its own. By default it forgets
/// nothing: it has an append-only file, and no eviction. Throws if it cannot run.
class RedisServer {
 public:
  struct Options {
    std::string eviction = "noeviction";
    std::string append_only = "yes";
    std::string password;            ///< empty: the server asks for no password
    const TestCa* tls_of = nullptr;  ///< if set, it speaks TLS at port(), certified by this CA
    CertificateSpec certificate = {};
    bool has_port = false;  ///< whether it listens at port() of 127.0.0.1
  };

  RedisServer() : RedisServer(Options{}) {}
  explicit RedisServer(Options options);
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;
  ~RedisServer() { Kill(); }

  /// Starts the server again on the same files, with the present `options`.
  void Start();
  /// Sends SIGKILL.
  void Kill();
  /// Sends SIGSTOP: the server answers nothing, and its connections stay.
  void Stop() const;
  /// Sends SIGCONT.
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
