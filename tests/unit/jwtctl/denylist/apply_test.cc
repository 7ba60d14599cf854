#include "jwtctl/denylist/apply.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "jwtctl/denylist/reset.h"
#include "support/expect.h"
#include "unit/jwtctl/denylist/fleet_fixture.h"

namespace pamjwt::ctl {
namespace {

using test::FeedPayload;
using test::kFeedNow;
using test::SignFeed;
using test::TestKey;

class ApplyTest : public FleetTest {};

TEST_F(ApplyTest, WritesTheListAndLetsItCount) {
  CarryGood(7);
  EXPECT_EQ(Apply(), kOk) << err_.str();
  EXPECT_EQ(directory_.Read("list/denied.jsonl"), "{\"format\":1,\"fleet\":\"warn\"}\n");
  const std::string list = directory_.Read("list/fleet.jsonl");
  const Result<SortedDenials> read = ParseSortedDenials(list);
  ASSERT_TRUE(test::Accepted(read));
  EXPECT_EQ(read.value().head.stamp.serial, 7);
  EXPECT_EQ(read.value().entries.size(), 2U);
  EXPECT_EQ(directory_.Mode("list/fleet.jsonl") & 07777U, 0644U);
  EXPECT_EQ(err_.str(),
            "jwtctl denylist apply: applied serial=7 entries=2 issued=2027-01-15T07:59:51Z "
            "expires=2027-01-16T07:59:51Z url=https://ops.example/denied.jwt\n");
  EXPECT_NE(out_.str().find("serial 7, 2 entries"), std::string::npos) << out_.str();
}

TEST_F(ApplyTest, KeepsWhatTheHostDenies) {
  directory_.Write("list/denied.jsonl", "{\"format\":1}\n{\"account\":\"bob\",\"since\":1}\n");
  CarryGood(7);
  EXPECT_EQ(Apply(), kOk);
  EXPECT_EQ(directory_.Read("list/denied.jsonl"),
            "{\"format\":1,\"fleet\":\"warn\"}\n{\"account\":\"bob\",\"since\":1}\n");
}

TEST_F(ApplyTest, WritesNothingForTheSameFeed) {
  CarryGood(7);
  EXPECT_EQ(Apply(), kOk);
  const auto inode = [&] {
    struct stat status {};
    EXPECT_EQ(stat(directory_.Path("list/fleet.jsonl").c_str(), &status), 0);
    return status.st_ino;
  };
  const ino_t before = inode();
  EXPECT_EQ(Apply({kFeedNow.seconds + 60}), kOk);
  EXPECT_EQ(inode(), before);
  EXPECT_EQ(err_.str(), "");
  const FleetStatus status = Status();
  ASSERT_TRUE(status.state.has_value());
  EXPECT_EQ(status.state->applied, kFeedNow);
  EXPECT_EQ(status.state->succeeded, (UnixTime{kFeedNow.seconds + 60}));
}

TEST_F(ApplyTest, WaitsForTheFirstList) {
  EXPECT_EQ(Apply(), kOk);
  EXPECT_EQ(directory_.Read("list/denied.jsonl"), "");
  EXPECT_EQ(directory_.Read("list/fleet.jsonl"), "");
  EXPECT_NE(out_.str().find("no list of the fleet has come yet"), std::string::npos);
  EXPECT_EQ(Status().state->succeeded, std::nullopt);
}

TEST_F(ApplyTest, LetsNoTokenInBeforeTheFirstListIfThatIsWanted) {
  Configure("stale = \"deny\"\n");
  EXPECT_EQ(Apply(), kOk);
  EXPECT_EQ(directory_.Read("list/denied.jsonl"), "{\"format\":1,\"fleet\":\"deny\"}\n");
  CarryGood(7);
  EXPECT_EQ(Apply(), kOk);
  Configure("stale = \"warn\"\n");
  EXPECT_EQ(Apply(), kOk);
  EXPECT_EQ(directory_.Read("list/denied.jsonl"), "{\"format\":1,\"fleet\":\"warn\"}\n");
}

TEST_F(ApplyTest, MendsADamagedList) {
  CarryGood(7);
  EXPECT_EQ(Apply(), kOk);
  const std::string good = directory_.Read("list/fleet.jsonl");
  for (const std::string& damaged :
       {good.substr(0, good.size() - 5), good + "x", std::string("x\n"), std::string()}) {
    directory_.Write("list/fleet.jsonl", damaged);
    EXPECT_EQ(Apply(), kOk) << err_.str();
    EXPECT_EQ(directory_.Read("list/fleet.jsonl"), good);
  }
}

// docs/denylist-format.md: only `jwtctl undeny --damaged` takes damage out.
TEST_F(ApplyTest, LeavesADamagedDenylistOfTheHostAsItIs) {
  CarryGood(7);
  for (const auto& [damaged, line] : {std::pair{"", "line 1: "},
                                      {"x\n{\"format\":1}\n", "line 1: "},
                                      {"{\"format\":2}\n", "line 1: "},
                                      {"{\"format\":1}\nx\n", "line 2: "},
                                      {"{\"format\":1,\"fleet\":\"warn\"}\nx\n", "line 2: "},
                                      {"{\"format\":1}\n{\"account\":\"b", "line 2: "}}) {
    directory_.Write("list/denied.jsonl", damaged);
    EXPECT_EQ(Apply(), kNo) << damaged;
    EXPECT_EQ(directory_.Read("list/denied.jsonl"), damaged);
    EXPECT_NE(err_.str().find("not_counted reason=denylist.damaged detail="), std::string::npos)
        << err_.str();
    EXPECT_NE(err_.str().find(List() + ": " + line), std::string::npos) << err_.str();
    EXPECT_NE(err_.str().find("jwtctl undeny --damaged"), std::string::npos) << err_.str();
    EXPECT_EQ(Status().list->stamp.serial, 7);
  }
  directory_.Write("list/denied.jsonl", "{\"format\":1}\n");
  EXPECT_EQ(Apply(), kOk) << err_.str();
  EXPECT_EQ(directory_.Read("list/denied.jsonl"), "{\"format\":1,\"fleet\":\"warn\"}\n");
}

TEST_F(ApplyTest, SaysThatTheDenylistIsDamagedBeforeTheFirstListHasCome) {
  directory_.Write("list/denied.jsonl", "");
  EXPECT_EQ(Apply(), kNo);
  EXPECT_NE(err_.str().find(List() + ": line 1: "), std::string::npos) << err_.str();
  EXPECT_EQ(directory_.Read("list/denied.jsonl"), "");
  directory_.Write("list/denied.jsonl", "{\"format\":1}\n");
  EXPECT_EQ(Apply(), kOk) << err_.str();
}

TEST_F(ApplyTest, TakesNoListOutOfADamagedDenylist) {
  CarryGood(7);
  EXPECT_EQ(Apply(), kOk);
  const std::string damaged = "{\"format\":1,\"fleet\":\"warn\"}\nx\n";
  directory_.Write("list/denied.jsonl", damaged);
  directory_.Write("pam_jwt.toml", kIssuer);
  EXPECT_EQ(Apply(), kNo);
  EXPECT_NE(err_.str().find(List() + ": line 2: "), std::string::npos) << err_.str();
  EXPECT_EQ(directory_.Read("list/denied.jsonl"), damaged);
  EXPECT_TRUE(std::filesystem::exists(directory_.Path("list/fleet.jsonl")));
  directory_.Write("list/denied.jsonl", "{\"format\":1,\"fleet\":\"warn\"}\n");
  EXPECT_EQ(Apply(), kOk) << err_.str();
  EXPECT_FALSE(std::filesystem::exists(directory_.Path("list/fleet.jsonl")));
}

TEST_F(ApplyTest, KeepsTheSerialOfAListThatIsDamagedBehindItsFirstLine) {
  CarryGood(7);
  EXPECT_EQ(Apply(), kOk);
  const std::string good = directory_.Read("list/fleet.jsonl");
  directory_.Write("list/fleet.jsonl", good.substr(0, good.size() - 5));
  CarryGood(6);
  EXPECT_EQ(Apply(), kNo);
  EXPECT_NE(err_.str().find("reason=token.too_old"), std::string::npos) << err_.str();
  directory_.Write("list/fleet.jsonl", "damaged\n");
  EXPECT_EQ(Apply(), kOk) << err_.str();
  EXPECT_NE(err_.str().find("serial_lost why="), std::string::npos) << err_.str();
}

TEST_F(ApplyTest, LetsAListCountThatAKilledRunLeft) {
  CarryGood(7);
  EXPECT_EQ(Apply(), kOk);
  directory_.Write("list/denied.jsonl", "{\"format\":1}\n");
  Carry("no feed");
  EXPECT_EQ(Apply(), kNo);
  EXPECT_EQ(directory_.Read("list/denied.jsonl"), "{\"format\":1,\"fleet\":\"warn\"}\n");
}

TEST_F(ApplyTest, EndsSessionsWhenTheListCounts) {
  CarryGood(7);
  const EndSessions end = [&](const IsDenied& is_denied) {
    EXPECT_EQ(directory_.Read("list/denied.jsonl"), "{\"format\":1,\"fleet\":\"warn\"}\n");
    EXPECT_TRUE(is_denied("alice", nullptr).value().has_value());
    EXPECT_FALSE(is_denied("bob", nullptr).value().has_value());
    EndReport report;
    report.ended.resize(2);
    return report;
  };
  EXPECT_EQ(Apply(kFeedNow, end), kOk);
  EXPECT_EQ(Status().state->ended, 2);
  // In each run: a session may have been opened by a plain ssh key since the last one.
  EXPECT_EQ(Apply(kFeedNow, end), kOk);
  EXPECT_EQ(Status().state->ended, 4);
  // Also if the next feed is refused.
  Carry("x");
  EXPECT_EQ(Apply(kFeedNow, end), kNo);
  EXPECT_EQ(Status().state->ended, 6);
}

TEST_F(ApplyTest, SaysThatASessionWasNotEnded) {
  CarryGood(7);
  const EndSessions end = [](const IsDenied&) {
    EndReport report;
    report.not_ended.resize(1);
    return report;
  };
  EXPECT_EQ(Apply(kFeedNow, end), kNo);
  EXPECT_EQ(Status().state->error, "");
  EXPECT_NE(directory_.Read("metrics/denylist.prom").find("sessions_not_ended 1\n"),
            std::string::npos);
}

TEST_F(ApplyTest, SaysThatSessionsMayBeOpen) {
  CarryGood(7);
  const EndSessions end = [](const IsDenied&) {
    EndReport report;
    report.gaps = {"/proc cannot be read"};
    return report;
  };
  EXPECT_EQ(Apply(kFeedNow, end), kNo);
  EXPECT_EQ(Status().state->error, "denied sessions may be open: /proc cannot be read");
  EXPECT_NE(directory_.Read("metrics/denylist.prom").find("good 0\n"), std::string::npos);
}

TEST_F(ApplyTest, TakesAFeedThatCameWhileItEndedSessions) {
  CarryGood(7);
  EXPECT_EQ(Apply(), kOk);
  Carry("x");
  int calls = 0;
  const EndSessions end = [&](const IsDenied&) -> EndReport {
    ++calls;
    if (calls > 1) return {};
    directory_.Write("fetched/new", SignFeed(FeedPayload("[]", 8)));
    std::filesystem::rename(directory_.Path("fetched/new"),
                            directory_.Path("fetched/denylist.jwt"));
    return {};
  };
  EXPECT_EQ(Apply(kFeedNow, end), kOk) << err_.str();
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(Status().list->stamp.serial, 8);
}

TEST_F(ApplyTest, TakesTheListOutWhereItIsNotConfigured) {
  CarryGood(7);
  EXPECT_EQ(Apply(), kOk);
  directory_.Write("pam_jwt.toml", kIssuer);
  EXPECT_EQ(Apply(), kOk);
  EXPECT_EQ(directory_.Read("list/denied.jsonl"), "{\"format\":1}\n");
  EXPECT_FALSE(std::filesystem::exists(directory_.Path("list/fleet.jsonl")));
  EXPECT_FALSE(std::filesystem::exists(directory_.Path("list/fleet.status.json")));
  EXPECT_EQ(out_.str(), "the list of the fleet was removed: the configuration has no [denylist]\n");
  EXPECT_EQ(Apply(), kOk);
  EXPECT_EQ(out_.str(), "nothing to do: the configuration has no [denylist]\n");
}

TEST_F(ApplyTest, SaysThatTheConfigurationCannotBeRead) {
  directory_.Write("pam_jwt.toml", "[denylist]\nfrobnicate = 1\n");
  EXPECT_EQ(Apply(), kUsage);
  EXPECT_NE(Status().state->error.find("frobnicate"), std::string::npos);
}

TEST_F(ApplyTest, CountsFailuresUntilARunSucceeds) {
  Carry("x");
  EXPECT_EQ(Apply(), kNo);
  EXPECT_EQ(Apply({kFeedNow.seconds + 60}), kNo);
  FleetState state = Status().state.value();
  EXPECT_EQ(state.reason, "token.malformed");
  EXPECT_EQ(state.error_since, kFeedNow);
  EXPECT_EQ(state.refused.at("token.malformed"), 2);
  CarryGood(7);
  EXPECT_EQ(Apply(), kOk);
  state = Status().state.value();
  EXPECT_EQ(state.error, "");
  EXPECT_EQ(state.error_since, std::nullopt);
  EXPECT_EQ(state.refused.at("token.malformed"), 2);
}

TEST_F(ApplyTest, WritesMetricsForEverybody) {
  CarryGood(7);
  EXPECT_EQ(Apply(), kOk);
  Carry("x");
  EXPECT_EQ(Apply({1'800'100'000}), kNo);
  const std::string text = directory_.Read("metrics/denylist.prom");
  for (const char* const line :
       {"pam_jwt_denylist_serial 7\n", "pam_jwt_denylist_entries 2\n",
        "pam_jwt_denylist_expires_timestamp_seconds 1800086391\n", "pam_jwt_denylist_stale 1\n",
        "pam_jwt_denylist_success_timestamp_seconds 1800000000\n", "pam_jwt_denylist_good 0\n",
        "pam_jwt_denylist_failed_runs_total{reason=\"token.malformed\"} 1\n",
        "pam_jwt_denylist_sessions_ended_total 0\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
  EXPECT_EQ(directory_.Mode("metrics/denylist.prom") & 07777U, 0644U);
  EXPECT_EQ(directory_.Mode("list/fleet.status.json") & 07777U, 0644U);
}

// ---- A fetcher that is taken over can withhold a list, and nothing else

/// What a hostile fetcher puts in the place of the feed.
struct HostileCase {
  const char* name;
  std::function<std::string()> feed;
  const char* reason;
  const char* detail;
};

std::string Changed(const std::string& old, const std::string& text) {
  std::string payload = FeedPayload("[]", 8);
  return payload.replace(payload.find(old), old.size(), text);
}

std::string Signed(const TestKey& key, Algorithm algorithm, const std::string& header) {
  return SignToken(key, algorithm, header, FeedPayload("[]", 8));
}

/// Returns the public key as text, which a bad verifier takes for a shared secret.
TestKey SecretOfThePublicKey() {
  return TestKey::FromSecret(
      TestKey::Ed25519().PublicJwk("fleet").append(std::string(64, ' ')).substr(0, 64));
}

class HostileFetcherTest : public FleetTest, public testing::WithParamInterface<HostileCase> {
 protected:
  void SetUp() override {
    CarryGood(7);
    ASSERT_EQ(Apply(), kOk);
    list_ = directory_.Read("list/fleet.jsonl");
    denied_ = directory_.Read("list/denied.jsonl");
  }

  /// Checks that the last list goes on to count, and that the state says why.
  void ExpectRefused(const std::string& reason, const std::string& detail) {
    EXPECT_EQ(Apply(), kNo);
    EXPECT_EQ(directory_.Read("list/fleet.jsonl"), list_);
    EXPECT_EQ(directory_.Read("list/denied.jsonl"), denied_);
    const FleetStatus status = Status();
    ASSERT_TRUE(status.state.has_value());
    EXPECT_EQ(status.state->reason, reason);
    EXPECT_NE(status.state->error.find(detail), std::string::npos) << status.state->error;
    EXPECT_EQ(status.list->stamp.serial, 7);
    EXPECT_NE(err_.str().find("refused reason=" + reason), std::string::npos) << err_.str();
  }

  /// Checks that a good feed is taken after all this.
  void ExpectNextIsTaken() {
    std::filesystem::remove_all(directory_.Path("fetched/denylist.jwt"));
    Carry(SignFeed(FeedPayload("[]", 8)));
    EXPECT_EQ(Apply(), kOk) << err_.str();
    EXPECT_EQ(Status().list->stamp.serial, 8);
  }

  std::string list_;
  std::string denied_;
};

TEST_P(HostileFetcherTest, ChangesNothing) {
  Carry(GetParam().feed());
  ExpectRefused(GetParam().reason, GetParam().detail);
  ExpectNextIsTaken();
}

INSTANTIATE_TEST_SUITE_P(
    Apply, HostileFetcherTest,
    testing::Values(
        HostileCase{"OlderSerial", [] { return SignFeed(FeedPayload("[]", 6)); }, "token.too_old",
                    "serial is 6, but 7 was accepted before"},
        HostileCase{"SameSerialOtherPayload", [] { return SignFeed(FeedPayload("[]", 7)); },
                    "token.too_old", "the payload is another one"},
        HostileCase{"OtherSigner",
                    [] {
                      return Signed(TestKey::OtherFor(Algorithm::kEdDsa), Algorithm::kEdDsa,
                                    R"({"alg":"EdDSA","typ":"denylist+jwt"})");
                    },
                    "signature.invalid", ""},
        HostileCase{"TokenOfAnIssuerWithTheSameKey",
                    [] {
                      return Signed(TestKey::Ed25519(), Algorithm::kEdDsa,
                                    R"({"alg":"EdDSA","typ":"JWT"})");
                    },
                    "token.type", "typ is not denylist+jwt"},
        HostileCase{"PublicKeyAsSecret",
                    [] {
                      return Signed(SecretOfThePublicKey(), Algorithm::kHs256,
                                    R"({"alg":"HS256","typ":"denylist+jwt"})");
                    },
                    "alg.refused", "shared secret"},
        HostileCase{"AlgorithmNone",
                    [] {
                      return Signed(TestKey::Ed25519(), Algorithm::kEdDsa,
                                    R"({"alg":"none","typ":"denylist+jwt"})");
                    },
                    "alg.refused", ""},
        HostileCase{"OtherUrl",
                    [] { return SignFeed(Changed("ops.example/denied", "ops.example/other")); },
                    "audience.mismatch", "aud is not the url of the feed"},
        HostileCase{"MadeInTheFuture", [] { return SignFeed(Changed("1799999991", "1800000031")); },
                    "token.not_yet_valid", "iat is 31 s ahead"},
        HostileCase{"Expired", [] { return SignFeed(Changed("1800086391", "1799999970")); },
                    "token.expired", "exp was 30 s ago"},
        HostileCase{"Truncated",
                    [] {
                      const std::string feed = SignFeed(FeedPayload("[]", 8));
                      return feed.substr(0, feed.size() / 2);
                    },
                    "token.malformed", ""},
        HostileCase{"FlippedBit",
                    [] { return test::WithFlippedBit(SignFeed(FeedPayload("[]", 8))); },
                    "signature.invalid", ""},
        HostileCase{"OneBadEntry",
                    [] { return SignFeed(FeedPayload(R"([{"account":"a","until":1}])", 8)); },
                    "denylist.damaged", "entry 1"},
        HostileCase{"UnknownClaim",
                    [] { return SignFeed(Changed("\"iat\"", "\"nbf\":1,\"iat\"")); },
                    "claim.wrong_type", "nbf"},
        HostileCase{"TooLong", [] { return std::string(std::size_t{17} * 1024 * 1024, 'a'); },
                    "denylist.damaged", "has more than 16777216 bytes"},
        HostileCase{"Empty", [] { return std::string(); }, "token.malformed", ""}),
    test::kCaseName);

TEST_F(HostileFetcherTest, FollowsNoLink) {
  const std::string good = directory_.Write("fetched/other", SignFeed(FeedPayload("[]", 8)));
  directory_.Remove("fetched/denylist.jwt");
  ASSERT_EQ(symlink(good.c_str(), directory_.Path("fetched/denylist.jwt").c_str()), 0);
  ExpectRefused("denylist.damaged", "denylist.jwt");
  ExpectNextIsTaken();
}

TEST_F(HostileFetcherTest, ReadsNoDirectory) {
  directory_.Remove("fetched/denylist.jwt");
  directory_.MakeDirectory("fetched/denylist.jwt");
  ExpectRefused("denylist.damaged", "is not a regular file");
  ExpectNextIsTaken();
}

TEST_F(HostileFetcherTest, DoesNotWaitForAFifo) {
  directory_.Remove("fetched/denylist.jwt");
  ASSERT_EQ(mkfifo(directory_.Path("fetched/denylist.jwt").c_str(), 0644), 0);
  ExpectRefused("denylist.damaged", "is not a regular file");
  ExpectNextIsTaken();
}

TEST_F(HostileFetcherTest, TrustsNoFileThatOthersCanWrite) {
  Carry(SignFeed(FeedPayload("[]", 8)));
  directory_.SetMode("fetched/denylist.jwt", 0666);
  ExpectRefused("denylist.damaged", "denylist.jwt");
  directory_.SetMode("fetched/denylist.jwt", 0644);
  EXPECT_EQ(Apply(), kOk);
}

TEST_F(HostileFetcherTest, CanWithholdAList) {
  directory_.Remove("fetched/denylist.jwt");
  EXPECT_EQ(Apply({1'800'100'000}), kOk);
  EXPECT_EQ(directory_.Read("list/fleet.jsonl"), list_);
  EXPECT_NE(directory_.Read("metrics/denylist.prom").find("pam_jwt_denylist_stale 1\n"),
            std::string::npos);
}

// ---- reset

TEST_F(HostileFetcherTest, AResetLetsAnOlderFeedFollow) {
  const auto reset = [&] {
    out_.str("");
    return RunReset(List(), out_, err_);
  };
  EXPECT_EQ(reset(), kOk);
  EXPECT_NE(out_.str().find("the serial is forgotten"), std::string::npos);
  const Result<SortedDenials> kept = ParseSortedDenials(directory_.Read("list/fleet.jsonl"));
  ASSERT_TRUE(test::Accepted(kept));
  EXPECT_EQ(kept.value().head.stamp.serial, 0);
  EXPECT_EQ(kept.value().entries.size(), 2U);
  EXPECT_EQ(reset(), kOk);
  EXPECT_EQ(out_.str(), "there is no serial to forget\n");
  Carry(SignFeed(FeedPayload("[]", 3)));
  EXPECT_EQ(Apply(), kOk) << err_.str();
  EXPECT_EQ(Status().list->stamp.serial, 3);
}

TEST_F(HostileFetcherTest, AResetOfADamagedListSaysSo) {
  directory_.Write("list/fleet.jsonl", "x\n");
  EXPECT_EQ(RunReset(List(), out_, err_), kNo);
  EXPECT_NE(err_.str().find("fleet.jsonl"), std::string::npos) << err_.str();
  directory_.Remove("list/fleet.jsonl");
  EXPECT_EQ(RunReset(List(), out_, err_), kOk);
}

}  // namespace
}  // namespace pamjwt::ctl
