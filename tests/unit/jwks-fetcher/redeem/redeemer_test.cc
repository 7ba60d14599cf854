#include "jwks-fetcher/redeem/redeemer.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "jwks-fetcher/redeem/one_time_key.h"
#include "support/config_text.h"

namespace pamjwt::fetcher {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;
constexpr const char* kOnce = "https://once.example";

/// The calls that the stores of a test got.
struct Asked {
  std::set<std::string> keys;
  std::vector<std::int64_t> expires;
  int made = 0;
  int prepared = 0;
  bool fails = false;
  bool hangs = false;
};

class FakeStore : public OneTimeStore {
 public:
  explicit FakeStore(Asked& asked) : asked_(asked) { ++asked.made; }
  ~FakeStore() override {
    for (const RecordDone& done : waiting_) {
      done(Error{Reason::kRedeemUnavailable, "gone"});
    }
  }

  void Prepare(Instant /*now*/, std::function<void(Status)> done) override {
    ++asked_.prepared;
    done(asked_.fails ? Status(Error{Reason::kRedeemUnavailable, "broken"}) : Ok());
  }
  void Redeem(const std::string& key, UnixTime expires, Instant /*now*/, RecordDone done) override {
    asked_.expires.push_back(expires.seconds);
    if (asked_.hangs) return waiting_.push_back(std::move(done));
    if (asked_.fails) return done(Error{Reason::kRedeemUnavailable, "broken"});
    done(asked_.keys.insert(key).second);
  }
  void Commit(Instant /*now*/) override {}

 private:
  Asked& asked_;
  std::vector<RecordDone> waiting_;
};

std::string ConfigText(const std::string& more = "") {
  return more + R"(
[issuer.once]
url = "https://once.example"
audiences = ["a"]
one_time = true
max_token_age = "2d"

[issuer.many]
url = "https://many.example"
audiences = ["a"]

[issuer.some]
url = "https://some.example"
audiences = ["a"]
services = ["sshd", "sudo"]
max_token_age = "5m"
[issuer.some.service.sudo]
one_time = true

[issuer.ageless]
url = "https://ageless.example"
audiences = ["a"]
one_time = true
max_token_age = "0s"
)";
}

class RedeemerTest : public testing::Test {
 protected:
  RedeemerTest() { Configure(); }

  void Configure(const std::string& more = "") {
    redeemer_.Configure(test::ConfigOf(ConfigText(more)));
  }

  void Begin(const std::string& issuer, const std::string& jti, std::int64_t expires = kNow + 60) {
    end_.reset();
    redeemer_.Redeem(issuer, jti, UnixTime{expires}, [this](RedeemEnd end) { end_ = end; });
  }

  RedeemEnd Redeem(const std::string& issuer, const std::string& jti = "j",
                   std::int64_t expires = kNow + 60) {
    Begin(issuer, jti, expires);
    return *end_;
  }

  /// Returns until when the store has to keep a token of `issuer` that expires at `expires`.
  std::int64_t Kept(const std::string& issuer, std::int64_t expires) {
    Redeem(issuer, "j", expires);
    return asked_.expires.back();
  }

  Asked asked_;
  std::vector<std::string> log_;
  std::optional<RedeemEnd> end_;
  Redeemer redeemer_{[this](const StoreOptions&) { return std::make_unique<FakeStore>(asked_); },
                     [] {
                       return Instant{MonoTime{}, UnixTime{kNow}};
                     },
                     [this](LogLevel, const std::string& line) { log_.push_back(line); }};
};

TEST_F(RedeemerTest, SaysYesOnceForEachTokenOfEachIssuer) {
  EXPECT_EQ(Redeem(kOnce), RedeemEnd::kFirst);
  EXPECT_EQ(Redeem(kOnce), RedeemEnd::kUsed);
  EXPECT_EQ(Redeem(kOnce, "J"), RedeemEnd::kFirst);
  EXPECT_EQ(Redeem("https://some.example"), RedeemEnd::kFirst);
  EXPECT_EQ(redeemer_.status().first, 3U);
  EXPECT_EQ(redeemer_.status().used, 1U);
  EXPECT_EQ(*asked_.keys.begin(),
            std::min({OneTimeKey(kOnce, "j").value(), OneTimeKey(kOnce, "J").value(),
                      OneTimeKey("https://some.example", "j").value()}));
}

