#include "io/denylist_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "io/unique_fd.h"
#include "support/expect_origin.h"
#include "support/temp_dir.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::TempDir;

Denial Account(const std::string& name) {
  return {Denial::Kind::kAccount, "", name, std::nullopt, UnixTime{1}};
}

Status Deny(const std::string& path, const std::string& account) {
  return UpdateDenylist(path, [&](Denylist& list) { return list.Add(Account(account)); });
}

TEST(ReadDenylist, IsEmptyWhereNothingWasEverDenied) {
  const TempDir directory;
  for (const char* const name : {"denied.jsonl", "none/denied.jsonl"}) {
    const Result<Denylist> list = ReadDenylist(directory.Path(name));
    ASSERT_TRUE(Accepted(list)) << name;
    EXPECT_TRUE(list.value().entries().empty()) << name;
  }
}

TEST(ReadDenylist, RefusesWhatItCannotTrust) {
  const TempDir directory;
  const std::string good = "{\"format\":1}\n";
  directory.Write("good", good);
  directory.Write("writable", good);
  directory.SetMode("writable", 0666);
  directory.Write("damaged", "{\"format\":1}\n{\n");
  directory.Write("loose/denied.jsonl", good);
  directory.SetMode("loose", 0777);
  directory.Write("long", good + std::string(kMaxDenylistBytes, ' '));
  std::filesystem::create_symlink("good", directory.Path("link"));
  std::filesystem::create_symlink("nowhere", directory.Path("dangling"));
  EXPECT_TRUE(Accepted(ReadDenylist(directory.Path("good"))));
  for (const char* const name : {"writable", "damaged", "loose/denied.jsonl", "loose/none", "long",
                                 "link", "dangling", "good/x", "none/at/all"}) {
    EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, ReadDenylist(directory.Path(name)))) << name;
  }
}

TEST(UpdateDenylist, MayBeCalledWithTheLock) {
  const TempDir directory;
  const std::string path = directory.Path("lists/denied.jsonl");
  std::thread other;
  {
    const Result<DenylistLock> lock = DenylistLock::Take(path);
    ASSERT_TRUE(Accepted(lock));
    other = std::thread([&] { EXPECT_TRUE(Accepted(Deny(path, "bob"))); });
    for (const char* const account : {"alice", "carol"}) {
      EXPECT_TRUE(Accepted(UpdateDenylist(
          lock.value(), [&](Denylist& list) { return list.Add(Account(account)); })));
    }
    EXPECT_EQ(ReadDenylist(path).value().entries().size(), 2U);
  }
  other.join();
  EXPECT_EQ(ReadDenylist(path).value().entries().size(), 3U);
}

TEST(UpdateDenylist, WaitsForNobodyWhoCannotWriteTheDirectory) {
  const TempDir directory;
  const std::string path = directory.Path("lists/denied.jsonl");
  ASSERT_TRUE(Accepted(Deny(path, "alice")));
  // Everybody may open the directory and the list, and so lock them.
  const UniqueFd above(open(directory.Path("lists").c_str(), O_RDONLY | O_DIRECTORY));
  const UniqueFd list(open(path.c_str(), O_RDONLY));
  ASSERT_EQ(flock(above.get(), LOCK_EX | LOCK_NB), 0);
  ASSERT_EQ(flock(list.get(), LOCK_EX | LOCK_NB), 0);
  EXPECT_TRUE(Accepted(Deny(path, "bob")));
  struct stat status {};
  ASSERT_EQ(stat(directory.Path("lists/.lock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST(UpdateDenylist, MakesFileAndDirectory) {
  const TempDir directory;
  const std::string path = directory.Path("pam_jwt/denied.jsonl");
  ASSERT_TRUE(Accepted(Deny(path, "alice")));
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0644U);
  EXPECT_NE(ReadDenylist(path).value().FindAccount("alice", nullptr), nullptr);
}

TEST(UpdateDenylist, WritesNothingIfNothingChanged) {
  const TempDir directory;
  const std::string path = directory.Path("denied.jsonl");
  ASSERT_TRUE(Accepted(Deny(path, "alice")));
  struct stat before {};
  ASSERT_EQ(stat(path.c_str(), &before), 0);
  ASSERT_TRUE(Accepted(Deny(path, "alice")));
  struct stat after {};
  ASSERT_EQ(stat(path.c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  ASSERT_TRUE(Accepted(Deny(path, "bob")));
  ASSERT_EQ(stat(path.c_str(), &after), 0);
  EXPECT_NE(before.st_ino, after.st_ino);
}

TEST(UpdateDenylist, SetsModesWhateverTheUmask) {
  const TempDir directory;
  const mode_t before = umask(077);
  const Status denied = Deny(directory.Path("pam_jwt/denied.jsonl"), "alice");
  umask(before);
  ASSERT_TRUE(Accepted(denied));
  EXPECT_EQ(directory.Mode("pam_jwt"), 0755U);
  EXPECT_EQ(directory.Mode("pam_jwt/denied.jsonl"), 0644U);
}

TEST(UpdateDenylist, AddsToADamagedFileAndLosesNothing) {
  const TempDir directory;
  const std::string path = directory.Write("denied.jsonl", "{\"format\":1}\n{\n");
  EXPECT_TRUE(Accepted(Deny(path, "alice")));
  EXPECT_EQ(directory.Read("denied.jsonl"),
            "{\"format\":1}\n{\n{\"account\":\"alice\",\"since\":1}\n");
  EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, ReadDenylist(path)));
  const Result<Denylist> list = ReadReadableDenylist(path);
  ASSERT_TRUE(Accepted(list));
  EXPECT_NE(list.value().FindAccount("alice", nullptr), nullptr);
  EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, CheckWhole(list.value(), path)));
}

