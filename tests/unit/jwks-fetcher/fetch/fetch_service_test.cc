#include "jwks-fetcher/fetch/fetch_service.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "jwks-fetcher/varlink/interface_text.h"
#include "support/expect.h"
#include "support/fake_clock.h"
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
  std::string Call(const std::string& method, const std::string& parameters = "{}",
                   uid_t caller = test::kSomeUser) {
    reply_ = test::CallService(service_, method, parameters, caller);
    return *reply_;
  }

  test::FakeClock clock_;
  std::int64_t asking_takes_ms_ = 0;  ///< how far the clock moves when it is asked
  IssuerStatus staff_ = Staff();
  ConfigStatus config_{"/etc/pam_jwt/pam_jwt.toml", UnixTime{900}, "", std::nullopt};
  std::string store_error_;
  std::optional<FeedStatus> feed_;
  std::string asked_;  ///< the issuer of the last Refresh
  std::optional<RefreshCause> cause_;
  RefreshDone done_;
  std::shared_ptr<std::string> reply_;
  FetchService service_{{[this](std::string_view issuer, RefreshCause cause, RefreshDone done) {
                           asked_ = issuer;
                           cause_ = cause;
                           done_ = std::move(done);
                         },
                         [this] { return std::vector<IssuerStatus>{staff_}; },
                         [this] { return config_; }, [this] { return store_error_; },
                         [this] { return feed_; },
                         [this] {
                           clock_.Advance(asking_takes_ms_);
                           return clock_.now();
                         }}};
};

struct RefreshCase {
  const char* name;
  RefreshEnd end;
  const char* reply;
};

constexpr RefreshCase kRefreshCases[] = {
    {"Changed", RefreshEnd::kChanged, R"({"changed":true})"},
    {"Unchanged", RefreshEnd::kUnchanged, R"({"changed":false})"},
    {"Cooldown", RefreshEnd::kCooldown, R"(io.pamjwt.Fetcher.Cooldown{"cooldown":23})"},
    {"UnknownIssuer", RefreshEnd::kUnknownIssuer, "io.pamjwt.Fetcher.UnknownIssuer{}"},
    {"NoConfig", RefreshEnd::kNoConfig, "io.pamjwt.Fetcher.NoConfiguration{}"},
};

class FetchServiceRefreshTest : public FetchServiceTest,
                                public testing::WithParamInterface<RefreshCase> {};

TEST_P(FetchServiceRefreshTest, RepliesWhenTheFetchHasEnded) {
  EXPECT_EQ(Call("io.pamjwt.Fetcher.Refresh", std::string(R"({"issuer":")") + kUrl + "\"}"), "");
  EXPECT_EQ(asked_, kUrl);
  done_({GetParam().end, Seconds{23}});
  EXPECT_EQ(*reply_, GetParam().reply);
}

INSTANTIATE_TEST_SUITE_P(FetchService, FetchServiceRefreshTest, testing::ValuesIn(kRefreshCases),
                         test::kCaseName);

