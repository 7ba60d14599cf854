#include "jwks-fetcher/varlink/varlink_server.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "io/fetcher_interface.h"

namespace pamjwt::fetcher {
namespace {

constexpr std::int64_t kPauseMs = 500;
// Calls that are accepted together can be recorded together.
constexpr int kMaxAcceptsAtOnce = 256;

std::optional<uid_t> UserBehind(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  return peer.uid;
}

/// Returns the events that poll() found for a descriptor.
short EventsOf(int fd, std::span<const pollfd> fds) {
  const auto found =
      std::find_if(fds.begin(), fds.end(), [&](const pollfd& entry) { return entry.fd == fd; });
  return found == fds.end() ? short{0} : found->revents;
}

}  // namespace

VarlinkServer::VarlinkServer(UniqueFd listener, VarlinkHandler handler, VarlinkLimits limits)
    : listener_(std::move(listener)), handler_(std::move(handler)), limits_(limits) {}

std::vector<pollfd> VarlinkServer::PollFds() const {
  std::vector<pollfd> fds;
  for (const auto& [fd, client] : clients_) {
    fds.push_back({fd, client->Events(), 0});
  }
  if (accept_after_ == MonoTime{}) {
    fds.push_back({listener_.get(), POLLIN, 0});
  }
  return fds;
}

void VarlinkServer::Serve(std::span<const pollfd> fds, MonoTime now) {
  for (const auto& [fd, client] : clients_) {
    Step(*client, EventsOf(fd, fds), now);
  }
  std::erase_if(clients_, [](const auto& entry) { return entry.second->closed(); });
  // This comes last, because a new connection may get the descriptor of a connection just closed.
  const bool is_pause_over = accept_after_ != MonoTime{} && now >= accept_after_;
  if (is_pause_over || EventsOf(listener_.get(), fds) != 0) AcceptAll(now);
}

void VarlinkServer::Step(VarlinkConnection& client, short events, MonoTime now) {
  client.Step(events, now, [&](const VarlinkCall& call, uid_t caller, VarlinkAnswer answer) {
    const bool allowed = caller == limits_.unlimited_user || rate_.Allow(caller, now);
    if (allowed) return handler_(call, caller, std::move(answer));
    answer(VarlinkReply{std::string(kTooManyCallsError), Json(JsonObject())});
  });
  if (IsIdle(client, now)) client.Close();
}

bool VarlinkServer::IsIdle(const VarlinkConnection& client, MonoTime now) const {
  return client.user() != limits_.unlimited_user && client.waits_for_client() &&
         now.ms - client.since().ms >= limits_.idle_ms;
}

void VarlinkServer::AcceptAll(MonoTime now) {
  accept_after_ = {};
  for (int i = 0; i < kMaxAcceptsAtOnce; ++i) {
    UniqueFd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket.ok()) {
      Admit(std::move(socket), now);
      continue;
    }
    // After ECONNABORTED or EINTR, poll() reports the connections that wait.
    const bool is_exhausted =
        errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    if (is_exhausted) {
      accept_after_ = {now.ms + kPauseMs};
    }
    return;
  }
}

void VarlinkServer::Admit(UniqueFd socket, MonoTime now) {
  const std::optional<uid_t> user = UserBehind(socket.get());
  if (!user.has_value() || !HasRoomFor(*user)) return;
  const int fd = socket.get();
  const auto client = std::make_shared<VarlinkConnection>(std::move(socket), *user, now);
  Step(*client, POLLIN, now);  // its call has mostly come already, and a login waits for the reply
  // If the client is closed already, the next connection may get the number of its descriptor.
  if (!client->closed()) clients_.emplace(fd, client);
}

bool VarlinkServer::HasRoomFor(uid_t user) const {
  if (user == limits_.unlimited_user) return true;
  std::size_t all = 0;
  std::size_t own = 0;
  for (const auto& [fd, client] : clients_) {
    all += client->user() != limits_.unlimited_user ? 1 : 0;
    own += client->user() == user ? 1 : 0;
  }
  return all < limits_.connections && own < limits_.connections_per_user;
}

MonoTime VarlinkServer::NextWake() const {
  MonoTime next{std::numeric_limits<std::int64_t>::max()};
  if (accept_after_ != MonoTime{}) next = accept_after_;
  for (const auto& [fd, client] : clients_) {
    if (client->has_more()) return {};
    if (client->user() == limits_.unlimited_user || !client->waits_for_client()) continue;
    next = std::min(next, MonoTime{client->since().ms + limits_.idle_ms});
  }
  return next;
}

}  // namespace pamjwt::fetcher
