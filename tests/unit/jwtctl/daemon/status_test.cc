#include "jwtctl/daemon/status.h"

#include <filesystem>
#include <limits>
#include <utility>

#include "core/json/json.h"
#include "jwtctl/daemon/status_report.h"
#include "support/expect.h"
#include "support/fake_fetcher.h"
#include "unit/jwtctl/daemon/fetched_fixture.h"

namespace pamjwt::ctl {
namespace {

using test::FakeFetcher;

std::string IssuerJson(const std::string& name, const std::string& url, std::int64_t fetched,
                       const std::string& more = "") {
  return R"({"name":")" + name + R"(","url":")" + url + R"(","keys":2,"skipped":0,"fetched":)" +
         std::to_string(fetched) + R"(,"failures":0)" + more + "}";
}

class StatusTest : public FetchedFixture {
 protected:
  /// Runs the verb with a daemon that says this of staff. Issuer ci is well.
  int StatusWith(const std::string& staff, bool json = false) {
    return StatusOf(staff + "," + IssuerJson("ci", kCi, kNow.seconds), json);
  }

  int StatusOf(const std::string& issuers, bool json = false) {
    std::filesystem::remove(socket_);
    const FakeFetcher daemon(socket_, [&](const VarlinkCall& call) {
      EXPECT_EQ(call.method, "io.pamjwt.Fetcher.Status");
      return R"({"parameters":{"issuers":[)" + issuers + R"(],"store_error":")" + store_error_ +
             "\"" + denylist_ + "}}" + '\0';
    });
    return Run(json);
  }

  int Run(bool json = false) {
    out_.str("");
    return RunStatus({config_, json, scratch_.Path("denied.jsonl")}, kNow, out_);
  }

  std::string store_error_;  ///< what the daemon says of the store
  std::string denylist_;     ///< the member denylist of its answer, or ""
};

TEST_F(StatusTest, IsOkWhereAllIsWell) {
  WriteKeys({Fetched(kStaff, 300), Fetched(kCi, 0)});
  EXPECT_EQ(StatusWith(IssuerJson("staff", kStaff, kNow.seconds - 300)), 0);
  EXPECT_EQ(out_.str(),
            "ok: jwks-fetcher runs; 2 of 2 issuers are well\n"
            "  staff  ok  2 keys, fetched 5 minutes ago\n"
            "  ci  ok  2 keys, fetched 0 seconds ago\n");
}

TEST_F(StatusTest, SaysWhichKeysWereLeftOutAndWhy) {
  WriteKeys({Fetched(kStaff, 0), Fetched(kCi, 0)});
  std::string staff = IssuerJson("staff", kStaff, kNow.seconds);
  staff.replace(staff.find("\"skipped\":0"), 11,
                R"("skipped":2,"skipped_keys":["kid \"a\": no x","kid \"b\": no n"])");
  EXPECT_EQ(StatusWith(staff), 0);
  EXPECT_TRUE(Says("left out: 2 (kid \"a\": no x; kid \"b\": no n)\n")) << out_.str();
}

TEST_F(StatusTest, CountsWithNoTimeThatOverflows) {
  WriteKeys({Fetched(kStaff, 0), Fetched(kCi, 0)});
  for (const std::int64_t time :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(StatusWith(IssuerJson("staff", kStaff, time, ",\"skew\":" + std::to_string(time))),
              2);
    EXPECT_TRUE(Says("staff  critical  2 keys, never fetched")) << out_.str();
  }
}

struct StatusCase {
  const char* name;
  std::int64_t age;
  const char* more;
  int code;
  const char* line;
};

