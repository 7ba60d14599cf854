#include "ssh-jwt/expiry.h"

#include <string>

#include <gtest/gtest.h>

#include "core/base/bytes.h"
#include "core/jose/base64url.h"

namespace pamjwt::ssh {
namespace {

constexpr UnixTime kNow{1'800'000'000};

Status Check(const std::string& payload) {
  return CheckNotExpired("e30." + EncodeBase64Url(AsBytes(payload)) + ".x", kNow);
}

TEST(CheckNotExpired, RefusesATokenFromTheSecondOfItsExp) {
  EXPECT_TRUE(Check(R"({"exp":1800000001})").ok());
  for (const char* const exp : {"1800000000", "1799999999.5", "0", "-5", "-5.5"}) {
    const Status got = Check(R"({"exp":)" + std::string(exp) + "}");
    ASSERT_FALSE(got.ok()) << exp;
    EXPECT_EQ(got.error().reason, Reason::kExpired);
  }
}

TEST(CheckNotExpired, LeavesATokenWithoutADateToTheHost) {
  for (const char* const payload :
       {"{}", R"({"exp":"1"})", R"({"exp":null})", R"({"exp":1e300})", R"({"exp":[1]})"}) {
    EXPECT_TRUE(Check(payload).ok()) << payload;
  }
}

TEST(CheckNotExpired, SaysHowLongAgo) {
  const auto said = [](std::int64_t ago) {
    return Check(R"({"exp":)" + std::to_string(kNow.seconds - ago) + "}").error().detail;
  };
  EXPECT_EQ(said(1), "the token expired 1 second ago by the clock of this machine; get a new one");
  EXPECT_NE(said(119).find("119 seconds ago"), std::string::npos);
  EXPECT_NE(said(120).find("2 minutes ago"), std::string::npos);
  EXPECT_NE(said(7200).find("2 hours ago"), std::string::npos);
  EXPECT_NE(said(172'800).find("2 days ago"), std::string::npos);
}

TEST(CheckNotExpired, RefusesWhatIsNoToken) {
  EXPECT_EQ(CheckNotExpired("x", kNow).error().reason, Reason::kMalformed);
}

}  // namespace
}  // namespace pamjwt::ssh
