#include "jwks-fetcher/address_rules.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstring>
#include <stdexcept>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::fetcher {
namespace {

struct AnyAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr& get() const { return reinterpret_cast<const sockaddr&>(storage); }
};

AnyAddress AddressOf(const char* text) {
  AnyAddress address;
  sockaddr_in ipv4{};
  sockaddr_in6 ipv6{};
  if (inet_pton(AF_INET, text, &ipv4.sin_addr) == 1) {
    ipv4.sin_family = AF_INET;
    address.size = sizeof(ipv4);
    std::memcpy(&address.storage, &ipv4, sizeof(ipv4));
  } else if (inet_pton(AF_INET6, text, &ipv6.sin6_addr) == 1) {
    ipv6.sin6_family = AF_INET6;
    address.size = sizeof(ipv6);
    std::memcpy(&address.storage, &ipv6, sizeof(ipv6));
  } else {
    throw std::invalid_argument(text);
  }
  return address;
}

struct AddressCase {
  const char* name;
  const char* text;
  bool is_near;
  bool is_loopback;
};

constexpr AddressCase kCases[] = {
    {"Loopback", "127.0.0.1", true, true},
    {"LoopbackOfDebian", "127.0.1.1", true, true},
    {"LastLoopback", "127.255.255.255", true, true},
    {"BelowLoopback", "126.255.255.255", false, false},
    {"AboveLoopback", "128.0.0.0", false, false},
    {"Unspecified", "0.0.0.0", true, false},
    {"ThisNetwork", "0.0.0.1", true, false},
    {"AboveThisNetwork", "1.0.0.0", false, false},
    {"LinkLocal", "169.254.169.254", true, false},
    {"BelowLinkLocal", "169.253.255.255", false, false},
    {"AboveLinkLocal", "169.255.0.0", false, false},
    {"Private", "10.0.0.1", false, false},
    {"Public", "192.0.2.1", false, false},
    {"LongLoopback", "::1", true, true},
    {"LongUnspecified", "::", true, false},
    {"LongLinkLocal", "fe80::1", true, false},
    {"LastLongLinkLocal", "febf::1", true, false},
    {"BelowLongLinkLocal", "fe7f::1", false, false},
    {"AboveLongLinkLocal", "fec0::1", false, false},
    {"LongPrivate", "fd00::1", false, false},
    {"LongPublic", "2001:db8::1", false, false},
    {"MappedLoopback", "::ffff:127.0.0.1", true, true},
    {"MappedLinkLocal", "::ffff:169.254.1.1", true, false},
    {"MappedPublic", "::ffff:192.0.2.1", false, false},
    {"CompatibleLoopback", "::127.0.0.1", true, false},
    {"TranslatedLoopback", "64:ff9b::127.0.0.1", true, false},
    {"TranslatedPublic", "64:ff9b::192.0.2.1", false, false},
    {"TunnelledLoopback", "2002:7f00:1::", true, false},
    {"TunnelledPublic", "2002:c000:201::", false, false},
};

class AddressTest : public testing::TestWithParam<AddressCase> {};

TEST_P(AddressTest, IsNearOrFar) {
  const AnyAddress address = AddressOf(GetParam().text);
  EXPECT_EQ(IsNearAddress(address.get(), address.size), GetParam().is_near);
  EXPECT_EQ(IsLoopbackAddress(address.get(), address.size), GetParam().is_loopback);
}

INSTANTIATE_TEST_SUITE_P(AddressRules, AddressTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(IsNearAddress, TakesForNearWhatItDoesNotKnow) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  const auto& generic = reinterpret_cast<const sockaddr&>(local);
  EXPECT_TRUE(IsNearAddress(generic, sizeof(local)));
  EXPECT_FALSE(IsLoopbackAddress(generic, sizeof(local)));
  const AnyAddress cut = AddressOf("192.0.2.1");
  EXPECT_FALSE(IsNearAddress(cut.get(), cut.size));
  EXPECT_TRUE(IsNearAddress(cut.get(), cut.size - 1));
}

TEST(ShowAddress, ShowsNumbers) {
  const auto show = [](const char* text) {
    const AnyAddress address = AddressOf(text);
    return ShowAddress(address.get(), address.size);
  };
  EXPECT_EQ(show("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(show("2001:db8::1"), "2001:db8::1");
}

}  // namespace
}  // namespace pamjwt::fetcher
