#include "jwtctl/session/session_text.h"

#include <gtest/gtest.h>

namespace pamjwt::ctl {
namespace {

TEST(ShowDeniedSession, NamesWhatIsKnown) {
  DeniedSession session;
  session.account = session.user = "alice";
  EXPECT_EQ(Show(session), "alice");
  session.process = {4711, 1};
  session.service = "sshd";
  EXPECT_EQ(Show(session), "alice, sshd, pid 4711");
  session.from = "192.0.2.7";
  session.logind_id = "c5";
  EXPECT_EQ(Show(session), "alice, sshd from 192.0.2.7, pid 4711, session c5");
  session.user = "root";
  EXPECT_EQ(Show(session), "alice as root, sshd from 192.0.2.7, pid 4711, session c5");
}

TEST(ShowDeniedSession, CountsTheProcessesOfAUser) {
  DeniedSession session;
  session.account = session.user = "alice";
  session.processes = 1;
  EXPECT_EQ(Show(session), "1 process of alice");
  session.processes = 12;
  EXPECT_EQ(Show(session), "12 processes of alice");
}

TEST(ShowDeniedSession, CannotControlATerminal) {
  DeniedSession session;
  session.account = "a\nb";
  session.service = "\x1b[2J";
  EXPECT_EQ(Show(session), "a\\u000ab, \\u001b[2J");
}

}  // namespace
}  // namespace pamjwt::ctl