TEST(UpdateDenylist, LeavesAFileThatItCannotTrust) {
  const TempDir directory;
  const std::string text = "{\"format\":1}\n";
  const std::string path = directory.Write("denied.jsonl", text, 0666);
  EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, Deny(path, "alice")));
  EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, RepairDenylist(path)));
  EXPECT_EQ(directory.Read("denied.jsonl"), text);
}

TEST(UpdateDenylist, WritesNothingThatItCouldNotRead) {
  const TempDir directory;
  const std::string path = directory.Path("denied.jsonl");
  ASSERT_TRUE(Accepted(Deny(path, "alice")));
  const std::string before = directory.Read("denied.jsonl");
  for (const std::string& bad : {std::string("m\xfcller"), std::string(65'536, 'x'),
                                 std::string("a\0b", 3), std::string()}) {
    EXPECT_TRUE(RefusedFor(Reason::kInternal, Deny(path, bad)));
  }
  EXPECT_EQ(directory.Read("denied.jsonl"), before);
  EXPECT_TRUE(Accepted(Deny(path, "müller")));
  EXPECT_EQ(ReadDenylist(path).value().entries().size(), 2U);
}

TEST(RepairDenylist, TakesOutWhatIsDamagedAndKeepsACopy) {
  const TempDir directory;
  const std::string alice = "{\"account\":\"alice\",\"since\":1}\n";
  for (const char* const number : {"1", "2"}) {
    const std::string damaged = std::string("{\"format\":1}\n{\n") + alice + number + "\n";
    const std::string path = directory.Write("denied.jsonl", damaged);
    const Result<DenylistRepair> repair = RepairDenylist(path);
    ASSERT_TRUE(Accepted(repair));
    ASSERT_EQ(repair.value().damage.size(), 2U);
    EXPECT_EQ(repair.value().damage[1].text, number);
    EXPECT_EQ(repair.value().copy, path + ".damaged-" + number);
    EXPECT_EQ(directory.Read(std::string("denied.jsonl.damaged-") + number), damaged);
    EXPECT_EQ(directory.Read("denied.jsonl"), "{\"format\":1}\n" + alice);
  }
}

TEST(RepairDenylist, LeavesAWholeListAndAMissingOneAlone) {
  const TempDir directory;
  const std::string path = directory.Path("denied.jsonl");
  for (int i = 0; i < 2; ++i) {
    const Result<DenylistRepair> repair = RepairDenylist(path);
    ASSERT_TRUE(Accepted(repair));
    EXPECT_TRUE(repair.value().damage.empty());
    ASSERT_TRUE(Accepted(Deny(path, "alice")));
  }
  EXPECT_FALSE(std::filesystem::exists(path + ".damaged-1"));
}

TEST(UpdateDenylist, LosesNothingOfWritersThatRace) {
  constexpr int kWriters = 8;
  constexpr int kEach = 10;
  const TempDir directory;
  const std::string path = directory.Path("denied.jsonl");
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&path, writer] {
      for (int i = 0; i < kEach; ++i) {
        const Status denied = Deny(path, "user" + std::to_string(writer * kEach + i));
        EXPECT_TRUE(Accepted(denied));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(ReadDenylist(path).value().entries().size(), std::size_t{kWriters * kEach});
}

TEST(UpdateDenylist, RefusesToGrowBeyondItsBound) {
  const TempDir directory;
  const std::string path = directory.Path("denied.jsonl");
  ASSERT_TRUE(Accepted(Deny(path, "alice")));
  const Status denied = Deny(path, std::string(kMaxDenylistBytes, 'x'));
  EXPECT_TRUE(RefusedFor(Reason::kInternal, denied));
  EXPECT_EQ(ReadDenylist(path).value().entries().size(), 1U);
}

}  // namespace
}  // namespace pamjwt
