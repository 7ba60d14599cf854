#include "fetcher/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace pamjwt::test {
namespace {

using SslPtr = std::unique_ptr<SSL, FreeWith<&SSL_free>>;

UniqueFd Listen(std::uint16_t& port) {
  UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (!fd.ok() || bind(fd.get(), generic, size) != 0 || listen(fd.get(), 1024) != 0 ||
      getsockname(fd.get(), generic, &size) != 0) {
    throw std::runtime_error("no port on loopback");
  }
  port = ntohs(address.sin_port);
  return fd;
}

ServerRequest ParseRequest(const std::string& head) {
  std::istringstream lines(head);
  ServerRequest request;
  lines >> request.method >> request.path;
  std::string line;
  while (std::getline(lines, line)) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    request.fields[name] = line.substr(colon + 2, line.find('\r') - colon - 2);
  }
  return request;
}

}  // namespace

std::size_t Connection::Read(char* data, std::size_t size) {
  std::size_t count = 0;
  if (tls_ != nullptr) return SSL_read_ex(tls_, data, size, &count) == 1 ? count : 0;
  const ssize_t got = recv(fd_, data, size, 0);
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

bool Connection::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t count = 0;
    if (tls_ != nullptr) {
      if (SSL_write_ex(tls_, bytes.data(), bytes.size(), &count) != 1) return false;
    } else {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      count = static_cast<std::size_t>(sent);
    }
    bytes.remove_prefix(count);
  }
  return true;
}

bool Connection::Respond(int status, std::string_view fields, std::string_view body) {
  return Send("HTTP/1.1 " + std::to_string(status) + " x\r\n" + std::string(fields) +
              "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
}

void Connection::Hang() {
  std::array<char, 256> buffer{};
  while (Read(buffer.data(), buffer.size()) > 0) {
  }
}

ServerRequest Connection::ReadRequest() {
  std::string head;
  char byte = 0;
  while (!head.ends_with("\r\n\r\n")) {
    if (Read(&byte, 1) == 0) return {};
    head += byte;
  }
  ServerRequest request = ParseRequest(head);
  const auto length = request.fields.find("content-length");
  const std::size_t size = length == request.fields.end() ? 0 : std::stoul(length->second);
  while (request.body.size() < size) {
    if (Read(&byte, 1) == 0) return {};
    request.body += byte;
  }
  return request;
}

LoopbackServer::LoopbackServer(SslCtxPtr tls, Handler handler)
    : tls_(std::move(tls)), handler_(std::move(handler)), listener_(Listen(port_)) {
  std::signal(SIGPIPE, SIG_IGN);  // clients hang up
  acceptor_ = std::thread([this] { Accept(); });
}

LoopbackServer::~LoopbackServer() {
  is_stopping_ = true;
  shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const UniqueFd& fd : open_) shutdown(fd.get(), SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
}

void LoopbackServer::Accept() {
  while (!is_stopping_) {
    UniqueFd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!fd.ok()) continue;
    ++connections_;
    const std::lock_guard lock(mutex_);
    const int raw = fd.get();
    open_.push_back(std::move(fd));
    threads_.emplace_back([this, raw] { Serve(raw); });
  }
}

void LoopbackServer::Serve(int fd) {
  SslPtr tls;
  if (tls_ != nullptr) {
    tls.reset(SSL_new(tls_.get()));
    SSL_set_fd(tls.get(), fd);
    if (SSL_accept(tls.get()) != 1) {
      shutdown(fd, SHUT_RDWR);
      return;
    }
  }
  Connection connection(fd, tls.get());
  const ServerRequest request = connection.ReadRequest();
  if (!request.path.empty()) {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    handler_(connection, request);
  }
  shutdown(fd, SHUT_RDWR);
}

std::string LoopbackServer::Url(std::string_view path, std::string_view host) const {
  return (tls_ != nullptr ? "https://" : "http://") + std::string(host) + ":" +
         std::to_string(port_) + std::string(path);
}

std::vector<ServerRequest> LoopbackServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

}  // namespace pamjwt::test
