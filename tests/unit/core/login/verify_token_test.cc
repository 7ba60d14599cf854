// Keys that a daemon fetched: how old they may be, and when it is asked for others. The keys of
// files are in decide_test.cc.
#include "core/login/verify_token.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/claims_of.h"
#include "support/config_text.h"
#include "support/expect_origin.h"
#include "support/fake_host.h"
#include "support/token_builder.h"
#include "support/verify_token.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::DetailOf;
using test::EndsIn;
using test::kNow;
using test::PublicKey;
using test::RefusedAt;
using test::RefusedFor;
using test::TestKey;
using Asked = std::vector<std::string>;

constexpr std::int64_t kHour = 3600;

/// A configuration with [keys] in line 1, max_stale in line 2 and the issuer in line 3.
constexpr std::string_view kConfig =
    "[keys]\nmax_stale = \"1h\"\n[issuer.staff]\nurl = \"https://sso.example\"\n"
    "audiences = [\"a\"]\nalgorithms = [\"ES256\", \"RS256\"]\n";

class Steps : public Trace {
 public:
  void Add(Step step) override {
    text += std::string(step.name) + (step.ok ? " ok: " : " no: ") + step.detail + "\n";
  }
  std::string text;
};

Jwk Ours(const std::string& kid = "k") {
  return PublicKey(TestKey::P256(), {kid, "", ""});
}
Jwk Theirs(const std::string& kid = "k") {
  return PublicKey(TestKey::OtherFor(Algorithm::kEs256), {kid, "", ""});
}

class FetchedKeysTest : public testing::Test {
 protected:
  FetchedKeysTest() { Have({Ours()}); }

  void Have(std::vector<Jwk> keys, UnixTime fetched = {kNow.seconds - 60}) {
    host_.keys["staff"] = std::move(keys);
    host_.fetched["staff"] = fetched;
  }

  /// The keys that the daemon fetches when it is asked.
  void WillFetch(std::vector<Jwk> keys) {
    host_.on_refresh = [this, keys = std::move(keys)] {
      Have(keys, kNow);
      return Result<Refreshed>(Refreshed{});
    };
  }

  Result<VerifiedPayload> Verify(std::string_view kid = "k", const TestKey& key = TestKey::P256()) {
    const std::string token =
        SignToken(key, Algorithm::kEs256, test::HeaderJson(Algorithm::kEs256, kid), "{}");
    const KeyRules rules{config_.keys, {kNow, Seconds{30}}};
    return VerifyToken(ParseJws(token).value(), config_.issuers.front(), rules, host_, &steps_);
  }

  Result<VerifiedPayload> VerifyFetched(std::int64_t seconds_ago) {
    Have({Ours()}, {kNow.seconds - seconds_ago});
    return Verify();
  }

  Config config_ = test::ConfigOf(kConfig);
  test::FakeHost host_;
  Steps steps_;
};

const Asked kOnce = {"keys staff"};
const Asked kTwice = {"keys staff", "refresh staff", "keys staff"};
const Asked kInVain = {"keys staff", "refresh staff"};

TEST_F(FetchedKeysTest, FetchedKeysVerifyATokenAndTheDaemonIsNotAsked) {
  WillFetch({Ours()});
  EXPECT_TRUE(Accepted(Verify()));
  EXPECT_EQ(host_.asked, kOnce);
  EXPECT_EQ(steps_.text,
            "key ok: 1 of type EC P-256 in /var/lib/jwks-fetcher/keys.jsonl, fetched 60 s ago\n"
            "signature ok: made by the issuer's key\n");
}

TEST_F(FetchedKeysTest, KeysAreStaleASecondPastMaxStale) {
  EXPECT_TRUE(Accepted(VerifyFetched(kHour)));
  const Result<VerifiedPayload> stale = VerifyFetched(kHour + 1);
  EXPECT_TRUE(RefusedAt(Reason::kKeysStale, 2, stale));
  EXPECT_EQ(DetailOf(stale),
            "the keys of issuer staff were fetched 3601 s ago, max_stale is 3600 s");
}

TEST_F(FetchedKeysTest, KeysAreOfTheFutureASecondBeyondTheLeeway) {
  EXPECT_TRUE(Accepted(VerifyFetched(-30)));
  EXPECT_TRUE(RefusedFor(Reason::kKeysStale, VerifyFetched(-31)));
  EXPECT_TRUE(RefusedFor(Reason::kKeysStale, VerifyFetched(kNow.seconds - 253402300799)));
}

