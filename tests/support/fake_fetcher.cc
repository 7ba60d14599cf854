#include "support/fake_fetcher.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <stdexcept>
#include <utility>

#include "io/fetcher_interface.h"

namespace pamjwt::test {
namespace {

UniqueFd Listen(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) throw std::runtime_error("too long: " + path);
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(fd.get(), SOMAXCONN) != 0) {
    throw std::runtime_error("cannot listen at " + path);
  }
  return fd;
}

}  // namespace

FakeFetcher::FakeFetcher(const std::string& socket, Answer answer)
    : answer_(std::move(answer)),
      listener_(Listen(socket)),
      stop_(eventfd(0, EFD_CLOEXEC)),
      thread_([this] { Run(); }) {}

FakeFetcher::~FakeFetcher() {
  const std::uint64_t one = 1;
  if (write(stop_.get(), &one, sizeof(one)) != sizeof(one)) std::terminate();
  thread_.join();
}

std::string FakeFetcher::Refreshed(bool changed) {
  return FormatVarlinkReply({"", Json(JsonObject{{"changed", Json(changed)}})});
}

std::string FakeFetcher::Redeemed(bool first) {
  return FormatVarlinkReply({"", Json(JsonObject{{"first", Json(first)}})});
}

std::string FakeFetcher::Failed(std::string_view error) {
  return FormatVarlinkReply({std::string(error), Json()});
}

std::string FakeFetcher::InCooldown(std::int64_t seconds) {
  return FormatVarlinkReply(
      {std::string(kCooldownError), Json(JsonObject{{"cooldown", Json(seconds)}})});
}

std::vector<VarlinkCall> FakeFetcher::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

bool FakeFetcher::AwaitInput(const UniqueFd& fd) const {
  std::array<pollfd, 2> waiting = {{{fd.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
  int ready = -1;
  do {
    ready = poll(waiting.data(), waiting.size(), -1);
  } while (ready < 0 && errno == EINTR);
  return ready > 0 && waiting[1].revents == 0;
}

void FakeFetcher::Run() {
  while (AwaitInput(listener_)) {
    const UniqueFd connection(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    Serve(connection);
  }
}

void FakeFetcher::Serve(const UniqueFd& connection) {
  VarlinkReader reader;
  std::array<char, 4096> buffer{};
  while (AwaitInput(connection)) {
    const ssize_t got = recv(connection.get(), buffer.data(), buffer.size(), 0);
    if (got <= 0) return;
    if (!reader.Append({buffer.data(), static_cast<std::size_t>(got)}).ok()) return;
    const std::optional<std::string> message = reader.Next();
    if (!message.has_value()) continue;
    const Result<VarlinkCall> call = ParseVarlinkCall(*message);
    if (!call.ok()) return;
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(call.value());
    }
    const std::optional<std::string> answer = answer_(call.value());
    if (!answer.has_value()) continue;
    send(connection.get(), answer->data(), answer->size(), MSG_NOSIGNAL);
    return;
  }
}

}  // namespace pamjwt::test
