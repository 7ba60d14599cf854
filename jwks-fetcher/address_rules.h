#pragma once

#include <sys/socket.h>

#include <string>

namespace pamjwt::fetcher {

/// Loopback: 127.0.0.0/8, ::1, or the former mapped into IPv6 (::ffff:127.0.0.0/104).
bool IsLoopbackAddress(const sockaddr& address, socklen_t size);

/// Does the address lead to this host or to its link only: loopback, link-local (169.254.0.0/16,
/// fe80::/10) or unspecified? So does whatever is no IPv4 or IPv6 address. An IPv4 address inside
/// of an IPv6 one (mapped, compatible, 64:ff9b::/96, 2002::/16) counts as itself.
bool IsNearAddress(const sockaddr& address, socklen_t size);

/// As numbers, for messages.
std::string ShowAddress(const sockaddr& address, socklen_t size);

}  // namespace pamjwt::fetcher
