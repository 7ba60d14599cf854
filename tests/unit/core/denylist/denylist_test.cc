#include "core/denylist/denylist.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/denylist/denial.h"
#include "core/jose/sha256.h"
#include "support/expect_origin.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;
using Kind = Denial::Kind;

constexpr const char* kIssuer = "https://sso.example";
constexpr const char* kHead = "{\"format\":1}\n";

Denial Account(const std::string& name, std::optional<UnixTime> before = {}) {
  return {Kind::kAccount, "", name, before, UnixTime{1}};
}
Denial Of(Kind kind, const std::string& value, std::optional<UnixTime> before = {}) {
  return {kind, kIssuer, value, before, UnixTime{1}};
}
TokenFacts Token() {
  return {kIssuer, "alice-id", "token-1", "key-1", 1000.0};
}
std::string Jti(const std::string& text) {
  return Sha256Name(text).value();
}

// ---- The text

TEST(Denylist, IsWrittenAndReadBackTheSame) {
  Denylist list;
  list.Add(Account("alice"));
  list.Add(Account("bob", UnixTime{77}));
  list.Add(Of(Kind::kSubject, "a \"quoted\"\nid"));
  list.Add(Of(Kind::kTokenId, Jti("token-1"), UnixTime{-5}));
  list.Add(Of(Kind::kKeyId, "key-1"));
  const Result<Denylist> again = Denylist::Parse(list.ToText());
  ASSERT_TRUE(Accepted(again));
  EXPECT_EQ(again.value().ToText(), list.ToText());
  ASSERT_EQ(again.value().entries().size(), 5U);
  EXPECT_EQ(again.value().entries()[2].value, "a \"quoted\"\nid");
  EXPECT_EQ(again.value().entries()[3].before, UnixTime{-5});
}

TEST(Denylist, HasOneLineForEachAndAHead) {
  Denylist list;
  EXPECT_EQ(list.ToText(), kHead);
  list.Add(Of(Kind::kSubject, "x", UnixTime{9}));
  list.Add(Account("alice"));
  EXPECT_EQ(list.ToText(), std::string(kHead) +
                               R"({"iss":"https://sso.example","sub":"x","before":9,"since":1})"
                               "\n"
                               R"({"account":"alice","since":1})"
                               "\n");
}

// ---- The use of the fleet's list

constexpr std::pair<FleetUse, const char*> kUses[] = {
    {FleetUse::kNone, "{\"format\":1}\n"},
    {FleetUse::kWarn, "{\"format\":1,\"fleet\":\"warn\"}\n"},
    {FleetUse::kDeny, "{\"format\":1,\"fleet\":\"deny\"}\n"},
};

TEST(Denylist, SaysInItsFirstLineHowTheListOfTheFleetCounts) {
  for (const auto& [use, head] : kUses) {
    const std::string text = head + FormatDenial(Account("alice"));
    const Result<Denylist> list = Denylist::Parse(text);
    ASSERT_TRUE(Accepted(list)) << head;
    EXPECT_EQ(list.value().fleet(), use) << head;
    EXPECT_EQ(list.value().entries().size(), 1U);
    EXPECT_EQ(list.value().ToText(), text);
    for (const auto& [other, other_head] : kUses) {
      Denylist changed = list.value();
      EXPECT_EQ(changed.SetFleet(other), other != use) << head;
      EXPECT_EQ(changed.ToText(), other_head + FormatDenial(Account("alice")));
    }
  }
}

TEST(Denylist, KeepsTheUseOfTheFleetWhenItsLinesChange) {
  Denylist list = Denylist::Parse(kUses[2].second).value();
  EXPECT_TRUE(list.Add(Account("alice")));
  EXPECT_TRUE(list.Add(Account("bob")));
  EXPECT_TRUE(list.Remove(Account("alice")));
  EXPECT_EQ(list.ToText(), kUses[2].second + FormatDenial(Account("bob")));
}

TEST(Denylist, AFirstLineThatIsDamagedStaysBehindTheNewOne) {
  const std::string damaged = "{\"format\":1,\"fleet\":\"no\"}\n";
  Denylist list = Denylist::ParseReadable(damaged + FormatDenial(Account("alice")));
  EXPECT_FALSE(list.has_head());
  EXPECT_EQ(list.fleet(), FleetUse::kNone);
  EXPECT_TRUE(list.SetFleet(FleetUse::kWarn));
  EXPECT_EQ(list.ToText(), kUses[1].second + damaged + FormatDenial(Account("alice")));
  EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, list.CheckWhole()));
  list.DropDamaged();
  EXPECT_EQ(list.fleet(), FleetUse::kWarn);
  EXPECT_TRUE(Accepted(list.CheckWhole()));
}

