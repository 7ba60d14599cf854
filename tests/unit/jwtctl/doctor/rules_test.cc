#include <filesystem>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "jwtctl/config/config_source.h"
#include "jwtctl/doctor/config_rules.h"
#include "jwtctl/doctor/machine_rules.h"
#include "jwtctl/doctor/pam_rules.h"
#include "jwtctl/doctor/sshd_rules.h"
#include "support/expect.h"
#include "support/fake_fetcher.h"
#include "unit/jwtctl/daemon/fetched_fixture.h"
#include "unit/jwtctl/doctor/host_fixture.h"

namespace pamjwt::ctl {
namespace {

/// Shows each finding as "rule:health".
std::string Show(const Findings& findings) {
  std::string shown;
  for (const Finding& finding : findings) {
    shown += (shown.empty() ? "" : " ") + finding.rule + ":" + std::string(Name(finding.health));
  }
  return shown;
}

// ---- The clock

TEST(JudgeClock, WantsAClockThatIsSynchronisedAndNotBeforeTheBuild) {
  constexpr UnixTime kBuilt{1772366400};
  EXPECT_EQ(Show(JudgeClock({kBuilt, true, kBuilt})), "");
  EXPECT_EQ(Show(JudgeClock({{kBuilt.seconds - 1}, true, kBuilt})), "clock.wrong:critical");
  EXPECT_EQ(Show(JudgeClock({kBuilt, false, kBuilt})), "clock.unsynchronised:warning");
  EXPECT_EQ(Show(JudgeClock({kBuilt, std::nullopt, kBuilt})), "clock.unknown:ok");
}

TEST(ReadClock, IsNotBeforeTheBuild) {
  const ClockState clock = ReadClock();
  EXPECT_GE(clock.now.seconds, clock.built.seconds);
  EXPECT_EQ(clock.built.seconds % 86400, 0);
  EXPECT_GT(clock.built.seconds, 1735689600);  // 2025
}

// ---- sshd that can be asked

class FakeSshd : public Sshd {
 public:
  explicit FakeSshd(Result<SshdSettings> settings) : settings_(std::move(settings)) {}
  Result<SshdSettings> Settings() override { return settings_; }
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
    return Show(JudgeSshd(host, *services.Find("sshd"), nullptr, &sshd));
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

TEST(ParseSshdSettings, KnowsRootAndTries) {
  const std::string text =
      "usepam yes\nkbdinteractiveauthentication yes\npasswordauthentication no\n";
  const SshdSettings defaults = ParseSshdSettings(text).value();
  EXPECT_EQ(defaults.root_login, "prohibit-password");
  EXPECT_EQ(defaults.max_auth_tries, "6");
  const SshdSettings given =
      ParseSshdSettings(text + "permitrootlogin yes\nMaxAuthTries 1\n").value();
  EXPECT_EQ(given.root_login, "yes");
  EXPECT_EQ(given.max_auth_tries, "1");
}

// ---- Keys and the daemon

class KeysRulesTest : public FetchedFixture {
 protected:
  std::string Judge() {
    const Result<LoadedConfig> loaded = LoadConfigWithoutHost(config_);
    EXPECT_TRUE(test::Accepted(loaded));
    findings_ = JudgeKeys(HostTree(""), loaded.value(), kNow);
    return Show(findings_);
  }

  /// With a daemon that says so of staff, whose keys it fetched so long ago; ci is well.
  std::string JudgeWithDaemon(const std::string& staff, std::int64_t age = 60) {
    const auto issuer = [](const std::string& name, const std::string& url,
                           std::int64_t seconds_ago, const std::string& more) {
      return R"({"name":")" + name + R"(","url":")" + url +
             R"(","keys":1,"skipped":0,"failures":0,"fetched":)" +
             std::to_string(kNow.seconds - seconds_ago) + more + "}";
    };
    const test::FakeFetcher daemon(socket_, [&](const VarlinkCall&) {
      return R"({"parameters":{"issuers":[)" + issuer("staff", kStaff, age, staff) + "," +
             issuer("ci", kCi, 60, "") + "]}}" + '\0';
    });
    std::string shown = Judge();
    std::filesystem::remove(socket_);
    return shown;
  }

