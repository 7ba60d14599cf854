#include "http/address_rules.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstring>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::http {
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

constexpr auto kPublic = AddressClass::kPublic;
constexpr auto kPrivate = AddressClass::kPrivate;
constexpr auto kLocal = AddressClass::kLocal;

struct AddressCase {
  const char* name;
  const char* text;
  AddressClass reach;
  bool is_loopback = false;
};

constexpr AddressCase kCases[] = {
    // IPv4, each range with what stands just outside of it.
    {"Unspecified", "0.0.0.0", kLocal},
    {"LastOfThisNetwork", "0.255.255.255", kLocal},
    {"AboveThisNetwork", "1.0.0.0", kPublic},
    {"BelowTen", "9.255.255.255", kPublic},
    {"FirstOfTen", "10.0.0.0", kPrivate},
    {"LastOfTen", "10.255.255.255", kPrivate},
    {"AboveTen", "11.0.0.0", kPublic},
    {"BelowShared", "100.63.255.255", kPublic},
    {"FirstShared", "100.64.0.0", kPrivate},
    {"LastShared", "100.127.255.255", kPrivate},
    {"AboveShared", "100.128.0.0", kPublic},
    {"BelowLoopback", "126.255.255.255", kPublic},
    {"Loopback", "127.0.0.1", kLocal, true},
    {"LoopbackOfDebian", "127.0.1.1", kLocal, true},
    {"LastLoopback", "127.255.255.255", kLocal, true},
    {"AboveLoopback", "128.0.0.0", kPublic},
    {"BelowLinkLocal", "169.253.255.255", kPublic},
    {"LinkLocal", "169.254.169.254", kLocal},
    {"AboveLinkLocal", "169.255.0.0", kPublic},
    {"BelowTwelve", "172.15.255.255", kPublic},
    {"FirstOfTwelve", "172.16.0.0", kPrivate},
    {"LastOfTwelve", "172.31.255.255", kPrivate},
    {"AboveTwelve", "172.32.0.0", kPublic},
    {"BelowProtocols", "191.255.255.255", kPublic},
    {"Protocols", "192.0.0.170", kLocal},
    {"AboveProtocols", "192.0.1.0", kPublic},
    {"BelowSixteen", "192.167.255.255", kPublic},
    {"FirstOfSixteen", "192.168.0.0", kPrivate},
    {"LastOfSixteen", "192.168.255.255", kPrivate},
    {"AboveSixteen", "192.169.0.0", kPublic},
    {"BelowBenchmarks", "198.17.255.255", kPublic},
    {"FirstBenchmark", "198.18.0.0", kPrivate},
    {"LastBenchmark", "198.19.255.255", kPrivate},
    {"AboveBenchmarks", "198.20.0.0", kPublic},
    {"BelowMulticast", "223.255.255.255", kPublic},
    {"Multicast", "224.0.0.1", kLocal},
    {"Reserved", "240.0.0.1", kLocal},
    {"Broadcast", "255.255.255.255", kLocal},
    // IPv6.
    {"LongUnspecified", "::", kLocal},
    {"LongLoopback", "::1", kLocal, true},
    {"LongPublic", "2606:4700::1111", kPublic},
    {"BelowUniqueLocal", "fbff:ffff::1", kPublic},
    {"FirstUniqueLocal", "fc00::", kPrivate},
    {"LastUniqueLocal", "fdff:ffff::1", kPrivate},
    {"AboveUniqueLocal", "fe00::1", kPublic},
    {"BelowLongLinkLocal", "fe7f::1", kPublic},
    {"LongLinkLocal", "fe80::1", kLocal},
    {"LastLongLinkLocal", "febf::1", kLocal},
    {"FirstSiteLocal", "fec0::1", kLocal},
    {"LastSiteLocal", "feff::1", kLocal},
    {"LongMulticast", "ff02::1", kLocal},
    {"BelowTeredo", "2000:ffff:ffff::1", kPublic},
    {"Teredo", "2001:0:c000:201::1", kLocal},
    {"AboveTeredo", "2001:1::1", kPublic},
    // IPv4 inside of IPv6.
    {"MappedLoopback", "::ffff:127.0.0.1", kLocal, true},
    {"MappedLinkLocal", "::ffff:169.254.1.1", kLocal},
    {"MappedPrivate", "::ffff:10.0.0.1", kPrivate},
    {"MappedPublic", "::ffff:192.0.2.1", kPublic},
    {"CompatibleLoopback", "::127.0.0.1", kLocal},
    {"CompatiblePublic", "::192.0.2.1", kPublic},
    {"TranslatedLoopback", "::ffff:0:127.0.0.1", kLocal},
    {"TranslatedPrivate", "::ffff:0:192.168.0.1", kPrivate},
    {"TranslatedPublic", "::ffff:0:192.0.2.1", kPublic},
    {"AboveTranslated", "::ffff:1:127.0.0.1", kPublic},
    {"Nat64Loopback", "64:ff9b::127.0.0.1", kLocal},
    {"Nat64Private", "64:ff9b::10.0.0.1", kPrivate},
    {"Nat64Public", "64:ff9b::192.0.2.1", kPublic},
    {"LocalNat64Loopback", "64:ff9b:1::127.0.0.1", kLocal},
    {"LocalNat64Public", "64:ff9b:1::192.0.2.1", kPrivate},
    {"LastLocalNat64", "64:ff9b:1:ffff::192.0.2.1", kPrivate},
    {"AboveLocalNat64", "64:ff9b:2::192.0.2.1", kPublic},
    {"SixToFourLoopback", "2002:7f00:1::", kLocal},
    {"SixToFourPrivate", "2002:a00:1::", kPrivate},
    {"SixToFourPublic", "2002:c000:201::", kPublic},
    {"AboveSixToFour", "2003:7f00:1::", kPublic},
    {"IsatapLoopback", "2606:4700::5efe:127.0.0.1", kLocal},
    {"IsatapPrivate", "2606:4700::5efe:10.0.0.1", kPrivate},
    {"IsatapOfAGlobalAddress", "2606:4700::200:5efe:10.0.0.1", kPrivate},
    {"IsatapPublic", "2606:4700::5efe:192.0.2.1", kPublic},
    {"IsatapOfALink", "fe80::5efe:192.0.2.1", kLocal},
    {"AlmostIsatap", "2606:4700::100:5efe:127.0.0.1", kPublic},
};

