#include "jwtctl/config/file_access.h"

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

/// Files of this user, judged for another one, who is a member of the file's group or is not.
class FileAccessTest : public testing::Test {
 protected:
  FileAccessTest() {
    path_ = scratch_.Write("private/file", "", 0640);
    struct stat status {};
    stat(path_.c_str(), &status);
    member_ = {"member", status.st_uid + 1, {status.st_gid}};
    stranger_ = {"stranger", status.st_uid + 1, {status.st_gid + 1}};
    owner_ = {"owner", status.st_uid, {}};
  }

  test::TempDir scratch_;
  std::string path_;
  FileUser member_;
  FileUser stranger_;
  FileUser owner_;
};

TEST_F(FileAccessTest, TakesTheBitsOfTheOwnerTheGroupOrTheOthers) {
  EXPECT_EQ(JudgeRead(owner_, path_), FileAccess::kAllowed);
  EXPECT_EQ(JudgeRead(member_, path_), FileAccess::kAllowed);
  EXPECT_EQ(JudgeRead(stranger_, path_), FileAccess::kDenied);
  EXPECT_EQ(JudgeUpdate(owner_, path_), FileAccess::kAllowed);
  EXPECT_EQ(JudgeUpdate(member_, path_), FileAccess::kDenied);
  EXPECT_EQ(JudgeConnect(owner_, path_), FileAccess::kAllowed);
  EXPECT_EQ(JudgeConnect(member_, path_), FileAccess::kDenied);
  scratch_.SetMode("private/file", 0604);
  EXPECT_EQ(JudgeRead(member_, path_), FileAccess::kDenied);  // the bits of the group hold
  EXPECT_EQ(JudgeRead(stranger_, path_), FileAccess::kAllowed);
}

TEST_F(FileAccessTest, LooksAtEachDirectoryAbove) {
  scratch_.SetMode("private/file", 0644);
  EXPECT_EQ(JudgeRead(stranger_, path_), FileAccess::kAllowed);
  scratch_.SetMode("private", 0750);
  EXPECT_EQ(JudgeRead(stranger_, path_), FileAccess::kDenied);
  EXPECT_EQ(JudgeRead(member_, path_), FileAccess::kAllowed);
}

TEST_F(FileAccessTest, LooksAtTheDirectoriesToWhichALinkLeads) {
  scratch_.SetMode("private/file", 0644);
  const std::string way = scratch_.Path("way");
  std::filesystem::create_symlink(scratch_.Path("private"), way);
  EXPECT_EQ(JudgeRead(stranger_, way + "/file"), FileAccess::kAllowed);
  scratch_.MakeDirectory("closed/open");
  scratch_.Write("closed/open/file", "", 0644);
  std::filesystem::remove(way);
  std::filesystem::create_symlink(scratch_.Path("closed/open"), way);
  EXPECT_EQ(JudgeRead(stranger_, way + "/file"), FileAccess::kAllowed);
  scratch_.SetMode("closed", 0750);
  EXPECT_EQ(JudgeRead(stranger_, way + "/file"), FileAccess::kDenied);
  EXPECT_EQ(JudgeRead(member_, way + "/file"), FileAccess::kAllowed);
}

TEST_F(FileAccessTest, NamesTheDirectoryThatCannotBeEntered) {
  EXPECT_EQ(FindClosedDirectory(stranger_, path_), std::nullopt);  // the file itself is closed
  scratch_.SetMode("private", 0750);
  EXPECT_EQ(FindClosedDirectory(stranger_, path_), scratch_.Path("private"));
  EXPECT_EQ(FindClosedDirectory(member_, path_), std::nullopt);
}

TEST_F(FileAccessTest, AllowsChangesInADirectoryThatTheUserMayWriteAndEnter) {
  scratch_.SetMode("private", 0770);
  EXPECT_EQ(JudgeChange(member_, scratch_.Path("private")), FileAccess::kAllowed);
  scratch_.SetMode("private", 0760);
  EXPECT_EQ(JudgeChange(member_, scratch_.Path("private")), FileAccess::kDenied);
  scratch_.SetMode("private", 0755);
  EXPECT_EQ(JudgeChange(member_, scratch_.Path("private")), FileAccess::kDenied);
}

TEST_F(FileAccessTest, RootMayDoAnything) {
  scratch_.SetMode("private", 0);
  EXPECT_EQ(JudgeRead({"root", 0, {}}, scratch_.Path("private")), FileAccess::kAllowed);
  EXPECT_EQ(JudgeRead(stranger_, scratch_.Path("private")), FileAccess::kDenied);
  scratch_.SetMode("private", 0755);
}

TEST_F(FileAccessTest, WhatIsNotThereIsUnknown) {
  EXPECT_EQ(JudgeRead(member_, scratch_.Path("absent")), FileAccess::kUnknown);
}

TEST_F(FileAccessTest, AnAccessListIsNotRead) {
  struct Entry {
    std::uint16_t tag, rights;
    std::uint32_t id;
  };
  struct {
    std::uint32_t version = 2;
    // The owner, another user, the group, the mask, all others (acl(5)).
    Entry entries[5] = {
        {0x01, 6, ~0U}, {0x02, 4, 12345}, {0x04, 4, ~0U}, {0x10, 4, ~0U}, {0x20, 0, ~0U}};
  } list;
  if (setxattr(path_.c_str(), "system.posix_acl_access", &list, sizeof list, 0) != 0) {
    GTEST_SKIP() << "no access lists here: " << strerror(errno);
  }
  EXPECT_EQ(JudgeRead(stranger_, path_), FileAccess::kUnknown);
  EXPECT_EQ(JudgeRead(owner_, path_), FileAccess::kAllowed);
  scratch_.SetMode("private/file", 0644);
  EXPECT_EQ(JudgeRead(stranger_, path_), FileAccess::kUnknown);  // the list may deny it
}

TEST(FindFileUser, KnowsTheUsersOfThisHost) {
  const std::optional<FileUser> root = FindFileUser("root");
  ASSERT_TRUE(root.has_value());
  EXPECT_EQ(root->uid, 0U);
  EXPECT_FALSE(FindFileUser("pam_jwt-no-such-user").has_value());
  EXPECT_EQ(ThisUser().uid, geteuid());
}

}  // namespace
}  // namespace pamjwt::ctl