constexpr StatusCase kCases[] = {
    {"FailedFetch", 300, R"(,"error":"timed out")", 1,
     "staff  warning  2 keys, fetched 5 minutes ago; last fetch failed: timed out\n"},
    {"OldKeys", 43201, "", 1, "staff  warning  2 keys, fetched 12 hours ago, over half of "},
    {"StaleKeys", 86401, R"(,"error":"timed out")", 2,
     "staff  critical  2 keys, fetched 24 hours ago, too old: max_stale is 24 hours; last fetch "
     "failed: "},
    {"ClockWithinLeeway", 300, R"(,"skew":-30)", 0, "staff  ok  2 keys, fetched 5 minutes ago\n"},
    {"ClockAhead", 300, R"(,"skew":31)", 1,
     "staff  warning  2 keys, fetched 5 minutes ago; its clock and this host's are 31 s apart\n"},
    {"NoTerminalCodes", 300, R"(,"error":"\u001b[2J")", 1, "last fetch failed: \\u001b[2J\n"},
};

class StatusCaseTest : public StatusTest, public testing::WithParamInterface<StatusCase> {};

TEST_P(StatusCaseTest, JudgesTheIssuerByTheAgeOfItsKeys) {
  const StatusCase& test = GetParam();
  WriteKeys({Fetched(kStaff, test.age), Fetched(kCi, 0)});
  EXPECT_EQ(StatusWith(IssuerJson("staff", kStaff, kNow.seconds - test.age, test.more)), test.code);
  EXPECT_TRUE(Says(test.line)) << out_.str();
}

INSTANTIATE_TEST_SUITE_P(Status, StatusCaseTest, testing::ValuesIn(kCases), test::kCaseName);

TEST_F(StatusTest, IsCriticalWhileTheKeyFileCannotBeWritten) {
  WriteKeys({Fetched(kStaff, 300), Fetched(kCi, 0)});
  const std::string error =
      R"(,"file_error":"write x: No space left on device","file_error_since":)" +
      std::to_string(kNow.seconds - 120);
  EXPECT_EQ(StatusWith(IssuerJson("staff", kStaff, kNow.seconds - 300)), 0) << out_.str();
  // Nothing is lost yet: the file has the keys that the daemon has.
  EXPECT_EQ(StatusWith(IssuerJson("staff", kStaff, kNow.seconds - 300, error)), 2);
  EXPECT_TRUE(
      out_.str().starts_with("critical: jwks-fetcher cannot write the key file, for 2 minutes now: "
                             "write x: No space left on device; make room, or mend "))
      << out_.str();
  EXPECT_TRUE(Says("see df " + scratch_.Path() + "/, ")) << out_.str();
  EXPECT_TRUE(Says("  staff  ok  2 keys, fetched 5 minutes ago\n")) << out_.str();
  // The daemon has newer ones.
  EXPECT_EQ(StatusWith(IssuerJson("staff", kStaff, kNow.seconds, error)), 2);
  EXPECT_TRUE(
      Says("  staff  critical  2 keys, fetched 0 seconds ago; in the key file: fetched 5 minutes "
           "ago, and "
           "jwks-fetcher has newer keys"))
      << out_.str();
  EXPECT_TRUE(Says("  ci  ok  ")) << out_.str();
}

TEST_F(StatusTest, IsCriticalWhereTheFileIsBehindTheDaemon) {
  WriteKeys({Fetched(kStaff, 300), Fetched(kCi, 0)});
  const auto status_at = [&](std::int64_t age) {
    return StatusWith(IssuerJson("staff", kStaff, kNow.seconds - age));
  };
  EXPECT_EQ(status_at(10), 0);  // it may be about to write
  EXPECT_EQ(status_at(11), 2);
  EXPECT_TRUE(Says("in the key file: fetched 5 minutes ago, and jwks-fetcher has newer"))
      << out_.str();
  EXPECT_EQ(status_at(300), 0);
  EXPECT_EQ(status_at(301), 0);
}

TEST_F(StatusTest, IsCriticalWithoutAFileThatCanBeRead) {
  EXPECT_EQ(StatusWith(IssuerJson("staff", kStaff, kNow.seconds - 300)), 2);
  EXPECT_TRUE(Says("keys.jsonl")) << out_.str();
  EXPECT_TRUE(Says("  staff  critical  ")) << out_.str();
}

TEST_F(StatusTest, IsCriticalAtOnceForADamagedFile) {
  // The daemon has keys that it may be about to write, so the issuers alone would be well.
  const std::string staff = IssuerJson("staff", kStaff, kNow.seconds);
  WriteKeys({Fetched(kStaff, 0), Fetched(kCi, 0)});
  EXPECT_EQ(StatusWith(staff), 0) << out_.str();
  scratch_.Write("keys.jsonl", "{");
  EXPECT_EQ(StatusWith(staff), 2);
  EXPECT_TRUE(out_.str().starts_with("critical: ")) << out_.str();
  EXPECT_TRUE(Says("; logins cannot use the key file: " + scratch_.Path("keys.jsonl")))
      << out_.str();
}

TEST_F(StatusTest, IsCriticalForAnIssuerThatTheDaemonDoesNotKnow) {
  EXPECT_EQ(StatusOf(IssuerJson("staff", kStaff, kNow.seconds)), 2);
  EXPECT_TRUE(Says("  ci  critical  the daemon does not know it: ")) << out_.str();
}

TEST_F(StatusTest, FallsBackToTheFileWhereTheDaemonIsAway) {
  WriteKeys({Fetched(kStaff, 300)});
  EXPECT_EQ(Run(), 2);
  EXPECT_TRUE(out_.str().starts_with("critical: jwks-fetcher does not answer: ")) << out_.str();
  EXPECT_TRUE(Says("  staff  ok  1 key in the file, fetched 5 minutes ago\n")) << out_.str();
  EXPECT_TRUE(Says("  ci  critical  0 keys in the file, never fetched\n")) << out_.str();
}

TEST_F(StatusTest, ADaemonThatNobodyNeedsMayBeAway) {
  scratch_.Write("pam_jwt.toml", "[keys]\npublic_socket = \"" + socket_ + "\"\n" +
                                     Issuer("local", "https://local.example.com") +
                                     "jwks_file = \"/x\"\n");
  EXPECT_EQ(Run(), 0);
  EXPECT_EQ(out_.str(), "ok: jwks-fetcher does not answer, and no issuer needs it\n");
}

TEST_F(StatusTest, ADaemonThatNobodyNeedsMayRun) {
  scratch_.Write("pam_jwt.toml", "[keys]\npublic_socket = \"" + socket_ + "\"\n" +
                                     Issuer("local", "https://local.example.com") +
                                     "jwks_file = \"/x\"\n");
  EXPECT_EQ(StatusOf(""), 0);
  EXPECT_EQ(out_.str(), "ok: jwks-fetcher runs; no issuer needs keys that are fetched\n");
}

TEST_F(StatusTest, ADaemonThatRecordsOneTimeTokensMayNotBeAway) {
  scratch_.Write("pam_jwt.toml", "[keys]\npublic_socket = \"" + socket_ + "\"\n" +
                                     Issuer("local", "https://local.example.com") +
                                     "jwks_file = \"/x\"\none_time = true\n");
  EXPECT_EQ(Run(), 2);
  EXPECT_TRUE(out_.str().starts_with("critical: jwks-fetcher does not answer: ")) << out_.str();
}

TEST_F(StatusTest, IsCriticalIfNobodyAnswersAtTheSocketForOneTimeTokens) {
  const std::string redeem = scratch_.Path("redeem");
  scratch_.Write("pam_jwt.toml", "[keys]\npublic_socket = \"" + socket_ + "\"\nredeem_socket = \"" +
                                     redeem + "\"\n" +
                                     Issuer("local", "https://local.example.com") +
                                     "jwks_file = \"/x\"\none_time = true\n");
  EXPECT_EQ(StatusOf(""), 2);
  EXPECT_TRUE(Says("; no one-time token gets in: " + redeem + ": connect: No such file"))
      << out_.str();
  const FakeFetcher listener(redeem, [](const VarlinkCall&) {
    return FakeFetcher::Failed("org.varlink.service.MethodNotFound");
  });
  EXPECT_EQ(StatusOf(""), 0) << out_.str();
  store_error_ = "disk I/O error";
  EXPECT_EQ(StatusOf(""), 2);
  EXPECT_TRUE(Says("; no one-time token gets in: disk I/O error\n")) << out_.str();
}

TEST_F(StatusTest, TheStoreIsOfNoConcernWithoutOneTimeTokens) {
  WriteKeys({Fetched(kStaff, 0), Fetched(kCi, 0)});
  store_error_ = "disk I/O error";
  EXPECT_EQ(StatusWith(IssuerJson("staff", kStaff, kNow.seconds)), 0) << out_.str();
}

TEST_F(StatusTest, SaysNothingOfADenylistIfThereIsNone) {
  WriteKeys({Fetched(kStaff, 0), Fetched(kCi, 0)});
  EXPECT_EQ(StatusWith(IssuerJson("staff", kStaff, kNow.seconds), true), 0);
  EXPECT_FALSE(Says("denylist")) << out_.str();
}

TEST_F(StatusTest, JsonHasWhatTheDaemonSaysAndTheJudgement) {
  WriteKeys({Fetched(kStaff, 0), Fetched(kCi, 0)});
  EXPECT_EQ(StatusWith(IssuerJson("staff", kStaff, kNow.seconds, R"(,"refreshes":7)"), true), 0);
  const Result<Json> json = ParseJsonObject(out_.str());
  ASSERT_TRUE(json.ok()) << out_.str();
  EXPECT_EQ(*json.value().Find("daemon")->AsString(), "running");
  EXPECT_EQ(*json.value().Find("health")->AsString(), "ok");
  const Json& staff = json.value().Find("issuers")->AsArray()->front();
  EXPECT_EQ(*staff.Find("refreshes")->AsInt(), 7);
  EXPECT_EQ(*staff.Find("health")->AsString(), "ok");
}

TEST_F(StatusTest, AnAnswerThatCannotBeReadCountsAsADaemonThatIsAway) {
  const FakeFetcher daemon(socket_, [](const VarlinkCall&) {
    return FakeFetcher::Failed("org.varlink.service.MethodNotFound");
  });
  EXPECT_EQ(Run(true), 2);
  const Result<Json> json = ParseJsonObject(out_.str());
  ASSERT_TRUE(json.ok()) << out_.str();
  EXPECT_EQ(*json.value().Find("daemon")->AsString(), "away");
}

TEST_F(StatusTest, ABadConfigurationIsUnknownWhateverElseIsCritical) {
  EXPECT_EQ(Run(), 2);  // the daemon is away
  scratch_.Write("pam_jwt.toml", "[login]\nfrobnicate = 1\n");
  EXPECT_EQ(Run(), 3);
  EXPECT_TRUE(out_.str().starts_with("unknown: pam_jwt.toml:2: ")) << out_.str();
}

// ---- The denylist of the fleet

constexpr const char* kUrl = "https://ops.example/denied.jwt";

class FeedStatusTest : public StatusTest {
 protected:
  FeedStatusTest() {
    scratch_.Write("pam_jwt.toml", "[keys]\npublic_socket = \"" + socket_ +
                                       "\"\n[denylist]\nurl = \"" + kUrl + "\"\nkeys = \"/k\"\n");
    scratch_.Write("denied.jsonl", "{\"format\":1,\"fleet\":\"warn\"}\n");
    FleetState state;
    state.checked = {kNow.seconds - 10};
    state.applied = {kNow.seconds - 60};
    scratch_.Write("fleet.status.json", FormatFleetState(state));
    denylist_ = std::string(R"(,"denylist":{"url":")") + kUrl +
                R"(","fetched":1772366395,"bytes":700,"failures":0})";
  }

  /// Writes a list that denies alice, until `expires`.
  void WriteList(UnixTime expires) const {
    const std::string line = "{\"account\":\"alice\",\"since\":1772360000}\n";
    scratch_.Write("fleet.jsonl", R"({"format":1,"url":")" + std::string(kUrl) +
                                      R"(","serial":7,"iat":1772366100,"exp":)" +
                                      std::to_string(expires.seconds) + R"(,"payload":"sha256:)" +
                                      std::string(64, 'a') + R"(","entries":1,"bytes":)" +
                                      std::to_string(line.size()) + "}\n" + line);
  }
};

