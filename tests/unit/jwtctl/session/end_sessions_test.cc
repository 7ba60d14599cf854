#include "jwtctl/session/end_sessions.h"

#include <signal.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/denylist/denylist.h"
#include "support/fake_loginctl.h"
#include "support/forked.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

using test::FakeLoginctl;
using test::Forked;
using test::TempDir;
using Orders = std::vector<std::string>;

// No account of a real host has these names: where logind does not answer, the processes of a
// denied account are killed.
constexpr const char* kAlice = "alice of the tests";
constexpr const char* kBob = "bob of the tests";

bool IsAlive(const ProcessIdentity& process) {
  return !AwaitEnds({process}, std::chrono::steady_clock::now()).empty();
}

/// Starts a session: a process, and one below it.
std::unique_ptr<Forked> StartSession() {
  auto session =
      std::make_unique<Forked>([](const Forked& self) { Forked::Fork([&] { self.Tell(); }); });
  EXPECT_GT(session->Hear().pid, 0);
  return session;
}

class EndDeniedSessionsTest : public testing::Test {
 protected:
  EndDeniedSessionsTest() { loginctl_.runs = false; }

  void Record(const ProcessIdentity& process, const std::string& account,
              const std::string& subject) {
    SessionRecord record;
    record.account = account;
    record.service = "sshd";
    record.token.issuer = "https://sso.example";
    record.token.subject = subject;
    record.expires = {1'800'000'300};
    record.process = process;
    const std::string name = "sessions/" + std::to_string(++records_) + ".json";
    directory_.Write(name, FormatSessionRecord(record).value(), 0600);
    directory_.SetMode("sessions", 0700);
  }

  void Deny(Denial::Kind kind, const std::string& value) {
    const bool is_account = kind == Denial::Kind::kAccount;
    list_.Add({kind, is_account ? "" : "https://sso.example", value, std::nullopt, {1}});
  }

  EndReport End() {
    return EndDeniedSessions(
        directory_.Path("sessions"),
        [&](std::string_view account, const TokenFacts* token) -> Result<std::optional<Denial>> {
          const Denial* found = list_.FindAccount(account, token);
          if (found == nullptr && token != nullptr) found = list_.FindToken(*token).value();
          return found == nullptr ? std::nullopt : std::optional(*found);
        },
        own_, loginctl_.Get(), Leaders());
  }

  [[nodiscard]] SessionOf Leaders() const {
    return [this](std::int64_t pid) { return loginctl_.SessionOf(pid); };
  }

  TempDir directory_;
  FakeLoginctl loginctl_;
  OwnSession own_;
  Denylist list_;
  int records_ = 0;
};

TEST_F(EndDeniedSessionsTest, EndsTheRecordedSessionsOfADeniedSubjectAndNoOthers) {
  const auto hers = StartSession();
  const auto his = StartSession();
  Record(hers->id(), kAlice, "f3a1");
  Record(his->id(), kBob, "77");
  Deny(Denial::Kind::kSubject, "f3a1");
  const EndReport report = End();
  ASSERT_EQ(report.ended.size(), 1U);
  EXPECT_EQ(report.ended[0].account, kAlice);
  EXPECT_EQ(report.ended[0].user, kAlice);
  EXPECT_EQ(report.ended[0].service, "sshd");
  EXPECT_EQ(report.ended[0].token.subject, "f3a1");
  EXPECT_EQ(report.ended[0].by.value, "f3a1");
  EXPECT_TRUE(report.not_ended.empty());
  EXPECT_TRUE(report.gaps.empty());
  EXPECT_TRUE(hers->HaveAllEnded());
  EXPECT_TRUE(IsAlive(his->id()));
}

TEST_F(EndDeniedSessionsTest, EndsTheRecordedSessionsOfADeniedAccount) {
  const auto one = StartSession();
  const auto other = StartSession();
  Record(one->id(), kAlice, "f3a1");
  Record(other->id(), kAlice, "99");
  Deny(Denial::Kind::kAccount, kAlice);
  EXPECT_EQ(End().ended.size(), 2U);
  EXPECT_TRUE(one->HaveAllEnded());
  EXPECT_TRUE(other->HaveAllEnded());
}

// A hub may open the sessions of all its users in one process, as JupyterHub does.
TEST_F(EndDeniedSessionsTest, LeavesAProcessAloneThatHasSessionsOfOthersToo) {
  const auto hub = StartSession();
  const auto hers = StartSession();
  Record(hub->id(), kAlice, "f3a1");
  Record(hub->id(), kBob, "77");
  Record(hers->id(), kAlice, "f3a1");
  Deny(Denial::Kind::kSubject, "f3a1");
  const EndReport report = End();
  EXPECT_EQ(report.ended.size(), 1U);
  EXPECT_TRUE(hers->HaveAllEnded());
  EXPECT_TRUE(IsAlive(hub->id()));
  ASSERT_EQ(report.gaps.size(), 1U);
  EXPECT_NE(report.gaps[0].find(std::to_string(hub->pid())), std::string::npos);
}

TEST_F(EndDeniedSessionsTest, EndsNothingIfNothingIsDenied) {
  const auto session = StartSession();
  Record(session->id(), kAlice, "f3a1");
  const EndReport report = End();
  EXPECT_TRUE(report.ended.empty() && report.not_ended.empty() && report.spared.empty());
  EXPECT_TRUE(IsAlive(session->id()));
}

TEST_F(EndDeniedSessionsTest, LeavesAProcessAloneThatHasThePidOfAStaleRecord) {
  const auto other = StartSession();
  Record({other->pid(), other->id().start - 1}, kAlice, "f3a1");
  Deny(Denial::Kind::kSubject, "f3a1");
  EXPECT_TRUE(End().ended.empty());
  EXPECT_TRUE(IsAlive(other->id()));
}

TEST_F(EndDeniedSessionsTest, SparesTheSessionThatItRunsIn) {
  const auto own = StartSession();
  const auto other = StartSession();
  Record(own->id(), kAlice, "f3a1");
  Record(other->id(), kAlice, "f3a1");
  own_.line = {own->id()};
  Deny(Denial::Kind::kSubject, "f3a1");
  const EndReport report = End();
  ASSERT_EQ(report.spared.size(), 1U);
  EXPECT_EQ(report.spared[0].process, own->id());
  EXPECT_EQ(report.ended.size(), 1U);
  EXPECT_TRUE(IsAlive(own->id()));
  EXPECT_TRUE(other->HaveAllEnded());
}

TEST_F(EndDeniedSessionsTest, SaysWhichRecordsItCannotReadAndEndsTheOthers) {
  const auto session = StartSession();
  Record(session->id(), kAlice, "f3a1");
  directory_.Write("sessions/0.json", "{", 0600);
  Deny(Denial::Kind::kSubject, "f3a1");
  const EndReport report = End();
  EXPECT_EQ(report.ended.size(), 1U);
  ASSERT_EQ(report.gaps.size(), 1U);
  EXPECT_NE(report.gaps[0].find("0.json"), std::string::npos);
}

TEST_F(EndDeniedSessionsTest, SaysIfWhetherASessionIsDeniedIsNotKnown) {
  const auto session = StartSession();
  Record(session->id(), kAlice, "f3a1");
  const EndReport report = EndDeniedSessions(
      directory_.Path("sessions"),
      [](std::string_view account, const TokenFacts*) -> Result<std::optional<Denial>> {
        if (account == kAlice) return Error{Reason::kDenylistDamaged, "it is damaged"};
        return std::optional<Denial>();
      },
      own_, loginctl_.Get(), Leaders());
  ASSERT_EQ(report.gaps.size(), 1U);
  EXPECT_EQ(report.gaps[0],
            "whether a session of alice of the tests is denied is not known: it is damaged");
  EXPECT_TRUE(IsAlive(session->id()));
}

// --- with logind --------------------------------------------------------------------------------

class WithLogind : public EndDeniedSessionsTest {
 protected:
  WithLogind() { loginctl_.runs = true; }

