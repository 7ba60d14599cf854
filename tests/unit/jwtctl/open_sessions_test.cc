#include "jwtctl/open_sessions.h"

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
std::vector<OpenSession> Find(const std::string& ids, const std::string& shown,
                              std::vector<Arguments>* calls = nullptr) {
  return FindOpenSessions(2001, [&](const Arguments& arguments) {
    if (calls != nullptr) calls->push_back(arguments);
    return arguments.front() == "show-user" ? ids : shown;
  });
}

TEST(FindOpenSessions, AsksForTheSessionsAndThenForTheirProperties) {
  std::vector<Arguments> calls;
  const std::vector<OpenSession> sessions = Find("3 4 c1\n", kShown, &calls);
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0], (Arguments{"show-user", "--property=Sessions", "--value", "2001"}));
  EXPECT_EQ(calls[1], (Arguments{"show-session", "--property=Id", "--property=Service",
                                 "--property=RemoteHost", "--property=TTY", "--property=Class", "3",
                                 "4", "c1"}));
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_EQ(sessions[0].remote_host, "192.0.2.7");
  EXPECT_EQ(sessions[1].id, "c1");
}

TEST(FindOpenSessions, FindsNothingIfLoginctlFails) {
  std::vector<Arguments> calls;
  EXPECT_TRUE(Find("", "", &calls).empty());
  EXPECT_EQ(calls.size(), 1U);
  EXPECT_TRUE(Find("3\n", "").empty());
  EXPECT_TRUE(Find("3\n", "Id\nService\n=\n\n\n").empty());
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
  EXPECT_EQ(DescribeSessions("alice", 2001, {{"7", "", "", ""}}),
            "alice has 1 open session, which stays open: 7; end it with: loginctl terminate-user "
            "alice");
  EXPECT_EQ(DescribeSessions("alice", 2001, {}), "");
}

TEST(DescribeSessions, BoundsTheListAndWhatItShows) {
  const std::vector<OpenSession> sessions(11, {"1", "sshd", std::string(300, 'h'), ""});
  const std::string text = DescribeSessions("alice", 2001, sessions);
  EXPECT_LT(text.size(), 1200U);
  EXPECT_NE(text.find(", and 3 more; end"), std::string::npos) << text;
}

TEST(DescribeSessions, NamesAnAccountByItsUidIfAShellWouldNotTakeItsName) {
  for (const char* const name : {"a;b", "-x", "1000", "a b", "CORP\\a"}) {
    EXPECT_TRUE(DescribeSessions(name, 2001, {{"1", "", "", ""}}).ends_with("terminate-user 2001"))
        << name;
  }
  EXPECT_EQ(DescribeSessions("a\nb", 1, {{"1", "s\x1b", "", ""}}).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace pamjwt::ctl
