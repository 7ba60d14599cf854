#include "jwks-fetcher/fetch/fetch_service.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "jwks-fetcher/varlink/interface_text.h"
#include "support/expect.h"
#include "unit/jwks-fetcher/varlink/service_call.h"

namespace pamjwt::fetcher {
namespace {

constexpr const char* kUrl = "https://sso.example.com/realms/staff";

IssuerStatus Staff() {
  IssuerStatus staff;
  staff.name = "staff";
  staff.url = kUrl;
  staff.keys = 3;
  staff.fetched = UnixTime{1000};
  staff.expires = UnixTime{87400};
  staff.skew = Seconds{-2};
  staff.file_keys = 2;
  return staff;
}

class FetchServiceTest : public testing::Test {
 protected:
  /// Returns the reply to a call, as JSON, or "" if there is no reply yet.
  std::string Call(const std::string& method, const std::string& parameters = "{}") {
    reply_ = test::CallService(service_, method, parameters);
    return *reply_;
  }

  std::string asked_;  ///< the issuer of the last Refresh
  RefreshDone done_;
  std::shared_ptr<std::string> reply_;
  FetchService service_{{[this](std::string_view issuer, RefreshDone done) {
                           asked_ = issuer;
                           done_ = std::move(done);
                         },
                         [] { return std::vector<IssuerStatus>{Staff()}; }}};
};

struct RefreshCase {
  const char* name;
  RefreshEnd end;
  const char* reply;
};

constexpr RefreshCase kRefreshCases[] = {
    {"Changed", RefreshEnd::kChanged, R"({"changed":true})"},
    {"Unchanged", RefreshEnd::kUnchanged, R"({"changed":false})"},
    {"Cooldown", RefreshEnd::kCooldown, "io.pamjwt.Fetcher.Cooldown{}"},
    {"UnknownIssuer", RefreshEnd::kUnknownIssuer, "io.pamjwt.Fetcher.UnknownIssuer{}"},
};

class FetchServiceRefreshTest : public FetchServiceTest,
                                public testing::WithParamInterface<RefreshCase> {};

TEST_P(FetchServiceRefreshTest, RepliesWhenTheFetchHasEnded) {
  EXPECT_EQ(Call("io.pamjwt.Fetcher.Refresh", std::string(R"({"issuer":")") + kUrl + "\"}"), "");
  EXPECT_EQ(asked_, kUrl);
  done_(GetParam().end);
  EXPECT_EQ(*reply_, GetParam().reply);
}

INSTANTIATE_TEST_SUITE_P(FetchService, FetchServiceRefreshTest, testing::ValuesIn(kRefreshCases),
                         test::kCaseName);

TEST_F(FetchServiceTest, StatusLeavesOutWhatIsNotKnown) {
  EXPECT_EQ(Call("io.pamjwt.Fetcher.Status"),
            R"({"issuers":[{"name":"staff","url":"https://sso.example.com/realms/staff",)"
            R"("keys":3,"skipped":0,"fetched":1000,"expires":87400,"failures":0,"skew":-2,)"
            R"("fetches_changed":0,"fetches_unchanged":0,"fetches_failed":0,"refreshes":0,)"
            R"("refreshes_refused":0,"file_keys":2}]})");
}

TEST_F(FetchServiceTest, GetInfoHasAllMembersAndNamesTheInterfaces) {
  const std::string info = Call("org.varlink.service.GetInfo");
  const std::string begin = R"({"vendor":"pam_jwt","product":"jwks-fetcher","version":"0.)";
  const std::string end = R"(","url":"","interfaces":["org.varlink.service","io.pamjwt.Fetcher"]})";
  EXPECT_TRUE(info.starts_with(begin)) << info;
  EXPECT_TRUE(info.ends_with(end)) << info;
}

TEST_F(FetchServiceTest, DescribesBothInterfaces) {
  EXPECT_EQ(
      Call("org.varlink.service.GetInterfaceDescription", R"({"interface":"io.pamjwt.Fetcher"})"),
      "{\"description\":" + QuoteJson(kFetcherInterfaceText) + "}");
  EXPECT_EQ(
      Call("org.varlink.service.GetInterfaceDescription", R"({"interface":"org.varlink.service"})"),
      "{\"description\":" + QuoteJson(kServiceInterfaceText) + "}");
}

