#include "jwtctl/doctor/feed_rules.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "unit/jwtctl/doctor/host_fixture.h"
#include "unit/jwtctl/doctor/show_findings.h"

namespace pamjwt::ctl {
namespace {

/// A host that takes a list, with which all is well.
class JudgeFleetListTest : public testing::Test {
 protected:
  JudgeFleetListTest() {
    config_.session.record.value = true;
    status_.denylist = FeedHealth{"serial 7", {}, Json()};
  }

  std::string Judge(std::optional<bool> timer_is_active) {
    return ShowFindings(JudgeFleetList(config_, status_, [&](const std::string& unit) {
      asked_ = unit;
      return timer_is_active;
    }));
  }

  Config config_;
  StatusReport status_;
  std::string asked_;
};

TEST_F(JudgeFleetListTest, FindsNothingWhereAllIsWell) {
  EXPECT_EQ(Judge(true), "");
  EXPECT_EQ(asked_, "pam_jwt-denylist.timer");
  EXPECT_EQ(Judge(std::nullopt), "");  // no systemd
  EXPECT_EQ(ShowFindings(JudgeFleetList(config_, status_, {})), "");
}

TEST_F(JudgeFleetListTest, FindsATimerThatDoesNotRun) {
  EXPECT_EQ(Judge(false), "fleet.timer:warning");
  // The same cause is said once.
  status_.denylist->problems = {{Health::kWarning, "fleet.not_applied", "never", "fix"},
                                {Health::kCritical, "fleet.none", "none", "fix"}};
  EXPECT_EQ(Judge(false), "fleet.timer:warning fleet.none:critical");
  EXPECT_EQ(Judge(true), "fleet.not_applied:warning fleet.none:critical");
}

TEST_F(JudgeFleetListTest, NotesThatNoSessionIsRecorded) {
  config_.session.record.value = false;
  EXPECT_EQ(Judge(true), "fleet.no_records:ok");
}

TEST_F(JudgeFleetListTest, AsksNothingWhereNoListIsTaken) {
  status_.denylist.reset();
  config_.session.record.value = false;
  EXPECT_EQ(Judge(false), "");
  EXPECT_EQ(asked_, "");
}

class FeedRulesTest : public HostFixture {
 protected:
  static constexpr const char* kFeed =
      "[denylist]\nurl = \"https://ops.example/denied.jwt\"\nkeys = \"/etc/pam_jwt/fleet.json\"\n";

  FeedRulesTest() {
    tree_.Write("etc/pam_jwt/fleet.json",
                test::JwkSetText({test::TestKey::P256().PublicJwk("fleet")}));
  }

  void WriteDenied(const std::string& text) const {
    tree_.Write("var/lib/pam_jwt/denied.jsonl", text + "\n");
  }
};

TEST_F(FeedRulesTest, JudgesTheListOfATree) {
  Configure(kFeed);
  EXPECT_EQ(Examine(), 1) << out_.str();
  EXPECT_TRUE(Says("\nwarning  fleet.none  denylist of the fleet: no list has come yet  Fix: "))
      << out_.str();
  EXPECT_TRUE(Says("\nwarning  fleet.not_applied  denylist of the fleet: ")) << out_.str();
  EXPECT_FALSE(Says("fleet.timer")) << out_.str();
  Configure("");
  EXPECT_EQ(Examine(), 0) << out_.str();
}

TEST_F(FeedRulesTest, ReadsTheKeysOfATreeBelowIt) {
  Configure(kFeed);
  Examine();
  EXPECT_FALSE(Says("config.error")) << out_.str();
  tree_.Write("etc/pam_jwt/fleet.json", test::JwkSetText({}));
  EXPECT_EQ(Examine(), 2) << out_.str();
  EXPECT_TRUE(Says("fleet.json has no usable key: every list is refused")) << out_.str();
}

TEST_F(FeedRulesTest, FindsAListThatCountsAlthoughNoneIsConfigured) {
  WriteDenied("{\"format\":1,\"fleet\":\"warn\"}");
  EXPECT_EQ(Examine(), 1) << out_.str();
  EXPECT_TRUE(Says("\nwarning  fleet.left_over  denylist of the fleet: ")) << out_.str();
  Configure(kFeed);
  Examine();
  EXPECT_FALSE(Says("fleet.left_over")) << out_.str();
  Configure("");
  WriteDenied("{\"format\":1}");
  EXPECT_EQ(Examine(), 0) << out_.str();
}

}  // namespace
}  // namespace pamjwt::ctl
