#include "jwtctl/session/own_session.h"

#include <unistd.h>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

const ProcessTree kTree({{{1, 1}, 0, 1, 'S', false},
                         {{20, 20}, 1, 20, 'S', false},
                         {{30, 30}, 20, 30, 'S', false},
                         {{40, 40}, 1, 40, 'S', false}});

TEST(FindOwnSession, HasTheProcessesAboveThisOne) {
  const OwnSession own = FindOwnSession(kTree, 30, "");
  EXPECT_TRUE(own.Has({30, 30}));
  EXPECT_TRUE(own.Has({20, 20}));
  EXPECT_FALSE(own.Has({20, 19}));
  EXPECT_FALSE(own.Has({40, 40}));
  EXPECT_EQ(own.logind_id, "");
  EXPECT_EQ(own.manager, std::nullopt);
}

TEST(FindOwnSession, FindsTheScopeOfASession) {
  for (const char* const cgroups :
       {"0::/user.slice/user-1000.slice/session-c5.scope\n",
        "12:pids:/user.slice/user-1000.slice/session-c5.scope\n1:name=systemd:/user.slice\n",
        "0::/session-c5.scope/below", "0::/a/session-c5.scope\n0::/\n"}) {
    const OwnSession own = FindOwnSession(kTree, 30, cgroups);
    EXPECT_EQ(own.logind_id, "c5") << cgroups;
    EXPECT_EQ(own.manager, std::nullopt) << cgroups;
  }
}

TEST(FindOwnSession, FindsTheUserWhoseManagerStartedIt) {
  const OwnSession own = FindOwnSession(
      kTree, 30, "0::/user.slice/user-1000.slice/user@1000.service/app.slice/tmux.scope\n");
  EXPECT_EQ(own.logind_id, "");
  EXPECT_EQ(own.manager, 1000U);
}

TEST(FindOwnSession, FindsNoSessionInOtherControlGroups) {
  for (const char* const cgroups :
       {"", "\n", "0::/", "0::/system.slice/ssh.service\n", "0::/session-.scope\n",
        "0::/session-5.service\n", "0::/xsession-5.scope\n", "0::/user@.service\n",
        "0::/user@alice.service\n"}) {
    const OwnSession own = FindOwnSession(kTree, 30, cgroups);
    EXPECT_EQ(own.logind_id, "") << cgroups;
    EXPECT_EQ(own.manager, std::nullopt) << cgroups;
  }
}

TEST(FindOwnSession, KnowsThisProcess) {
  const Result<OwnSession> own = FindOwnSession();
  ASSERT_TRUE(test::Accepted(own));
  EXPECT_EQ(own.value().line.front().pid, getpid());
  EXPECT_GT(own.value().line.size(), 1U);
}

}  // namespace
}  // namespace pamjwt::ctl
