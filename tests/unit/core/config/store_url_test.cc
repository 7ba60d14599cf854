#include "core/config/store_url.h"

#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/expect_origin.h"

namespace pamjwt {
namespace {

using Kind = StoreUrl::Kind;

struct GoodUrl {
  const char* name;
  const char* text;
  Kind kind;
  const char* where;  ///< the path, or the host
  std::uint16_t port = 6379;
  std::uint32_t database = 0;
};

constexpr GoodUrl kGood[] = {
    {"Sqlite", "sqlite:/var/lib/x.db", Kind::kSqlite, "/var/lib/x.db"},
    {"Unix", "unix:/run/redis/redis.sock", Kind::kUnix, "/run/redis/redis.sock"},
    {"Localhost", "redis://localhost", Kind::kRedis, "localhost"},
    {"LoopbackNumber", "redis://127.0.0.2:7000", Kind::kRedis, "127.0.0.2", 7000},
    {"LoopbackOfIpv6", "redis://[::1]:7000/3", Kind::kRedis, "[::1]", 7000, 3},
    {"Tls", "rediss://db1.example.com", Kind::kRedisTls, "db1.example.com"},
    {"TlsWithAll", "rediss://db-1:65535/9999", Kind::kRedisTls, "db-1", 65535, 9999},
    {"TlsOfIpv6", "rediss://[2001:db8::1]/0", Kind::kRedisTls, "[2001:db8::1]"},
};

class GoodUrlTest : public testing::TestWithParam<GoodUrl> {};

TEST_P(GoodUrlTest, TakesTheUrlApart) {
  const Result<StoreUrl> url = ParseStoreUrl(GetParam().text);
  ASSERT_TRUE(test::Accepted(url));
  EXPECT_EQ(url.value().kind, GetParam().kind);
  EXPECT_EQ(url.value().path + url.value().host, GetParam().where);
  EXPECT_EQ(url.value().port, GetParam().port);
  EXPECT_EQ(url.value().database, GetParam().database);
}

INSTANTIATE_TEST_SUITE_P(ParseStoreUrl, GoodUrlTest, testing::ValuesIn(kGood), test::kCaseName);

struct BadUrl {
  const char* name;
  std::string text;
  const char* message;
};

const BadUrl kBad[] = {
    {"Empty", "", "must begin with"},
    {"UnknownScheme", "memcached://x", "must begin with"},
    {"SqliteWithoutAPath", "sqlite:", "must name a file"},
    {"SqliteRelative", "sqlite:x.db", "must name a file"},
    {"SqliteDirectory", "sqlite:/var/lib/", "must name a file"},
    {"UnixWithANewline", "unix:/run/x\n", "must name a file"},
    {"UnixWithAPassword", "unix:/run/redis/redis.sock?password=x", "must name a file"},
    {"SqliteWithAFragment", "sqlite:/var/lib/x.db#x", "must name a file"},
    {"TooLong", "sqlite:/" + std::string(1024, 'x'), "longer than 1024"},
    {"RedisElsewhere", "redis://db1.example.com", "must be on this host"},
    {"RedisLooksLikeLoopback", "redis://127.0.0.1.example.com", "must be on this host"},
    {"RedisOfAnyAddress", "redis://0.0.0.0", "must be on this host"},
    {"RedisWithAPassword", "redis://:secret@localhost", "has a password: put it into a file"},
    {"NoHost", "rediss://", "has no plain host"},
    {"OnlyAPort", "rediss://:6379", "has no plain host"},
    {"OpenBracket", "rediss://[::1", "has no plain host"},
    {"QueryBehindTheHost", "rediss://db1?x", "number of a database"},
    {"RedisWithAUser", "rediss://svc@db1", "must not have a user"},
    {"PortZero", "rediss://db1:0", "has no port"},
    {"PortTooLarge", "rediss://db1:65536", "has no port"},
    {"PortWithASign", "rediss://db1:+1", "has no port"},
    {"PortEmpty", "rediss://db1:", "has no port"},
    {"DatabaseEmpty", "rediss://db1/", "number of a database"},
    {"DatabaseTooLarge", "rediss://db1/10000", "number of a database"},
    {"DatabaseWithAZeroInFront", "rediss://db1/01", "number of a database"},
};

class BadUrlTest : public testing::TestWithParam<BadUrl> {};

TEST_P(BadUrlTest, RefusesTheBadUrl) {
  const Result<StoreUrl> url = ParseStoreUrl(GetParam().text);
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, url));
  EXPECT_NE(test::DetailOf(url).find(GetParam().message), std::string::npos) << test::DetailOf(url);
}

INSTANTIATE_TEST_SUITE_P(ParseStoreUrl, BadUrlTest, testing::ValuesIn(kBad), test::kCaseName);

}  // namespace
}  // namespace pamjwt
