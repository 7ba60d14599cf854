#include "io/host_denials.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/sorted_text.h"
#include "support/temp_dir.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::EndsIn;
using test::SortedTextUntil;
using test::TempDir;

constexpr UnixTime kNow{1'800'000'000};
constexpr UnixTime kLater{1'800'000'001};
constexpr UnixTime kLongAgo{1'700'000'000};

Denial Account(const std::string& name) {
  return {Denial::Kind::kAccount, "", name, std::nullopt, UnixTime{1}};
}

/// Returns a line of denied.jsonl.
std::string LineFor(const std::string& account) {
  return R"({"account":")" + account + R"(","since":1})" + "\n";
}

class HostDenialsTest : public testing::Test {
 protected:
  /// Writes a list of the host, with this first line, that denies "h".
  void WriteHost(const std::string& head) const {
    directory_.Write("denied.jsonl", head + "\n" + LineFor("h"));
  }
  /// Writes a list of the fleet that denies "f".
  void WriteFleet(UnixTime end) const {
    directory_.Write("fleet.jsonl", SortedTextUntil(end, {Account("f")}));
  }
  [[nodiscard]] HostDenials Open() const {
    return HostDenials::Open(directory_.Path("denied.jsonl"), kNow);
  }

  /// Returns the accounts, of "h", "f" and "x", that are denied.
  static std::string Denied(HostDenials denials) {
    std::string found;
    for (const char* const account : {"h", "f", "x"}) {
      const Result<std::optional<FoundDenial>> denial = denials.Find(account, nullptr);
      EXPECT_TRUE(Accepted(denial));
      if (denial.ok() && denial.value().has_value()) found += account;
    }
    return found;
  }

  TempDir directory_;
};

TEST_F(HostDenialsTest, NothingIsDeniedWithoutFiles) {
  EXPECT_TRUE(Accepted(Open().CheckWhole()));
  EXPECT_EQ(Open().entries(), 0U);
  EXPECT_EQ(Denied(Open()), "");
}

TEST_F(HostDenialsTest, AFleetThatTheFirstLineDoesNotNameIsNotLookedAt) {
  WriteHost(R"({"format":1})");
  WriteFleet(kLater);
  EXPECT_TRUE(Accepted(Open().CheckWhole()));
  EXPECT_EQ(Open().entries(), 1U);
  EXPECT_EQ(Denied(Open()), "h");
  directory_.Write("fleet.jsonl", "damaged");
  EXPECT_TRUE(Accepted(Open().CheckWhole()));
}

TEST_F(HostDenialsTest, SaysWhichListDenies) {
  WriteHost(R"({"format":1,"fleet":"warn"})");
  WriteFleet(kLater);
  HostDenials denials = Open();
  EXPECT_EQ(denials.entries(), 2U);
  EXPECT_EQ(denials.Find("h", nullptr).value(), (FoundDenial{Account("h"), DenyingList::kHost}));
  EXPECT_EQ(denials.Find("f", nullptr).value(), (FoundDenial{Account("f"), DenyingList::kFleet}));
  EXPECT_EQ(denials.Find("x", nullptr).value(), std::nullopt);
}

TEST_F(HostDenialsTest, AListOfTheFleetMayBeEmpty) {
  WriteHost(R"({"format":1,"fleet":"warn"})");
  directory_.Write("fleet.jsonl", SortedTextUntil(kLater, {}));
  EXPECT_TRUE(Accepted(Open().CheckWhole()));
  EXPECT_EQ(Denied(Open()), "h");
}

/// The files of a host, and what becomes of logins.
struct Files {
  const char* name;
  const char* head;  ///< the first line of the host's list
  std::optional<UnixTime> fleet_end;
  const char* fleet_text;  ///< in place of a list, if it is not null
  std::optional<Reason> fault;
  const char* denied;  ///< of "h", "f" and "x"
};

class HostDenialsFilesTest : public HostDenialsTest, public testing::WithParamInterface<Files> {};

TEST_P(HostDenialsFilesTest, WhatCanBeReadDenies) {
  const Files& files = GetParam();
  WriteHost(files.head);
  if (files.fleet_end.has_value()) WriteFleet(*files.fleet_end);
  if (files.fleet_text != nullptr) directory_.Write("fleet.jsonl", files.fleet_text);
  const HostDenials denials = Open();
  EXPECT_TRUE(EndsIn(files.fault, denials.CheckWhole()));
  if (!denials.CheckWhole().ok()) {
    const std::string file = std::string(files.head) == "{" ? "denied.jsonl" : "fleet.jsonl";
    EXPECT_NE(denials.CheckWhole().error().detail.find(directory_.Path(file)), std::string::npos)
        << denials.CheckWhole().error().detail;
  }
  EXPECT_EQ(Denied(Open()), files.denied);
}

constexpr const char* kWarn = R"({"format":1,"fleet":"warn"})";
constexpr const char* kDeny = R"({"format":1,"fleet":"deny"})";
constexpr UnixTime kJustNotStale{kNow.seconds - kStaleLeeway.count + 1};
constexpr UnixTime kJustStale{kNow.seconds - kStaleLeeway.count};

INSTANTIATE_TEST_SUITE_P(
    HostDenials, HostDenialsFilesTest,
    testing::Values(
        Files{"Warn", kWarn, kLater, nullptr, std::nullopt, "hf"},
        Files{"WarnPastItsEnd", kWarn, kLongAgo, nullptr, std::nullopt, "hf"},
        Files{"WarnMissing", kWarn, std::nullopt, nullptr, Reason::kDenylistDamaged, "h"},
        Files{"WarnDamaged", kWarn, std::nullopt, "{}\n", Reason::kDenylistDamaged, "h"},
        Files{"Deny", kDeny, kLater, nullptr, std::nullopt, "hf"},
        Files{"DenyJustNotStale", kDeny, kJustNotStale, nullptr, std::nullopt, "hf"},
        Files{"DenyJustStale", kDeny, kJustStale, nullptr, Reason::kDenylistStale, "hf"},
        Files{"DenyMissing", kDeny, std::nullopt, nullptr, Reason::kDenylistStale, "h"},
        Files{"DenyDamaged", kDeny, std::nullopt, "{}\n", Reason::kDenylistDamaged, "h"},
        Files{"HostDamaged", "{", kLater, nullptr, Reason::kDenylistDamaged, "hf"},
        Files{"HostDamagedWithoutFleet", "{", std::nullopt, nullptr, Reason::kDenylistDamaged,
              "h"}),
    test::kCaseName);

TEST_F(HostDenialsTest, WhatTheFleetDeniesStaysDeniedIfTheHostsListCannotBeRead) {
  WriteFleet(kLater);
  directory_.Write("denied.jsonl", "");
  directory_.SetMode("denied.jsonl", 0666);
  EXPECT_TRUE(EndsIn(Reason::kDenylistDamaged, Open().CheckWhole()));
  EXPECT_EQ(Denied(Open()), "f");
}

// The directories above were looked at for the host's list. The file is looked at by itself.
TEST_F(HostDenialsTest, AListOfTheFleetThatIsNotTrustedCountsAsDamaged) {
  WriteHost(kWarn);
  WriteFleet(kLater);
  EXPECT_TRUE(Accepted(Open().CheckWhole()));
  directory_.SetMode("fleet.jsonl", 0666);
  EXPECT_TRUE(EndsIn(Reason::kDenylistDamaged, Open().CheckWhole()));
  EXPECT_EQ(Denied(Open()), "h");

  std::filesystem::rename(directory_.Path("fleet.jsonl"), directory_.Path("elsewhere"));
  directory_.SetMode("elsewhere", 0644);
  std::filesystem::create_symlink(directory_.Path("elsewhere"), directory_.Path("fleet.jsonl"));
  EXPECT_TRUE(EndsIn(Reason::kDenylistDamaged, Open().CheckWhole()));
  EXPECT_EQ(Denied(Open()), "h");
}

TEST_F(HostDenialsTest, ADirectoryThatOthersMayWriteHasNoLists) {
  WriteHost(kWarn);
  WriteFleet(kLater);
  directory_.SetMode("", 0777);
  EXPECT_TRUE(EndsIn(Reason::kDenylistDamaged, Open().CheckWhole()));
  EXPECT_EQ(Denied(Open()), "");
}

TEST_F(HostDenialsTest, ADamagedLineBelowAGoodFirstLineSaysNothingOfTheFleet) {
  directory_.Write("denied.jsonl", "{\"format\":1}\n{\n");
  WriteFleet(kLater);
  EXPECT_TRUE(EndsIn(Reason::kDenylistDamaged, Open().CheckWhole()));
  EXPECT_EQ(Denied(Open()), "");
  directory_.Write("denied.jsonl", std::string(kWarn) + "\n{\n");
  EXPECT_TRUE(EndsIn(Reason::kDenylistDamaged, Open().CheckWhole()));
  EXPECT_EQ(Denied(Open()), "f");
}

}  // namespace
}  // namespace pamjwt
