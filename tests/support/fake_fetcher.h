#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "io/unique_fd.h"
#include "io/varlink.h"

namespace pamjwt::test {

/// A daemon that answers on a Unix socket as the test says, one call per connection, and records
/// the calls. It runs in a thread of its own until the object is destroyed.
class FakeFetcher {
 public:
  /// Returns the bytes to send. With nullopt the daemon sends nothing and waits until the client
  /// has gone.
  using Answer = std::function<std::optional<std::string>(const VarlinkCall&)>;

  /// Listens at `socket`. Throws if it cannot.
  FakeFetcher(const std::string& socket, Answer answer);
  FakeFetcher(const FakeFetcher&) = delete;
  FakeFetcher& operator=(const FakeFetcher&) = delete;
  ~FakeFetcher();

  /// Returns a good answer to Refresh.
  static std::string Refreshed(bool changed);
  /// Returns a good answer to Redeem.
  static std::string Redeemed(bool first);
  /// Returns a reply that names `error`, for example kCooldownError.
  static std::string Failed(std::string_view error);
  /// Returns the error Cooldown, with the number of seconds that are left of it.
  static std::string InCooldown(std::int64_t seconds);

  /// Returns the calls so far, the oldest first.
  [[nodiscard]] std::vector<VarlinkCall> calls() const;

 private:
  void Run();
  void Serve(const UniqueFd& connection);
  /// Waits for input. Returns false when the thread must end.
  [[nodiscard]] bool AwaitInput(const UniqueFd& fd) const;

  Answer answer_;
  UniqueFd listener_;
  UniqueFd stop_;  // readable once the thread must end
  mutable std::mutex mutex_;
  std::vector<VarlinkCall> calls_;
  std::thread thread_;
};

}  // namespace pamjwt::test