TEST_F(FetchServiceTest, OnlyRootMayForceARefresh) {
  const std::string forced = std::string(R"({"issuer":")") + kUrl + R"(","force":true})";
  EXPECT_EQ(Call("io.pamjwt.Fetcher.Refresh", forced), "org.varlink.service.PermissionDenied{}");
  EXPECT_EQ(asked_, "");
  EXPECT_EQ(Call("io.pamjwt.Fetcher.Refresh", forced, 0), "");
  EXPECT_EQ(asked_, kUrl);
  EXPECT_EQ(cause_, RefreshCause::kRoot);
}

TEST_F(FetchServiceTest, ARefreshThatIsNotForcedIsALogins) {
  const std::string url = std::string(R"({"issuer":")") + kUrl + "\"";
  for (const char* const end : {"}", R"(,"force":false})"}) {
    for (const uid_t caller : {test::kSomeUser, uid_t{0}}) {  // a login runs as root
      EXPECT_EQ(Call("io.pamjwt.Fetcher.Refresh", url + end, caller), "");
      EXPECT_EQ(cause_, RefreshCause::kLogin);
    }
  }
}

TEST_F(FetchServiceTest, StatusLeavesOutWhatIsNotKnown) {
  EXPECT_EQ(Call("io.pamjwt.Fetcher.Status"),
            R"({"issuers":[{"name":"staff","url":"https://sso.example.com/realms/staff",)"
            R"("keys":3,"skipped":0,"fetched":1000,"expires":87400,"failures":0,"skew":-2,)"
            R"("fetches_changed":0,"fetches_unchanged":0,"fetches_failed":0,"refreshes":0,)"
            R"("refreshes_refused":0,"file_keys":2}],)"
            R"("config":{"path":"/etc/pam_jwt/pam_jwt.toml","loaded":900}})");
}

TEST_F(FetchServiceTest, StatusSaysThatAConfigurationIsAwaited) {
  config_ = {"/x.toml", std::nullopt, "x.toml:2: unknown key", UnixTime{950}};
  const std::string status = Call("io.pamjwt.Fetcher.Status");
  EXPECT_TRUE(status.ends_with(
      R"("config":{"path":"/x.toml","error":"x.toml:2: unknown key","error_since":950}})"))
      << status;
}

TEST_F(FetchServiceTest, StatusSaysThatTheStoreFailed) {
  EXPECT_EQ(Call("io.pamjwt.Fetcher.Status").find("store_error"), std::string::npos);
  store_error_ = "disk I/O error";
  const std::string status = Call("io.pamjwt.Fetcher.Status");
  EXPECT_TRUE(status.ends_with(R"(,"store_error":"disk I/O error"})")) << status;
}

TEST_F(FetchServiceTest, StatusTellsOfTheDenylistOfAFleet) {
  EXPECT_EQ(Call("io.pamjwt.Fetcher.Status").find("denylist"), std::string::npos);
  feed_ = FeedStatus();
  feed_->url = "https://ops.example/denied.jwt";
  feed_->next = UnixTime{1060};
  const std::string status = Call("io.pamjwt.Fetcher.Status");
  EXPECT_TRUE(status.ends_with(
      R"(,"denylist":{"url":"https://ops.example/denied.jwt","next":1060,"failures":0,)"
      R"("fetches_changed":0,"fetches_unchanged":0,"fetches_failed":0}})"))
      << status;
}

/// Returns the names of the members of a type in the description of the interface.
std::vector<std::string> DescribedMembers(const std::string& type) {
  const std::string text(kFetcherInterfaceText);
  const std::size_t begin = text.find("type " + type + " (");
  const std::size_t end = text.find("\n)\n", begin);
  std::vector<std::string> names;
  for (std::size_t at = text.find(": ", begin); at < end; at = text.find(": ", at + 1)) {
    const std::size_t name = text.rfind(' ', at) + 1;
    names.push_back(text.substr(name, at - name));
  }
  return names;
}

std::vector<std::string> NamesOf(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : *object.AsObject()) {
    names.push_back(name);
  }
  return names;
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

TEST_F(FetchServiceTest, StatusHasTheMembersOfItsDescription) {
  IssuerStatus full = Staff();
  full.next = UnixTime{2000};
  full.error = "connection refused";
  full.skipped_keys = {"kid \"x\": unknown kty"};
  full.cooldown = Seconds{23};
  full.file_fetched = UnixTime{900};
  full.file_error = "write: No space left on device";
  full.file_error_since = UnixTime{950};
  const ConfigStatus config{"/x.toml", UnixTime{900}, "x.toml:2: unknown key", UnixTime{950}};
  FeedStatus feed;
  feed.fetched = UnixTime{1000};
  feed.changed = UnixTime{900};
  feed.bytes = 5;
  feed.error = "connection refused";
  FetchService service({{},
                        [&] { return std::vector<IssuerStatus>{full}; },
                        [&] { return config; },
                        [this] { return store_error_; },
                        [&] { return feed; },
                        clock_.Reader()});
  const Json reply =
      ParseJsonObject(*test::CallService(service, "io.pamjwt.Fetcher.Status", "{}")).value();
  const Json& issuer = reply.Find("issuers")->AsArray()->front();
  EXPECT_EQ(NamesOf(issuer), DescribedMembers("Issuer"));
  EXPECT_EQ(NamesOf(*reply.Find("config")), DescribedMembers("Configuration"));
  EXPECT_EQ(NamesOf(*reply.Find("denylist")), DescribedMembers("Denylist"));
}

TEST_F(FetchServiceTest, AStatusThatTakesLongIsMadeSeldomButForRoot) {
  const auto keys = [&](uid_t caller) {
    const Json reply = ParseJsonObject(Call("io.pamjwt.Fetcher.Status", "{}", caller)).value();
    return *reply.Find("issuers")->AsArray()->front().Find("keys")->AsInt();
  };
  asking_takes_ms_ = 100;  // from the begin of a reply to its end, and from one call to the next
  EXPECT_EQ(keys(test::kSomeUser), 3);
  staff_.keys = 4;
  EXPECT_EQ(keys(test::kSomeUser), 3);
  EXPECT_EQ(keys(0), 4);
  staff_.keys = 5;
  EXPECT_EQ(keys(test::kSomeUser), 4);
  clock_.Advance(1'900);
  EXPECT_EQ(keys(test::kSomeUser), 5);
}

TEST_F(FetchServiceTest, AStatusThatTakesNoTimeIsAlwaysNew) {
  EXPECT_NE(Call("io.pamjwt.Fetcher.Status").find(R"("keys":3)"), std::string::npos);
  staff_.keys = 4;
  EXPECT_NE(Call("io.pamjwt.Fetcher.Status").find(R"("keys":4)"), std::string::npos);
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
    {"OneParameterTooMany", "io.pamjwt.Fetcher.Refresh", R"({"issuer":"x","urgent":true})",
     R"(org.varlink.service.InvalidParameter{"parameter":"urgent"})"},
    {"ForceOfAWrongType", "io.pamjwt.Fetcher.Refresh", R"({"issuer":"x","force":1})",
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
