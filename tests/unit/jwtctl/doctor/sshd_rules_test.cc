#include "jwtctl/doctor/sshd_rules.h"

#include <filesystem>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "jwtctl/doctor/pam_services.h"
#include "unit/jwtctl/doctor/host_fixture.h"
#include "unit/jwtctl/doctor/show_findings.h"

namespace pamjwt::ctl {
namespace {

/// An sshd that gives one answer.
class FakeSshd : public Sshd {
 public:
  explicit FakeSshd(Result<SshdSettings> settings) : settings_(std::move(settings)) {}
  Result<SshdSettings> Settings() override { return settings_; }
  Result<SshdSettings> SettingsFor(const std::string& /*user*/) override { return settings_; }
  Status Check() override { return Ok(); }
  Result<bool> Reload() override { return false; }

 private:
  Result<SshdSettings> settings_;
};

class AskedSshdTest : public HostFixture {
 protected:
  std::string Judge(Result<SshdSettings> settings) {
    const HostTree host(tree_.Path());
    const PamServices services = ReadPamServices(host, {});
    FakeSshd sshd(std::move(settings));
    return ShowFindings(JudgeSshd(host, *services.Find("sshd"), nullptr, &sshd));
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

}  // namespace
}  // namespace pamjwt::ctl