/// Checks that every member in the reply of Status is in the description of the interface, and the
/// other way round.
TEST_F(FetchServiceTest, StatusHasTheMembersOfItsDescription) {
  const std::string text(kFetcherInterfaceText);
  const std::size_t begin = text.find("type Issuer (");
  const std::string type = text.substr(begin, text.find("\n)\n", begin) - begin);
  IssuerStatus full = Staff();
  full.next = UnixTime{2000};
  full.error = "connection refused";
  full.file_fetched = UnixTime{900};
  full.file_error = "write: No space left on device";
  full.file_error_since = UnixTime{950};
  const FetchService service({{}, [&] { return std::vector<IssuerStatus>{full}; }});
  std::size_t members = 0;
  service.Handle({"io.pamjwt.Fetcher.Status", Json(JsonObject())}, [&](const VarlinkReply& reply) {
    const JsonArray& issuers = *reply.parameters.Find("issuers")->AsArray();
    for (const auto& [name, value] : *issuers.front().AsObject()) {
      ++members;
      const bool has = type.find("\n  " + name + ": ") != std::string::npos;
      EXPECT_TRUE(has) << name;
    }
  });
  std::size_t described = 0;
  for (std::size_t at = type.find(": "); at != std::string::npos; at = type.find(": ", at + 1)) {
    ++described;
  }
  EXPECT_EQ(members, described);
}

struct BadCall {
  const char* name;
  const char* method;
  const char* parameters;
  const char* reply;
};

constexpr BadCall kBadCalls[] = {
    {"NoIssuer", "io.pamjwt.Fetcher.Refresh", "{}",
     R"(org.varlink.service.InvalidParameter{"parameter":"issuer"})"},
    {"IssuerOfAWrongType", "io.pamjwt.Fetcher.Refresh", R"({"issuer":1})",
     R"(org.varlink.service.InvalidParameter{"parameter":"issuer"})"},
    {"OneParameterTooMany", "io.pamjwt.Fetcher.Refresh", R"({"issuer":"x","force":true})",
     R"(org.varlink.service.InvalidParameter{"parameter":"force"})"},
    {"StatusTakesNone", "io.pamjwt.Fetcher.Status", R"({"issuer":"x"})",
     R"(org.varlink.service.InvalidParameter{"parameter":"issuer"})"},
    {"UnknownMethod", "io.pamjwt.Fetcher.Shutdown", "{}",
     R"(org.varlink.service.MethodNotFound{"method":"io.pamjwt.Fetcher.Shutdown"})"},
    {"RedeemIsNotForThisSocket", "io.pamjwt.Fetcher.Redeem", "{}",
     R"(org.varlink.service.MethodNotFound{"method":"io.pamjwt.Fetcher.Redeem"})"},
    {"UnknownInterface", "io.example.Shell.Run", "{}",
     R"(org.varlink.service.InterfaceNotFound{"interface":"io.example.Shell"})"},
    {"NoInterface", "Status", "{}",
     R"(org.varlink.service.InterfaceNotFound{"interface":"Status"})"},
    {"UnknownDescription", "org.varlink.service.GetInterfaceDescription",
     R"({"interface":"io.example"})",
     R"(org.varlink.service.InterfaceNotFound{"interface":"io.example"})"},
    {"NoDescription", "org.varlink.service.GetInterfaceDescription", "{}",
     R"(org.varlink.service.InvalidParameter{"parameter":"interface"})"},
};

class FetchServiceBadCallTest : public FetchServiceTest,
                                public testing::WithParamInterface<BadCall> {};

TEST_P(FetchServiceBadCallTest, AnswersTheBadCallWithAnError) {
  EXPECT_EQ(Call(GetParam().method, GetParam().parameters), GetParam().reply);
  EXPECT_EQ(asked_, "");
}

INSTANTIATE_TEST_SUITE_P(FetchService, FetchServiceBadCallTest, testing::ValuesIn(kBadCalls),
                         test::kCaseName);

}  // namespace
}  // namespace pamjwt::fetcher