  Findings findings_;  ///< of the last call
};

TEST_F(KeysRulesTest, ADaemonWithFreshKeysHasNoFindings) {
  WriteKeys({Fetched(kCi, 60), Fetched(kStaff, 60)});
  EXPECT_EQ(JudgeWithDaemon(""), "");
}

TEST_F(KeysRulesTest, ADaemonThatDoesNotAnswerIsCritical) {
  WriteKeys({Fetched(kCi, 60), Fetched(kStaff, 60)});
  EXPECT_EQ(Judge(), "fetcher.away:critical");
}

TEST_F(KeysRulesTest, OldAndFutureKeysAreReportedOnce) {
  WriteKeys({Fetched(kCi, 60), Fetched(kStaff, 43201)});
  EXPECT_EQ(JudgeWithDaemon(R"(,"error":"timed out")", 43201), "keys.age:warning");
  WriteKeys({Fetched(kCi, 60), Fetched(kStaff, 86401)});
  EXPECT_EQ(JudgeWithDaemon("", 86401), "keys.age:critical");
  WriteKeys({Fetched(kCi, 60), Fetched(kStaff, -31)});
  EXPECT_EQ(JudgeWithDaemon(""), "keys.age:critical");
}

TEST_F(KeysRulesTest, AKeyFileThatCannotBeWrittenIsCriticalAndTheFixIsRoom) {
  const std::string error = R"(,"file_error":"No space left on device")";
  WriteKeys({Fetched(kCi, 60), Fetched(kStaff, 60)});
  EXPECT_EQ(JudgeWithDaemon(""), "");
  EXPECT_EQ(JudgeWithDaemon(error), "keys.unwritable:critical");
  WriteKeys({Fetched(kCi, 60), Fetched(kStaff, 300)});
  EXPECT_EQ(JudgeWithDaemon(error), "keys.unwritable:critical keys.behind:critical");
  for (const Finding& finding : findings_) {
    EXPECT_TRUE(finding.fix.starts_with("make room, or mend owner and mode: see df "))
        << finding.fix;
  }
  EXPECT_EQ(JudgeWithDaemon(""), "keys.behind:critical");
  std::filesystem::remove(scratch_.Path("keys.jsonl"));
  EXPECT_EQ(JudgeWithDaemon(error), "keys.unwritable:critical keys.file:critical");
  EXPECT_TRUE(findings_.at(1).fix.starts_with("make room, ")) << findings_.at(1).fix;
}

TEST_F(KeysRulesTest, WhatTheDaemonSaysOfAnIssuerIsReported) {
  WriteKeys({Fetched(kCi, 60), Fetched(kStaff, 60)});
  EXPECT_EQ(JudgeWithDaemon(R"(,"error":"timed out")"), "fetcher.issuer:warning");
  EXPECT_EQ(JudgeWithDaemon(R"(,"skew":31)"), "fetcher.issuer:warning");
}

TEST_F(KeysRulesTest, AMissingKeyFileIsCritical) {
  EXPECT_EQ(JudgeWithDaemon(""), "keys.file:critical");
  // The daemon runs: to start it would not help.
  EXPECT_TRUE(findings_.front().fix.starts_with("jwtctl refresh ")) << findings_.front().fix;
}

TEST_F(KeysRulesTest, KeysFromFilesNeedNoDaemon) {
  scratch_.Write("pam_jwt.toml",
                 Issuer("local", "https://local.example.com") + "jwks_file = \"/x\"\n");
  EXPECT_EQ(Judge(), "");
}

}  // namespace
}  // namespace pamjwt::ctl
