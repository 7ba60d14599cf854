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

/// What others than one user may do.
struct VarlinkLimits {
  uid_t unlimited_user = 0;  ///< a login that root runs must never wait for others
  std::size_t connections = 64;
  std::size_t connections_a_user = 4;
  std::int64_t idle_ms = 2000;
};

/// The clients of one listening socket, as part of a loop that somebody else runs:
///
///     fds = server.PollFds();  poll(fds);  server.Serve(fds, now);
///
/// Who a client is, the kernel says (SO_PEERCRED). A call beyond CallRate is answered with
/// TooManyCalls; a connection beyond the limits is closed at once; one that sends no call, or does
/// not read its reply, for idle_ms is closed. A message has a bound for everybody.
class VarlinkServer {
 public:
  /// `listener` does not block.
  VarlinkServer(UniqueFd listener, VarlinkHandler handler, VarlinkLimits limits = {});

  /// Returns what has to be polled.
  [[nodiscard]] std::vector<pollfd> PollFds() const;
  /// Does what can be done without waiting. `fds` may hold descriptors of others too.
  void Serve(std::span<const pollfd> fds, MonoTime now);
  /// When Serve() has to be called at the latest.
  [[nodiscard]] MonoTime NextWake() const;

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
  MonoTime accept_after_{};  ///< no descriptors were left: not before this
};

}  // namespace pamjwt::fetcher
