#include "jwks-fetcher/redeem/sqlite_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/expect_origin.h"
#include "support/synced_files.h"
#include "support/temp_dir.h"

namespace pamjwt::fetcher {
namespace {

using test::Accepted;
using test::RefusedFor;

constexpr UnixTime kNow{1'800'000'000};
constexpr UnixTime kLater{1'800'000'600};

class SqliteStoreTest : public testing::Test {
 protected:
  SqliteStoreTest() { Open(); }

  void Open(SqliteLimits limits = {}, const std::string& name = "redeemed.db") {
    store_.reset();
    store_ = std::make_unique<SqliteStore>(directory_.Path(name), limits);
  }

  Result<bool> Redeem(const std::string& key, UnixTime expires = kLater, UnixTime now = kNow) {
    return RedeemTogether({key}, expires, now).front();
  }

  /// Makes a call for each key, and then records them together.
  std::vector<Result<bool>> RedeemTogether(const std::vector<std::string>& keys,
                                           UnixTime expires = kLater, UnixTime now = kNow) {
    std::vector<Result<bool>> results;
    for (const std::string& key : keys) {
      store_->Redeem(key, expires, {MonoTime{mono_ms_}, now},
                     [&](const Result<bool>& first) { results.push_back(first); });
    }
    EXPECT_TRUE(results.empty()) << "an answer before the records are on the disk";
    store_->Commit({MonoTime{mono_ms_}, now});
    EXPECT_EQ(results.size(), keys.size());
    return results;
  }

  /// Returns "1" for each call that was the first one, "0" for each that was not, and "-" for each
  /// that failed.
  static std::string Show(const std::vector<Result<bool>>& results) {
    std::string text;
    for (const Result<bool>& first : results) {
      text += !first.ok() ? "-" : first.value() ? "1" : "0";
    }
    return text;
  }

  bool IsFirst(const std::string& key, UnixTime expires = kLater, UnixTime now = kNow) {
    const Result<bool> first = Redeem(key, expires, now);
    EXPECT_TRUE(Accepted(first));
    return first.ok() && first.value();
  }

  [[nodiscard]] std::string Path() const { return directory_.Path("redeemed.db"); }

  std::string Ask(const std::string& sql) {
    store_.reset();
    Result<SqliteDatabase> database = SqliteDatabase::Open(Path(), 0);
    if (!database.ok()) return database.error().detail;
    return SqliteDatabase(std::move(database).value()).Ask(sql).value();
  }

  test::TempDir directory_;
  std::unique_ptr<SqliteStore> store_;
  std::int64_t mono_ms_ = 0;
};

TEST_F(SqliteStoreTest, SaysYesOnceForEachKey) {
  EXPECT_TRUE(IsFirst("a"));
  EXPECT_FALSE(IsFirst("a"));
  EXPECT_TRUE(IsFirst("b"));
  EXPECT_FALSE(IsFirst("a"));
}

TEST_F(SqliteStoreTest, RemembersAcrossRestarts) {
  EXPECT_TRUE(IsFirst("a"));
  Open();
  EXPECT_FALSE(IsFirst("a"));
  EXPECT_TRUE(IsFirst("b"));
}

TEST_F(SqliteStoreTest, RemembersAfterALossOfPower) {
  const test::SyncedFiles disk;
  EXPECT_TRUE(IsFirst("a"));
  EXPECT_TRUE(IsFirst("b"));
  directory_.MakeDirectory("after");
  disk.Restore(directory_.Path(), directory_.Path("after"));
  Open({}, "after/redeemed.db");
  EXPECT_FALSE(IsFirst("a"));
  EXPECT_FALSE(IsFirst("b"));
  EXPECT_TRUE(IsFirst("c"));
}

TEST_F(SqliteStoreTest, TakesOneOfAKeyThatIsThereSeveralTimesInAGroup) {
  EXPECT_TRUE(IsFirst("old"));
  EXPECT_EQ(Show(RedeemTogether({"a", "b", "a", "old", "b", "c"})), "110001");
  EXPECT_EQ(Show(RedeemTogether({"c", "b", "a", "d"})), "0001");
}

TEST_F(SqliteStoreTest, HasAWholeGroupOnTheDiskBeforeItAnswersTheFirst) {
  const test::SyncedFiles disk;
  EXPECT_TRUE(IsFirst("x"));
  const int syncs = disk.count();
  std::vector<std::string> keys;
  bool is_restored = false;
  for (int i = 0; i < 64; ++i) {
    keys.push_back(std::to_string(i));
    store_->Redeem(keys.back(), kLater, {MonoTime{}, kNow}, [&](const Result<bool>& first) {
      EXPECT_TRUE(Accepted(first));
      if (std::exchange(is_restored, true)) return;
      directory_.MakeDirectory("after");
      disk.Restore(directory_.Path(), directory_.Path("after"));
    });
  }
  store_->Commit({MonoTime{}, kNow});
  EXPECT_EQ(disk.count(), syncs + 1);
  ASSERT_TRUE(is_restored);
  Open({}, "after/redeemed.db");
  EXPECT_EQ(Show(RedeemTogether(keys)), std::string(keys.size(), '0'));
  EXPECT_TRUE(IsFirst("y"));
}

TEST_F(SqliteStoreTest, EndsTheCallsThatWaitWhenItEnds) {
  std::optional<Result<bool>> result;
  store_->Redeem("a", kLater, {MonoTime{}, kNow},
                 [&](const Result<bool>& first) { result = first; });
  Open();
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, *result));
  EXPECT_TRUE(IsFirst("a"));
}

TEST_F(SqliteStoreTest, DoesNotGrowItsLogFromCallToCall) {
  EXPECT_TRUE(IsFirst("a"));
  const auto size = std::filesystem::file_size(Path() + "-wal");
  for (int i = 0; i < 500; ++i) {
    EXPECT_TRUE(IsFirst(std::to_string(i)));
  }
  EXPECT_EQ(std::filesystem::file_size(Path() + "-wal"), size);
}

TEST_F(SqliteStoreTest, ExtendsALogThatIsThereAlready) {
  EXPECT_TRUE(IsFirst("a"));
  const auto size = std::filesystem::file_size(Path() + "-wal");
  directory_.MakeDirectory("after");
  std::filesystem::copy_file(Path(), directory_.Path("after/redeemed.db"));
  std::filesystem::copy_file(Path() + "-wal", directory_.Path("after/redeemed.db-wal"));
  std::filesystem::resize_file(directory_.Path("after/redeemed.db-wal"), size / 2);
  Open({}, "after/redeemed.db");
  EXPECT_FALSE(IsFirst("a"));
  EXPECT_TRUE(IsFirst("b"));
  EXPECT_EQ(std::filesystem::file_size(directory_.Path("after/redeemed.db-wal")), size);
}

TEST_F(SqliteStoreTest, MakesAFileForItsUserAlone) {
  EXPECT_TRUE(IsFirst("a"));
  struct stat status {};
  ASSERT_EQ(stat(Path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  EXPECT_FALSE(std::filesystem::exists(Path() + ".new"));
  EXPECT_FALSE(std::filesystem::exists(Path() + "-shm"));
}

TEST_F(SqliteStoreTest, ForgetsWhatHasExpiredAndNothingElse) {
  EXPECT_TRUE(IsFirst("old", UnixTime{kNow.seconds + 10}));
  EXPECT_TRUE(IsFirst("new", UnixTime{kNow.seconds + 11}));
  EXPECT_TRUE(IsFirst("x", kLater, UnixTime{kNow.seconds + 10}));
  EXPECT_EQ(Ask("SELECT count(*) FROM redeemed"), "3");  // not after `expires`
  Open();
  EXPECT_TRUE(IsFirst("y", kLater, UnixTime{kNow.seconds + 11}));
  EXPECT_EQ(Ask("SELECT group_concat(key, ' ') FROM redeemed"), "new x y");
}

TEST_F(SqliteStoreTest, ForgetsAFewWithEachCall) {
  for (int i = 0; i < 40; ++i) {
    EXPECT_TRUE(IsFirst("old" + std::to_string(i), kNow));
  }
  EXPECT_TRUE(IsFirst("x", kLater, kLater));
  EXPECT_EQ(Ask("SELECT count(*) FROM redeemed"), "9");
}

class FullStoreTest : public SqliteStoreTest {
 protected:
  static constexpr SqliteLimits kSmall{std::int64_t{8} * 4096};
  const std::string kLong = std::string(1000, 'x');  // has no room where a filler has none

  FullStoreTest() { Open(kSmall); }

  static std::string Filler(int i) { return std::to_string(i) + std::string(500, 'f'); }

  /// Fills the store with keys that expire at `expires`. Returns their number.
  int Fill(UnixTime expires) {
    for (int i = 0; i < 10'000; ++i) {
      const Result<bool> first = Redeem(Filler(i), expires);
      if (first.ok()) continue;
      EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, first));
      EXPECT_NE(first.error().detail.find("full"), std::string::npos) << first.error().detail;
      return i;
    }
    return -1;
  }
};

TEST_F(FullStoreTest, FailsCallsAndForgetsNothing) {
  const int count = Fill(kLater);
  ASSERT_GT(count, 5);
  for (int i = 0; i < count; ++i) {
    EXPECT_FALSE(IsFirst(Filler(i), kLater));
  }
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, Redeem(kLong)));
}

