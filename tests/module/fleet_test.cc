// The list of the fleet, beside the denylist of the host.
#include <syslog.h>

#include <filesystem>

#include <gtest/gtest.h>

#include "core/jose/sha256.h"
#include "core/json/json.h"
#include "io/fleet_list.h"
#include "io/session_files.h"
#include "module/fleet_files.h"
#include "module/log_capture.h"
#include "module/login_attempt.h"
#include "module/name_service.h"
#include "support/expect.h"

namespace pamjwt::test {
namespace {

constexpr long kStale = -kStaleLeeway.count - 1;

class FleetTest : public testing::Test {
 protected:
  FleetTest() {
    attempt_.session.Set("record", "true");
    attempt_.claims.Set("jti", "\"j-1\"");
    Install(sandbox_, attempt_);
    const std::string files =
        "config=" + sandbox_.Path("pam_jwt.toml") + " denylist=" + sandbox_.Path("denied.jsonl");
    sandbox_.WriteStack(
        "sshd",
        JwtLine("auth", "required", files) + JwtLine("account", "required", files) +
            JwtLine("session", "required", files + " sessions=" + sandbox_.Path("sessions")));
    sandbox_.WriteStack("key",
                        JwtLine("account", "required", files) + "account required pam_permit.so\n");
    WriteFleet(FleetUse::kWarn, SomebodyElseDenied());
  }

  void WriteFleet(FleetUse use, const Denial& entry, long end_from_now = 3600) const {
    sandbox_.Write("fleet.jsonl", FleetListOf(end_from_now, entry));
    sandbox_.Write("denied.jsonl", HostListFor(use));
    ClearLog();
  }

  [[nodiscard]] int LogInByKey() const {
    return PamSession(sandbox_, "key", OwnAccount()).CheckAccount();
  }

  /// Checks that there is one line in the log, with this reason and this text.
  static void ExpectLogged(Reason reason, const std::string& text) {
    ASSERT_EQ(Log().size(), 1U);
    const std::string line = Log()[0].text;
    EXPECT_NE(line.find(" reason=" + std::string(Id(reason))), std::string::npos) << line;
    EXPECT_NE(line.find(text), std::string::npos) << line;
  }

  /// Checks that the account phase gives a token no verdict, and lets a key in, with this reason.
  void ExpectFault(Reason reason, PamSession& by_token) const {
    ClearLog();
    EXPECT_EQ(by_token.CheckAccount(), PAM_AUTHINFO_UNAVAIL);
    ExpectLogged(reason, sandbox_.Path("fleet.jsonl"));
    ClearLog();
    EXPECT_EQ(LogInByKey(), PAM_SUCCESS);
    ExpectLogged(reason, sandbox_.Path("fleet.jsonl"));
  }

