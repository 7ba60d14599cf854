#include "jwks-fetcher/varlink/varlink_connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

namespace pamjwt::fetcher {
namespace {

/// Checks whether the call may succeed later.
bool IsTemporary(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

VarlinkConnection::VarlinkConnection(UniqueFd socket, uid_t user, MonoTime now)
    : socket_(std::move(socket)), user_(user), since_(now) {}

short VarlinkConnection::Events() const {
  if (in_call_) return 0;  // poll() reports POLLHUP and POLLERR anyway
  return unsent_.has_value() ? POLLOUT : POLLIN;
}

void VarlinkConnection::Step(short events, MonoTime now, const VarlinkHandler& handler) {
  const bool is_gone =
      (events & (POLLERR | POLLNVAL)) != 0 || ((events & POLLHUP) != 0 && (events & POLLIN) == 0);
  if (is_gone) return Close();
  if ((events & POLLOUT) != 0) Write();
  if ((events & POLLIN) != 0 && !in_call_ && !unsent_.has_value()) Read();
  HandleMessages(now, handler);
  if (std::exchange(answered_, false)) {
    since_ = now;
  }
}

void VarlinkConnection::Read() {
  constexpr std::size_t kBufferBytes = 4096;
  std::array<char, kBufferBytes> buffer{};
  const ssize_t size = recv(fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size < 0 && IsTemporary(errno)) return;
  if (size <= 0) return Close();
  const Status appended = reader_.Append({buffer.data(), static_cast<std::size_t>(size)});
  if (!appended.ok()) Close();
}

void VarlinkConnection::HandleMessages(MonoTime now, const VarlinkHandler& handler) {
  while (!closed() && !in_call_ && !unsent_.has_value()) {
    const std::optional<std::string> message = reader_.Next();
    if (!message.has_value()) return;
    since_ = now;
    Handle(*message, handler);
  }
}

void VarlinkConnection::Handle(const std::string& message, const VarlinkHandler& handler) {
  const Result<VarlinkCall> call = ParseVarlinkCall(message);
  if (!call.ok()) return Close();
  in_call_ = true;
  handler(call.value(), user_,
          [self = weak_from_this(), oneway = call.value().oneway](ReplyText reply) {
            const std::shared_ptr<VarlinkConnection> connection = self.lock();
            if (connection != nullptr) connection->Answer(std::move(reply), oneway);
          });
}

void VarlinkConnection::Answer(ReplyText reply, bool oneway) {
  if (closed() || !in_call_) return;
  in_call_ = false;
  answered_ = true;
  if (oneway) return;
  unsent_ = std::move(reply);
  sent_ = 0;
  Write();
}

void VarlinkConnection::Write() {
  if (!unsent_.has_value()) return;
  const std::string_view reply = unsent_->get();
  const std::string_view rest = reply.substr(sent_);
  const ssize_t size = send(fd(), rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (size < 0 && IsTemporary(errno)) return;
  if (size < 0) return Close();
  sent_ += static_cast<std::size_t>(size);
  if (static_cast<std::size_t>(size) < rest.size()) return;
  unsent_.reset();
  answered_ = true;
}

}  // namespace pamjwt::fetcher
