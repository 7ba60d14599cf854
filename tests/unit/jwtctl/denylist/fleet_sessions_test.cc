#include "jwtctl/denylist/fleet_sessions.h"

#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/sorted_text.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

const Denial kAlice{Denial::Kind::kAccount, "", "alice", {}, UnixTime{1}};
const Denial kSubject{Denial::Kind::kSubject, "https://sso.example", "x", {}, UnixTime{1}};

class FleetSessionsTest : public testing::Test {
 protected:
  [[nodiscard]] std::string List() const { return directory_.Path("denied.jsonl"); }
  test::TempDir directory_;
};

TEST_F(FleetSessionsTest, AsksTheListOfTheFleetAlone) {
  directory_.Write("fleet.jsonl", test::SortedTextOf({kAlice, kSubject}));
  directory_.Write("denied.jsonl",
                   "{\"format\":1,\"fleet\":\"warn\"}\n{\"account\":\"bob\",\"since\":1}\n");
  bool is_asked = false;
  const Result<EndReport> report = EndFleetSessions(List(), [&](const IsDenied& is_denied) {
    is_asked = true;
    EXPECT_EQ(is_denied("alice", nullptr).value(), kAlice);
    EXPECT_EQ(is_denied("bob", nullptr).value(), std::nullopt);
    TokenFacts token;
    token.issuer = "https://sso.example";
    token.subject = "x";
    EXPECT_EQ(is_denied("carol", &token).value(), kSubject);
    token.subject = "y";
    EXPECT_EQ(is_denied("carol", &token).value(), std::nullopt);
    EndReport ended;
    ended.gaps = {"a gap"};
    return ended;
  });
  ASSERT_TRUE(test::Accepted(report));
  EXPECT_TRUE(is_asked);
  EXPECT_EQ(report.value().gaps.size(), 1U);
}

TEST_F(FleetSessionsTest, EndsNothingWithoutAWholeList) {
  const EndSessions never = [](const IsDenied&) -> EndReport {
    ADD_FAILURE() << "asked";
    return {};
  };
  EXPECT_TRUE(test::Accepted(EndFleetSessions(List(), never)));
  directory_.Write("fleet.jsonl", "damaged\n");
  EXPECT_TRUE(test::RefusedFor(Reason::kDenylistDamaged, EndFleetSessions(List(), never)));
}

TEST_F(FleetSessionsTest, LogsEachSessionWithItsReasonAndIdentity) {
  DeniedSession session;
  session.account = "alice";
  session.user = "root";
  session.service = "sudo";
  session.process.pid = 42;
  session.token.issuer = "https://sso.example";
  session.token.subject = "x\ny";
  session.by = kSubject;
  EndReport report;
  report.ended = {session};
  session.by = kAlice;
  session.why_not = "it does not end";
  report.not_ended = {session};
  std::ostringstream err;
  LogSessions(report, err);
  EXPECT_EQ(err.str(),
            "jwtctl denylist apply: ended account=alice user=root service=sudo pid=42 "
            "iss=https://sso.example sub=\"x\\x0ay\" by=fleet reason=token.denied denied=sub\n"
            "jwtctl denylist apply: not_ended account=alice user=root service=sudo pid=42 "
            "iss=https://sso.example sub=\"x\\x0ay\" by=fleet reason=account.denied "
            "denied=account why=\"it does not end\"\n");
}

}  // namespace
}  // namespace pamjwt::ctl