TEST_F(FeedStatusTest, ShowsTheListThatCounts) {
  WriteList({kNow.seconds + 7200});
  EXPECT_EQ(StatusOf(""), 0);
  EXPECT_EQ(
      out_.str(),
      "ok: jwks-fetcher runs; no issuer needs keys that are fetched\n"
      "  denylist of the fleet  ok  serial 7, 1 entry, made 5 minutes ago, ends in 2 hours\n");
  EXPECT_EQ(StatusOf("", true), 0);
  const Result<Json> json = ParseJsonObject(out_.str());
  ASSERT_TRUE(json.ok()) << out_.str();
  const Json* const list = json.value().Find("denylist");
  ASSERT_NE(list, nullptr) << out_.str();
  EXPECT_EQ(*list->Find("serial")->AsInt(), 7);
  EXPECT_EQ(*list->Find("health")->AsString(), "ok");
  EXPECT_EQ(*list->Find("fetch")->Find("bytes")->AsInt(), 700);
}

TEST_F(FeedStatusTest, AListThatIsPastItsEndIsAWarning) {
  WriteList({kNow.seconds - 3600});
  EXPECT_EQ(StatusOf(""), 1);
  EXPECT_TRUE(
      out_.str().starts_with("warning: jwks-fetcher runs; no issuer needs keys that are "
                             "fetched; denylist of the fleet: warning\n"))
      << out_.str();
  EXPECT_TRUE(
      Says("  denylist of the fleet  warning  serial 7, 1 entry, made 5 minutes ago; the "
           "list is past its end, for 60 minutes: it goes on to count\n"))
      << out_.str();
}

