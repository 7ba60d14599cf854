#include "core/denylist/sorted_denials.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/jose/sha256.h"
#include "support/expect.h"
#include "support/sorted_text.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::CountedText;
using test::RefusedFor;
using test::SortedTextOf;
using Kind = Denial::Kind;

constexpr const char* kIssuer = "https://sso.example";

Denial Account(const std::string& name, std::optional<UnixTime> before = {}) {
  return {Kind::kAccount, "", name, before, UnixTime{1}};
}
Denial Of(Kind kind, const std::string& value, std::optional<UnixTime> before = {}) {
  return {kind, kIssuer, value, before, UnixTime{1}};
}
std::string Jti(const std::string& text) {
  return Sha256Name(text).value();
}

/// Returns the lines behind the first one.
std::string LinesOf(const std::string& text) {
  return text.substr(text.find('\n') + 1);
}

/// Returns `text` with `old` replaced.
std::string Changed(std::string text, const std::string& old, const std::string& with) {
  const std::size_t at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), with);
}

// ---- The text

TEST(SortedDenials, HasAHeadAndSortedLines) {
  const std::string text =
      SortedTextOf({Of(Kind::kSubject, "x", UnixTime{9}), Account("bob"), Account("al\"ice")});
  const std::string lines = R"({"account":"al\"ice","since":1})"
                            "\n"
                            R"({"account":"bob","since":1})"
                            "\n"
                            R"({"iss":"https://sso.example","sub":"x","before":9,"since":1})"
                            "\n";
  EXPECT_EQ(LinesOf(text), lines);
  const std::string head = text.substr(0, text.find('\n'));
  EXPECT_TRUE(head.starts_with(
      R"({"format":1,"url":"https://ops.example/denied.jwt","serial":7,"iat":1799999991,)"
      R"("exp":1800086391,"payload":"sha256:)"))
      << head;
  EXPECT_TRUE(head.ends_with(R"(","entries":3,"bytes":)" + std::to_string(lines.size()) + "}"))
      << head;
}

TEST(SortedDenials, IsReadBackTheSame) {
  const std::vector<Denial> entries = {Account("alice"), Of(Kind::kTokenId, Jti("t")),
                                       Of(Kind::kKeyId, "k", UnixTime{-5})};
  const Result<SortedDenials> read = ParseSortedDenials(SortedTextOf(entries));
  ASSERT_TRUE(Accepted(read));
  EXPECT_EQ(read.value().head.stamp.serial, 7);
  EXPECT_EQ(read.value().head.stamp.url, test::kFeedUrl);
  EXPECT_EQ(read.value().head.entries, 3U);
  EXPECT_TRUE(std::is_permutation(entries.begin(), entries.end(), read.value().entries.begin(),
                                  read.value().entries.end()));
}

TEST(SortedDenials, KeepTheEntryThatDeniesMost) {
  const auto kept = [](const std::vector<Denial>& entries) {
    return ParseSortedDenials(SortedTextOf(entries)).value().entries;
  };
  const Denial all = Account("alice");
  const Denial early = Account("alice", UnixTime{9});
  const Denial late = Account("alice", UnixTime{10});
  const Denial negative = Account("alice", UnixTime{-10});
  std::vector<Denial> some = {early, late, negative, all};
  std::sort(some.begin(), some.end(), [](const Denial& a, const Denial& b) {
    return a.before.value_or(UnixTime{99}) < b.before.value_or(UnixTime{99});
  });
  do {
    EXPECT_EQ(kept(some), std::vector{all});
    EXPECT_EQ(kept({some[0], some[1]}),
              std::vector{DeniesAllOf(some[0], some[1]) ? some[0] : some[1]});
  } while (std::next_permutation(some.begin(), some.end(), [](const Denial& a, const Denial& b) {
    return a.before.value_or(UnixTime{99}) < b.before.value_or(UnixTime{99});
  }));
  EXPECT_EQ(kept({all, all}), std::vector{all});
}

struct Damage {
  const char* name;
  const char* old;
  const char* text;
};

class SortedDamageTest : public testing::TestWithParam<Damage> {};

