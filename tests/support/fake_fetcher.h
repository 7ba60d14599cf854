#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "io/unique_fd.h"
#include "io/varlink.h"

namespace pamjwt::test {

/// A daemon that answers on a Unix socket as a test wants it, one call a connection, and keeps what
/// it was asked. It runs in a thread of its own until its end.
class FakeFetcher {
 public:
  /// The bytes to be sent; none: it says nothing, and waits until the client has gone.
  using Answer = std::function<std::optional<std::string>(const VarlinkCall&)>;

  /// Listens at `socket`. What fails throws.
  FakeFetcher(const std::string& socket, Answer answer);
  FakeFetcher(const FakeFetcher&) = delete;
  FakeFetcher& operator=(const FakeFetcher&) = delete;
  ~FakeFetcher();

  /// An answer to Refresh.
  static std::string Refreshed(bool changed);
  /// An answer to Redeem.
  static std::string Redeemed(bool first);
  static std::string Failed(std::string_view error);

  [[nodiscard]] std::vector<VarlinkCall> calls() const;

 private:
  void Run();
  void Serve(const UniqueFd& connection);
  /// False: it is time to end.
  [[nodiscard]] bool AwaitInput(const UniqueFd& fd) const;

  Answer answer_;
  UniqueFd listener_;
  UniqueFd stop_;  // readable once it is time to end
  mutable std::mutex mutex_;
  std::vector<VarlinkCall> calls_;
  std::thread thread_;
};

}  // namespace pamjwt::test
