#include "jwtctl/doctor/config_rules.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "jwtctl/config/config_source.h"
#include "support/expect.h"
#include "support/fake_fetcher.h"
#include "unit/jwtctl/daemon/fetched_fixture.h"
#include "unit/jwtctl/doctor/show_findings.h"

namespace pamjwt::ctl {
namespace {

class KeysRulesTest : public FetchedFixture {
 protected:
  std::string Judge() {
    const Result<LoadedConfig> loaded = LoadConfigWithoutHost(config_);
    EXPECT_TRUE(test::Accepted(loaded));
    findings_ = JudgeKeys(loaded.value(), ReadHostStatus(HostTree(""), loaded.value(),
                                                         scratch_.Path("denied.jsonl"), kNow));
    return ShowFindings(findings_);
  }

  /// Judges with a daemon that adds `staff` to the status of that issuer, whose keys it fetched
  /// `age` seconds ago, reports nothing wrong with ci, and says `config` of its configuration.
  std::string JudgeWithDaemon(const std::string& staff, std::int64_t age = 60,
                              const std::string& config = R"("loaded":1)") {
    const auto issuer = [](const std::string& name, const std::string& url,
                           std::int64_t seconds_ago, const std::string& more) {
      return R"({"name":")" + name + R"(","url":")" + url +
             R"(","keys":1,"skipped":0,"failures":0,"fetched":)" +
             std::to_string(kNow.seconds - seconds_ago) + more + "}";
    };
    const test::FakeFetcher daemon(socket_, [&](const VarlinkCall&) {
      return R"({"parameters":{"issuers":[)" + issuer("staff", kStaff, age, staff) + "," +
             issuer("ci", kCi, 60, "") + R"(],"config":{"path":"/x.toml",)" + config +
             R"(},"store_error":")" + store_error_ + "\"}}" + '\0';
    });
    std::string shown = Judge();
    std::filesystem::remove(socket_);
    return shown;
  }

  std::string store_error_;  ///< what the daemon says of the store
  Findings findings_;        ///< of the last call
};

TEST_F(KeysRulesTest, ADaemonWithFreshKeysHasNoFindings) {
  WriteKeys({Fetched(kCi, 60), Fetched(kStaff, 60)});
  EXPECT_EQ(JudgeWithDaemon(""), "");
}

TEST_F(KeysRulesTest, ADaemonThatDoesNotAnswerIsCritical) {
  WriteKeys({Fetched(kCi, 60), Fetched(kStaff, 60)});
  EXPECT_EQ(Judge(), "fetcher.away:critical");
  // It may run, but hang: then to start it would change nothing.
  EXPECT_NE(findings_.front().fix.find("systemctl restart jwks-fetcher"), std::string::npos);
}

TEST_F(KeysRulesTest, ADaemonThatWaitsForAConfigurationIsCritical) {
  WriteKeys({Fetched(kCi, 60), Fetched(kStaff, 43201)});
  EXPECT_EQ(JudgeWithDaemon("", 60, R"("error":"x.toml:2: unknown key")"),
            "keys.age:warning fetcher.waits:critical");
  for (const Finding& finding : findings_) {
    EXPECT_TRUE(finding.fix.starts_with("mend that, and run `jwtctl check`")) << finding.fix;
  }
  EXPECT_EQ(findings_.back().where, "/x.toml");
  std::filesystem::remove(scratch_.Path("keys.jsonl"));
  EXPECT_EQ(JudgeWithDaemon("", 60, R"("error":"x.toml:2: unknown key")"),
            "keys.file:critical fetcher.waits:critical");
  EXPECT_TRUE(findings_.front().fix.starts_with("mend that, ")) << findings_.front().fix;
}

TEST_F(KeysRulesTest, ADaemonThatKeepsItsOldConfigurationIsAWarning) {
  WriteKeys({Fetched(kCi, 60), Fetched(kStaff, 60)});
  EXPECT_EQ(JudgeWithDaemon("", 60, R"("loaded":1,"error":"x.toml:2: unknown key")"),
            "fetcher.old_config:warning");
  // The daemon may not know an issuer that is new in the configuration: a refresh would not help.
  WriteKeys({Fetched(kCi, 60)});
  EXPECT_EQ(JudgeWithDaemon("", 5, R"("loaded":1,"error":"x.toml:2: unknown key")"),
            "keys.age:critical fetcher.old_config:warning");
  EXPECT_TRUE(findings_.front().fix.starts_with("mend that, ")) << findings_.front().fix;
  WriteKeys({Fetched(kCi, 60), Fetched(kStaff, 60)});
  EXPECT_EQ(JudgeWithDaemon("", 60, R"("loaded":1)"), "");
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

TEST_F(KeysRulesTest, OneTimeTokensNeedTheDaemonThoughNotItsKeys) {
  scratch_.Write("pam_jwt.toml", "[keys]\npublic_socket = \"" + socket_ + "\"\n" +
                                     Issuer("local", "https://local.example.com") +
                                     "jwks_file = \"/x\"\none_time = true\n");
  EXPECT_EQ(Judge(), "fetcher.away:critical");
}

TEST_F(KeysRulesTest, OneTimeTokensNeedASocketOfTheirOwn) {
  const std::string redeem = scratch_.Path("redeem");
  scratch_.Write("pam_jwt.toml", "[keys]\npublic_socket = \"" + socket_ + "\"\nredeem_socket = \"" +
                                     redeem + "\"\n" +
                                     Issuer("local", "https://local.example.com") +
                                     "jwks_file = \"/x\"\none_time = true\n");
  EXPECT_EQ(JudgeWithDaemon(""), "fetcher.redeem:critical");
  EXPECT_EQ(findings_.front().where, redeem);
  // A socket elsewhere is made by a unit that must name the same place.
  for (const char* const word :
       {"start jwks-fetcher-redeem.socket jwks-fetcher", "ListenStream="}) {
    EXPECT_NE(findings_.front().fix.find(word), std::string::npos) << findings_.front().fix;
  }
  const test::FakeFetcher listener(redeem, [](const VarlinkCall&) {
    return test::FakeFetcher::Failed("org.varlink.service.MethodNotFound");
  });
  EXPECT_EQ(JudgeWithDaemon(""), "");
  store_error_ = "disk I/O error";
  EXPECT_EQ(JudgeWithDaemon(""), "fetcher.store:critical");
}

TEST_F(KeysRulesTest, TheFixForAMissingKeyFileHoldsForOneThatWasMoved) {
  EXPECT_EQ(JudgeWithDaemon(""), "keys.file:critical");
  EXPECT_NE(findings_.front().fix.find("systemctl restart jwks-fetcher"), std::string::npos);
}

}  // namespace
}  // namespace pamjwt::ctl
