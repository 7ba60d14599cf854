#include "io/carried_feed.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include <gtest/gtest.h>

#include "core/denylist/feed.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::TempDir;

const Owners kOwn{geteuid()};

TEST(CarriedFeedPath, LiesBesideTheKeyFile) {
  EXPECT_EQ(CarriedFeedPath("/var/lib/jwks-fetcher/keys.jsonl"),
            "/var/lib/jwks-fetcher/denylist.jwt");
  EXPECT_EQ(CarriedFeedPath("/keys.jsonl"), "/denylist.jwt");
}

TEST(CarriedFeed, WhatIsWrittenIsRead) {
  const TempDir directory;
  const std::string path = directory.Path("denylist.jwt");
  ASSERT_TRUE(Accepted(WriteCarriedFeed(path, "a.b.c\n")));
  const Result<std::optional<std::string>> text = ReadCarriedFeed(path, kOwn);
  ASSERT_TRUE(Accepted(text));
  EXPECT_EQ(text.value(), "a.b.c\n");
  EXPECT_EQ(CarriedFeedBytes(path), 6U);
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0644U);
}

TEST(CarriedFeed, NothingCameYetWithoutAFile) {
  const TempDir directory;
  for (const char* const name : {"denylist.jwt", "absent/denylist.jwt"}) {
    const Result<std::optional<std::string>> text = ReadCarriedFeed(directory.Path(name), kOwn);
    ASSERT_TRUE(Accepted(text)) << name;
    EXPECT_EQ(text.value(), std::nullopt) << name;
    EXPECT_EQ(CarriedFeedBytes(directory.Path(name)), std::nullopt) << name;
    EXPECT_FALSE(IsCarriedFeed(directory.Path(name), kOwn, "")) << name;
  }
}

TEST(CarriedFeed, AFileThatIsTooLongIsNotRead) {
  const TempDir directory;
  const std::string longest(kMaxFeedBytes, 'a');
  const std::string path = directory.Write("denylist.jwt", longest);
  EXPECT_TRUE(Accepted(ReadCarriedFeed(path, kOwn)));
  directory.Write("denylist.jwt", longest + "a");
  EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, ReadCarriedFeed(path, kOwn)));
}

TEST(CarriedFeed, AFileThatOthersMayWriteIsNotRead) {
  const TempDir directory;
  const std::string path = directory.Write("denylist.jwt", "a.b.c");
  EXPECT_TRUE(Accepted(ReadCarriedFeed(path, kOwn)));
  EXPECT_TRUE(IsCarriedFeed(path, kOwn, "a.b.c"));
  directory.SetMode("denylist.jwt", 0664);
  EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, ReadCarriedFeed(path, kOwn)));
  EXPECT_FALSE(IsCarriedFeed(path, kOwn, "a.b.c"));
}

TEST(CarriedFeed, ALinkIsNotRead) {
  const TempDir directory;
  directory.Write("other", "a.b.c");
  const std::string path = directory.Path("denylist.jwt");
  ASSERT_EQ(symlink("other", path.c_str()), 0);
  EXPECT_TRUE(RefusedFor(Reason::kDenylistDamaged, ReadCarriedFeed(path, kOwn)));
  EXPECT_EQ(CarriedFeedBytes(path), std::nullopt);
}

TEST(IsCarriedFeed, ComparesAllBytes) {
  const TempDir directory;
  // More than one piece of 64 KiB.
  const std::string text = std::string(100'000, 'a') + ".b.c";
  const std::string path = directory.Write("denylist.jwt", text);
  EXPECT_TRUE(IsCarriedFeed(path, kOwn, text));
  EXPECT_FALSE(IsCarriedFeed(path, kOwn, text + "\n"));
  EXPECT_FALSE(IsCarriedFeed(path, kOwn, text.substr(1)));
  std::string other = text;
  other.back() = 'd';
  EXPECT_FALSE(IsCarriedFeed(path, kOwn, other));
  other = text;
  other.front() = 'd';
  EXPECT_FALSE(IsCarriedFeed(path, kOwn, other));
}

}  // namespace
}  // namespace pamjwt