// Each text has its length and number of lines in the head, so that nothing else is wrong.
TEST_P(SortedDamageTest, IsRefused) {
  const std::string good = SortedTextOf({Account("alice"), Account("bob"), Account("carol")});
  EXPECT_TRUE(Accepted(ParseSortedDenials(good)));
  std::string text = Changed(good, GetParam().old, GetParam().text);
  const std::string bytes = R"("bytes":)" + std::to_string(LinesOf(good).size());
  if (text.find(bytes) != std::string::npos) {
    text = Changed(text, bytes, R"("bytes":)" + std::to_string(LinesOf(text).size()));
  }
  EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, ParseSortedDenials(text))) << text;
}

INSTANTIATE_TEST_SUITE_P(
    SortedDenials, SortedDamageTest,
    testing::Values(Damage{"OtherFormat", R"({"format":1)", R"({"format":2)"},
                    Damage{"OtherMember", R"(,"entries")", R"(,"x":1,"entries")"},
                    Damage{"MembersInAnotherOrder", R"("serial":7,"iat":1799999991)",
                           R"("iat":1799999991,"serial":7)"},
                    Damage{"BlankInTheHead", R"(,"serial")", R"(, "serial")"},
                    Damage{"NoUrl", R"("url":"https://ops.example/denied.jwt",)", ""},
                    Damage{"EmptyUrl", "https://ops.example/denied.jwt", ""},
                    Damage{"SerialIsNegative", R"("serial":7)", R"("serial":-1)"},
                    Damage{"SerialTooGreat", R"("serial":7)", R"("serial":9007199254740993)"},
                    Damage{"IatTooGreat", "1799999991", "253402300800"},
                    Damage{"PayloadIsNoHash", "sha256:", "sha257:"},
                    Damage{"OtherEntries", R"("entries":3)", R"("entries":2)"},
                    Damage{"OtherBytes", R"("bytes":)", R"("bytes":1)"},
                    Damage{"LineTwice", "bob", "alice"}, Damage{"OutOfOrder", "bob", "zoe"},
                    Damage{"ThingTwice", R"("bob","since":1)", R"("alice","since":2)"},
                    Damage{"BlankInALine", R"("bob",)", R"("bob", )"},
                    Damage{"OtherEscape", "bob", R"(\u0062ob)"},
                    Damage{"NoTime", R"("bob","since":1)", R"("bob")"},
                    Damage{"EmptyLine", "\n{\"account\":\"bob\"", "\n\n{\"account\":\"bob\""},
                    Damage{"NoEnd", "\"carol\",\"since\":1}\n", "\"carol\",\"since\":1}"},
                    Damage{"CarriageReturn", "\n", "\r\n"}),
    test::kCaseName);

TEST(SortedDenials, ASerialThatWasForgottenIsZero) {
  const Result<SortedDenials> read =
      ParseSortedDenials(Changed(SortedTextOf({}), R"("serial":7)", R"("serial":0)"));
  ASSERT_TRUE(Accepted(read));
  EXPECT_EQ(read.value().head.stamp.serial, 0);
}

TEST(SortedDenials, CanForgetTheirSerial) {
  const Denial alice{Kind::kAccount, "", "alice", {}, UnixTime{1}};
  const std::string text = SortedTextOf({alice});
  const Result<std::string> forgotten = ForgetSerial(text);
  ASSERT_TRUE(Accepted(forgotten));
  const Result<SortedDenials> list = ParseSortedDenials(forgotten.value());
  ASSERT_TRUE(Accepted(list));
  SortedHead head = ParseSortedDenials(text).value().head;
  head.stamp.serial = 0;
  EXPECT_EQ(list.value().head, head);
  EXPECT_EQ(list.value().entries, std::vector<Denial>{alice});
  EXPECT_EQ(ForgetSerial(forgotten.value()).value(), forgotten.value());
  EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, ForgetSerial(text + "x")));
}

TEST(SortedDenials, ACutTextIsDamaged) {
  const std::string text = SortedTextOf({Account("alice"), Account("bob")});
  for (std::size_t size = 0; size < text.size(); ++size) {
    const std::string cut = text.substr(0, size);
    EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, ParseSortedDenials(cut))) << size;
    CountedText parts(cut);
    EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, SortedSearch::Begin(parts))) << size;
  }
}