// There is no verdict: the key may be one of those that could not be fetched.
TEST_F(FetchedKeysTest, KeysAreStaleAlsoForAKeyIdThatIsNotAmongThem) {
  Have({Ours()}, {kNow.seconds - kHour - 1});
  EXPECT_TRUE(RefusedFor(Reason::kKeysStale, Verify("new")));
  Have({Ours()});
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, Verify("new")));
}

TEST_F(FetchedKeysTest, KeysThatWereNeverFetchedAreMissing) {
  host_.fetched.clear();
  EXPECT_TRUE(RefusedAt(Reason::kKeysMissing, 3, Verify()));
  Have({Ours()});
  EXPECT_TRUE(Accepted(Verify()));
}

TEST_F(FetchedKeysTest, KeysAreFetchedAgainForAKeyIdThatIsNotAmongThem) {
  WillFetch({Ours("new"), Ours()});
  EXPECT_TRUE(Accepted(Verify("new")));
  EXPECT_EQ(host_.asked, kTwice);
  EXPECT_EQ(steps_.text,
            "key no: the issuer has no key of kid \"new\" for ES256\n"
            "refresh ok: the daemon was asked to fetch the keys of staff now\n"
            "key ok: 1 of type EC P-256 in /var/lib/jwks-fetcher/keys.jsonl, fetched 0 s ago\n"
            "signature ok: made by the issuer's key\n");
}

// An issuer may give an old key id to a new key.
TEST_F(FetchedKeysTest, KeysAreFetchedAgainWhereTheSignatureFails) {
  Have({Theirs()});
  WillFetch({Ours()});
  EXPECT_TRUE(Accepted(Verify()));
  EXPECT_EQ(host_.asked, kTwice);
}

TEST_F(FetchedKeysTest, KeysAreFetchedAgainWhereTheyAreStaleOrMissing) {
  WillFetch({Ours()});
  EXPECT_TRUE(Accepted(VerifyFetched(kHour + 1)));
  EXPECT_EQ(host_.asked, kTwice);
  host_.asked.clear();
  host_.keys.clear();
  EXPECT_TRUE(Accepted(Verify()));
  EXPECT_EQ(host_.asked, kTwice);
}

TEST_F(FetchedKeysTest, KeysAreFetchedAgainOnceAndNoMore) {
  WillFetch({Ours()});
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, Verify("none")));
  EXPECT_EQ(host_.asked, kTwice);
  host_.asked.clear();
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify("k", TestKey::OtherFor(Algorithm::kEs256))));
  EXPECT_EQ(host_.asked, kTwice);
  EXPECT_TRUE(Accepted(Verify()));
}

TEST_F(FetchedKeysTest, UnchangedKeysAreNotTriedASecondTime) {
  Have({Theirs()});
  WillFetch({Theirs()});
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify()));
  const std::size_t first = steps_.text.find("\nsignature");
  EXPECT_NE(first, std::string::npos);
  EXPECT_EQ(steps_.text.find("\nsignature", first + 1), std::string::npos) << steps_.text;
}

TEST_F(FetchedKeysTest, KeysAreJudgedAnewAfterTheyWereFetchedAgain) {
  host_.on_refresh = [this] {
    Have({Ours()}, {kNow.seconds - kHour - 1});
    return Result<Refreshed>(Refreshed{});
  };
  EXPECT_TRUE(RefusedFor(Reason::kKeysStale, Verify("none")));
  WillFetch({});
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, Verify()));
}

TEST_F(FetchedKeysTest, KeysMayBeGoneAfterTheyWereFetchedAgain) {
  Have({Theirs()});
  host_.on_refresh = [this] {
    host_.keys.clear();
    return Result<Refreshed>(Refreshed{});
  };
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, Verify()));
  Have({Theirs()});
  WillFetch({Theirs()});
  EXPECT_TRUE(RefusedFor(Reason::kSignature, Verify()));
}

TEST_F(FetchedKeysTest, KeysAreNotFetchedAgainWhereTooManyFit) {
  Have({Ours("1"), Ours("2"), Ours("3"), Ours("4"), Ours("5")});
  WillFetch({Ours()});
  EXPECT_TRUE(RefusedFor(Reason::kKeyAmbiguous, Verify("")));
  EXPECT_EQ(host_.asked, kOnce);
  Have({Ours("1"), Ours("2"), Ours("3"), Ours("4")});
  EXPECT_TRUE(Accepted(Verify("")));
}

