#include "jwks-fetcher/redeem/redeem_service.h"

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "jwks-fetcher/varlink/interface_text.h"
#include "support/expect.h"
#include "unit/jwks-fetcher/varlink/service_call.h"

namespace pamjwt::fetcher {
namespace {

constexpr const char* kRedeem = "io.pamjwt.Fetcher.Redeem";
constexpr const char* kGood = R"({"issuer":"https://a","jti":"j","expires":1800000630})";

class RedeemServiceTest : public testing::Test {
 protected:
  std::string Call(const std::string& method, const std::string& parameters) {
    reply_ = test::CallService(service_, method, parameters);
    return *reply_;
  }

  std::string asked_;
  std::shared_ptr<std::string> reply_;
  RedeemDone done_;
  RedeemService service_{[this](std::string_view issuer, std::string_view jti, UnixTime expires,
                                RedeemDone done) {
    asked_ = std::string(issuer) + " " + std::string(jti) + " " + std::to_string(expires.seconds);
    done_ = std::move(done);
  }};
};

TEST_F(RedeemServiceTest, AnswersWhenTheRedeemerAnswers) {
  EXPECT_EQ(Call(kRedeem, kGood), "");
  EXPECT_EQ(asked_, "https://a j 1800000630");
  done_(RedeemEnd::kFirst);
  EXPECT_EQ(*reply_, R"({"first":true})");
}

struct EndCase {
  const char* name;
  RedeemEnd end;
  const char* reply;
};

constexpr EndCase kEnds[] = {
    {"First", RedeemEnd::kFirst, R"({"first":true})"},
    {"Used", RedeemEnd::kUsed, R"({"first":false})"},
    {"UnknownIssuer", RedeemEnd::kUnknownIssuer, "io.pamjwt.Fetcher.UnknownIssuer{}"},
    {"NotOneTime", RedeemEnd::kNotOneTime, "io.pamjwt.Fetcher.NotOneTime{}"},
    {"NoConfig", RedeemEnd::kNoConfig, "io.pamjwt.Fetcher.NoConfiguration{}"},
    {"StoreUnavailable", RedeemEnd::kStoreUnavailable, "io.pamjwt.Fetcher.StoreUnavailable{}"},
};

class RedeemEndTest : public RedeemServiceTest, public testing::WithParamInterface<EndCase> {};

TEST_P(RedeemEndTest, AnswersInTheWordsOfTheInterface) {
  Call(kRedeem, kGood);
  done_(GetParam().end);
  EXPECT_EQ(*reply_, GetParam().reply);
}

INSTANTIATE_TEST_SUITE_P(RedeemService, RedeemEndTest, testing::ValuesIn(kEnds), test::kCaseName);

struct ParameterCase {
  const char* name;
  std::string parameters;
  const char* invalid;
};

const ParameterCase kParameters[] = {
    {"NoIssuer", R"({"jti":"j","expires":1})", "issuer"},
    {"IssuerNoText", R"({"issuer":1,"jti":"j","expires":1})", "issuer"},
    {"NoJti", R"({"issuer":"a","expires":1})", "jti"},
    {"EmptyJti", R"({"issuer":"a","jti":"","expires":1})", "jti"},
    {"LongJti", R"({"issuer":"a","jti":")" + std::string(513, 'j') + R"(","expires":1})", "jti"},
    {"NoExpires", R"({"issuer":"a","jti":"j"})", "expires"},
    {"ExpiresAsText", R"({"issuer":"a","jti":"j","expires":"1"})", "expires"},
    {"ExpiresWithAFraction", R"({"issuer":"a","jti":"j","expires":1.5})", "expires"},
    {"ExpiresBelowZero", R"({"issuer":"a","jti":"j","expires":-1})", "expires"},
    {"Stray", R"({"issuer":"a","jti":"j","expires":1,"x":1})", "x"},
};

class RedeemParameterTest : public RedeemServiceTest,
                            public testing::WithParamInterface<ParameterCase> {};

TEST_P(RedeemParameterTest, RefusesTheParameterByItsName) {
  EXPECT_EQ(Call(kRedeem, GetParam().parameters),
            std::string(R"(org.varlink.service.InvalidParameter{"parameter":")") +
                GetParam().invalid + R"("})");
  EXPECT_EQ(asked_, "");
  Call(kRedeem, R"({"issuer":"a","jti":")" + std::string(512, 'j') + R"(","expires":0})");
  EXPECT_NE(asked_, "");
}

INSTANTIATE_TEST_SUITE_P(RedeemService, RedeemParameterTest, testing::ValuesIn(kParameters),
                         test::kCaseName);

TEST_F(RedeemServiceTest, HasNoOtherMethod) {
  EXPECT_EQ(Call("io.pamjwt.Fetcher.Status", "{}"),
            R"(org.varlink.service.MethodNotFound{"method":"io.pamjwt.Fetcher.Status"})");
  EXPECT_EQ(Call("org.varlink.service.GetInfo", "{}"),
            R"(org.varlink.service.MethodNotFound{"method":"org.varlink.service.GetInfo"})");
  EXPECT_EQ(Call("x.Y", "{}"), R"(org.varlink.service.InterfaceNotFound{"interface":"x"})");
}

TEST_F(RedeemServiceTest, TheDescriptionHasTheMethodAndItsErrors) {
  for (const char* const line :
       {"method Redeem(issuer: string, jti: string, expires: int) -> (first: bool)\n",
        "error NotOneTime ()\n", "error StoreUnavailable ()\n", "error NoConfiguration ()\n"}) {
    EXPECT_NE(kFetcherInterfaceText.find(line), std::string_view::npos) << line;
  }
}

}  // namespace
}  // namespace pamjwt::fetcher
