#include "jwt-sso/keys/agent.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <utility>

#include "core/ssh/wire.h"
#include "io/clock.h"
#include "io/system_error.h"
#include "io/unique_fd.h"
#include "jwt-sso/keys/agent_answer.h"

namespace pamjwt::sso {
namespace {

/// One question to an agent, until a deadline.
class Conversation {
 public:
  Conversation(std::string socket, std::int64_t patience_ms)
      : socket_(std::move(socket)), end_ms_(NowMs() + patience_ms) {}

  Status Open() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_.size() >= sizeof(address.sun_path)) return Fail("the path is too long");
    socket_.copy(address.sun_path, sizeof(address.sun_path) - 1);
    // A connect that does not wait fails with EAGAIN if the agent has too many waiting clients.
    fd_ = UniqueFd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd_.ok()) return FailSystem("socket");
    if (connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      return FailSystem("connect");
    }
    return Ok();
  }

  /// Sends a message that fits into the buffer of a new socket.
  Status Send(ByteView message) {
    const ssize_t sent = send(fd_.get(), message.data(), message.size(), MSG_NOSIGNAL);
    if (sent < 0) return FailSystem("send");
    if (static_cast<std::size_t>(sent) != message.size()) return Fail("it takes no message");
    return Ok();
  }

  Result<Bytes> Receive(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t have = 0; have < size;) {
      Status ready = Await();
      if (!ready.ok()) return std::move(ready).error();
      const ssize_t got = recv(fd_.get(), bytes.data() + have, size - have, 0);
      if (got == 0) return Fail("it closed the connection");
      if (got < 0 && errno != EINTR && errno != EAGAIN) return FailSystem("receive");
      have += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    }
    return bytes;
  }

  [[nodiscard]] Error Fail(const std::string& why) const {
    return {Reason::kInternal, "the ssh-agent at " + socket_ + ": " + why};
  }

 private:
  static std::int64_t NowMs() { return MonotonicNs() / 1'000'000; }

  [[nodiscard]] Error FailSystem(const char* call) const {
    return Fail(std::string(call) + ": " + DescribeErrno(errno));
  }

  /// Waits until something can be received.
  Status Await() {
    const std::int64_t left_ms = end_ms_ - NowMs();
    pollfd ready{fd_.get(), POLLIN, 0};
    if (left_ms <= 0 || poll(&ready, 1, static_cast<int>(left_ms)) == 0) {
      return Fail("it does not answer in time");
    }
    return Ok();
  }

  std::string socket_;
  std::int64_t end_ms_;
  UniqueFd fd_;
};

}  // namespace

Result<std::vector<SshPublicKey>> ListAgentKeys(const std::string& socket,
                                                std::int64_t patience_ms) {
  constexpr std::size_t kLengthBytes = 4;
  Conversation agent(socket, patience_ms);
  Status open = agent.Open();
  if (!open.ok()) return std::move(open).error();
  Status sent = agent.Send(kAskForKeys);
  if (!sent.ok()) return std::move(sent).error();
  const Result<Bytes> length = agent.Receive(kLengthBytes);
  if (!length.ok()) return length.error();
  const std::uint32_t size = WireReader(length.value()).Uint32();
  if (size > kMaxAgentAnswerBytes) return agent.Fail("its answer is too long");
  const Result<Bytes> answer = agent.Receive(size);
  if (!answer.ok()) return answer.error();
  Result<std::vector<SshPublicKey>> keys = ParseAgentAnswer(answer.value());
  if (!keys.ok()) return agent.Fail(keys.error().detail);
  return keys;
}

}  // namespace pamjwt::sso
