#include "http/address_rules.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

namespace pamjwt::http {
namespace {

using Ipv4 = std::array<std::uint8_t, 4>;
using Ipv6 = std::array<std::uint8_t, 16>;

/// The addresses that begin with the first `bits` bits of `prefix`, and their class.
template <typename Address>
struct AddressRange {
  Address prefix;
  std::size_t bits;
  AddressClass reach;
};

constexpr std::array<AddressRange<Ipv4>, 10> kIpv4 = {{
    {{0}, 8, AddressClass::kLocal},            // this host: RFC 1122 §3.2.1.3
    {{10}, 8, AddressClass::kPrivate},         // RFC 1918
    {{100, 64}, 10, AddressClass::kPrivate},   // RFC 6598, behind the NAT of a provider
    {{127}, 8, AddressClass::kLocal},          // loopback
    {{169, 254}, 16, AddressClass::kLocal},    // link-local
    {{172, 16}, 12, AddressClass::kPrivate},   // RFC 1918
    {{192, 0, 0}, 24, AddressClass::kLocal},   // reserved for protocols: RFC 6890 §2.2.2
    {{192, 168}, 16, AddressClass::kPrivate},  // RFC 1918
    {{198, 18}, 15, AddressClass::kPrivate},   // for tests of devices: RFC 2544
    {{224}, 3, AddressClass::kLocal},          // multicast, reserved, broadcast
}};

constexpr std::array<AddressRange<Ipv6>, 6> kIpv6 = {{
    {{0, 0x64, 0xff, 0x9b, 0, 1},
     48,
     AddressClass::kPrivate},                  // a local translator to IPv4: RFC 8215
    {{0x20, 0x01}, 32, AddressClass::kLocal},  // Teredo: RFC 4380
    {{0xfc}, 7, AddressClass::kPrivate},       // RFC 4193
    {{0xfe, 0x80}, 10, AddressClass::kLocal},  // link-local
    {{0xfe, 0xc0}, 10, AddressClass::kLocal},  // site-local: RFC 3879
    {{0xff}, 8, AddressClass::kLocal},         // multicast
}};

/// The IPv6 addresses that begin with the first `bits` bits of `prefix`, and the index of the octet
/// at which the IPv4 address in them begins.
struct Ipv4Embedding {
  Ipv6 prefix;
  std::size_t bits;
  std::size_t at;
};

constexpr std::array<Ipv4Embedding, 6> kEmbeddings = {{
    {{}, 96, 12},  // compatible: RFC 4291 §2.5.5.1. :: and ::1 contain 0.0.0.0 and 0.0.0.1
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, 12},  // mapped: RFC 4291 §2.5.5.2
    {{0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0}, 96, 12},  // translated: RFC 2765 §2.1
    {{0, 0x64, 0xff, 0x9b}, 96, 12},                       // RFC 6052 §2.1
    {{0, 0x64, 0xff, 0x9b, 0, 1}, 48, 12},                 // RFC 8215
    {{0x20, 0x02}, 16, 2},                                 // 6to4: RFC 3056 §2
}};

std::optional<Ipv4> AsIpv4(const sockaddr& address, socklen_t size) {
  if (address.sa_family != AF_INET || size < sizeof(sockaddr_in)) return std::nullopt;
  sockaddr_in in{};
  std::memcpy(&in, &address, sizeof(in));
  Ipv4 octets{};
  std::memcpy(octets.data(), &in.sin_addr, octets.size());
  return octets;
}

std::optional<Ipv6> AsIpv6(const sockaddr& address, socklen_t size) {
  if (address.sa_family != AF_INET6 || size < sizeof(sockaddr_in6)) return std::nullopt;
  sockaddr_in6 in{};
  std::memcpy(&in, &address, sizeof(in));
  Ipv6 octets{};
  std::memcpy(octets.data(), &in.sin6_addr, octets.size());
  return octets;
}

template <typename Address>
bool BeginsWith(const Address& address, const Address& prefix, std::size_t bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(prefix.begin(), prefix.begin() + whole, address.begin())) return false;
  const std::size_t rest = bits % 8;
  return rest == 0 || ((address.at(whole) ^ prefix.at(whole)) >> (8 - rest)) == 0;
}