TEST(Denylist, AFirstLineIsWrittenWhereThereWasNone) {
  Denylist list = Denylist::ParseReadable(FormatDenial(Account("alice")));
  EXPECT_TRUE(list.SetFleet(FleetUse::kNone));
  EXPECT_EQ(list.ToText(), kHead + FormatDenial(Account("alice")));
  EXPECT_TRUE(Accepted(list.CheckWhole()));
}

struct Damage {
  const char* name;
  std::string line;
};

void PrintTo(const Damage& damage, std::ostream* out) {
  *out << damage.line;
}

class DamageTest : public testing::TestWithParam<Damage> {};

const std::string kGood = R"({"iss":"https://sso.example","sub":"x","before":9,"since":1})";

TEST_P(DamageTest, ADamagedLineDamagesTheList) {
  EXPECT_TRUE(Accepted(Denylist::Parse(kHead + kGood + "\n")));
  const Result<Denylist> list = Denylist::Parse(kHead + kGood + "\n" + GetParam().line + "\n");
  ASSERT_FALSE(list.ok());
  EXPECT_EQ(Id(list.error().reason), "denylist.damaged");
  EXPECT_EQ(list.error().detail.find("line 3: "), 0U) << list.error().detail;
}

INSTANTIATE_TEST_SUITE_P(
    Denylist, DamageTest,
    testing::Values(Damage{"Empty", ""}, Damage{"NoJson", "alice"}, Damage{"NoObject", "[1]"},
                    Damage{"DeniesNothing", R"({"since":1})"},
                    Damage{"DeniesTwoThings", R"({"iss":"i","sub":"x","kid":"k","since":1})"},
                    Damage{"NoSince", R"({"account":"alice"})"},
                    Damage{"AccountWithIssuer", R"({"iss":"i","account":"alice","since":1})"},
                    Damage{"SubjectWithoutIssuer", R"({"sub":"x","since":1})"},
                    Damage{"EmptyAccount", R"({"account":"","since":1})"},
                    Damage{"AccountIsNoString", R"({"account":1,"since":1})"},
                    Damage{"BeforeIsNoTime", R"({"account":"a","before":"1","since":1})"},
                    Damage{"FractionOfASecond", R"({"account":"a","since":1.5})"},
                    Damage{"JtiItself", R"({"iss":"i","jti":"token-1","since":1})"},
                    Damage{"JtiOfUpperCase", R"({"iss":"i","jti":"sha256:)" + std::string(64, 'A') +
                                                 R"(","since":1})"},
                    Damage{"MemberOfALaterVersion",
                           R"({"account":"a","since":1,"service":"sshd"})"},
                    Damage{"MemberTwice", R"({"account":"a","since":1,"since":1})"},
                    Damage{"NotUtf8", "{\"account\":\"m\xfcller\",\"since\":1}"},
                    Damage{"AccountOfTwoLines", R"({"account":"a\nb","since":1})"},
                    Damage{"AccountWithDel", "{\"account\":\"a\x7f\",\"since\":1}"},
                    Damage{"IssuerOfTwoLines", R"({"iss":"i\n","sub":"x","since":1})"},
                    Damage{"Behind", R"({"account":"a","since":1} x)"}),
    [](const auto& test_info) { return std::string(test_info.param.name); });

TEST(Denylist, WantsItsHeadAndAnEndOfEachLine) {
  EXPECT_TRUE(Accepted(Denylist::Parse(kHead)));
  for (const std::string& text : {std::string(), std::string("\n"), std::string("{\"format\":1}"),
                                  std::string("{\"format\":2}\n"), std::string("{}\n"),
                                  kGood + "\n", kHead + kGood, std::string(kHead) + kHead}) {
    const Result<Denylist> list = Denylist::Parse(text);
    ASSERT_FALSE(list.ok()) << text;
    EXPECT_EQ(Id(list.error().reason), "denylist.damaged") << text;
  }
}

TEST(Denylist, BoundsItsValuesSoThatEachLineCanBeRead) {
  for (const Denial& longest :
       {Account(std::string(kMaxDeniedBytes, 'x')),
        Of(Kind::kSubject, std::string(kMaxDeniedBytes, '\1')),
        Denial{Kind::kKeyId, std::string(kMaxDeniedBytes, '"'), "k", UnixTime{}, UnixTime{1}}}) {
    EXPECT_TRUE(Accepted(CheckDenial(longest)));
    Denial longer = longest;
    longer.value = std::string(kMaxDeniedBytes + 1, 'x');
    EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, CheckDenial(longer)));
    if (longest.issuer.empty()) continue;
    longer = longest;
    longer.issuer = std::string(kMaxDeniedBytes + 1, 'x');
    EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, CheckDenial(longer)));
  }
}