class AddressClassTest : public testing::TestWithParam<AddressCase> {};

TEST_P(AddressClassTest, TheAddressHasTheClassOfItsRange) {
  const AnyAddress address = AddressOf(GetParam().text);
  EXPECT_EQ(ClassOf(address.get(), address.size), GetParam().reach);
  EXPECT_EQ(ClassOf(std::string(GetParam().text)), GetParam().reach);
  EXPECT_EQ(IsLoopbackAddress(address.get(), address.size), GetParam().is_loopback);
}

TEST(ClassOf, TakesEachFormOfAnIpv4AddressInText) {
  for (const char* const text : {"127.1", "0x7f.0.0.1", "2130706433", "017700000001"}) {
    EXPECT_EQ(ClassOf(std::string(text)), kLocal) << text;
  }
  for (const char* const text : {"", "127.1.example.com", "localhost", "8.8", "[::1]"}) {
    EXPECT_EQ(ClassOf(std::string(text)), kPublic) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(AddressRules, AddressClassTest, testing::ValuesIn(kCases),
                         test::kCaseName);

TEST(ClassOf, TakesAnAddressThatItDoesNotKnowForLocal) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  const auto& generic = reinterpret_cast<const sockaddr&>(local);
  EXPECT_EQ(ClassOf(generic, sizeof(local)), kLocal);
  EXPECT_FALSE(IsLoopbackAddress(generic, sizeof(local)));
  const AnyAddress cut = AddressOf("192.0.2.1");
  EXPECT_EQ(ClassOf(cut.get(), cut.size), kPublic);
  EXPECT_EQ(ClassOf(cut.get(), cut.size - 1), kLocal);
}

TEST(ClassOf, TakesForPublicATextThatIsNoAddress) {
  EXPECT_EQ(ClassOf(std::string("10.0.0.1")), kPrivate);
  EXPECT_EQ(ClassOf(std::string("10.0.0.")), kPublic);
  EXPECT_EQ(ClassOf(std::string()), kPublic);
}

TEST(ShowAddress, WritesIpv4AndIpv6AddressesInNumbers) {
  const auto show = [](const char* text) {
    const AnyAddress address = AddressOf(text);
    return ShowAddress(address.get(), address.size);
  };
  EXPECT_EQ(show("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(show("2001:db8::1"), "2001:db8::1");
}

}  // namespace
}  // namespace pamjwt::http
