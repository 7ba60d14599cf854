#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

namespace pamjwt::http {

/// Where an address leads to, from far to near.
enum class AddressClass : std::uint8_t {
  kPublic,
  kPrivate,  ///< networks of one's own: RFC 1918, RFC 4193 and the like
  kLocal,    ///< this host, its own link, or many hosts: loopback, link-local, multicast
};

/// The class of an address. An IPv4 address inside of an IPv6 one (mapped, compatible, translated,
/// 6to4, ISATAP) is judged too, and the nearer class holds. Any other kind of address is kLocal.
AddressClass ClassOf(const sockaddr& address, socklen_t size);
/// The class of an address in text; a text that is no address is kPublic. IPv4 addresses may have
/// all forms that libcurl and inet_aton(3) take: 127.1, 0x7f.0.0.1, 2130706433.
AddressClass ClassOf(const std::string& address);

/// Loopback: 127.0.0.0/8, ::1, or the former mapped into IPv6 (::ffff:127.0.0.0/104).
bool IsLoopbackAddress(const sockaddr& address, socklen_t size);

/// As numbers, for messages.
std::string ShowAddress(const sockaddr& address, socklen_t size);

}  // namespace pamjwt::http