TEST(CheckDenial, RefusesWhatItsLineWouldNotSay) {
  EXPECT_TRUE(Accepted(CheckDenial(Account("müller"))));
  EXPECT_TRUE(Accepted(CheckDenial(Of(Kind::kSubject, "a\nb"))));
  EXPECT_TRUE(Accepted(CheckDenial(Of(Kind::kTokenId, Jti("x")))));
  for (const Denial& bad :
       {Account("m\xfcller"), Account("a\nb"), Account(""), Account(std::string("a\0b", 3)),
        Of(Kind::kSubject, "\xff"), Of(Kind::kTokenId, "x"),
        Denial{Kind::kAccount, kIssuer, "alice", std::nullopt, UnixTime{1}},
        Denial{Kind::kKeyId, "", "key-1", std::nullopt, UnixTime{1}}}) {
    EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, CheckDenial(bad))) << bad.value;
  }
}

// ---- What is damaged

const std::string kAlice = R"({"account":"alice","since":1})";
const std::string kBob = R"({"account":"bob","since":1})";

struct DamagedText {
  const char* name;
  std::string text;                ///< in which alice and bob are denied
  std::vector<std::size_t> lines;  ///< that are damaged
};

void PrintTo(const DamagedText& damaged, std::ostream* out) {
  *out << damaged.text;
}

class DamagedListTest : public testing::TestWithParam<DamagedText> {
 protected:
  static void ExpectDenied(const Denylist& list, bool is_bob_denied = true) {
    EXPECT_NE(list.FindAccount("alice", nullptr), nullptr);
    EXPECT_EQ(list.FindAccount("bob", nullptr) != nullptr, is_bob_denied);
  }
};

TEST_P(DamagedListTest, DeniesWhatItsGoodLinesSay) {
  const Denylist list = Denylist::ParseReadable(GetParam().text);
  ExpectDenied(list);
  std::vector<std::size_t> lines;
  for (const DenylistDamage& damage : list.FindDamage()) lines.push_back(damage.line);
  EXPECT_EQ(lines, GetParam().lines);
  EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, list.CheckWhole()));
  EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, Denylist::Parse(GetParam().text)));
}

// A line in front of the first one is damage of the first line, and not of itself.
TEST(Denylist, ReadsTheFirstLineAgainIfNothingStandsInFrontOfIt) {
  const std::string head = R"({"format":1,"fleet":"warn"})";
  Denylist list = Denylist::ParseReadable(kAlice + "\n" + head + "\n" + kBob + "\n");
  EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, list.CheckWhole()));
  EXPECT_TRUE(list.Remove(ParseDenial(kAlice).value()));
  EXPECT_TRUE(Accepted(list.CheckWhole()));
  EXPECT_EQ(list.fleet(), FleetUse::kWarn);
  EXPECT_EQ(list.ToText(), head + "\n" + kBob + "\n");
}

TEST_P(DamagedListTest, ADamagedListIsWrittenBackByteForByte) {
  EXPECT_EQ(Denylist::ParseReadable(GetParam().text).ToText(), GetParam().text);
}

TEST_P(DamagedListTest, StaysDamagedWhateverIsAddedOrTakenBack) {
  Denylist list = Denylist::ParseReadable(GetParam().text);
  EXPECT_TRUE(list.Add(Account("carol")));
  EXPECT_TRUE(list.Remove(Account("bob")));
  const Denylist again = Denylist::ParseReadable(list.ToText());
  ExpectDenied(again, false);
  EXPECT_NE(again.FindAccount("carol", nullptr), nullptr);
  EXPECT_EQ(again.FindDamage().size(), GetParam().lines.size()) << list.ToText();
}

