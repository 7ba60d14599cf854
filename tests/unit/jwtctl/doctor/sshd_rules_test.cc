#include "jwtctl/doctor/sshd_rules.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "jwtctl/doctor/pam_services.h"
#include "unit/jwtctl/doctor/answering_sshd.h"
#include "unit/jwtctl/doctor/host_fixture.h"
#include "unit/jwtctl/doctor/show_findings.h"

namespace pamjwt::ctl {
namespace {

class AskedSshdTest : public HostFixture {
 protected:
  std::string Judge(Result<SshdSettings> settings) {
    const HostTree host(tree_.Path());
    const PamServices services = ReadPamServices(host, {});
    AnsweringSshd sshd(std::move(settings));
    const SshdState state = ReadSshdState(host, &sshd, "");
    Findings findings = JudgeSshd(state, *services.Find("sshd"), nullptr);
    std::copy(state.notes.begin(), state.notes.end(), std::back_inserter(findings));
    return ShowFindings(findings);
  }
};

TEST_F(AskedSshdTest, BelievesWhatSshdSaysMoreThanItsFiles) {
  EXPECT_EQ(Judge(SshdSettings{true, true, false, "any"}), "");
  EXPECT_EQ(Judge(SshdSettings{false, true, false, "any"}), "sshd.use_pam:critical");
  EXPECT_EQ(Judge(SshdSettings{true, false, true, "any"}), "sshd.keyboard_interactive:warning");
  EXPECT_EQ(Judge(SshdSettings{true, true, true, "any", "yes", "1"}),
            "sshd.max_auth_tries:warning");
}

TEST_F(AskedSshdTest, ReadsTheFilesOfAnSshdThatDoesNotAnswer) {
  const Error no_answer{Reason::kInternal, "sshd is not there"};
  EXPECT_EQ(Judge(no_answer), "sshd.files:ok");
  std::filesystem::remove(tree_.Path("etc/ssh/sshd_config"));
  EXPECT_EQ(Judge(no_answer), "sshd.unreadable:unknown");
}

TEST_F(AskedSshdTest, FilesThatIncludeEachOtherAreNotReadForEver) {
  tree_.Write("etc/ssh/sshd_config.d/x.conf", "Include /etc/ssh/sshd_config\n");
  EXPECT_EQ(Judge(Error{Reason::kInternal, "no"}), "sshd.unreadable:unknown");
}

TEST_F(AskedSshdTest, MatchBlocksAreJudgedForOneUser) {
  tree_.Write("etc/ssh/sshd_config", "UsePAM yes\nMatch User bob\nMaxAuthTries 1\n");
  const HostTree host(tree_.Path());
  AnsweringSshd sshd(SshdSettings{});
  EXPECT_EQ(ShowFindings(ReadSshdState(host, &sshd, "").notes), "sshd.match:ok");
  EXPECT_EQ(ShowFindings(ReadSshdState(host, &sshd, "bob").notes), "");
  EXPECT_EQ(sshd.asked_for, "bob");
}

}  // namespace
}  // namespace pamjwt::ctl