TEST_F(FullStoreTest, GoesOnWhenTokensHaveExpired) {
  ASSERT_GT(Fill(kNow), 5);
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, Redeem(kLong, kLater, kNow)));
  EXPECT_TRUE(IsFirst(kLong, kLater, UnixTime{kNow.seconds + 1}));
  EXPECT_FALSE(IsFirst(kLong, kLater, UnixTime{kNow.seconds + 1}));
}

TEST_F(FullStoreTest, FailsEachOfAGroupThatDoesNotFitAndRecordsNoneOfIt) {
  EXPECT_TRUE(IsFirst("a"));
  std::vector<std::string> keys;
  for (int i = 0; i < 100; ++i) keys.push_back(Filler(i));
  for (const Result<bool>& first : RedeemTogether(keys)) {
    EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, first));
  }
  EXPECT_EQ(Show(RedeemTogether({"a", Filler(0), Filler(1)})), "011");
}

TEST_F(FullStoreTest, RecordsAGroupWhenTokensHaveExpired) {
  ASSERT_GT(Fill(kNow), 5);
  EXPECT_EQ(Show(RedeemTogether({kLong, kLong}, kLater, kNow)), "--");
  EXPECT_EQ(Show(RedeemTogether({kLong, kLong}, kLater, UnixTime{kNow.seconds + 1})), "10");
}

