#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

namespace pamjwt::http {

/// The class of an address, from far to near. A nearer class compares as greater.
enum class AddressClass : std::uint8_t {
  kPublic,
  kPrivate,  ///< a private network: RFC 1918, RFC 4193, RFC 6598 and others
  kLocal,    ///< this host, its link, or many hosts: loopback, link-local, multicast and others
};

/// Returns the class of an address. If an IPv6 address contains an IPv4 address (mapped,
/// compatible, translated, 6to4, ISATAP), returns the nearer class of both. Every address that is
/// neither IPv4 nor IPv6 is kLocal.
AddressClass ClassOf(const sockaddr& address, socklen_t size);
/// Returns the class of an address that is written as text, or kPublic if the text is not an
/// address. IPv4 addresses may have all forms that libcurl and inet_aton(3) accept, for example
/// 127.1, 0x7f.0.0.1 or 2130706433.
AddressClass ClassOf(const std::string& address);

/// Checks whether an address is loopback: in 127.0.0.0/8, ::1, or 127.0.0.0/8 mapped into IPv6
/// (::ffff:127.0.0.0/104).
bool IsLoopbackAddress(const sockaddr& address, socklen_t size);

/// Returns an address in numbers, for messages; "(neither IPv4 nor IPv6)" for any other family.
std::string ShowAddress(const sockaddr& address, socklen_t size);

}  // namespace pamjwt::http