TEST_F(FetchedKeysTest, AnUnknownKeyIdIsRefusedWhereTheHostFetchesNoKeys) {
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, Verify("none")));
  EXPECT_EQ(host_.asked, kInVain);
  EXPECT_EQ(steps_.text,
            "key no: the issuer has no key of kid \"none\" for ES256\n"
            "refresh no: not asked here: a login asks the daemon to fetch the keys of staff, which "
            "it does at most once in cooldown\n");
}

TEST_F(FetchedKeysTest, TheDetailSaysThatTheDaemonFetchesNothingInTheCooldown) {
  Have({Ours()}, {kNow.seconds - 12});
  host_.on_refresh = [] { return Refreshed{.in_cooldown = true, .wait = Seconds{48}}; };
  const Result<VerifiedPayload> unknown = Verify("none");
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, unknown));
  EXPECT_EQ(DetailOf(unknown),
            "the issuer has no key of kid \"none\" for ES256; the keys were fetched 12 s ago, and "
            "a login causes the next fetch in 48 s at the earliest");
  const Result<VerifiedPayload> forged = Verify("k", TestKey::OtherFor(Algorithm::kEs256));
  EXPECT_TRUE(RefusedFor(Reason::kSignature, forged));
  EXPECT_TRUE(DetailOf(forged).ends_with("in 48 s at the earliest")) << DetailOf(forged);
  host_.on_refresh = [] { return Refreshed{.in_cooldown = true}; };
  EXPECT_TRUE(
      DetailOf(Verify("none"))
          .ends_with("12 s ago, and a login causes the next fetch when the cooldown is over"));
  EXPECT_TRUE(Accepted(Verify()));
}

// Another login may have had the keys fetched a moment ago.
TEST_F(FetchedKeysTest, KeysAreReadAgainInTheCooldown) {
  host_.on_refresh = [this] {
    Have({Ours("new")}, kNow);
    return Refreshed{.in_cooldown = true};
  };
  EXPECT_TRUE(Accepted(Verify("new")));
}

TEST_F(FetchedKeysTest, TheDetailSaysThatTheDaemonDidNotAnswer) {
  host_.on_refresh = [] { return Result<Refreshed>(Error{Reason::kKeysMissing, "nobody there"}); };
  const Result<VerifiedPayload> unknown = Verify("none");
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, unknown));
  EXPECT_EQ(DetailOf(unknown),
            "the issuer has no key of kid \"none\" for ES256; not fetched again: nobody there");
  EXPECT_EQ(host_.asked, kInVain);
  EXPECT_EQ(steps_.text,
            "key no: the issuer has no key of kid \"none\" for ES256\n"
            "refresh no: nobody there\n");
}

TEST_F(FetchedKeysTest, OnlyKeysOfTheThumbprintsAreUsed) {
  config_ = test::ConfigOf(std::string(kConfig) + "thumbprints = [\"" + Thumbprint(Ours()).value() +
                           "\"]\n");
  EXPECT_TRUE(Accepted(Verify()));
  Have({Theirs()});
  EXPECT_TRUE(RefusedAt(Reason::kKeyUnknown, 7, Verify("k", TestKey::OtherFor(Algorithm::kEs256))));
}

// What the administrator laid down is neither stale nor to be fetched, and has no time.
TEST(VerifyToken, AsksNoDaemonForAnIssuerWithAFile) {
  const Config config = test::ConfigOf(std::string(kConfig) + "jwks_file = \"/k.json\"\n");
  test::FakeHost host;
  host.keys["staff"] = {Ours()};
  host.on_refresh = [] { return Result<Refreshed>(Refreshed{}); };
  const auto verify = [&](const TestKey& key, std::string_view kid) {
    const std::string token =
        SignToken(key, Algorithm::kEs256, test::HeaderJson(Algorithm::kEs256, kid), "{}");
    return VerifyToken(ParseJws(token).value(), config.issuers.front(),
                       {config.keys, {kNow, Seconds{30}}}, host, nullptr);
  };
  EXPECT_TRUE(Accepted(verify(TestKey::P256(), "k")));
  EXPECT_TRUE(RefusedFor(Reason::kKeyUnknown, verify(TestKey::P256(), "none")));
  EXPECT_TRUE(RefusedFor(Reason::kSignature, verify(TestKey::OtherFor(Algorithm::kEs256), "k")));
  EXPECT_EQ(host.asked, (Asked{"keys staff", "keys staff", "keys staff"}));
}

}  // namespace
}  // namespace pamjwt
