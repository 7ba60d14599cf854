#include "ssh-jwt/handover.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "io/system_error.h"
#include "ssh-jwt/process.h"

namespace pamjwt::ssh {
namespace {

constexpr std::size_t kMaxPrompt = 65536;
constexpr timeval kPatience{.tv_sec = 5, .tv_usec = 0};  // an askpass asks at once

Result<sockaddr_un> AddressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return Error{Reason::kInternal, path + ": this path is too long for a socket"};
  }
  std::copy(path.begin(), path.end(), address.sun_path);
  return address;
}

/// Returns the process at the other end, or nullopt if it belongs to another user.
std::optional<pid_t> OwnPeer(int fd) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  if (peer.uid != geteuid()) return std::nullopt;
  return peer.pid;
}

/// Makes a directory for the user alone, in which the path of a socket is short enough.
Result<std::string> MakeDirectory() {
  const char* const runtime_dir = getenv("XDG_RUNTIME_DIR");
  for (const char* const base : {runtime_dir, "/tmp"}) {
    if (base == nullptr || base[0] != '/' || strlen(base) > 64) continue;
    std::string path = std::string(base) + "/ssh-jwt.XXXXXX";
    if (mkdtemp(path.data()) != nullptr) return path;
  }
  return SystemError("cannot make a directory in XDG_RUNTIME_DIR or /tmp");
}

}  // namespace

Result<Handover> Handover::Open() {
  Result<std::string> directory = MakeDirectory();
  if (!directory.ok()) return directory.error();
  Handover handover(std::move(directory).value());
  const Status listening = handover.Listen();
  if (!listening.ok()) return listening.error();
  return handover;
}

Handover::Handover(Handover&& other) noexcept
    : directory_(std::exchange(other.directory_, {})), listener_(std::move(other.listener_)) {}

Handover::~Handover() {
  if (directory_.empty()) return;
  unlink(path().c_str());
  rmdir(directory_.c_str());
}

Status Handover::Listen() {
  const Result<sockaddr_un> address = AddressOf(path());
  if (!address.ok()) return address.error();
  listener_ = UniqueFd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (listener_.get() < 0 ||
      bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address.value()),
           sizeof(address.value())) != 0 ||
      listen(listener_.get(), 8) != 0) {
    return SystemError(path());
  }
  return Ok();
}

std::optional<Question> Handover::Accept() const {
  UniqueFd connection(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (connection.get() < 0) return std::nullopt;
  const std::optional<pid_t> asker = OwnPeer(connection.get());
  if (!asker.has_value()) return std::nullopt;

  setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
  std::string prompt(kMaxPrompt, '\0');
  const ssize_t got = recv(connection.get(), prompt.data(), prompt.size(), 0);
  if (got <= 0) return std::nullopt;
  prompt.resize(static_cast<std::size_t>(got));
  return Question{std::move(connection), ParentOf(*asker), std::move(prompt)};
}

void Handover::Send(const Question& question, const Reply& reply) {
  SecretString message;
  const char kind = static_cast<char>(reply.answer);
  message.Append({&kind, 1});
  message.Append(reply.part.view());
  // An askpass that is gone needs no answer.
  (void)send(question.connection.get(), message.view().data(), message.size(), MSG_NOSIGNAL);
}

Result<Reply> AskAt(const std::string& path, std::string_view prompt) {
  const Result<sockaddr_un> address = AddressOf(path);
  if (!address.ok()) return address.error();
  const UniqueFd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (fd.get() < 0 || connect(fd.get(), reinterpret_cast<const sockaddr*>(&address.value()),
                              sizeof(address.value())) != 0) {
    return SystemError("the ssh-jwt that started ssh is gone");
  }
  if (!OwnPeer(fd.get()).has_value()) {
    return Error{Reason::kInternal, path + " belongs to another user"};
  }
  if (prompt.size() > kMaxPrompt) return Error{Reason::kInternal, "the question is too long"};
  if (send(fd.get(), prompt.data(), prompt.size(), MSG_NOSIGNAL) < 0) return SystemError("send");

  std::array<char, 1 + kSshPart> message{};
  const ssize_t got = recv(fd.get(), message.data(), message.size(), 0);
  if (got <= 0 || message[0] > static_cast<char>(Answer::kNothing)) {
    return Error{Reason::kInternal, "the ssh-jwt that started ssh does not answer"};
  }
  Reply reply;
  reply.answer = static_cast<Answer>(message[0]);
  reply.part.Append({message.data() + 1, static_cast<std::size_t>(got) - 1});
  explicit_bzero(message.data(), message.size());
  return reply;
}

}  // namespace pamjwt::ssh
