#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "fetcher/test_ca.h"
#include "io/unique_fd.h"

namespace pamjwt::test {

/// A request of a client: its method, its path, its header fields, by name in lower case, and its
/// body, if that has a Content-Length.
struct ServerRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> fields;
  std::string body;
};

/// The server's side of one connection. Every call blocks until it is done, the client hangs up, or
/// the server is destroyed.
class Connection {
 public:
  Connection(int fd, SSL* tls) : fd_(fd), tls_(tls) {}

  /// Sends bytes. Returns false if the client has gone.
  bool Send(std::string_view bytes);
  /// Sends a whole response with a Content-Length. `fields` are header lines, each with its CRLF.
  /// Returns false if the client has gone.
  bool Respond(int status, std::string_view fields, std::string_view body);
  /// Sends nothing, and waits until the client hangs up.
  void Hang();
  /// Reads a request. Its path is empty if the client has gone.
  ServerRequest ReadRequest();

 private:
  std::size_t Read(char* data, std::size_t size);

  int fd_;
  SSL* tls_;
};

/// A server on a port of its own of 127.0.0.1, with a thread for each connection. `handler` says
/// how it behaves, which may be badly.
class LoopbackServer {
 public:
  using Handler = std::function<void(Connection&, const ServerRequest&)>;

  /// Starts the server. Without `tls` it speaks plain HTTP.
  LoopbackServer(SslCtxPtr tls, Handler handler);
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Returns "https://idp.test:PORT/path".
  [[nodiscard]] std::string Url(std::string_view path, std::string_view host = "idp.test") const;
  /// Returns the requests so far.
  [[nodiscard]] std::vector<ServerRequest> requests() const;
  /// Returns the number of connections so far.
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void Accept();
  void Serve(int fd);

  SslCtxPtr tls_;
  Handler handler_;
  std::uint16_t port_ = 0;  // set when listener_ is made
  UniqueFd listener_;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> is_stopping_ = false;
  mutable std::mutex mutex_;  // guards the members below, except acceptor_
  std::vector<ServerRequest> requests_;
  std::vector<UniqueFd> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace pamjwt::test