/// Checks whether the address has the interface identifier 0000:5EFE or 0200:5EFE, and then an IPv4
/// address (RFC 5214 §6.1).
bool IsIsatap(const Ipv6& address) {
  return (address[8] & 0xfdU) == 0 && address[9] == 0 && address[10] == 0x5e && address[11] == 0xfe;
}

Ipv4 EmbeddedIpv4(const Ipv6& address, std::size_t at) {
  Ipv4 inner{};
  std::copy_n(address.begin() + at, inner.size(), inner.begin());
  return inner;
}

AddressClass ClassOfIpv4(const Ipv4& address) {
  for (const AddressRange<Ipv4>& range : kIpv4) {
    if (BeginsWith(address, range.prefix, range.bits)) return range.reach;
  }
  return AddressClass::kPublic;
}

AddressClass ClassOfIpv6(const Ipv6& address) {
  AddressClass nearest = AddressClass::kPublic;
  for (const AddressRange<Ipv6>& range : kIpv6) {
    if (BeginsWith(address, range.prefix, range.bits)) nearest = std::max(nearest, range.reach);
  }
  for (const Ipv4Embedding& embedding : kEmbeddings) {
    if (!BeginsWith(address, embedding.prefix, embedding.bits)) continue;
    nearest = std::max(nearest, ClassOfIpv4(EmbeddedIpv4(address, embedding.at)));
  }
  if (IsIsatap(address)) nearest = std::max(nearest, ClassOfIpv4(EmbeddedIpv4(address, 12)));
  return nearest;
}

bool IsLoopback(const Ipv4& address) {
  return address[0] == 127;
}

/// Checks whether the address is ::1, or mapped from 127.0.0.0/8. An IPv4 address that is embedded
/// in another form does not count: a gateway translates it, and it is then not on this host.
bool IsLoopback(const Ipv6& address) {
  constexpr Ipv6 kLoopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  constexpr Ipv6 kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127};
  return address == kLoopback || BeginsWith(address, kMapped, 104);
}

}  // namespace

AddressClass ClassOf(const sockaddr& address, socklen_t size) {
  if (const std::optional<Ipv4> ipv4 = AsIpv4(address, size)) return ClassOfIpv4(*ipv4);
  const std::optional<Ipv6> ipv6 = AsIpv6(address, size);
  return ipv6.has_value() ? ClassOfIpv6(*ipv6) : AddressClass::kLocal;
}

AddressClass ClassOf(const std::string& address) {
  in_addr short_form{};
  Ipv6 ipv6{};
  if (inet_aton(address.c_str(), &short_form) != 0) {
    Ipv4 ipv4{};
    std::memcpy(ipv4.data(), &short_form, ipv4.size());
    return ClassOfIpv4(ipv4);
  }
  if (inet_pton(AF_INET6, address.c_str(), ipv6.data()) == 1) return ClassOfIpv6(ipv6);
  return AddressClass::kPublic;
}

bool IsLoopbackAddress(const sockaddr& address, socklen_t size) {
  if (const std::optional<Ipv4> ipv4 = AsIpv4(address, size)) return IsLoopback(*ipv4);
  const std::optional<Ipv6> ipv6 = AsIpv6(address, size);
  return ipv6.has_value() && IsLoopback(*ipv6);
}

std::string ShowAddress(const sockaddr& address, socklen_t size) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const std::optional<Ipv4> ipv4 = AsIpv4(address, size);
  const std::optional<Ipv6> ipv6 = AsIpv6(address, size);
  if (ipv4.has_value()) inet_ntop(AF_INET, ipv4->data(), text.data(), text.size());
  if (ipv6.has_value()) inet_ntop(AF_INET6, ipv6->data(), text.data(), text.size());
  return text.front() == '\0' ? "(neither IPv4 nor IPv6)" : text.data();
}

}  // namespace pamjwt::http
