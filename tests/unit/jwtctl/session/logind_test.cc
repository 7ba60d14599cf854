#include "jwtctl/session/logind.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/fake_loginctl.h"

namespace pamjwt::ctl {
namespace {

using test::FakeLoginctl;
using Arguments = FakeLoginctl::Arguments;

// The output of systemd 252 and 257. A manager is a session since 256.
constexpr const char* kShown =
    "Id=3\nUser=2001\nName=alice\nTTY=pts/0\nRemoteHost=192.0.2.7\nService=sshd\nLeader=77\n"
    "Class=user\n\n"
    "Id=4\nUser=2001\nName=alice\nTTY=\nRemoteHost=\nService=systemd-user\nLeader=78\n"
    "Class=manager\n\n"
    "Id=c1\nUser=2002\nName=bob\nTTY=tty1\nRemoteHost=\nService=login\nLeader=0\n"
    "Class=user-early\n";

SteadyTime Soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(10);
}

TEST(AskLogind, AsksForUsersAndSessionsAndThenForTheirProperties) {
  std::vector<Arguments> calls;
  const Logind logind = AskLogind([&](const Arguments& arguments) {
    calls.push_back(arguments);
    if (arguments.front() == "list-users")
      return ProgramEnd{0, "2001 alice no active\n 2002 bob\n"};
    if (arguments.front() == "list-sessions") {
      return ProgramEnd{
          0, "      3 2001 alice -     77 user\n 4 2001 alice\n     c1 2002 bob seat0\n"};
    }
    return ProgramEnd{0, kShown};
  });
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(calls[2],
            (Arguments{"show-session", "--property=Id", "--property=Service",
                       "--property=RemoteHost", "--property=TTY", "--property=Class",
                       "--property=Name", "--property=User", "--property=Leader", "3", "4", "c1"}));
  EXPECT_TRUE(logind.answers);
  EXPECT_EQ(logind.gap, "");
  ASSERT_EQ(logind.sessions.size(), 2U);
  EXPECT_EQ(logind.sessions[0].remote_host, "192.0.2.7");
  EXPECT_EQ(logind.sessions[0].leader, 77);
  EXPECT_EQ(logind.sessions[0].uid, 2001U);
  EXPECT_EQ(logind.sessions[1].id, "c1");
  EXPECT_EQ(logind.sessions[1].user, "bob");
  ASSERT_EQ(logind.users.size(), 2U);
  EXPECT_EQ(logind.users[1].name, "bob");
  EXPECT_EQ(logind.users[1].uid, 2002U);
}

TEST(AskLogind, HasNoAnswerIfLogindDoesNotRun) {
  FakeLoginctl loginctl;
  loginctl.runs = false;
  const Logind logind = AskLogind(loginctl.Get());
  EXPECT_FALSE(logind.answers);
  EXPECT_EQ(logind.gap, "");
}

TEST(AskLogind, SaysIfLoginctlWasNotDoneInTime) {
  for (const char* const hangs : {"list-users", "list-sessions", "show-session"}) {
    const Logind logind = AskLogind([&](const Arguments& arguments) -> Result<ProgramEnd> {
      if (arguments.front() == hangs) return Error{Reason::kInternal, "loginctl: was not done"};
      return ProgramEnd{0, "3 4\n"};
    });
    EXPECT_TRUE(logind.sessions.empty());
    EXPECT_EQ(logind.answers, std::string(hangs) == "show-session");
    EXPECT_EQ(logind.gap, "loginctl: was not done") << hangs;
  }
}

TEST(AskLogind, AnswersIfThereIsNoSession) {
  FakeLoginctl loginctl;
  const Logind logind = AskLogind(loginctl.Get());
  EXPECT_TRUE(logind.answers);
  EXPECT_TRUE(logind.sessions.empty());
  EXPECT_EQ(loginctl.calls.size(), 2U);
}

FakeLoginctl WithSessions(int count) {
  FakeLoginctl loginctl;
  for (int i = 1; i <= count; ++i) {
    loginctl.sessions.push_back({std::to_string(i), "sshd", "", "", "alice", 2001, 100 + i});
  }
  return loginctl;
}

TEST(AskLogind, FindsAnyNumberOfSessions) {
  for (const int count : {1, 63, 64, 65, 1000}) {
    FakeLoginctl loginctl = WithSessions(count);
    const Logind logind = AskLogind(loginctl.Get());
    EXPECT_EQ(logind.sessions.size(), static_cast<std::size_t>(count));
    EXPECT_EQ(logind.gap, "");
  }
}

TEST(AskLogind, LeavesOutASessionThatEndsMeanwhile) {
  FakeLoginctl loginctl = WithSessions(200);
  loginctl.ends_unseen = "900";
  const Logind logind = AskLogind(loginctl.Get());
  EXPECT_EQ(logind.sessions.size(), 200U);
  EXPECT_EQ(logind.gap, "");
}

TEST(AskLogind, SaysIfLoginctlRefusesAgainAndAgain) {
  const Logind logind = AskLogind([&](const Arguments& arguments) {
    std::string ids;
    for (int i = 0; i < 100; ++i) {
      ids += std::to_string(i) + " 2001 alice\n";
    }
    return arguments.front() == "show-session" ? ProgramEnd{1, ""} : ProgramEnd{0, ids};
  });
  EXPECT_EQ(logind.gap, "too many sessions end meanwhile");
}

TEST(AskLogind, GivesLoginctlNothingButIds) {
  std::vector<Arguments> calls;
  AskLogind([&](const Arguments& arguments) {
    calls.push_back(arguments);
    return ProgramEnd{0, "3 2001 alice\n--help\n\n   \nx;y 1 2\n5\n"};
  });
  ASSERT_EQ(calls.size(), 3U);
  ASSERT_EQ(calls[2].size(), 11U);
  EXPECT_EQ(calls[2][9], "3");
  EXPECT_EQ(calls[2][10], "5");
}

TEST(CallForEach, CallsForManyAtATime) {
  FakeLoginctl loginctl;
  CallForEach(loginctl.Get(), {"kill-session", "--signal=SIGKILL"}, {"1", "2", "c3"}, Soon());
  EXPECT_EQ(loginctl.Orders(), (std::vector<std::string>{"kill-session --signal=SIGKILL 1 2 c3"}));
  CallForEach(loginctl.Get(), {"terminate-session"}, {}, Soon());
  EXPECT_EQ(loginctl.calls.size(), 1U);
  CallForEach(loginctl.Get(), {"terminate-session"}, std::vector<std::string>(65, "7"), Soon());
  EXPECT_EQ(loginctl.calls.size(), 3U);
}

TEST(CallForEach, CallsForEachAloneIfOneIsRefused) {
  FakeLoginctl loginctl;
  loginctl.runs = false;
  CallForEach(loginctl.Get(), {"terminate-session"}, {"1", "2"}, Soon());
  EXPECT_EQ(loginctl.Orders(),
            (std::vector<std::string>{"terminate-session 1 2", "terminate-session 1",
                                      "terminate-session 2"}));
  CallForEach(loginctl.Get(), {"terminate-session"}, {"3"}, Soon());
  EXPECT_EQ(loginctl.calls.size(), 4U);
}

TEST(CallForEach, BeginsNoCallAfterTheDeadline) {
  FakeLoginctl loginctl;
  CallForEach(loginctl.Get(), {"terminate-session"}, {"1"},
              std::chrono::steady_clock::now() - std::chrono::seconds(1));
  EXPECT_TRUE(loginctl.calls.empty());
}

}  // namespace
}  // namespace pamjwt::ctl
