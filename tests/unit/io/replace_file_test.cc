#include "io/replace_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect_origin.h"
#include "support/temp_dir.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::TempDir;
using Names = std::vector<std::string>;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Names NamesIn(const TempDir& directory) {
  Names names;
  for (const auto& entry : std::filesystem::directory_iterator(directory.Path())) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

mode_t ModeOf(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(lstat(path.c_str(), &status), 0);
  return status.st_mode & 07777U;
}

TEST(ReplaceFile, MakesAFileAndPutsAnotherInItsPlace) {
  const TempDir directory;
  const std::string path = directory.Path("file");
  for (const std::string& content :
       {std::string("one\n\0\xFF", 6), std::string(), std::string(300'000, 'x')}) {
    ASSERT_TRUE(Accepted(ReplaceFile(path, content, 0644, AnyText)));
    EXPECT_EQ(ReadAll(path), content);
    EXPECT_EQ(NamesIn(directory), Names{"file"});
  }
}

TEST(ReplaceFile, SetsTheModeWhateverTheUmask) {
  const TempDir directory;
  const std::string path = directory.Path("file");
  const mode_t before = umask(077);
  EXPECT_TRUE(Accepted(ReplaceFile(path, "x", 0644, AnyText)));
  umask(before);
  EXPECT_EQ(ModeOf(path), 0644U);
  EXPECT_TRUE(Accepted(ReplaceFile(path, "x", 0600, AnyText)));
  EXPECT_EQ(ModeOf(path), 0600U);
}

TEST(ReplaceFile, LeavesTheOldFileToWhoHasItOpen) {
  const TempDir directory;
  const std::string path = directory.Write("file", "old");
  std::ifstream old(path);
  ASSERT_TRUE(Accepted(ReplaceFile(path, "new and longer", 0644, AnyText)));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(old), {}), "old");
}

TEST(ReplaceFile, ReplacesTheFileDespiteWhatAKilledWriterLeft) {
  const TempDir directory;
  const std::string path = directory.Write("file", "old");
  directory.Write(".file.new", "half of a fi");
  directory.SetMode(".file.new", 0000);
  EXPECT_TRUE(Accepted(ReplaceFile(path, "new", 0644, AnyText)));
  EXPECT_EQ(ReadAll(path), "new");
  EXPECT_EQ(ModeOf(path), 0644U);
}

TEST(ReplaceFile, WritesThroughNoLink) {
  const TempDir directory;
  const std::string path = directory.Path("file");
  const std::string target = directory.Write("target", "not to be touched");
  std::filesystem::create_symlink(target, directory.Path(".file.new"));
  std::filesystem::create_symlink(target, path);
  EXPECT_TRUE(Accepted(ReplaceFile(path, "new", 0644, AnyText)));
  EXPECT_EQ(ReadAll(path), "new");
  EXPECT_TRUE(std::filesystem::is_regular_file(std::filesystem::symlink_status(path)));
  EXPECT_EQ(ReadAll(target), "not to be touched");
}

TEST(ReplaceFile, KeepsTheOldFileWhereTheNewOneWouldNotBeRead) {
  const TempDir directory;
  const std::string path = directory.Write("file", "old");
  const auto reader = [](std::string_view text) {
    return text == "good" ? Ok() : Status(Error{Reason::kKeysMissing, "line 1 is bad"});
  };
  const Status replaced = ReplaceFile(path, "bad", 0644, reader);
  EXPECT_TRUE(RefusedFor(Reason::kInternal, replaced));
  EXPECT_EQ(test::DetailOf(replaced), path + " was not written: line 1 is bad");
  EXPECT_TRUE(RefusedFor(Reason::kInternal, ReplaceFileInKind(path, "bad", reader)));
  EXPECT_EQ(directory.Read("file"), "old");
  EXPECT_EQ(NamesIn(directory), Names{"file"});
  EXPECT_TRUE(Accepted(ReplaceFile(path, "good", 0644, reader)));
  EXPECT_EQ(directory.Read("file"), "good");
}

TEST(ReplaceFile, LeavesNothingBehindWhereItFails) {
  const TempDir directory;
  directory.MakeDirectory("d");
  directory.Write("d/inside", "");
  const std::string path = directory.Path("d");
  const Status replaced = ReplaceFile(path, "x", 0644, AnyText);
  EXPECT_TRUE(RefusedFor(Reason::kInternal, replaced));
  EXPECT_TRUE(test::DetailOf(replaced).starts_with("rename " + path + ": "));
  EXPECT_EQ(NamesIn(directory), Names{"d"});
}

TEST(ReplaceFile, WantsADirectoryThatIsThere) {
  const TempDir directory;
  EXPECT_TRUE(
      RefusedFor(Reason::kInternal, ReplaceFile(directory.Path("no/file"), "x", 0644, AnyText)));
  EXPECT_TRUE(RefusedFor(Reason::kInternal, ReplaceFile("file", "x", 0644, AnyText)));
  EXPECT_TRUE(
      RefusedFor(Reason::kInternal, ReplaceFile(directory.Path() + "/", "x", 0644, AnyText)));
  EXPECT_TRUE(Accepted(ReplaceFile(directory.Path("file"), "x", 0644, AnyText)));
}

TEST(ReplaceFileInKind, KeepsOwnerGroupAndMode) {
  const TempDir directory;
  const std::string path = directory.Write("file", "old");
  // Only root can give a file away. For other users, owner and group cannot have changed.
  const uid_t owner = geteuid() == 0 ? 12 : geteuid();
  const gid_t group = geteuid() == 0 ? 34 : getegid();
  ASSERT_EQ(chown(path.c_str(), owner, group), 0);
  directory.SetMode("file", 0640);
  ASSERT_TRUE(Accepted(ReplaceFileInKind(path, "new", AnyText)));
  EXPECT_EQ(ReadAll(path), "new");
  EXPECT_EQ(ModeOf(path), 0640U);
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, owner);
  EXPECT_EQ(status.st_gid, group);
  EXPECT_EQ(NamesIn(directory), Names{"file"});
}

TEST(ReplaceFileInKind, WantsAFileThatIsThereAndNoLink) {
  const TempDir directory;
  const std::string target = directory.Write("target", "not to be touched");
  std::filesystem::create_symlink(target, directory.Path("link"));
  EXPECT_TRUE(
      RefusedFor(Reason::kInternal, ReplaceFileInKind(directory.Path("link"), "x", AnyText)));
  EXPECT_TRUE(
      RefusedFor(Reason::kInternal, ReplaceFileInKind(directory.Path("absent"), "x", AnyText)));
  EXPECT_EQ(ReadAll(target), "not to be touched");
  EXPECT_TRUE(Accepted(ReplaceFileInKind(target, "x", AnyText)));
}

// A disk that is full looks the same: a write that goes no further.
TEST(ReplaceFile, KeepsTheOldFileWhereThereIsNoRoom) {
  const TempDir directory;
  const std::string path = directory.Write("file", "old");
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100'000, 100'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    const bool fits =
        ReplaceFile(directory.Path("other"), std::string(100'000, 'x'), 0644, AnyText).ok();
    const bool too_long = !ReplaceFile(path, std::string(100'001, 'x'), 0644, AnyText).ok();
    _exit(fits && too_long ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(ReadAll(path), "old");
  EXPECT_FALSE(std::filesystem::exists(directory.Path(".file.new")));
}

}  // namespace
}  // namespace pamjwt