TEST_F(FeedStatusTest, ADamagedListIsCritical) {
  scratch_.Write("fleet.jsonl", "{\n");
  EXPECT_EQ(StatusOf(""), 2);
  EXPECT_TRUE(Says("  denylist of the fleet  critical  no list; ")) << out_.str();
  EXPECT_TRUE(Says("fleet.jsonl")) << out_.str();
}

TEST_F(FeedStatusTest, IsShownAlsoIfTheDaemonIsAway) {
  WriteList({kNow.seconds + 7200});
  EXPECT_EQ(Run(), 2);
  EXPECT_TRUE(Says("  denylist of the fleet  ok  serial 7, ")) << out_.str();
}

TEST_F(FeedStatusTest, IsNotThereWithoutAUrl) {
  WriteList({kNow.seconds - 3600});
  scratch_.Write("pam_jwt.toml", "[keys]\npublic_socket = \"" + socket_ + "\"\n");
  EXPECT_EQ(StatusOf(""), 0);
  EXPECT_FALSE(Says("denylist")) << out_.str();
  EXPECT_EQ(StatusOf("", true), 0);
  EXPECT_FALSE(Says("denylist")) << out_.str();
}

/// What the daemon says of its configuration.
constexpr const char* kWaits = R"({"path":"/x.toml","error":"open /x.toml: Permission denied"})";
constexpr const char* kOld = R"({"path":"/x.toml","loaded":1,"error":"x.toml:2: unknown key"})";
constexpr const char* kUsed = R"({"path":"/x.toml","loaded":1})";