TEST_P(DamagedListTest, IsWholeWithoutItsDamage) {
  Denylist list = Denylist::ParseReadable(GetParam().text);
  list.DropDamaged();
  const Result<Denylist> again = Denylist::Parse(list.ToText());
  ASSERT_TRUE(Accepted(again));
  ExpectDenied(again.value());
  EXPECT_EQ(again.value().entries().size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(
    Denylist, DamagedListTest,
    testing::Values(
        DamagedText{"ALine", kHead + kAlice + "\n{\n" + kBob + "\n", {3}},
        DamagedText{"TheFirstAndTheLast", kHead + ("{}\n" + kAlice) + "\n" + kBob + "\n\n", {2, 5}},
        DamagedText{"TwoInARow", kHead + kAlice + "\nx\ny\n" + kBob + "\n", {3, 4}},
        DamagedText{"TheHead", "{\"format\":2}\n" + kAlice + "\n" + kBob + "\n", {1}},
        DamagedText{"OtherUseOfTheFleet",
                    "{\"format\":1,\"fleet\":\"no\"}\n" + kAlice + "\n" + kBob + "\n",
                    {1}},
        DamagedText{"BlankInTheHead",
                    "{\"format\":1, \"fleet\":\"warn\"}\n" + kAlice + "\n" + kBob + "\n",
                    {1}},
        DamagedText{"NoHead", kAlice + "\n" + kBob + "\n", {1}},
        DamagedText{"NoEnd", kHead + kAlice + "\n" + kBob, {3}},
        DamagedText{"CutOff", kHead + kAlice + "\n" + kBob + "\n{\"acc", {4, 4}},
        DamagedText{"NotUtf8",
                    kHead + kAlice + "\n{\"account\":\"m\xfcller\",\"since\":1}\n" + kBob + "\n",
                    {3}}),
    [](const auto& test_info) { return std::string(test_info.param.name); });

TEST(Denylist, LeavesDamagedLinesInTheirPlaces) {
  const std::string carol = R"({"account":"carol","since":1})";
  Denylist list =
      Denylist::ParseReadable(kHead + ("x\n" + kAlice) + "\ny\n" + kBob + "\n" + kAlice + "\nz\n");
  EXPECT_TRUE(list.Remove(Account("alice")));
  EXPECT_TRUE(list.Add(Account("carol")));
  EXPECT_EQ(list.ToText(), kHead + ("x\ny\n" + kBob) + "\nz\n" + carol + "\n");
  const std::vector<DenylistDamage> damage = list.FindDamage();
  ASSERT_EQ(damage.size(), 3U);
  EXPECT_EQ(damage[2].line, 5U);
}

TEST(Denylist, SaysWhichLinesAreDamaged) {
  const Denylist list = Denylist::ParseReadable(kHead + ("{}\n" + kAlice) + "\nx\n");
  EXPECT_EQ(test::DetailOf(list.CheckWhole()), "line 2: denies nothing, and 1 more");
  const std::vector<DenylistDamage> damage = list.FindDamage();
  ASSERT_EQ(damage.size(), 2U);
  EXPECT_EQ(damage[1].line, 4U);
  EXPECT_EQ(damage[1].text, "x");
  EXPECT_TRUE(Denylist::ParseReadable(kHead + kAlice + "\n").FindDamage().empty());
}

// ---- Changes

TEST(Denylist, AddsAThingOnce) {
  Denylist list;
  EXPECT_TRUE(list.Add(Account("alice")));
  EXPECT_FALSE(list.Add(Account("alice")));
  EXPECT_TRUE(list.Add(Account("Alice")));
  EXPECT_EQ(list.entries().size(), 2U);
}

TEST(Denylist, KeepsTheLineThatDeniesMore) {
  Denylist list;
  EXPECT_TRUE(list.Add(Account("alice", UnixTime{5})));
  EXPECT_FALSE(list.Add(Account("alice", UnixTime{4})));
  EXPECT_TRUE(list.Add(Account("alice", UnixTime{6})));
  EXPECT_EQ(list.entries()[0].before, UnixTime{6});
  EXPECT_TRUE(list.Add(Account("alice")));
  EXPECT_FALSE(list.Add(Account("alice", UnixTime{7})));
  ASSERT_EQ(list.entries().size(), 1U);
  EXPECT_FALSE(list.entries()[0].before.has_value());
}

TEST(Denylist, RemovesWhateverItsTimes) {
  Denylist list;
  list.Add(Of(Kind::kSubject, "x", UnixTime{5}));
  EXPECT_FALSE(list.Remove(Of(Kind::kSubject, "y")));
  EXPECT_FALSE(list.Remove(Of(Kind::kKeyId, "x")));
  EXPECT_TRUE(list.Remove(Of(Kind::kSubject, "x")));
  EXPECT_TRUE(list.entries().empty());
}

// ---- Whom it denies

TEST(Denylist, DeniesNobodyWhenEmpty) {
  const TokenFacts token = Token();
  EXPECT_EQ(Denylist().FindAccount("alice", nullptr), nullptr);
  EXPECT_EQ(Denylist().FindToken(token).value(), nullptr);
}

TEST(Denylist, DeniesAnAccountByteForByte) {
  Denylist list;
  list.Add(Account("alice"));
  const TokenFacts token = Token();
  EXPECT_NE(list.FindAccount("alice", nullptr), nullptr);
  EXPECT_NE(list.FindAccount("alice", &token), nullptr);
  for (const char* const other : {"Alice", "alice2", "alic", ""}) {
    EXPECT_EQ(list.FindAccount(other, nullptr), nullptr) << other;
  }
  EXPECT_EQ(list.FindToken(token).value(), nullptr);
}

TEST(Denylist, DeniesAnAccountsEarlierTokensAndNoKey) {
  Denylist list;
  list.Add(Account("alice", UnixTime{1000}));
  TokenFacts token = Token();
  EXPECT_EQ(list.FindAccount("alice", nullptr), nullptr);
  EXPECT_EQ(list.FindAccount("alice", &token), nullptr);
  token.issued_at = 999.5;
  EXPECT_NE(list.FindAccount("alice", &token), nullptr);
  token.issued_at.reset();
  EXPECT_NE(list.FindAccount("alice", &token), nullptr);
}

TEST(Denylist, DeniesATokenByEachOfItsFacts) {
  for (const Denial& denial : {Of(Kind::kSubject, "alice-id"), Of(Kind::kTokenId, Jti("token-1")),
                               Of(Kind::kKeyId, "key-1")}) {
    Denylist list;
    list.Add(denial);
    const Denial* const found = list.FindToken(Token()).value();
    ASSERT_NE(found, nullptr) << Name(denial.kind);
    EXPECT_EQ(found->kind, denial.kind);
    TokenFacts other = Token();
    other.issuer = "https://sso.example/";
    EXPECT_EQ(list.FindToken(other).value(), nullptr) << Name(denial.kind);
  }
  Denylist others;
  others.Add(Of(Kind::kSubject, "key-1"));
  others.Add(Of(Kind::kKeyId, "alice-id"));
  others.Add(Of(Kind::kTokenId, Jti("")));
  EXPECT_EQ(others.FindToken(Token()).value(), nullptr);
}

TEST(Denylist, DeniesATokenOfWhichOnlyTheHashOfItsJtiIsKnown) {
  Denylist list;
  list.Add(Of(Kind::kTokenId, Jti("token-1")));
  TokenFacts token = Token();
  token.jti.clear();
  EXPECT_EQ(list.FindToken(token).value(), nullptr);
  token.jti_hash = Jti("token-2");
  EXPECT_EQ(list.FindToken(token).value(), nullptr);
  token.jti_hash = Jti("token-1");
  EXPECT_NE(list.FindToken(token).value(), nullptr);
}

TEST(Denylist, DeniesEarlierTokensOfASubject) {
  Denylist list;
  list.Add(Of(Kind::kSubject, "alice-id", UnixTime{1000}));
  TokenFacts token = Token();
  EXPECT_EQ(list.FindToken(token).value(), nullptr);
  token.issued_at = 999.999;
  EXPECT_NE(list.FindToken(token).value(), nullptr);
  token.issued_at.reset();
  EXPECT_NE(list.FindToken(token).value(), nullptr);
}

TEST(Denylist, DeniesNoTokenForWantOfJtiOrKid) {
  Denylist list;
  list.Add(Of(Kind::kTokenId, Jti("")));
  list.Add(Of(Kind::kKeyId, "key-1"));
  TokenFacts token = Token();
  token.jti.clear();
  token.kid.clear();
  EXPECT_EQ(list.FindToken(token).value(), nullptr);
}

TEST(Denylist, SaysWhatWasDenied) {
  const Error account = ToError({Account("alice"), DenyingList::kHost});
  EXPECT_EQ(Id(account.reason), "account.denied");
  EXPECT_EQ(account.detail, "account \"alice\" is denied since 1970-01-01T00:00:01Z");
  const Error subject = ToError({Of(Kind::kSubject, "x", UnixTime{5}), DenyingList::kHost});
  EXPECT_EQ(Id(subject.reason), "token.denied");
  EXPECT_EQ(
      subject.detail,
      "sub \"x\" is denied since 1970-01-01T00:00:01Z, if issued before 1970-01-01T00:00:05Z");
  EXPECT_EQ(ToError({Account("alice"), DenyingList::kFleet}).detail,
            "account \"alice\" is denied since 1970-01-01T00:00:01Z, by the list of the fleet");
  // A line may have any integer as its time.
  Denial odd = Account("alice");
  odd.since = UnixTime{INT64_MAX};
  EXPECT_EQ(ToError({odd, DenyingList::kHost}).detail,
            "account \"alice\" is denied since 9223372036854775807");
}

}  // namespace
}  // namespace pamjwt
