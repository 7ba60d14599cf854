#include "jwtctl/session/open_sessions.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/fake_loginctl.h"

namespace pamjwt::ctl {
namespace {

using test::FakeLoginctl;

FakeLoginctl WithSessions(int count) {
  FakeLoginctl loginctl;
  for (int i = 1; i <= count; ++i) {
    loginctl.sessions.push_back({std::to_string(i), "", "", "", "alice", 2001, 100 + i});
  }
  return loginctl;
}

TEST(FindOpenSessions, FindsThoseOfTheUser) {
  FakeLoginctl loginctl = WithSessions(2);
  loginctl.sessions.push_back({"c3", "login", "", "tty1", "bob", 2002, 9});
  const OpenSessions sessions = FindOpenSessions(2001, loginctl.Get());
  ASSERT_EQ(sessions.known.size(), 2U);
  EXPECT_EQ(sessions.known[1].id, "2");
  EXPECT_EQ(FindOpenSessions(2002, loginctl.Get()).known.size(), 1U);
  EXPECT_TRUE(FindOpenSessions(2003, loginctl.Get()).known.empty());
}

// Somebody who denies an account because it is misused must not read silence as "no session".
TEST(FindOpenSessions, SaysIfLoginctlGaveNoAnswer) {
  const OpenSessions sessions =
      FindOpenSessions(2001, [](const FakeLoginctl::Arguments&) -> Result<ProgramEnd> {
        return Error{Reason::kInternal, "loginctl: was not done after 3 s"};
      });
  EXPECT_TRUE(sessions.known.empty());
  EXPECT_EQ(DescribeSessions("alice", 2001, sessions),
            "whether alice has open sessions is not known (loginctl: was not done after 3 s); they "
            "stay open; end them with: loginctl terminate-user alice");
}

TEST(DescribeSessions, CountsThemAllAndNamesEight) {
  FakeLoginctl loginctl = WithSessions(64);
  const std::string text = DescribeSessions("alice", 2001, FindOpenSessions(2001, loginctl.Get()));
  EXPECT_TRUE(text.starts_with("alice has 64 open sessions, which stay open: 1, 2, 3, ")) << text;
  EXPECT_NE(text.find(", 8, and 56 more; end them with"), std::string::npos) << text;
}

TEST(DescribeSessions, SaysIfThereMayBeMore) {
  const OpenSessions sessions{std::vector<OpenSession>(9, {"1", "", "", "", "", 2001, 0}), "why"};
  const std::string text = DescribeSessions("alice", 2001, sessions);
  EXPECT_TRUE(text.starts_with("alice has more than 9 open sessions, which stay open: ")) << text;
  EXPECT_NE(text.find(", 1, and more; end them with"), std::string::npos) << text;
}

TEST(DescribeSessions, NamesThemAndSaysHowToEndThem) {
  EXPECT_EQ(DescribeSessions("alice", 2001,
                             {{{"3", "sshd", "192.0.2.7", "pts/0", "", 0, 0},
                               {"c1", "login", "", "tty1", "", 0, 0}},
                              ""}),
            "alice has 2 open sessions, which stay open: 3 (sshd, from 192.0.2.7), c1 (login, on "
            "tty1); end them with: loginctl terminate-user alice");
  EXPECT_EQ(DescribeSessions("alice", 2001, {{{"7", "", "", "", "", 0, 0}}, ""}),
            "alice has 1 open session, which stays open: 7; end it with: loginctl terminate-user "
            "alice");
  EXPECT_EQ(DescribeSessions("alice", 2001, {}), "");
}

TEST(DescribeSessions, BoundsTheListAndWhatItShows) {
  const OpenSessions sessions{
      std::vector<OpenSession>(11, {"1", "sshd", std::string(300, 'h'), "", "", 0, 0}), ""};
  const std::string text = DescribeSessions("alice", 2001, sessions);
  EXPECT_LT(text.size(), 1200U);
  EXPECT_NE(text.find(", and 3 more; end"), std::string::npos) << text;
}

TEST(DescribeSessions, NamesAnAccountByItsUidIfAShellWouldNotTakeItsName) {
  for (const char* const name : {"a;b", "-x", "1000", "a b", "CORP\\a"}) {
    EXPECT_TRUE(DescribeSessions(name, 2001, {{{"1", "", "", "", "", 0, 0}}, ""})
                    .ends_with("terminate-user 2001"))
        << name;
  }
  EXPECT_EQ(DescribeSessions("a\nb", 1, {{{"1", "s\x1b", "", "", "", 0, 0}}, ""}).find('\x1b'),
            std::string::npos);
}

}  // namespace
}  // namespace pamjwt::ctl
