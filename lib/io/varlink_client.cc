#include "io/varlink_client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "io/clock.h"
#include "io/file.h"
#include "io/system_error.h"
#include "io/unique_fd.h"

namespace pamjwt {
namespace {

/// Counts down on CLOCK_MONOTONIC.
class Deadline {
 public:
  explicit Deadline(int timeout_ms) : timeout_ms_(timeout_ms), end_ms_(NowMs() + timeout_ms) {}

  /// Returns the time that is left. It never grows, even if the clock cannot be read.
  [[nodiscard]] int LeftMs() const {
    return static_cast<int>(std::clamp<std::int64_t>(end_ms_ - NowMs(), 0, timeout_ms_));
  }

 private:
  static std::int64_t NowMs() { return MonotonicNs() / 1'000'000; }

  int timeout_ms_;
  std::int64_t end_ms_;
};

/// Returns the rules for the user that the server runs as. The user of this process is accepted,
/// unless the process is setuid: a server of that user can do no more than this process.
FileRules SocketRules(Reason reason) {
  return {OwnersFor(true), 0, reason, true};
}

class Connection {
 public:
  explicit Connection(const VarlinkRequest& request)
      : request_(request), deadline_(request.timeout_ms) {}

  Status Open() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (request_.socket.size() >= sizeof(address.sun_path)) return Fail("the path is too long");
    request_.socket.copy(address.sun_path, sizeof(address.sun_path) - 1);
    const int without_waiting = request_.call.oneway ? SOCK_NONBLOCK : 0;
    fd_ = UniqueFd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | without_waiting, 0));
    if (!fd_.ok()) return FailSystem("socket");
    return Connect(address);
  }

  /// Checks that this server may be asked. Must be called before anything is sent.
  Status CheckServer() {
    ucred peer{};
    socklen_t size = sizeof(peer);
    if (getsockopt(fd_.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
      return FailSystem("SO_PEERCRED");
    }
    Status may_serve = CheckMayOwn(peer.uid, request_.socket, SocketRules(request_.reason));
    if (may_serve.ok()) return Ok();
    return Fail("its server is not asked: " + may_serve.error().detail);
  }

  Status Send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent > 0) {
        text.remove_prefix(static_cast<std::size_t>(sent));
        continue;
      }
      Status ready = Await(POLLOUT);
      if (!ready.ok()) return ready;
    }
    return Ok();
  }

  Result<std::string> Receive() {
    VarlinkReader reader(request_.max_reply_bytes);
    std::array<char, 4096> buffer{};
    while (true) {
      const ssize_t got = recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got == 0) return Fail("the connection was closed");
      if (got < 0) {
        Status ready = Await(POLLIN);
        if (!ready.ok()) return std::move(ready).error();
        continue;
      }
      Status taken = reader.Append({buffer.data(), static_cast<std::size_t>(got)});
      if (!taken.ok()) return Fail(taken.error().detail);
      std::optional<std::string> message = reader.Next();
      if (message.has_value()) return std::move(*message);
    }
  }

  [[nodiscard]] Error Fail(const std::string& why) const {
    return {request_.reason, request_.socket + ": " + why};
  }

 private:
  [[nodiscard]] Error FailSystem(const char* call) const {
    return Fail(std::string(call) + ": " + DescribeErrno(errno));
  }

  /// Connects. If the backlog is full, connect() waits. SO_SNDTIMEO bounds that wait. With
  /// O_NONBLOCK connect() would fail.
  Status Connect(const sockaddr_un& address) {
    while (true) {
      const int left_ms = deadline_.LeftMs();
      if (left_ms == 0) return Fail("no answer in time");
      const timeval left{left_ms / 1000, left_ms % 1000 * 1000L};
      setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &left, sizeof(left));
      if (connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
        return Ok();
      }
      const bool may_try_again = errno == EINTR || (errno == EAGAIN && !request_.call.oneway);
      if (!may_try_again) return FailSystem("connect");
    }
  }

  /// Waits until the call that has just failed with EAGAIN or EINTR can be made again. Any other
  /// errno is an error, and so is the end of the time.
  Status Await(short events) {
    if (errno != EAGAIN && errno != EINTR) return FailSystem("the connection");
    pollfd ready{fd_.get(), events, 0};
    const int count = poll(&ready, 1, deadline_.LeftMs());
    if (count > 0 || (count < 0 && errno == EINTR)) return Ok();
    return count == 0 ? Fail("no answer in time") : FailSystem("poll");
  }

  const VarlinkRequest& request_;
  Deadline deadline_;
  UniqueFd fd_;
};

}  // namespace

Status CheckSocketPlace(const std::string& socket) {
  return CheckPlaceOf(socket, SocketRules(Reason::kConfigInvalid));
}

Result<VarlinkReply> CallVarlink(const VarlinkRequest& request) {
  Connection connection(request);
  Status open = connection.Open();
  if (!open.ok()) return std::move(open).error();
  Status trusted = connection.CheckServer();
  if (!trusted.ok()) return std::move(trusted).error();
  Status sent = connection.Send(FormatVarlinkCall(request.call));
  if (!sent.ok()) return std::move(sent).error();
  if (request.call.oneway) return VarlinkReply();
  Result<std::string> message = connection.Receive();
  if (!message.ok()) return std::move(message).error();
  Result<VarlinkReply> reply = ParseVarlinkReply(message.value());
  if (!reply.ok()) return connection.Fail(reply.error().detail);
  return reply;
}

}  // namespace pamjwt
