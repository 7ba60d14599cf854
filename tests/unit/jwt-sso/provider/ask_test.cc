#include "jwt-sso/provider/ask.h"

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::sso {
namespace {

constexpr UnixTime kNow{784'111'777};  // Sun, 06 Nov 1994 08:49:37 GMT

struct RetryCase {
  const char* name;
  const char* retry_after;
  const char* date;
  const char* says;
};

constexpr RetryCase kRetryCases[] = {
    {"Absent", "", "", "try again later"},
    {"AtOnce", "0", "", "try again in 0 seconds"},
    {"Seconds", "120", "", "try again in 120 seconds"},
    {"Minutes", "121", "", "try again in 3 minutes"},
    {"TwoHours", "7200", "", "try again in 120 minutes"},
    {"Hours", "7201", "", "try again in 3 hours"},
    {"ADay", "86400", "", "try again in 24 hours"},
    {"MoreThanADay", "86401", "", "try again later"},
    {"NoTime", "soon", "", "try again later"},
    {"Date", "Sun, 06 Nov 1994 08:50:07 GMT", "", "try again in 30 seconds"},
    {"DateOfAnotherClock", "Sun, 06 Nov 1994 09:00:10 GMT", "Sun, 06 Nov 1994 09:00:00 GMT",
     "try again in 10 seconds"},
    {"DateInThePast", "Sun, 06 Nov 1994 08:49:36 GMT", "", "try again in 0 seconds"},
};

class UnexpectedStatusTest : public testing::TestWithParam<RetryCase> {};

TEST_P(UnexpectedStatusTest, SaysWhenToTryAgain) {
  http::HttpResponse response;
  response.status = 429;
  response.retry_after = GetParam().retry_after;
  response.date = GetParam().date;
  const Error error = UnexpectedStatus("https://idp.example/token", response, "", kNow);
  EXPECT_EQ(error.reason, Reason::kKeysMissing);
  EXPECT_EQ(error.detail,
            "https://idp.example/token: the provider answered 429, too many requests: " +
                std::string(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(RetryAfter, UnexpectedStatusTest, testing::ValuesIn(kRetryCases),
                         test::kCaseName);

TEST(UnexpectedStatusTest, SaysWhatTheProviderSaid) {
  http::HttpResponse response;
  response.status = 503;
  EXPECT_EQ(UnexpectedStatus("u", response, "\"busy\"", kNow).detail,
            "u: the provider answered 503, \"busy\": try again later, or tell its administrator");
  response.status = 403;
  EXPECT_EQ(UnexpectedStatus("u", response, "", kNow).detail, "u: the provider answered 403");
}

TEST(IsBusyTest, IsTrueFor429AndFrom500On) {
  http::HttpResponse response;
  for (const int busy : {429, 500, 599}) {
    response.status = busy;
    EXPECT_TRUE(IsBusy(response)) << busy;
  }
  for (const int other : {200, 400, 428, 430, 499}) {
    response.status = other;
    EXPECT_FALSE(IsBusy(response)) << other;
  }
}

}  // namespace
}  // namespace pamjwt::sso
