#pragma once

#include <poll.h>

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/config/store_url.h"
#include "http/curl_handle.h"
#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::fetcher {

/// A stream of bytes to a Valkey or Redis server: a TCP connection on this host, a Unix socket, or
/// TLS 1.2 or later with a verified certificate. libcurl connects. No method waits.
class StoreConnection {
 public:
  /// Begins to connect, which may take at most `timeout_ms`. `ca_file` has the authorities to
  /// trust;
  /// "" means those of the system. libcurl must be initialised already. Errors: kRedeemUnavailable.
  static Result<std::unique_ptr<StoreConnection>> Open(const StoreUrl& url,
                                                       const std::string& ca_file, int timeout_ms,
                                                       MonoTime now);
  StoreConnection(const StoreConnection&) = delete;
  StoreConnection& operator=(const StoreConnection&) = delete;
  ~StoreConnection();

  /// Returns what has to be polled. `wants_to_send` says that there is something for Send().
  [[nodiscard]] std::vector<pollfd> PollFds(bool wants_to_send) const;
  /// Continues to connect. `fds` is what poll() found. Errors: kRedeemUnavailable if connecting has
  /// failed.
  Status Serve(std::span<const pollfd> fds, MonoTime now);
  /// Returns when Serve() has to be called at the latest.
  [[nodiscard]] MonoTime NextWake() const { return wake_; }

  [[nodiscard]] bool is_open() const { return is_open_; }
  /// Sends the beginning of `bytes`. Returns how many bytes were sent; 0 if no byte can be sent
  /// now. Must be called only when is_open(). Errors: kRedeemUnavailable. The connection cannot be
  /// used after an error.
  Result<std::size_t> Send(std::string_view bytes);
  /// Reads into `buffer`, as read(2) does. Returns how many bytes came; 0 if no bytes are there
  /// now. Must be called only when is_open(). Errors: kRedeemUnavailable, also if the server closed
  /// the connection. The connection cannot be used after an error.
  Result<std::size_t> Receive(std::span<char> buffer);

 private:
  StoreConnection() = default;
  Status SetUp(const StoreUrl& url, const std::string& ca_file, int timeout_ms);
  Status Advance(curl_socket_t socket, int events);
  Status CheckProgress();
  static int OnSocket(CURL* handle, curl_socket_t socket, int what, void* self, void* unused);
  static int OnTimer(CURLM* multi, long timeout_ms, void* self);  // NOLINT(google-runtime-int)

  // Members are destroyed from the last to the first: `easy_` before `multi_`, which refers to it.
  http::CurlMultiPtr multi_;
  http::CurlEasyPtr easy_;
  std::map<curl_socket_t, int> sockets_;  ///< the events that libcurl waits for while it connects
  MonoTime now_;
  MonoTime wake_ = kNever;
  bool is_open_ = false;
  curl_socket_t socket_ = CURL_SOCKET_BAD;  ///< valid when is_open_
};

}  // namespace pamjwt::fetcher