  Sandbox sandbox_;
  LoginAttempt attempt_;
};

/// Logs in by token, and keeps the handle for the phases behind.
class LoggedIn : public PamSession {
 public:
  LoggedIn(const Sandbox& sandbox, const LoginAttempt& attempt)
      : PamSession(sandbox, "sshd", attempt.user) {
    Prepare({attempt.Token()});
    EXPECT_EQ(Authenticate(), PAM_SUCCESS);
    ClearLog();
  }
};

// ---- The account phase

TEST_F(FleetTest, StopsADeniedAccountWithoutAToken) {
  EXPECT_EQ(LogInByKey(), PAM_SUCCESS);
  EXPECT_TRUE(Log().empty());
  WriteFleet(FleetUse::kWarn, OwnAccountDenied());
  PamSession session(sandbox_, "key", OwnAccount());
  EXPECT_EQ(session.CheckAccount(), PAM_PERM_DENIED);
  EXPECT_EQ(session.Told(), std::vector<std::string>{"The account is denied on this host."});
  ExpectLogged(Reason::kAccountDenied, "by the list of the fleet");
}

TEST_F(FleetTest, IsNotLookedAtUnlessTheListOfTheHostNamesIt) {
  WriteFleet(FleetUse::kNone, OwnAccountDenied());
  EXPECT_EQ(LogInByKey(), PAM_SUCCESS);
  sandbox_.Write("fleet.jsonl", "damaged");
  EXPECT_EQ(LogInByKey(), PAM_SUCCESS);
  EXPECT_TRUE(Log().empty());
  EXPECT_EQ(LoggedIn(sandbox_, attempt_).CheckAccount(), PAM_SUCCESS);
}

TEST_F(FleetTest, TheListOfTheHostCountsToo) {
  std::string text = HostListFor(FleetUse::kWarn);
  sandbox_.Write("denied.jsonl", text + "{\"account\":\"bob\",\"since\":1}\n");
  EXPECT_EQ(LogInByKey(), PAM_SUCCESS);
  sandbox_.Write("denied.jsonl",
                 text + "{\"account\":" + QuoteJson(OwnAccount()) + ",\"since\":1}\n");
  EXPECT_EQ(LogInByKey(), PAM_PERM_DENIED);
  ExpectLogged(Reason::kAccountDenied, "is denied since");
  EXPECT_EQ(Log()[0].text.find("by the list of the fleet"), std::string::npos);
}

TEST_F(FleetTest, StopsADeniedAccountByAnotherSpellingOfItsName) {
  const auto log_in = [&] { return PamSession(sandbox_, "key", OtherSpelling()).CheckAccount(); };
  EXPECT_EQ(log_in(), PAM_SUCCESS);
  WriteFleet(FleetUse::kWarn, OwnAccountDenied());
  EXPECT_EQ(log_in(), PAM_PERM_DENIED);
  ExpectLogged(Reason::kAccountDenied, "by the list of the fleet");
}

// The search of the fleet's list fails, so that only the host's own list can deny.
TEST_F(FleetTest, ADamagedListHidesNoOtherSpellingFromTheListOfTheHost) {
  std::string damaged = FleetListOf(3600, SomebodyElseDenied());
  damaged.back() = 'X';
  sandbox_.Write("fleet.jsonl", damaged);
  const auto log_in = [&] { return PamSession(sandbox_, "key", OtherSpelling()).CheckAccount(); };
  EXPECT_EQ(log_in(), PAM_SUCCESS);
  ExpectLogged(Reason::kDenylistDamaged, "fleet.jsonl");
  sandbox_.Write("denied.jsonl", HostListFor(FleetUse::kWarn) +
                                     "{\"account\":" + QuoteJson(OwnAccount()) + ",\"since\":1}\n");
  ClearLog();
  EXPECT_EQ(log_in(), PAM_PERM_DENIED);
  ExpectLogged(Reason::kAccountDenied, "is denied since");
}

TEST_F(FleetTest, StopsATokenThatItDeniesAfterAuthentication) {
  LoggedIn session(sandbox_, attempt_);
  EXPECT_EQ(session.CheckAccount(), PAM_SUCCESS);
  WriteFleet(FleetUse::kWarn, OwnSubjectDenied());
  EXPECT_EQ(session.CheckAccount(), PAM_PERM_DENIED);
  ExpectLogged(Reason::kTokenDenied, "by the list of the fleet");
}

// ---- Damaged, missing and stale lists

TEST_F(FleetTest, AFaultOfTheListStopsTokensAlone) {
  LoggedIn by_token(sandbox_, attempt_);
  EXPECT_EQ(by_token.CheckAccount(), PAM_SUCCESS);
  sandbox_.Write("fleet.jsonl", "damaged");
  ExpectFault(Reason::kDenylistDamaged, by_token);
  sandbox_.Remove("fleet.jsonl");
  ExpectFault(Reason::kDenylistDamaged, by_token);
  sandbox_.Write("denied.jsonl", HostListFor(FleetUse::kDeny));
  ExpectFault(Reason::kDenylistStale, by_token);
  WriteFleet(FleetUse::kDeny, SomebodyElseDenied(), kStale);
  ExpectFault(Reason::kDenylistStale, by_token);
  WriteFleet(FleetUse::kDeny, SomebodyElseDenied());
  EXPECT_EQ(by_token.CheckAccount(), PAM_SUCCESS);
}

TEST_F(FleetTest, AListPastItsEndGoesOnToCountUnlessTheHostDeniesThen) {
  LoggedIn by_token(sandbox_, attempt_);
  WriteFleet(FleetUse::kWarn, SomebodyElseDenied(), kStale);
  EXPECT_EQ(by_token.CheckAccount(), PAM_SUCCESS);
  EXPECT_EQ(LogInByKey(), PAM_SUCCESS);
  EXPECT_TRUE(Log().empty());
  WriteFleet(FleetUse::kWarn, OwnAccountDenied(), kStale);
  EXPECT_EQ(by_token.CheckAccount(), PAM_PERM_DENIED);
  EXPECT_EQ(LogInByKey(), PAM_PERM_DENIED);
}

TEST_F(FleetTest, WhatAStaleListDeniesStaysDenied) {
  WriteFleet(FleetUse::kDeny, OwnAccountDenied(), kStale);
  EXPECT_EQ(LogInByKey(), PAM_PERM_DENIED);
  ExpectLogged(Reason::kAccountDenied, "fleet.jsonl: the list of the fleet has ended at");
  EXPECT_EQ(Log()[0].text.find("damaged"), std::string::npos) << Log()[0].text;
}

// A host whose own list was damaged must not forget what the fleet denies.
TEST_F(FleetTest, StopsADeniedAccountIfTheFirstLineOfTheHostsListIsDamaged) {
  WriteFleet(FleetUse::kWarn, SomebodyElseDenied());
  sandbox_.Write("denied.jsonl", "{\"format\":1,\"fleet\":\"wa");
  EXPECT_EQ(LogInByKey(), PAM_SUCCESS);
  sandbox_.Write("fleet.jsonl", FleetListOf(3600, OwnAccountDenied()));
  ClearLog();
  EXPECT_EQ(LogInByKey(), PAM_PERM_DENIED);
  ExpectLogged(Reason::kAccountDenied, "the denylist is damaged: ");
}

// ---- Sessions with a record

TEST_F(FleetTest, WhatItDeniesWhileTheUserLogsInOpensNoSession) {
  Denial token_id{
      Denial::Kind::kTokenId, std::string(kIssuerUrl), Sha256Name("j-1").value(), {}, UnixTime{1}};
  for (const Denial& denial : {OwnAccountDenied(), OwnSubjectDenied(), token_id}) {
    WriteFleet(FleetUse::kWarn, SomebodyElseDenied());
    LoggedIn session(sandbox_, attempt_);
    WriteFleet(FleetUse::kWarn, denial);
    EXPECT_EQ(session.OpenSession(), PAM_PERM_DENIED) << Name(denial.kind);
    EXPECT_TRUE(std::filesystem::is_empty(sandbox_.Path("sessions")));
  }
  WriteFleet(FleetUse::kWarn, SomebodyElseDenied());
  EXPECT_EQ(LoggedIn(sandbox_, attempt_).OpenSession(), PAM_SUCCESS);
}

// sudo authenticates the user who calls it, and opens the session of root.
TEST_F(FleetTest, ASessionOfAnotherUserIsDeniedByTheAccountThatTheTokenLetIn) {
  LoggedIn session(sandbox_, attempt_);
  session.SetItem(PAM_USER, "daemon");
  WriteFleet(FleetUse::kWarn, OwnAccountDenied());
  EXPECT_EQ(session.OpenSession(), PAM_PERM_DENIED);
  ExpectLogged(Reason::kAccountDenied, "refused user=" + OwnAccount());
}

TEST_F(FleetTest, ASessionOfADeniedUserOpensForAnAccountThatIsNotDenied) {
  LoggedIn session(sandbox_, attempt_);
  session.SetItem(PAM_USER, "daemon");
  WriteFleet(FleetUse::kWarn, {Denial::Kind::kAccount, "", "daemon", {}, UnixTime{1}});
  EXPECT_EQ(session.OpenSession(), PAM_SUCCESS);
  const std::vector<SessionRecord> open = FindSessions(sandbox_.Path("sessions")).value().open;
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].account, OwnAccount());
  EXPECT_EQ(open[0].user, "daemon");
}

}  // namespace
}  // namespace pamjwt::test
