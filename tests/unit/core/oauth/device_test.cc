#include "core/oauth/device.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::oauth {
namespace {

using test::Accepted;
using test::RefusedFor;

/// Returns an answer with what it must have, and `members` behind it.
std::string Answer(std::string_view members) {
  return R"({"device_code":"d","expires_in":1800)" +
         (members.empty() ? "" : "," + std::string(members)) + "}";
}

TEST(DeviceRequest, HasTheScope) {
  EXPECT_EQ(DeviceRequest("openid email").text(), "scope=openid+email");  // RFC 8628 §3.1
  EXPECT_EQ(DeviceRequest("").text(), "");
}

TEST(ParseDeviceAnswer, ReadsTheExample) {
  const Result<DeviceAnswer> answer = ParseDeviceAnswer(200, R"({
      "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS",
      "user_code": "WDJB-MJHT",
      "verification_uri": "https://example.com/device",
      "verification_uri_complete":
          "https://example.com/device?user_code=WDJB-MJHT",
      "expires_in": 1800,
      "interval": 5
    })");  // RFC 8628 §3.2
  ASSERT_TRUE(Accepted(answer));
  const auto& login = std::get<DeviceLogin>(answer.value());
  EXPECT_EQ(login.device_code.view(), "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS");
  EXPECT_EQ(login.user_code, "WDJB-MJHT");
  EXPECT_EQ(login.verification_uri, "https://example.com/device");
  EXPECT_EQ(login.complete_uri, "https://example.com/device?user_code=WDJB-MJHT");
  EXPECT_EQ(login.lifetime, Seconds{1800});
  EXPECT_EQ(login.interval, Seconds{5});
}

TEST(ParseDeviceAnswer, WaitsFiveSecondsByDefaultAndOneAtLeast) {
  const std::string base = R"("user_code":"A","verification_uri":"https://a.example")";
  const Result<DeviceAnswer> answer = ParseDeviceAnswer(200, Answer(base));  // RFC 8628 §3.2
  ASSERT_TRUE(Accepted(answer));
  EXPECT_EQ(std::get<DeviceLogin>(answer.value()).interval, Seconds{5});
  EXPECT_EQ(std::get<DeviceLogin>(answer.value()).complete_uri, "");
  const Result<DeviceAnswer> zero = ParseDeviceAnswer(200, Answer(base + R"(,"interval":0)"));
  ASSERT_TRUE(Accepted(zero));
  EXPECT_EQ(std::get<DeviceLogin>(zero.value()).interval, Seconds{1});
  EXPECT_TRUE(
      RefusedFor(Reason::kMalformed, ParseDeviceAnswer(200, Answer(base + R"(,"interval":601)"))));
}

TEST(ParseDeviceAnswer, GivesTheErrorOfTheProvider) {
  const Result<DeviceAnswer> answer = ParseDeviceAnswer(400, R"({"error":"unauthorized_client"})");
  ASSERT_TRUE(Accepted(answer));
  EXPECT_EQ(std::get<ProviderError>(answer.value()).code, "unauthorized_client");
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, ParseDeviceAnswer(404, "Not Found")));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, ParseDeviceAnswer(500, "{}")));
}

struct BadDevice {
  const char* name;
  std::string_view members;
};

const BadDevice kBadDevices[] = {
    {"NoUserCode", R"("verification_uri":"https://a.example")"},
    {"NoPage", R"("user_code":"A")"},
    {"EscapeInCode", R"("user_code":"\u001b[2J","verification_uri":"https://a.example")"},
    {"CodeBeyondAscii", R"("user_code":"ä","verification_uri":"https://a.example")"},
    {"PageByHttp", R"("user_code":"A","verification_uri":"http://a.example")"},
    {"PageIsAFile", R"("user_code":"A","verification_uri":"file:///etc/passwd")"},
    {"PageIsAnOption", R"("user_code":"A","verification_uri":"--help")"},
    {"CompletePageIsScript", R"("user_code":"A","verification_uri":"https://a.example",)"
                             R"("verification_uri_complete":"javascript:alert")"},
};

class BadDeviceTest : public testing::TestWithParam<BadDevice> {};

TEST_P(BadDeviceTest, IsRefused) {
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, ParseDeviceAnswer(200, Answer(GetParam().members))));
}

INSTANTIATE_TEST_SUITE_P(All, BadDeviceTest, testing::ValuesIn(kBadDevices), test::kCaseName);

TEST(ParseDeviceAnswer, BoundsTheUserCode) {
  const std::string page = R"("verification_uri":"http://127.0.0.1:8080/","user_code":")";
  EXPECT_TRUE(Accepted(ParseDeviceAnswer(200, Answer(page + std::string(64, 'A') + '"'))));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed,
                         ParseDeviceAnswer(200, Answer(page + std::string(65, 'A') + '"'))));
}

TEST(NextInterval, FollowsTheErrorsOfRfc8628) {
  // RFC 8628 §3.5.
  EXPECT_EQ(NextInterval({"authorization_pending", ""}, Seconds{5}), Seconds{5});
  EXPECT_EQ(NextInterval({"slow_down", ""}, Seconds{5}), Seconds{10});
  for (const char* const code : {"access_denied", "expired_token", "invalid_grant", "x"}) {
    EXPECT_EQ(NextInterval({code, ""}, Seconds{5}), std::nullopt) << code;
  }
}

}  // namespace
}  // namespace pamjwt::oauth
