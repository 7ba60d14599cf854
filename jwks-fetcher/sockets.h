#pragma once

#include <poll.h>

#include <memory>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/config/config.h"
#include "io/unique_fd.h"
#include "jwks-fetcher/host/log_line.h"
#include "jwks-fetcher/host/mono_time.h"
#include "jwks-fetcher/varlink/varlink_connection.h"
#include "jwks-fetcher/varlink/varlink_server.h"

namespace pamjwt::fetcher {

/// The sockets `public` and `redeem`, and their servers, as part of the caller's loop: see
/// VarlinkServer.
class Sockets {
 public:
  /// Takes the handlers of the calls on each socket.
  Sockets(VarlinkHandler on_public, VarlinkHandler on_redeem)
      : on_public_(std::move(on_public)), on_redeem_(std::move(on_redeem)) {}

  /// Takes the sockets that systemd passed. Errors: kInternal.
  Status TakePassed();
  /// Makes the sockets that systemd did not pass, at the configured paths. Without the socket
  /// `redeem` the daemon fetches keys only, so an error there is logged. Errors: kInternal.
  Status MakeOthers(const KeysOptions& keys, const LogSink& log);

  [[nodiscard]] std::vector<pollfd> PollFds() const;
  void Serve(std::span<const pollfd> fds, MonoTime now);
  [[nodiscard]] MonoTime NextWake() const;

 private:
  void ServePublic(UniqueFd listener);
  void ServeRedeem(UniqueFd listener);

  VarlinkHandler on_public_;
  VarlinkHandler on_redeem_;
  bool has_public_ = false;
  bool has_redeem_ = false;
  std::vector<std::unique_ptr<VarlinkServer>> servers_;
};

}  // namespace pamjwt::fetcher