  void AddSession(const std::string& id, const std::string& user, std::uint32_t uid,
                  std::int64_t leader) {
    loginctl_.sessions.push_back({id, "sshd", "192.0.2.7", "", user, uid, leader});
  }
};

TEST_F(WithLogind, LetsItEndARecordedSessionWhoseLeaderIsTheRecordedProcess) {
  const auto session = StartSession();
  const auto sudo = StartSession();
  Record(session->id(), kAlice, "f3a1");
  Record(sudo->id(), kAlice, "f3a1");
  AddSession("5", kAlice, 2001, session->pid());
  AddSession("6", kAlice, 2001, 1L << 30);
  Deny(Denial::Kind::kSubject, "f3a1");
  const EndReport report = End();
  ASSERT_EQ(report.ended.size(), 2U);
  EXPECT_EQ(report.ended[0].logind_id, "5");
  EXPECT_EQ(report.ended[0].from, "192.0.2.7");
  EXPECT_EQ(report.ended[1].logind_id, "");
  EXPECT_EQ(loginctl_.Orders(), (Orders{"terminate-session 5", "kill-session --signal=SIGKILL 5"}));
  EXPECT_TRUE(session->HaveAllEnded());
  EXPECT_TRUE(sudo->HaveAllEnded());
}

TEST_F(WithLogind, EndsAllOfADeniedAccountWhateverOpenedIt) {
  const auto by_key = StartSession();
  const auto his = StartSession();
  AddSession("5", kAlice, 2001, by_key->pid());
  AddSession("7", kBob, 2002, his->pid());
  loginctl_.users = {{2001, kAlice}, {2002, kBob}};
  // A user name with blanks is not read, so that "alice" stands for it in this test.
  loginctl_.users[0].name = "alice";
  Deny(Denial::Kind::kAccount, kAlice);
  Deny(Denial::Kind::kAccount, "alice");
  const EndReport report = End();
  ASSERT_EQ(report.ended.size(), 1U);
  EXPECT_EQ(report.ended[0].logind_id, "5");
  EXPECT_EQ(loginctl_.Orders(),
            (Orders{"terminate-user 2001", "terminate-session 5", "kill-session --signal=SIGKILL 5",
                    "kill-user --signal=SIGKILL 2001"}));
  EXPECT_TRUE(by_key->HaveAllEnded());
  EXPECT_TRUE(IsAlive(his->id()));
}

TEST_F(WithLogind, EndsTheOtherSessionsOfAUserOneByOneIfItRunsInOneOfThem) {
  const auto own = StartSession();
  const auto other = StartSession();
  AddSession("5", "alice", 2001, own->pid());
  AddSession("6", "alice", 2001, other->pid());
  loginctl_.users = {{2001, "alice"}};
  own_.logind_id = "5";
  Deny(Denial::Kind::kAccount, "alice");
  const EndReport report = End();
  ASSERT_EQ(report.spared.size(), 1U);
  EXPECT_EQ(report.spared[0].logind_id, "5");
  EXPECT_EQ(loginctl_.Orders(), (Orders{"terminate-session 6", "kill-session --signal=SIGKILL 6"}));
  EXPECT_TRUE(IsAlive(own->id()));
  EXPECT_TRUE(other->HaveAllEnded());
}

TEST_F(WithLogind, EndsTheSparedSessionsWithTheServicesOfADeniedAccount) {
  const auto own = StartSession();
  AddSession("5", "alice", 2001, own->pid());
  loginctl_.users = {{2001, "alice"}};
  own_.logind_id = "5";
  Deny(Denial::Kind::kAccount, "alice");
  const EndReport report = End();
  ASSERT_EQ(report.spared.size(), 1U);
  own_.line = {ReadProcessStat(getpid()).value()->id};
  EndSparedSessions(report.spared, own_, loginctl_.Get());
  EXPECT_TRUE(own->HaveAllEnded());
  EXPECT_EQ(loginctl_.Orders(),
            (Orders{"terminate-user 2001", "terminate-session 5", "kill-session --signal=SIGKILL 5",
                    "kill-user --signal=SIGKILL 2001"}));
}

TEST_F(WithLogind, EndsASparedSessionOfADeniedSubjectAlone) {
  const auto own = StartSession();
  Record(own->id(), kAlice, "f3a1");
  AddSession("5", kAlice, 2001, own->pid());
  own_.line = {own->id()};
  Deny(Denial::Kind::kSubject, "f3a1");
  const EndReport report = End();
  ASSERT_EQ(report.spared.size(), 1U);
  own_.line = {ReadProcessStat(getpid()).value()->id};
  EndSparedSessions(report.spared, own_, loginctl_.Get());
  EXPECT_TRUE(own->HaveAllEnded());
  EXPECT_EQ(loginctl_.Orders(), (Orders{"terminate-session 5", "kill-session --signal=SIGKILL 5"}));
}

// As with "systemd-run --scope jwtctl deny".
TEST_F(WithLogind, SparesItsSessionFromAScopeOfItsOwn) {
  const auto own = StartSession();
  AddSession("5", "alice", 2001, own->pid());
  loginctl_.users = {{2001, "alice"}};
  own_.line = {own->id()};
  Deny(Denial::Kind::kAccount, "alice");
  EXPECT_EQ(End().spared.size(), 1U);
  EXPECT_TRUE(loginctl_.Orders().empty());
  EXPECT_TRUE(IsAlive(own->id()));
}

// The session goes on for a program that was left behind, and logind keeps the pid of its leader.
TEST_F(WithLogind, LeavesAProcessAloneThatHasThePidOfALeaderThatHasEnded) {
  const auto other = StartSession();
  AddSession("5", "alice", 2001, other->pid());
  loginctl_.ended_leader = other->pid();
  Deny(Denial::Kind::kAccount, "alice");
  const EndReport report = End();
  ASSERT_EQ(report.ended.size(), 1U);
  EXPECT_EQ(report.ended[0].process.pid, 0);
  EXPECT_EQ(loginctl_.Orders(), (Orders{"terminate-session 5", "kill-session --signal=SIGKILL 5"}));
  EXPECT_TRUE(IsAlive(other->id()));
}

TEST_F(WithLogind, LeavesTheSessionOfAnEndedLeaderAloneWhosePidARecordHas) {
  const auto session = StartSession();
  Record(session->id(), kAlice, "f3a1");
  AddSession("7", kBob, 2002, session->pid());
  loginctl_.ended_leader = session->pid();
  Deny(Denial::Kind::kSubject, "f3a1");
  const EndReport report = End();
  ASSERT_EQ(report.ended.size(), 1U);
  EXPECT_EQ(report.ended[0].logind_id, "");
  EXPECT_TRUE(loginctl_.Orders().empty());
}

// systemd --user started it, for one of the sessions: nobody knows which.
TEST_F(WithLogind, SparesAllSessionsOfAUserWhoseManagerStartedIt) {
  AddSession("5", "alice", 2001, 0);
  AddSession("6", "alice", 2001, 0);
  loginctl_.users = {{2001, "alice"}};
  own_.manager = 2001;
  Deny(Denial::Kind::kAccount, "alice");
  EXPECT_EQ(End().spared.size(), 2U);
  EXPECT_TRUE(loginctl_.Orders().empty());
}

TEST_F(WithLogind, SaysIfASessionStays) {
  AddSession("5", "alice", 2001, 0);
  Deny(Denial::Kind::kAccount, "alice");
  const Loginctl fake = loginctl_.Get();
  const EndReport report = EndDeniedSessions(
      directory_.Path("sessions"),
      [&](std::string_view account, const TokenFacts* token) -> Result<std::optional<Denial>> {
        const Denial* const found = list_.FindAccount(account, token);
        return found == nullptr ? std::nullopt : std::optional(*found);
      },
      own_,
      [&](const FakeLoginctl::Arguments& arguments) -> Result<ProgramEnd> {
        if (arguments.front() == "kill-session") return ProgramEnd{1, ""};
        return fake(arguments);
      },
      Leaders());
  ASSERT_EQ(report.not_ended.size(), 1U);
  EXPECT_EQ(report.not_ended[0].why_not, "systemd-logind has not ended it");
}

TEST_F(WithLogind, SaysIfItDoesNotKnowAllSessions) {
  const EndReport report = EndDeniedSessions(
      directory_.Path("sessions"),
      [](std::string_view, const TokenFacts*) { return std::optional<Denial>(); }, own_,
      [](const FakeLoginctl::Arguments& arguments) -> Result<ProgramEnd> {
        if (arguments.front() == "show-session") return Error{Reason::kInternal, "it hangs"};
        return ProgramEnd{0, "5 2001 alice\n"};
      },
      Leaders());
  EXPECT_EQ(report.gaps, (std::vector<std::string>{"it hangs"}));
}

}  // namespace
}  // namespace pamjwt::ctl
