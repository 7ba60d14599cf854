#include "io/fleet_list.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "io/denylist_file.h"
#include "support/expect.h"
#include "support/sorted_text.h"
#include "support/temp_dir.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::SortedTextOf;
using test::TempDir;
using Kind = Denial::Kind;

constexpr const char* kIssuer = "https://sso.example";

Denial Account(const std::string& name) {
  return {Kind::kAccount, "", name, std::nullopt, UnixTime{1}};
}
Denial Subject(const std::string& subject) {
  return {Kind::kSubject, kIssuer, subject, std::nullopt, UnixTime{1}};
}
TokenFacts TokenOf(const std::string& subject) {
  return {kIssuer, subject, "", "", std::nullopt};
}

class FleetListTest : public testing::Test {
 protected:
  [[nodiscard]] std::string Denylist() const { return directory_.Path("denied.jsonl"); }
  [[nodiscard]] Result<std::optional<FleetList>> Open() const {
    return FleetList::Open(Denylist());
  }

  TempDir directory_;
};

TEST_F(FleetListTest, IsBesideTheDenylist) {
  EXPECT_EQ(FleetListPath(std::nullopt), "/var/lib/pam_jwt/fleet.jsonl");
  EXPECT_EQ(FleetListPath("/etc/x/denied.jsonl"), "/etc/x/fleet.jsonl");
  EXPECT_EQ(FleetListPath("/denied"), "/fleet.jsonl");
}

TEST_F(FleetListTest, AMissingFileIsNoError) {
  for (const std::string& denylist : {Denylist(), directory_.Path("none/denied.jsonl")}) {
    const Result<std::optional<FleetList>> list = FleetList::Open(denylist);
    ASSERT_TRUE(Accepted(list));
    EXPECT_FALSE(list.value().has_value());
    const Result<std::optional<SortedDenials>> whole = ReadFleetList(denylist);
    ASSERT_TRUE(Accepted(whole));
    EXPECT_FALSE(whole.value().has_value());
  }
}

TEST_F(FleetListTest, FindsAccountsAndTokens) {
  directory_.Write("fleet.jsonl", SortedTextOf({Account("alice"), Subject("s")}));
  FleetList list = *Open().value();
  EXPECT_EQ(list.head().entries, 2U);
  const TokenFacts denied = TokenOf("s");
  const TokenFacts other = TokenOf("t");
  EXPECT_EQ(list.Find("alice", nullptr).value(), Account("alice"));
  EXPECT_EQ(list.Find("alice", &denied).value(), Account("alice"));
  EXPECT_EQ(list.Find("bob", &denied).value(), Subject("s"));
  EXPECT_EQ(list.Find("bob", &other).value(), std::nullopt);
  EXPECT_EQ(list.Find("bob", nullptr).value(), std::nullopt);
  EXPECT_EQ(ReadFleetList(Denylist()).value()->entries.size(), 2U);
}

TEST_F(FleetListTest, FindsEachEntryOfAListThatIsReadInParts) {
  std::vector<Denial> entries;
  for (int i = 0; i < 2000; ++i) {
    entries.push_back(Subject("user-" + std::to_string(i)));
  }
  const std::string text = SortedTextOf(entries);
  ASSERT_GT(text.size(), std::size_t{100'000});
  directory_.Write("fleet.jsonl", text);
  FleetList list = *Open().value();
  for (const Denial& entry : entries) {
    const TokenFacts token = TokenOf(entry.value);
    EXPECT_EQ(list.Find("alice", &token).value(), entry);
  }
  for (const char* const subject : {"", "user-", "user-2000", "zoe"}) {
    const TokenFacts token = TokenOf(subject);
    EXPECT_EQ(list.Find("alice", &token).value(), std::nullopt) << subject;
  }
}

TEST_F(FleetListTest, AFileThatIsNotTrustedOrDamagedIsNamed) {
  const std::string good = SortedTextOf({Account("alice")});
  directory_.Write("good/fleet.jsonl", good);
  directory_.Write("cut/fleet.jsonl", good.substr(0, good.size() - 1));
  directory_.Write("long/fleet.jsonl", good + "\n");
  directory_.Write("empty/fleet.jsonl", "");
  directory_.Write("other/fleet.jsonl", "{\"format\":1}\n");
  directory_.Write("writable/fleet.jsonl", good);
  directory_.SetMode("writable/fleet.jsonl", 0666);
  directory_.Write("loose/fleet.jsonl", good);
  directory_.SetMode("loose", 0777);
  std::filesystem::create_directory(directory_.Path("link"));
  std::filesystem::create_symlink(directory_.Path("good/fleet.jsonl"),
                                  directory_.Path("link/fleet.jsonl"));
  EXPECT_TRUE(Accepted(FleetList::Open(directory_.Path("good/denied.jsonl"))));
  EXPECT_TRUE(Accepted(ReadFleetList(directory_.Path("good/denied.jsonl"))));
  for (const std::string name : {"cut", "long", "empty", "other", "writable", "loose", "link"}) {
    const Result<std::optional<FleetList>> list =
        FleetList::Open(directory_.Path(name + "/denied.jsonl"));
    ASSERT_TRUE(RefusedFor(Reason::kDenylistDamaged, list)) << name;
    EXPECT_NE(list.error().detail.find("/" + name), std::string::npos) << list.error().detail;
    EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged,
                           ReadFleetList(directory_.Path(name + "/denied.jsonl"))))
        << name;
  }
}

TEST_F(FleetListTest, ADamagedLineThatASearchMeetsIsAnError) {
  std::string text = SortedTextOf({Account("alice")});
  text.replace(text.find("\"since\":1"), 9, "\"since\":x");
  directory_.Write("fleet.jsonl", text);
  FleetList list = *Open().value();
  EXPECT_TRUE(Accepted(list.Find("bob", nullptr)));
  const Result<std::optional<Denial>> found = list.Find("alice", nullptr);
  ASSERT_TRUE(RefusedFor(Reason::kDenylistDamaged, found));
  EXPECT_EQ(found.error().detail.find(directory_.Path("fleet.jsonl: ")), 0U)
      << found.error().detail;
}

TEST(IsStale, BeginsFiveMinutesAfterTheEnd) {
  SortedHead head;
  head.stamp.expires = UnixTime{1000};
  EXPECT_FALSE(IsStale(head, UnixTime{1000}));
  EXPECT_FALSE(IsStale(head, UnixTime{1299}));
  EXPECT_TRUE(IsStale(head, UnixTime{1300}));
  EXPECT_TRUE(IsStale(head, kLastSecond));
}

}  // namespace
}  // namespace pamjwt
