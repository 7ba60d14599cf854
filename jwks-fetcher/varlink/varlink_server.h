#pragma once

#include <poll.h>

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "io/unique_fd.h"
#include "jwks-fetcher/host/mono_time.h"
#include "jwks-fetcher/varlink/call_rate.h"
#include "jwks-fetcher/varlink/varlink_connection.h"

namespace pamjwt::fetcher {

/// The limits for clients. They do not hold for one user.
struct VarlinkLimits {
  uid_t unlimited_user = 0;  ///< root, who runs logins: they must never wait for other clients
  std::size_t connections = 64;
  std::size_t connections_per_user = 4;
  std::int64_t idle_ms = 2000;
};

/// The clients of one listening socket, as part of the caller's loop:
///
///     fds = server.PollFds();  poll(fds);  server.Serve(fds, now);
///
/// The kernel says who a client is (SO_PEERCRED). A call beyond CallRate is answered with
/// TooManyCalls. A connection beyond the limits is closed at once. A connection is also closed if
/// its client sends no call, or does not read its reply, for idle_ms. The limit of the length of a
/// message holds for every user.
class VarlinkServer {
 public:
  /// Takes over `listener`, which must not block. `handler` handles every call that is allowed.
  VarlinkServer(UniqueFd listener, VarlinkHandler handler, VarlinkLimits limits = {});

  /// Returns what has to be polled.
  [[nodiscard]] std::vector<pollfd> PollFds() const;
  /// Reads, handles and answers calls as far as possible without waiting. `fds` is what poll()
  /// found, and may have descriptors that do not belong to this server.
  void Serve(std::span<const pollfd> fds, MonoTime now);
  /// Returns when Serve() has to be called at the latest.
  [[nodiscard]] MonoTime NextWake() const;

  /// Returns the number of open connections.
  [[nodiscard]] std::size_t connections() const { return clients_.size(); }

 private:
  void Step(VarlinkConnection& client, short events, MonoTime now);
  void AcceptAll(MonoTime now);
  void Admit(UniqueFd socket, MonoTime now);
  [[nodiscard]] bool HasRoomFor(uid_t user) const;
  [[nodiscard]] bool IsIdle(const VarlinkConnection& client, MonoTime now) const;

  UniqueFd listener_;
  VarlinkHandler handler_;
  VarlinkLimits limits_;
  CallRate rate_;
  std::map<int, std::shared_ptr<VarlinkConnection>> clients_;  ///< by descriptor
  MonoTime accept_after_{};  ///< no descriptors were left: accepts nothing before this time
};

}  // namespace pamjwt::fetcher
