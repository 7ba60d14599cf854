#include "jwt-sso/browser/listener.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <utility>

#include "io/system_error.h"

namespace pamjwt::sso {
namespace {

/// A socket with a name, or the errno that says why there is no such socket.
struct Bound {
  UniqueFd socket;
  int error = 0;
};

Bound Bind(UniqueFd socket, const void* address, socklen_t size) {
  if (!socket.ok() || bind(socket.get(), static_cast<const sockaddr*>(address), size) != 0) {
    return {UniqueFd(), errno};
  }
  return {std::move(socket), 0};
}

UniqueFd NewSocket(int family) {
  return UniqueFd(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

Bound BindOnIpv4(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  UniqueFd socket = NewSocket(AF_INET);
  // Connections of the last login stay in TIME_WAIT for a minute, and would hold a fixed port.
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  return Bind(std::move(socket), &address, sizeof address);
}

/// Takes a port of [::1], without SO_REUSEADDR, so that nobody else can take it too.
Bound BindOnIpv6(std::uint16_t port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  address.sin6_addr = in6addr_loopback;
  return Bind(NewSocket(AF_INET6), &address, sizeof address);
}

std::uint16_t PortOf(const UniqueFd& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  void* const generic = &address;
  getsockname(socket.get(), static_cast<sockaddr*>(generic), &size);
  return ntohs(address.sin_port);
}

/// Listens on one port. Errors: kInternal, with the port.
Result<Listener> ListenOn(std::uint16_t port, bool with_guard) {
  // So many may wait while the code is redeemed.
  constexpr int kBacklog = 64;
  const auto fail = [port](int error) {
    const std::string name = port == 0 ? "any free port" : "port " + std::to_string(port);
    return Error{Reason::kInternal, name + ": " + DescribeErrno(error)};
  };
  Bound ipv4 = BindOnIpv4(port);
  if (!ipv4.socket.ok()) return fail(ipv4.error);
  Listener listener;
  listener.port = PortOf(ipv4.socket);
  listener.socket = std::move(ipv4.socket);
  if (with_guard) {
    Bound ipv6 = BindOnIpv6(listener.port);
    // A host without IPv6 needs no guard.
    if (ipv6.error == EADDRINUSE) return fail(ipv6.error);
    listener.guard = std::move(ipv6.socket);
  }
  if (listen(listener.socket.get(), kBacklog) != 0) return fail(errno);
  return listener;
}

}  // namespace

Result<Listener> Listen(std::string_view host, const std::vector<std::uint16_t>& ports) {
  std::string problems;
  for (const std::uint16_t port : ports) {
    Result<Listener> listener = ListenOn(port, host == "localhost");
    if (listener.ok()) return listener;
    problems += (problems.empty() ? "" : "; ") + listener.error().detail;
  }
  return Error{Reason::kInternal,
               "no port of 127.0.0.1 can be used for the answer of the browser (" + problems +
                   "): stop the program that has it (ss -ltnp shows it), or let the profile's "
                   "redirect_ports and the provider allow one more port"};
}

}  // namespace pamjwt::sso