TEST_F(SqliteStoreTest, KeepsOtherProcessesOut) {
  EXPECT_TRUE(IsFirst("a"));
  SqliteStore other(Path(), {});
  other.Redeem("b", kLater, {MonoTime{}, kNow}, [](const Result<bool>& first) {
    EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, first));
    EXPECT_NE(test::DetailOf(first).find("locked"), std::string::npos) << test::DetailOf(first);
  });
  other.Commit({MonoTime{}, kNow});
  EXPECT_TRUE(IsFirst("b"));
}

struct DamageCase {
  const char* name;
  void (*damage)(const std::string& path);
  const char* message;
};

void Overwrite(const std::string& path, std::streamoff at, std::size_t size) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(at);
  file << std::string(size, '\xA5');
}

const DamageCase kDamages[] = {
    {"CutToNothing", [](const std::string& path) { std::filesystem::resize_file(path, 0); },
     "is empty"},
    {"CutInAPage", [](const std::string& path) { std::filesystem::resize_file(path, 5000); },
     "malformed"},
    {"AnotherHead", [](const std::string& path) { Overwrite(path, 0, 16); }, "not a database"},
    {"ADamagedPage", [](const std::string& path) { Overwrite(path, 4096, 4096); }, "is damaged"},
    {"ALink",
     [](const std::string& path) {
       std::filesystem::rename(path, path + ".other");
       std::filesystem::create_symlink(path + ".other", path);
     },
     "not a regular file"},
    {"WritableByOthers",
     [](const std::string& path) {
       std::filesystem::permissions(path, std::filesystem::perms(0620));
     },
     "chmod 600"},
    {"OfAnotherProgram",
     [](const std::string& path) {
       Result<SqliteDatabase> file = SqliteDatabase::Open(path, 0);
       EXPECT_TRUE(
           Accepted(SqliteDatabase(std::move(file).value()).Run("PRAGMA application_id = 7")));
     },
     "is not a file of jwks-fetcher"},
    {"OfAnotherVersion",
     [](const std::string& path) {
       Result<SqliteDatabase> file = SqliteDatabase::Open(path, 0);
       EXPECT_TRUE(
           Accepted(SqliteDatabase(std::move(file).value()).Run("PRAGMA user_version = 2")));
     },
     "another version"},
    {"GoneButForItsLog",
     [](const std::string& path) {
       std::filesystem::remove(path);
       std::ofstream(path + "-wal") << "x";
     },
     "its -wal is there"},
};

class DamagedStoreTest : public SqliteStoreTest, public testing::WithParamInterface<DamageCase> {};

TEST_P(DamagedStoreTest, IsRefusedAndLeftAsItIs) {
  EXPECT_TRUE(IsFirst("a"));
  store_.reset();
  const bool is_there = std::filesystem::exists(Path());
  ASSERT_TRUE(is_there);
  GetParam().damage(Path());
  const bool is_still_there = std::filesystem::exists(Path());
  for (int i = 0; i < 2; ++i) {
    Open();
    const Result<bool> first = Redeem("a");
    EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, first));
    EXPECT_NE(test::DetailOf(first).find(GetParam().message), std::string::npos)
        << test::DetailOf(first);
    EXPECT_EQ(std::filesystem::exists(Path()), is_still_there);
  }
}

INSTANTIATE_TEST_SUITE_P(SqliteStore, DamagedStoreTest, testing::ValuesIn(kDamages),
                         test::kCaseName);

TEST_F(SqliteStoreTest, LooksAgainAfterAWhileAtAFileThatItCouldNotUse) {
  Open({}, "missing/redeemed.db");
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, Redeem("a")));
  directory_.MakeDirectory("missing");
  mono_ms_ = 4999;
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, Redeem("a")));
  mono_ms_ = 5000;
  EXPECT_TRUE(IsFirst("a"));
}

TEST_F(SqliteStoreTest, SaysBeforeTheFirstCallWhetherItsFileCanBeUsed) {
  std::optional<Status> prepared;
  const auto note = [&](const Status& status) { prepared = status; };
  store_->Prepare({MonoTime{}, kNow}, note);
  EXPECT_TRUE(Accepted(*prepared));
  Open({}, "missing/redeemed.db");
  store_->Prepare({MonoTime{}, kNow}, note);
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, *prepared));
}

}  // namespace
}  // namespace pamjwt::fetcher