class ConfigStatusTest : public StatusTest {
 protected:
  [[nodiscard]] std::string Answer(const std::string& config, const std::string& issuers) const {
    return R"({"parameters":{"issuers":[)" + issuers + R"(],"config":)" + config + "}}" + '\0';
  }

  int StatusWithConfig(const std::string& config, const std::string& issuers, bool json = false) {
    const FakeFetcher daemon(socket_, [&](const VarlinkCall&) { return Answer(config, issuers); });
    const int code = Run(json);
    std::filesystem::remove(socket_);
    return code;
  }

  /// Returns the report on `/x.toml`, which cannot be read, of a host whose daemon says this.
  [[nodiscard]] StatusReport WithoutConfig(const std::string& config) const {
    const FakeFetcher daemon(socket_, [&](const VarlinkCall&) { return Answer(config, ""); });
    StatusReport report =
        ReadStatusWithoutConfig("/x.toml", {Reason::kConfigInvalid, "open /x.toml"}, socket_);
    std::filesystem::remove(socket_);
    return report;
  }

  const std::string well_ =
      IssuerJson("staff", kStaff, kNow.seconds) + "," + IssuerJson("ci", kCi, kNow.seconds);
};

TEST_F(ConfigStatusTest, ADaemonThatWaitsIsCriticalAndSaysWhy) {
  WriteKeys({Fetched(kStaff, 300), Fetched(kCi, 0)});
  EXPECT_EQ(StatusWithConfig(kUsed, well_), 0) << out_.str();
  EXPECT_EQ(StatusWithConfig(kWaits, ""), 2);
  EXPECT_TRUE(
      out_.str().starts_with("critical: jwks-fetcher waits for a configuration: open "
                             "/x.toml: Permission denied; mend that, and run `jwtctl "
                             "check`: "))
      << out_.str();
  EXPECT_TRUE(Says("  staff  ok  1 key in the file, fetched 5 minutes ago\n")) << out_.str();
  EXPECT_EQ(StatusWithConfig(kWaits, "", true), 2);
  const Result<Json> json = ParseJsonObject(out_.str());
  ASSERT_TRUE(json.ok()) << out_.str();
  EXPECT_EQ(*json.value().Find("daemon")->AsString(), "waiting");
  EXPECT_EQ(*json.value().Find("config")->Find("path")->AsString(), "/x.toml");
}