// ---- The search

Result<std::optional<Denial>> FindToken(SortedSearch& search, const TokenFacts& token) {
  return search.Find("", &token);
}

/// Returns whether a list denies each of these.
struct Verdicts {
  bool account, account_with_token, token;
  bool operator==(const Verdicts&) const = default;
};

void PrintTo(const Verdicts& verdicts, std::ostream* out) {
  *out << verdicts.account << verdicts.account_with_token << verdicts.token;
}

Verdicts VerdictsOf(const Denylist& list, const std::string& account, const TokenFacts& token) {
  return {list.FindAccount(account, nullptr) != nullptr,
          list.FindAccount(account, &token) != nullptr, list.FindToken(token).value() != nullptr};
}

Verdicts VerdictsOf(SortedSearch& search, const std::string& account, const TokenFacts& token) {
  const TokenFacts only_time{"", "", "", "", token.issued_at};
  const Verdicts verdicts{search.Find(account, nullptr).value().has_value(),
                          search.Find(account, &only_time).value().has_value(),
                          search.Find("", &token).value().has_value()};
  EXPECT_EQ(search.Find(account, &token).value().has_value(),
            verdicts.account_with_token || verdicts.token);
  return verdicts;
}

/// Makes entries and logins from few values, so that many of them meet.
class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}

  std::size_t Below(std::size_t end) { return random_() % end; }

  std::string Name() {
    static const std::vector<std::string> kNames = {"a",
                                                    "aa",
                                                    "ab",
                                                    "a b",
                                                    "a\"",
                                                    "a\\",
                                                    "\xC3\xA9",
                                                    "e\xCC\x81",
                                                    "{",
                                                    "}",
                                                    "a,",
                                                    "~",
                                                    "\xF0\x9F\x94\x91",
                                                    "sub",
                                                    "0",
                                                    "Z",
                                                    "zz",
                                                    "A",
                                                    "a\"}"};
    return kNames[Below(kNames.size())] + (Below(2) == 0 ? "" : std::string(Below(9), 'x'));
  }

  /// Returns a text, which may have control characters.
  std::string Text() { return Name() + (Below(4) == 0 ? "\n\x01\x7F" : ""); }

  std::string Issuer() { return Below(2) == 0 ? kIssuer : "https://sso.example/" + Name(); }

  Denial Entry() {
    const UnixTime time{static_cast<std::int64_t>(Below(20)) - 5};
    const std::optional<UnixTime> before =
        Below(2) == 0 ? std::nullopt : std::optional(UnixTime{time});
    switch (Below(4)) {
      case 0:
        return {Kind::kAccount, "", Name(), before, time};
      case 1:
        return {Kind::kSubject, Issuer(), Text(), before, time};
      case 2:
        return {Kind::kKeyId, Issuer(), Text(), before, time};
      default:
        return {Kind::kTokenId, Issuer(), Jti(Text()), before, time};
    }
  }

  TokenFacts Token() {
    const auto some = [&] { return Below(3) == 0 ? "" : Text(); };
    const std::optional<double> iat =
        Below(4) == 0 ? std::nullopt : std::optional(static_cast<double>(Below(20)) - 5.5);
    return {Issuer(), some(), some(), some(), iat};
  }

 private:
  std::mt19937 random_;
};

TEST(SortedSearch, AgreesWithTheListOfAHostForRandomEntries) {
  Dice dice(20261129);
  std::size_t denied = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<Denial> entries(dice.Below(200));
    std::generate(entries.begin(), entries.end(), [&] { return dice.Entry(); });
    Denylist list;
    for (const Denial& entry : entries) {
      list.Add(entry);
    }
    const std::string text = SortedTextOf(entries);
    const Result<SortedDenials> whole = ParseSortedDenials(text);
    ASSERT_TRUE(Accepted(whole));
    EXPECT_EQ(whole.value().entries.size(), list.entries().size());
    CountedText parts(text);
    Result<SortedSearch> search = SortedSearch::Begin(parts);
    ASSERT_TRUE(Accepted(search));
    SortedSearch found = std::move(search).value();
    for (int i = 0; i < 100; ++i) {
      const std::string account = dice.Name();
      const TokenFacts token = dice.Token();
      const Verdicts verdicts = VerdictsOf(found, account, token);
      EXPECT_EQ(verdicts, VerdictsOf(list, account, token)) << account << " in\n" << text;
      denied += verdicts.token ? 1 : 0;
    }
    for (const Denial& entry : whole.value().entries) {
      if (entry.kind != Kind::kAccount) continue;
      const TokenFacts token{"", "", "", "", {}};
      EXPECT_EQ(found.Find(entry.value, &token).value(), entry);
    }
  }
  EXPECT_GT(denied, 100U) << "the rounds have met few denials";
}

