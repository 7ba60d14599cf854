#include "jwks-fetcher/address_rules.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace pamjwt::fetcher {
namespace {

using Ipv4 = std::array<std::uint8_t, 4>;
using Ipv6 = std::array<std::uint8_t, 16>;

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

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

bool BeginsWith(const Ipv6& address, std::span<const std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), address.begin());
}

/// The IPv4 address that an IPv6 address stands for: RFC 4291 §2.5.5, RFC 6052 §2.1, RFC 3056 §2.
std::optional<Ipv4> Inner(const Ipv6& address) {
  constexpr std::array<std::uint8_t, 12> kCompatible{};
  constexpr std::array<std::uint8_t, 12> kNat64 = {0, 0x64, 0xff, 0x9b};
  constexpr std::array<std::uint8_t, 2> k6to4 = {0x20, 0x02};
  Ipv4 inner{};
  if (BeginsWith(address, kCompatible) || BeginsWith(address, kMapped) ||
      BeginsWith(address, kNat64)) {
    std::copy_n(address.begin() + 12, inner.size(), inner.begin());
    return inner;
  }
  if (!BeginsWith(address, k6to4)) return std::nullopt;
  std::copy_n(address.begin() + 2, inner.size(), inner.begin());
  return inner;
}

bool IsLoopback(const Ipv4& address) {
  return address[0] == 127;
}

/// Narrower than IsNear: what a gateway would carry away is not on this host.
bool IsLoopback(const Ipv6& address) {
  constexpr Ipv6 kLoopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  if (address == kLoopback) return true;
  return BeginsWith(address, kMapped) && address[12] == 127;
}

/// 0.0.0.0/8 is this host too: RFC 1122 §3.2.1.3.
bool IsNear(const Ipv4& address) {
  return IsLoopback(address) || address[0] == 0 || (address[0] == 169 && address[1] == 254);
}

bool IsNear(const Ipv6& address) {
  const bool is_link_local = address[0] == 0xfe && (address[1] & 0xc0U) == 0x80;
  const std::optional<Ipv4> inner = Inner(address);
  return is_link_local || (inner.has_value() && IsNear(*inner));  // ::1 and :: are 0.0.0.x inside
}

}  // namespace

bool IsLoopbackAddress(const sockaddr& address, socklen_t size) {
  if (const std::optional<Ipv4> ipv4 = AsIpv4(address, size)) return IsLoopback(*ipv4);
  const std::optional<Ipv6> ipv6 = AsIpv6(address, size);
  return ipv6.has_value() && IsLoopback(*ipv6);
}

bool IsNearAddress(const sockaddr& address, socklen_t size) {
  if (const std::optional<Ipv4> ipv4 = AsIpv4(address, size)) return IsNear(*ipv4);
  const std::optional<Ipv6> ipv6 = AsIpv6(address, size);
  return !ipv6.has_value() || IsNear(*ipv6);
}

std::string ShowAddress(const sockaddr& address, socklen_t size) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const std::optional<Ipv4> ipv4 = AsIpv4(address, size);
  const std::optional<Ipv6> ipv6 = AsIpv6(address, size);
  if (ipv4.has_value()) inet_ntop(AF_INET, ipv4->data(), text.data(), text.size());
  if (ipv6.has_value()) inet_ntop(AF_INET6, ipv6->data(), text.data(), text.size());
  return text.front() == '\0' ? "no internet address" : text.data();
}

}  // namespace pamjwt::fetcher