TEST_F(RedeemerTest, RedeemsOnlyWhereOneTimeIsSet) {
  EXPECT_EQ(Redeem("https://nobody.example"), RedeemEnd::kUnknownIssuer);
  EXPECT_EQ(Redeem("https://once.example/"), RedeemEnd::kUnknownIssuer);
  EXPECT_EQ(Redeem("https://many.example"), RedeemEnd::kNotOneTime);
  EXPECT_TRUE(asked_.expires.empty());
  EXPECT_EQ(Redeem("https://some.example"), RedeemEnd::kFirst);
}

// Another host's clock may be a minute behind, and its leeway five minutes longer.
TEST_F(RedeemerTest, KeepsATokenUntilNoHostTakesItAnyMore) {
  EXPECT_EQ(Kept(kOnce, kNow + 600), kNow + 960);
  EXPECT_EQ(Kept(kOnce, kNow), kNow + 360);
}

TEST_F(RedeemerTest, KeepsNoTokenForLongerThanAnyIsAccepted) {
  const std::int64_t last = kNow + 2 * 86'400 + 2 * 30;  // max_token_age, and twice the leeway
  EXPECT_EQ(Kept(kOnce, last), last + 360);
  EXPECT_EQ(Kept(kOnce, last + 1), last + 360);
  EXPECT_EQ(Kept(kOnce, INT64_MAX), last + 360);
  // A day at least, so that max_token_age can be raised.
  EXPECT_EQ(Kept("https://some.example", INT64_MAX), kNow + 86'400 + 2 * 30 + 360);
  // Where it is off, as long as the token says.
  EXPECT_EQ(Kept("https://ageless.example", kNow + 400'000'000), kNow + 400'000'360);
  EXPECT_EQ(Kept("https://ageless.example", INT64_MAX), 253'402'300'799 + 360);
}

TEST_F(RedeemerTest, KeepsATokenOfThePastForSixMinutes) {
  EXPECT_EQ(Kept(kOnce, 0), kNow + 360);
}

TEST_F(RedeemerTest, OpensTheStoreEarlyOnlyIfItIsNeeded) {
  EXPECT_EQ(asked_.prepared, 1);
  redeemer_.Configure(test::ConfigOf(test::InIssuer("")));
  EXPECT_EQ(asked_.prepared, 1);
  redeemer_.Configure(test::ConfigOf(test::InIssuer("one_time = true")));
  EXPECT_EQ(asked_.prepared, 2);
}

TEST_F(RedeemerTest, LogsOnceWhatIsWrongWithTheStoreAndWhenItIsGoodAgain) {
  EXPECT_EQ(log_.size(), 0U);
  asked_.fails = true;
  EXPECT_EQ(Redeem(kOnce), RedeemEnd::kStoreUnavailable);
  EXPECT_EQ(Redeem(kOnce), RedeemEnd::kStoreUnavailable);
  ASSERT_EQ(log_.size(), 1U);
  EXPECT_EQ(log_[0],
            "store_unavailable url=sqlite:/var/lib/jwks-fetcher/redeemed.db detail=broken");
  EXPECT_EQ(redeemer_.status().store_error, "broken");
  EXPECT_EQ(redeemer_.status().unavailable, 2U);
  asked_.fails = false;
  EXPECT_EQ(Redeem(kOnce), RedeemEnd::kFirst);
  ASSERT_EQ(log_.size(), 2U);
  EXPECT_TRUE(log_[1].starts_with("store_usable "));
  EXPECT_EQ(redeemer_.status().store_error, "");
}

TEST_F(RedeemerTest, LogsAStoreThatCannotBeUsedWhenItIsConfigured) {
  asked_.fails = true;
  Configure();
  EXPECT_EQ(log_.size(), 1U);
}

TEST_F(RedeemerTest, KeepsTheStoreUnlessAnotherIsConfigured) {
  Configure();
  EXPECT_EQ(asked_.made, 1);
  Configure("[store]\nurl = \"unix:/x\"\n");
  EXPECT_EQ(asked_.made, 2);
  Configure("[store]\nurl = \"unix:/x\"\npassword_file = \"/y\"\n");
  EXPECT_EQ(asked_.made, 3);
}

TEST_F(RedeemerTest, AnswersCallsThatWaitForAStoreThatIsReplaced) {
  asked_.hangs = true;
  Begin(kOnce, "j");
  EXPECT_FALSE(end_.has_value());
  Configure("[store]\nurl = \"unix:/x\"\n");
  EXPECT_EQ(end_, RedeemEnd::kStoreUnavailable);
}

}  // namespace
}  // namespace pamjwt::fetcher