TEST(SortedSearch, ReturnsTheEntry) {
  const Denial entry = Of(Kind::kSubject, "x", UnixTime{9});
  const std::string text = SortedTextOf({Account("alice"), entry});
  CountedText parts(text);
  SortedSearch search = SortedSearch::Begin(parts).value();
  EXPECT_EQ(search.head().entries, 2U);
  EXPECT_EQ(FindToken(search, {kIssuer, "x", "", "", 8.5}).value(), entry);
  EXPECT_EQ(FindToken(search, {kIssuer, "x", "", "", {}}).value(), entry);
  EXPECT_EQ(FindToken(search, {kIssuer, "x", "", "", 9.0}).value(), std::nullopt);
  EXPECT_EQ(FindToken(search, {"https://b.example", "x", "", "", 8.5}).value(), std::nullopt);
}

TEST(SortedSearch, FindsATokenWhoseJtiIsKnownByItsHashOnly) {
  const std::string hash = Sha256Name("token-1").value();
  const std::string text = SortedTextOf({Of(Kind::kTokenId, hash)});
  CountedText parts(text);
  SortedSearch search = SortedSearch::Begin(parts).value();
  TokenFacts token{kIssuer, "x", "", "", {}};
  EXPECT_EQ(FindToken(search, token).value(), std::nullopt);
  token.jti_hash = hash;
  EXPECT_TRUE(FindToken(search, token).value().has_value());
}

/// Returns a list of accounts whose entries have about the length of real ones.
std::string ListOf(std::size_t count) {
  std::vector<Denial> entries;
  for (std::size_t i = 0; i < count; ++i) {
    entries.push_back(Of(Kind::kSubject, "user-" + std::to_string(i * 7919 % 1000003)));
  }
  return SortedTextOf(entries);
}

// The four things of a login stand far from one another here, so each has reads of its own.
TEST(SortedSearch, FindsAllThingsThatALoginCanBeDeniedBy) {
  std::vector<Denial> entries;
  for (int i = 0; i < 5000; ++i) {
    const std::string name = std::to_string(i);
    entries.push_back(Account(name));
    for (const Kind kind : {Kind::kSubject, Kind::kKeyId}) {
      entries.push_back(Of(kind, name));
    }
    entries.push_back(Of(Kind::kTokenId, Jti(name)));
  }
  const std::string text = SortedTextOf(entries);
  CountedText parts(text);
  SortedSearch search = SortedSearch::Begin(parts).value();
  const TokenFacts none{kIssuer, "x", "x", "x", {}};
  EXPECT_EQ(search.Find("x", &none).value(), std::nullopt);
  for (const char* const name : {"0", "17", "4999", "2500", "999"}) {
    const TokenFacts subject{kIssuer, name, "x", "x", {}};
    const TokenFacts jti{kIssuer, "x", name, "x", {}};
    const TokenFacts kid{kIssuer, "x", "x", name, {}};
    EXPECT_EQ(search.Find(name, &none).value(), Account(name));
    EXPECT_EQ(search.Find("x", &subject).value(), Of(Kind::kSubject, name));
    EXPECT_EQ(search.Find("x", &jti).value(), Of(Kind::kTokenId, Jti(name)));
    EXPECT_EQ(search.Find("x", &kid).value(), Of(Kind::kKeyId, name));
  }
}

