#include "jwt-sso/browser/server.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "io/clock.h"
#include "io/system_error.h"

namespace pamjwt::sso {
namespace {

/// Returns the time until `deadline_ns` for poll(2), at least until then.
int MillisecondsUntil(std::int64_t deadline_ns) {
  constexpr std::int64_t kNsPerMs = 1'000'000;
  constexpr std::int64_t kMost = 60'000;
  const std::int64_t left = std::max<std::int64_t>(deadline_ns - MonotonicNs(), 0);
  return static_cast<int>(std::min(left / kNsPerMs + 1, kMost));
}

}  // namespace

Status Server::Step(std::int64_t deadline_ns, const Answerer& answer) {
  std::vector<pollfd> sockets;
  sockets.reserve(connections_.size() + 1);
  for (const BrowserConnection& connection : connections_) {
    sockets.push_back({connection.fd(), connection.events(), 0});
  }
  sockets.push_back({listener_.socket.get(), POLLIN, 0});
  const int ready =
      poll(sockets.data(), sockets.size(), MillisecondsUntil(NextDeadline(deadline_ns)));
  if (ready < 0 && errno != EINTR) return SystemError("poll");
  const std::int64_t now_ns = MonotonicNs();
  for (std::size_t i = 0; ready > 0 && i < connections_.size(); ++i) {
    if (sockets[i].revents == 0) continue;
    const std::optional<Result<Request>> request = connections_[i].Continue();
    if (!request.has_value()) continue;
    std::optional<std::string> response = answer(*request);
    if (response.has_value()) connections_[i].Answer(std::move(*response), now_ns);
  }
  std::erase_if(connections_, [now_ns](const BrowserConnection& connection) {
    return connection.is_over() || connection.deadline_ns() <= now_ns;
  });
  return ready > 0 && sockets.back().revents != 0 ? Accept() : Ok();
}

std::int64_t Server::NextDeadline(std::int64_t deadline_ns) const {
  for (const BrowserConnection& connection : connections_) {
    deadline_ns = std::min(deadline_ns, connection.deadline_ns());
  }
  return deadline_ns;
}

Status Server::Accept() {
  UniqueFd socket(accept4(listener_.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket.ok()) {
    MakeRoom();
    connections_.emplace_back(std::move(socket), MonotonicNs());
    return Ok();
  }
  const bool is_gone = errno == EAGAIN || errno == ECONNABORTED || errno == EINTR;
  return is_gone ? Ok() : SystemError("accept4");
}

void Server::MakeRoom() {
  if (connections_.size() < kMaxConnections) return;
  const auto oldest = std::ranges::find_if(connections_, &BrowserConnection::is_reading);
  connections_.erase(oldest == connections_.end() ? connections_.begin() : oldest);
}

void Server::AnswerWaiting(const std::string& response) {
  const std::int64_t now_ns = MonotonicNs();
  for (BrowserConnection& connection : connections_) {
    if (connection.waits_for_answer()) connection.Answer(response, now_ns);
  }
}

bool Server::is_sending() const {
  return std::ranges::any_of(connections_, &BrowserConnection::is_sending);
}

}  // namespace pamjwt::sso
