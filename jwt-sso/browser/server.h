#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "jwt-sso/browser/connection.h"
#include "jwt-sso/browser/listener.h"
#include "jwt-sso/browser/request.h"

namespace pamjwt::sso {

/// Serves several connections in one thread. A browser opens some that it does not use, and other
/// programs of this host may connect too, so their number and their time are bounded.
class Server {
 public:
  /// The most connections at a time. One more takes the place of the oldest that has not sent its
  /// request.
  static constexpr std::size_t kMaxConnections = 16;

  /// Returns the response to a request, or nullopt if the browser must wait for AnswerWaiting.
  using Answerer = std::function<std::optional<std::string>(const Result<Request>& request)>;

  explicit Server(Listener listener) : listener_(std::move(listener)) {}

  [[nodiscard]] std::uint16_t port() const { return listener_.port; }

  /// Waits until a socket is ready, or until `deadline_ns`, a time of MonotonicNs(), and serves the
  /// sockets that are ready. Errors: kInternal.
  Status Step(std::int64_t deadline_ns, const Answerer& answer);
  /// Answers all connections that wait for it.
  void AnswerWaiting(const std::string& response);
  /// Returns whether a browser has not taken its response whole.
  [[nodiscard]] bool is_sending() const;

 private:
  [[nodiscard]] std::int64_t NextDeadline(std::int64_t deadline_ns) const;
  Status Accept();
  void MakeRoom();

  Listener listener_;
  std::vector<BrowserConnection> connections_;  ///< the oldest first
};

}  // namespace pamjwt::sso
