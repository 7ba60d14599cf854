#include "io/denylist_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

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

TEST(UpdateDenylist, KeepsADamagedFile) {
  const TempDir directory;
  const std::string path = directory.Write("denied.jsonl", "{\"format\":1}\n{\n");
  EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, Deny(path, "alice")));
  EXPECT_EQ(std::filesystem::file_size(path), 15U);
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
