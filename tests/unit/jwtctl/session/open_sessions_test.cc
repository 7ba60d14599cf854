#include "jwtctl/session/open_sessions.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pamjwt::ctl {
namespace {

using Arguments = std::vector<std::string>;

// The output of systemd 252 and 257. A manager is a session since 256.
constexpr const char* kShown =
    "Id=3\nTTY=pts/0\nRemoteHost=192.0.2.7\nService=sshd\nClass=user\n\n"
    "Id=4\nTTY=\nRemoteHost=\nService=systemd-user\nClass=manager\n\n"
    "Id=c1\nTTY=tty1\nRemoteHost=\nService=login\nClass=user-early\n";

/// Runs FindOpenSessions with a loginctl that knows these sessions of the user.
OpenSessions Find(const std::string& ids, const std::string& shown,
                  std::vector<Arguments>* calls = nullptr) {
  return FindOpenSessions(2001, [&](const Arguments& arguments) {
    if (calls != nullptr) calls->push_back(arguments);
    return arguments.front() == "show-user" ? ids : shown;
  });
}

TEST(FindOpenSessions, AsksForTheSessionsAndThenForTheirProperties) {
  std::vector<Arguments> calls;
  const std::vector<OpenSession> sessions = Find("3 4 c1\n", kShown, &calls).known;
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0], (Arguments{"show-user", "--property=Sessions", "--value", "2001"}));
  EXPECT_EQ(calls[1], (Arguments{"show-session", "--property=Id", "--property=Service",
                                 "--property=RemoteHost", "--property=TTY", "--property=Class", "3",
                                 "4", "c1"}));
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_EQ(sessions[0].remote_host, "192.0.2.7");
  EXPECT_EQ(sessions[1].id, "c1");
}

TEST(FindOpenSessions, FindsNothingIfLoginctlRefuses) {
  std::vector<Arguments> calls;
  EXPECT_TRUE(Find("", "", &calls).known.empty());
  EXPECT_EQ(calls.size(), 1U);
  EXPECT_TRUE(Find("3\n", "").known.empty());
  EXPECT_TRUE(Find("3\n", "Id\nService\n=\n\n\n").known.empty());
}

// Somebody who denies an account because it is misused must not read silence as "no session".
TEST(FindOpenSessions, SaysIfLoginctlGaveNoAnswer) {
  const Error error{Reason::kInternal, "loginctl: was not done after 3 s"};
  for (const char* const hangs : {"show-user", "show-session"}) {
    const OpenSessions sessions =
        FindOpenSessions(2001, [&](const Arguments& arguments) -> Result<std::string> {
          if (arguments.front() == hangs) return error;
          return std::string("3 4\n");
        });
    EXPECT_TRUE(sessions.known.empty());
    EXPECT_EQ(DescribeSessions("alice", 2001, sessions),
              "whether alice has open sessions is not known (loginctl: was not done after 3 s); "
              "they stay open; end them with: loginctl terminate-user alice");
  }
}

TEST(FindOpenSessions, SaysIfThereAreMoreThanItLookedAt) {
  const auto many = [](int count) {
    std::string ids;
    std::string shown;
    for (int i = 1; i <= count; ++i) {
      ids += std::to_string(i) + " ";
      if (i <= 64) shown += "Id=" + std::to_string(i) + "\nClass=user\n\n";
    }
    return DescribeSessions("alice", 2001, Find(ids + "\n", shown));
  };
  EXPECT_TRUE(many(64).starts_with("alice has 64 open sessions, which stay open: 1, 2, 3, "));
  EXPECT_NE(many(64).find(", 8, and 56 more; end them with"), std::string::npos) << many(64);
  for (const int count : {65, 10'000}) {
    EXPECT_TRUE(many(count).starts_with("alice has more than 64 open sessions, which stay open: "));
    EXPECT_NE(many(count).find(", 8, and more; end them with"), std::string::npos) << many(count);
  }
}

TEST(FindOpenSessions, GivesLoginctlNothingButIdsAndAtMost64) {
  std::vector<Arguments> calls;
  Find("3 --help  x;y 5", kShown, &calls);
  EXPECT_EQ(calls.at(1).size(), 8U);
  std::string many;
  for (int i = 0; i < 100; ++i) many += "1 ";
  Find(many, kShown, &calls);
  EXPECT_EQ(calls.at(3).size(), 6U + 64U);
}

TEST(DescribeSessions, NamesThemAndSaysHowToEndThem) {
  EXPECT_EQ(DescribeSessions("alice", 2001, Find("3 4 c1", kShown)),
            "alice has 2 open sessions, which stay open: 3 (sshd, from 192.0.2.7), c1 (login, on "
            "tty1); end them with: loginctl terminate-user alice");
  EXPECT_EQ(DescribeSessions("alice", 2001, {{{"7", "", "", ""}}, ""}),
            "alice has 1 open session, which stays open: 7; end it with: loginctl terminate-user "
            "alice");
  EXPECT_EQ(DescribeSessions("alice", 2001, {}), "");
}

TEST(DescribeSessions, BoundsTheListAndWhatItShows) {
  const OpenSessions sessions{
      std::vector<OpenSession>(11, {"1", "sshd", std::string(300, 'h'), ""}), ""};
  const std::string text = DescribeSessions("alice", 2001, sessions);
  EXPECT_LT(text.size(), 1200U);
  EXPECT_NE(text.find(", and 3 more; end"), std::string::npos) << text;
}

TEST(DescribeSessions, NamesAnAccountByItsUidIfAShellWouldNotTakeItsName) {
  for (const char* const name : {"a;b", "-x", "1000", "a b", "CORP\\a"}) {
    EXPECT_TRUE(
        DescribeSessions(name, 2001, {{{"1", "", "", ""}}, ""}).ends_with("terminate-user 2001"))
        << name;
  }
  EXPECT_EQ(DescribeSessions("a\nb", 1, {{{"1", "s\x1b", "", ""}}, ""}).find('\x1b'),
            std::string::npos);
}

}  // namespace
}  // namespace pamjwt::ctl