// An entry that does not cover the login must not hide another one that does.
TEST(SortedSearch, AnEntryThatDoesNotCountHidesNoOther) {
  const std::string text = SortedTextOf(
      {Account("alice", UnixTime{5}), Of(Kind::kKeyId, "k", UnixTime{5}), Of(Kind::kSubject, "x")});
  CountedText parts(text);
  SortedSearch search = SortedSearch::Begin(parts).value();
  const TokenFacts late{kIssuer, "x", "", "k", 9.0};
  EXPECT_EQ(search.Find("alice", &late).value(), Of(Kind::kSubject, "x"));
  const TokenFacts another{kIssuer, "y", "", "k", 9.0};
  EXPECT_EQ(search.Find("alice", &another).value(), std::nullopt);
}

/// Returns how many lines a search for this subject looks at.
std::size_t LinesFor(const std::string& text, const std::string& subject, bool is_denied) {
  CountedText parts(text);
  SortedSearch search = SortedSearch::Begin(parts).value();
  const std::size_t before = parts.reads;
  EXPECT_EQ(FindToken(search, {kIssuer, subject, "", "", {}}).value().has_value(), is_denied);
  return parts.reads - before;
}

// A read is one look at one line, since these lines are short, or at the last lines that are left.
TEST(SortedSearch, LooksAtFewLinesHoweverManyThereAre) {
  const std::string one = ListOf(1);
  EXPECT_EQ(LinesFor(one, "user-0", true), 1U) << "the first line";
  const std::string many = ListOf(kMaxFeedEntries);
  ASSERT_GT(many.size(), std::size_t{5'000'000});
  std::size_t most = 0;
  for (std::size_t i = 0; i < kMaxFeedEntries; i += 499) {
    most = std::max(most, LinesFor(many, "user-" + std::to_string(i * 7919 % 1000003), true));
  }
  for (const char* subject : {"", "a", "user-", "user-x", "zzz", "\x7F"}) {
    most = std::max(most, LinesFor(many, subject, false));
  }
  EXPECT_LE(most, 14U) << "the first line, and 100,000 lines are halved until 8 KiB are left";
  EXPECT_GT(most, 8U);
}

// A login looks for four things. Here three are absent, and sort in front of all lines.
TEST(SortedSearch, ReadsALineOnceForAllThings) {
  const std::string text = ListOf(kMaxFeedEntries);
  CountedText parts(text);
  SortedSearch search = SortedSearch::Begin(parts).value();
  const TokenFacts token{kIssuer, "user-7919", "j-1", "k1", {}};
  const std::size_t head = parts.reads;
  EXPECT_TRUE(search.Find("alice", &token).value().has_value());
  const std::size_t for_all = parts.reads - head;
  const TokenFacts subject{kIssuer, token.subject, "", "", {}};
  EXPECT_TRUE(search.Find("", &subject).value().has_value());
  EXPECT_EQ(parts.reads - head, 2 * for_all);
}

TEST(SortedSearch, FindsLinesOfAnyLength) {
  std::vector<Denial> entries;
  for (const std::size_t size : {1U, 1000U, 1024U, 2000U, 4095U, 4096U}) {
    for (const char c : {'a', '\n', '\x01', '"'}) {
      entries.push_back(Of(Kind::kSubject, std::string(size, c)));
    }
  }
  const std::string text = SortedTextOf(entries);
  CountedText parts(text);
  SortedSearch search = SortedSearch::Begin(parts).value();
  for (const Denial& entry : entries) {
    EXPECT_EQ(FindToken(search, {kIssuer, entry.value, "", "", {}}).value(), entry);
  }
  EXPECT_EQ(FindToken(search, {kIssuer, std::string(4097, '\x01'), "", "", {}}).value(),
            std::nullopt);
}

TEST(SortedSearch, ADamagedLineIsNoVerdict) {
  const std::string good = SortedTextOf({Account("alice")});
  const std::string bad = Changed(good, R"("since":1})", R"("since":x})");
  CountedText good_parts(good);
  CountedText bad_parts(bad);
  EXPECT_TRUE(Accepted(SortedSearch::Begin(good_parts).value().Find("alice", nullptr)));
  EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged,
                         SortedSearch::Begin(bad_parts).value().Find("alice", nullptr)));
}

}  // namespace
}  // namespace pamjwt