TEST_F(ConfigStatusTest, ADaemonThatKeepsItsOldConfigurationIsAWarning) {
  WriteKeys({Fetched(kStaff, 0), Fetched(kCi, 0)});
  EXPECT_EQ(StatusWithConfig(kOld, well_), 1);
  EXPECT_TRUE(
      out_.str().starts_with("warning: jwks-fetcher runs; 2 of 2 issuers are well; it does "
                             "not use the configuration on disk, but the old one: "
                             "x.toml:2: unknown key; mend that, "))
      << out_.str();
  EXPECT_EQ(StatusWithConfig(kOld, IssuerJson("staff", kStaff, kNow.seconds)), 2);
  EXPECT_TRUE(Says("  ci  critical  the daemon does not know it: it does not use the "))
      << out_.str();
}

TEST_F(ConfigStatusTest, WithoutAConfigurationTheDaemonIsAskedAllTheSame) {
  for (const auto& [config, text] :
       {std::pair(kWaits,
                  "open /x.toml; jwks-fetcher waits for it, and uses it as soon as it is "
                  "good"),
        std::pair(kOld, "open /x.toml; jwks-fetcher goes on with the one that it read before"),
        std::pair(R"({"path":"/y.toml","loaded":1})",
                  "open /x.toml; jwks-fetcher reads another configuration: /y.toml")}) {
    const StatusReport report = WithoutConfig(config);
    EXPECT_EQ(report.health, Health::kUnknown);
    EXPECT_EQ(report.text, text);
    EXPECT_FALSE(report.is_away);
  }
  const StatusReport alone =
      ReadStatusWithoutConfig("/x.toml", {Reason::kConfigInvalid, "open /x.toml"}, socket_);
  EXPECT_TRUE(alone.is_away);
  EXPECT_TRUE(alone.text.starts_with("open /x.toml; jwks-fetcher does not answer: ")) << alone.text;
}

}  // namespace
}  // namespace pamjwt::ctl
