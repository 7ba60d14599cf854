#include "jwt-sso/browser/connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <limits>

namespace pamjwt::sso {
namespace {

constexpr std::int64_t kPatienceNs = 5'000'000'000;

bool IsForLater(ssize_t result) {
  return result < 0 && (errno == EAGAIN || errno == EINTR);
}

}  // namespace

BrowserConnection::BrowserConnection(UniqueFd socket, std::int64_t now_ns)
    : socket_(std::move(socket)), deadline_ns_(now_ns + kPatienceNs) {}

short BrowserConnection::events() const {
  switch (stage_) {
    case Stage::kReading:
    case Stage::kClosing:
      return POLLIN;
    case Stage::kWriting:
      return POLLOUT;
    case Stage::kHeld:
    case Stage::kOver:
      return 0;
  }
  return 0;
}

std::int64_t BrowserConnection::deadline_ns() const {
  return waits_for_answer() ? std::numeric_limits<std::int64_t>::max() : deadline_ns_;
}

std::optional<Result<Request>> BrowserConnection::Continue() {
  switch (stage_) {
    case Stage::kReading:
      return Read();
    case Stage::kWriting:
      Write();
      break;
    case Stage::kClosing:
      Drain();
      break;
    case Stage::kHeld:  // poll(2) reports nothing but an error here
      stage_ = Stage::kOver;
      break;
    case Stage::kOver:
      break;
  }
  return std::nullopt;
}

std::optional<Result<Request>> BrowserConnection::Read() {
  std::array<char, 4096> piece{};
  const ssize_t got = read(socket_.get(), piece.data(), piece.size());
  if (IsForLater(got)) return std::nullopt;
  if (got <= 0) {
    stage_ = Stage::kOver;
    return std::nullopt;
  }
  input_.append(piece.data(), static_cast<std::size_t>(got));
  Result<std::optional<Request>> request = ReadRequest(input_);
  if (request.ok() && !request.value().has_value()) return std::nullopt;
  stage_ = Stage::kHeld;
  if (!request.ok()) return std::move(request).error();
  return *std::move(request).value();
}

void BrowserConnection::Answer(std::string response, std::int64_t now_ns) {
  output_ = std::move(response);
  stage_ = Stage::kWriting;
  deadline_ns_ = now_ns + kPatienceNs;
  Write();
}

void BrowserConnection::Write() {
  const ssize_t sent = send(socket_.get(), output_.data(), output_.size(), MSG_NOSIGNAL);
  if (IsForLater(sent)) return;
  if (sent < 0) {
    stage_ = Stage::kOver;
    return;
  }
  output_.erase(0, static_cast<std::size_t>(sent));
  if (!output_.empty()) return;
  // To close it at once, with bytes of the browser unread, would reset the connection, and the
  // browser would lose the response.
  shutdown(socket_.get(), SHUT_WR);
  stage_ = Stage::kClosing;
}

void BrowserConnection::Drain() {
  std::array<char, 4096> piece{};
  const ssize_t got = read(socket_.get(), piece.data(), piece.size());
  if (got <= 0 && !IsForLater(got)) stage_ = Stage::kOver;
}

}  // namespace pamjwt::sso
