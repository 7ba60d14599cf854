#include "io/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "io/unique_fd.h"
#include "support/expect_origin.h"
#include "support/temp_dir.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::DetailOf;
using test::RefusedFor;
using test::TempDir;
using test::UnsharedPlace;
using Names = std::vector<std::string>;

/// The rules for a file that the tests themselves wrote.
FileRules OwnRules(std::size_t max_bytes = 1024) {
  return {Owners{geteuid()}, max_bytes, Reason::kMapUnusable};
}

testing::AssertionResult IsRefused(const std::string& path, const std::string& message,
                                   const FileRules& rules = OwnRules()) {
  const Result<std::string> text = ReadTrustedFile(path, rules);
  testing::AssertionResult refused = RefusedFor(Reason::kMapUnusable, text);
  if (!refused) return refused;
  const bool says_so = text.error().detail.find(message) != std::string::npos;
  return (says_so ? testing::AssertionSuccess() : testing::AssertionFailure())
         << text.error().detail;
}

TEST(ReadTrustedFile, ReadsTheWholeFile) {
  const TempDir directory;
  const std::string text("line\n\0\xff", 7);
  const Result<std::string> read = ReadTrustedFile(directory.Write("file", text), OwnRules());
  ASSERT_TRUE(Accepted(read));
  EXPECT_EQ(read.value(), text);
}

TEST(ReadTrustedFile, ReadsAnEmptyFileAndALongOne) {
  const TempDir directory;
  EXPECT_EQ(ReadTrustedFile(directory.Write("empty", ""), OwnRules()).value(), "");
  const std::string text(300'000, 'x');
  EXPECT_EQ(ReadTrustedFile(directory.Write("long", text), OwnRules(300'000)).value(), text);
}

TEST(ReadTrustedFile, RefusesOneByteMoreThanTheBound) {
  const TempDir directory;
  const std::string path = directory.Write("file", "12345");
  EXPECT_TRUE(Accepted(ReadTrustedFile(path, OwnRules(5))));
  EXPECT_TRUE(IsRefused(path, "has more than 4 bytes", OwnRules(4)));
  EXPECT_TRUE(IsRefused(path, "has more than 0 bytes", OwnRules(0)));
}

TEST(ReadTrustedFile, SaysWhatIsMissing) {
  const TempDir directory;
  const std::string path = directory.Path("file");
  EXPECT_TRUE(IsRefused(path, "open " + path + ": No such file"));
  EXPECT_TRUE(IsRefused(directory.Path("no/file"), "open " + directory.Path("no")));
}

struct ModeCase {
  const char* name;
  mode_t mode;
  bool is_trusted;
};

constexpr ModeCase kFileModes[] = {
    {"ReadableByAll", 0644, true},
    {"OwnersAlone", 0600, true},
    {"ReadOnly", 0444, true},
    {"Executable", 0755, true},
    {"WritableByTheGroup", 0664, false},
    {"WritableByOthers", 0646, false},
    {"WritableByAll", 0666, false},
    {"OnlyWritableByTheGroup", 0620, false},
    {"StickyAndWritable", 01666, false},
};

class FileModeTest : public testing::TestWithParam<ModeCase> {};

TEST_P(FileModeTest, TheModeDecidesWhetherTheFileIsRead) {
  const TempDir directory;
  const std::string path = directory.Write("file", "text");
  directory.SetMode("file", GetParam().mode);
  if (GetParam().is_trusted) {
    EXPECT_TRUE(Accepted(ReadTrustedFile(path, OwnRules())));
  } else {
    EXPECT_TRUE(IsRefused(path, path + " may be written by group or others: chmod go-w"));
  }
}

INSTANTIATE_TEST_SUITE_P(ReadTrustedFile, FileModeTest, testing::ValuesIn(kFileModes),
                         test::kCaseName);

constexpr ModeCase kDirectoryModes[] = {
    {"ReadableByAll", 0755, true},       {"OwnersAlone", 0700, true},
    {"WritableByTheGroup", 0775, false}, {"WritableByOthers", 0757, false},
    {"WritableByAll", 0777, false},      {"StickyAndWritable", 01777, true},
};

class DirectoryModeTest : public testing::TestWithParam<ModeCase> {};

TEST_P(DirectoryModeTest, TheModeOfEveryDirectoryAboveDecides) {
  for (const char* const name : {"a", "a/b", "a/b/c"}) {
    const TempDir directory;
    const std::string path = directory.Write("a/b/c/file", "text");
    directory.SetMode(name, GetParam().mode);
    if (GetParam().is_trusted) {
      EXPECT_TRUE(Accepted(ReadTrustedFile(path, OwnRules()))) << name;
    } else {
      EXPECT_TRUE(IsRefused(path, directory.Path(name) + " may be written")) << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(ReadTrustedFile, DirectoryModeTest, testing::ValuesIn(kDirectoryModes),
                         test::kCaseName);

/// Makes `path` belong to a user who is not root, and returns the user.
uid_t GiveAway(const std::string& path) {
  constexpr uid_t kStranger = 54321;
  if (geteuid() != 0) return geteuid();
  EXPECT_EQ(chown(path.c_str(), kStranger, kStranger), 0);
  return kStranger;
}

TEST(ReadTrustedFile, RefusesAFileOfAnybodyElse) {
  const TempDir directory;
  const std::string path = directory.Write("file", "text");
  const uid_t owner = GiveAway(path);
  EXPECT_TRUE(IsRefused(path, "belongs to uid " + std::to_string(owner) + ", not to root",
                        {Owners{}, 1024, Reason::kMapUnusable}));
  EXPECT_TRUE(IsRefused(path, "belongs to uid " + std::to_string(owner),
                        {Owners{owner + 1}, 1024, Reason::kMapUnusable}));
  EXPECT_TRUE(Accepted(ReadTrustedFile(path, {Owners{owner}, 1024, Reason::kMapUnusable})));
}

TEST(ReadTrustedFile, RefusesADirectoryOfAnybodyElse) {
  const TempDir directory;
  const std::string path = directory.Write("theirs/ours/file", "text");
  const uid_t owner = GiveAway(directory.Path("theirs"));
  EXPECT_TRUE(IsRefused(path, "belongs to uid " + std::to_string(owner),
                        {Owners{}, 1024, Reason::kMapUnusable}));
  EXPECT_TRUE(Accepted(ReadTrustedFile(path, {Owners{owner}, 1024, Reason::kMapUnusable})));
}

// The owner of a sticky directory can still swap the files in it.
TEST(ReadTrustedFile, RefusesAStickyDirectoryOfAnybodyElse) {
  const TempDir directory;
  const std::string path = directory.Write("theirs/file", "text");
  const uid_t owner = GiveAway(directory.Path("theirs"));
  directory.SetMode("theirs", 01777);
  EXPECT_TRUE(IsRefused(path, "belongs to uid " + std::to_string(owner),
                        {Owners{}, 1024, Reason::kMapUnusable}));
}

TEST(ReadTrustedFile, TakesOfRootAloneWhatRootAloneOwns) {
  const TempDir directory;
  const std::string path = directory.Write("file", "text");
  const Result<std::string> text = ReadTrustedFile(path, {Owners{}, 1024, Reason::kMapUnusable});
  EXPECT_EQ(text.ok(), geteuid() == 0) << test::DetailOf(text);
}

TEST(ReadTrustedFile, FollowsNoLinkAtAnyPlace) {
  const TempDir directory;
  const std::string path = directory.Write("a/b/file", "text");
  const auto link = [&](const std::string& target, const std::string& name) {
    std::filesystem::create_symlink(target, directory.Path(name));
  };
  link("file", "a/b/last");
  link("b", "a/middle");
  link(directory.Path("a"), "first");
  link("nowhere", "dangling");
  EXPECT_TRUE(Accepted(ReadTrustedFile(path, OwnRules())));
  EXPECT_TRUE(IsRefused(directory.Path("a/b/last"), "last is a symbolic link"));
  EXPECT_TRUE(IsRefused(directory.Path("a/middle/file"), "middle is a symbolic link"));
  EXPECT_TRUE(IsRefused(directory.Path("first/b/file"), "first is a symbolic link"));
  EXPECT_TRUE(IsRefused(directory.Path("dangling"), "dangling is a symbolic link"));
}

TEST(ReadTrustedFile, DoesNotBlockOnAFifo) {
  const TempDir directory;
  ASSERT_EQ(mkfifo(directory.Path("fifo").c_str(), 0600), 0);
  EXPECT_TRUE(IsRefused(directory.Path("fifo"), "is not a regular file"));
}

TEST(ReadTrustedFile, RefusesADirectory) {
  const TempDir directory;
  EXPECT_TRUE(IsRefused(directory.MakeDirectory("d"), "is not a regular file"));
}

TEST(ReadTrustedFile, RefusesAFileInPlaceOfADirectory) {
  const TempDir directory;
  EXPECT_TRUE(IsRefused(directory.Write("file", "text") + "/x", "is not a directory"));
}

TEST(ReadTrustedFile, WantsAnAbsolutePathWithoutDots) {
  const TempDir directory;
  directory.Write("file", "text");
  directory.MakeDirectory("d");
  for (const std::string& path : {std::string("file"), std::string("./file"), std::string()}) {
    EXPECT_TRUE(IsRefused(path, "the path must begin with /")) << path;
  }
  for (const std::string& path :
       {directory.Path("d/../file"), directory.Path("./file"), directory.Path("d/.."),
        directory.Path("."), std::string("/"), std::string("//"), std::string("/..")}) {
    EXPECT_TRUE(IsRefused(path, "must have neither . nor ..")) << path;
  }
  EXPECT_TRUE(Accepted(ReadTrustedFile("/" + directory.Path("/file"), OwnRules())));
  EXPECT_TRUE(IsRefused(directory.Path("..file"), "No such file"));
}

TEST(ReadTrustedSecret, ObeysTheRulesOfReadTrustedFile) {
  const TempDir directory;
  const std::string path = directory.Write("secret", "12345");
  const Result<SecretString> secret = ReadTrustedSecret(path, OwnRules(5));
  ASSERT_TRUE(Accepted(secret));
  EXPECT_EQ(secret.value().view(), "12345");
  EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, ReadTrustedSecret(path, OwnRules(4))));
  directory.SetMode("secret", 0660);
  EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, ReadTrustedSecret(path, OwnRules(5))));
}

TEST(ReadTrustedFileIfThere, ObeysTheRulesOfReadTrustedFile) {
  using Text = std::optional<std::string>;
  const TempDir directory;
  const std::string path = directory.Write("d/file", "12345");
  EXPECT_EQ(ReadTrustedFileIfThere(path, OwnRules(5)).value(), Text("12345"));
  EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, ReadTrustedFileIfThere(path, OwnRules(4))));
  directory.SetMode("d", 0775);
  EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, ReadTrustedFileIfThere(path, OwnRules(5))));
}

TEST(ReadTrustedFileIfThere, GivesNothingWithoutTheFileOrItsDirectory) {
  using Text = std::optional<std::string>;
  const TempDir directory;
  directory.Write("file", "");
  directory.MakeDirectory("writable", 0775);
  std::filesystem::create_symlink("nowhere", directory.Path("dangling"));
  EXPECT_EQ(ReadTrustedFileIfThere(directory.Path("none"), OwnRules()).value(), Text());
  EXPECT_EQ(ReadTrustedFileIfThere(directory.Path("none/file"), OwnRules()).value(), Text());
  for (const char* const name : {"none/none/file", "writable/file", "writable/none/file",
                                 "file/file", "dangling", "dangling/file"}) {
    const Result<Text> text = ReadTrustedFileIfThere(directory.Path(name), OwnRules());
    EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, text)) << name;
  }
}

TEST(OpenTrustedFile, ObeysTheRulesOfReadTrustedFile) {
  const TempDir directory;
  const std::string path = directory.Write("file", "12345");
  const Result<OpenedFile> file = OpenTrustedFile(path, OwnRules(5));
  ASSERT_TRUE(Accepted(file));
  EXPECT_EQ(file.value().size, 5U);
  char first = 0;
  EXPECT_EQ(read(file.value().fd.get(), &first, 1), 1);
  EXPECT_EQ(first, '1');
  EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, OpenTrustedFile(path, OwnRules(4))));
  directory.SetMode("file", 0660);
  EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, OpenTrustedFile(path, OwnRules(5))));
}

TEST(OpenTrustedFile, TakesAFileOfTheOwnerOfItsDirectoryWhereTheRulesSaySo) {
  const TempDir directory(UnsharedPlace());
  const std::string path = directory.Write("theirs/file", "text");
  const uid_t owner = GiveAway(directory.Path("theirs"));
  GiveAway(path);
  FileRules rules{Owners{geteuid()}, 1024, Reason::kMapUnusable};
  EXPECT_EQ(OpenTrustedFile(path, rules).ok(), owner == geteuid());
  rules.owner_of_directory = true;
  EXPECT_TRUE(Accepted(OpenTrustedFile(path, rules)));
  directory.SetMode("theirs", 0775);
  EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, OpenTrustedFile(path, rules)));
}

TEST(OpenTrustedFile, TakesNoDirectoryFurtherUpOfAnybodyElse) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a directory away";
  const TempDir directory(UnsharedPlace());
  const std::string path = directory.Write("theirs/ours/file", "text");
  const FileRules rules{Owners{}, 1024, Reason::kMapUnusable, true};
  EXPECT_TRUE(Accepted(OpenTrustedFile(path, rules)));
  GiveAway(directory.Path("theirs"));
  EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, OpenTrustedFile(path, rules)));
}

/// A directory and a file in it of a user who is not root, below a directory of mode `shared`.
std::string MadeBySomebody(const TempDir& directory, mode_t shared) {
  const std::string path = directory.Write("shared/theirs/file", "text");
  GiveAway(directory.Path("shared/theirs"));
  GiveAway(path);
  directory.SetMode("shared", shared);
  return path;
}

TEST(OpenTrustedFile, TakesNoFileOfTheOwnerOfItsDirectoryWhereAnybodyCanBeThat) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a directory away";
  const FileRules rules{Owners{}, 1024, Reason::kMapUnusable, true};
  for (const mode_t shared : {01777U, 01775U, 01757U}) {
    const TempDir directory(UnsharedPlace());
    const std::string path = MadeBySomebody(directory, shared);
    EXPECT_TRUE(IsRefused(path, "others may write " + directory.Path("shared"), rules)) << shared;
    EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, CheckPlaceOf(path, rules))) << shared;
    directory.SetMode("shared", 01755);
    EXPECT_TRUE(Accepted(OpenTrustedFile(path, rules)));
    EXPECT_TRUE(Accepted(CheckPlaceOf(path, rules)));
  }
}

TEST(OpenTrustedFile, TakesNoFileOfTheOwnerOfASharedDirectory) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a directory away";
  const TempDir directory(UnsharedPlace());
  const std::string path = MadeBySomebody(directory, 0755);
  const FileRules rules{Owners{}, 1024, Reason::kMapUnusable, true};
  EXPECT_TRUE(Accepted(OpenTrustedFile(path, rules)));
  directory.SetMode("shared/theirs", 01777);
  EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, OpenTrustedFile(path, rules)));
}

TEST(CheckPlaceOf, RefusesADirectoryThatOthersMayMake) {
  const TempDir directory;
  const FileRules rules{Owners{geteuid()}, 0, Reason::kMapUnusable, true};
  directory.MakeDirectory("shared", 01777);
  directory.MakeDirectory("shared/ours");
  directory.MakeDirectory("private");
  for (const char* const name : {"shared/file", "shared/none/file", "shared/none/at/all"}) {
    const Status place = CheckPlaceOf(directory.Path(name), rules);
    EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, place)) << name;
    EXPECT_NE(DetailOf(place).find(directory.Path("shared") + ", which others may write"),
              std::string::npos)
        << DetailOf(place);
  }
  for (const char* const name : {"private/file", "private/none/at/all", "shared/ours/file"}) {
    EXPECT_TRUE(Accepted(CheckPlaceOf(directory.Path(name), rules))) << name;
  }
}

TEST(CheckMayOwn, TakesRootAndTheOwnerOfTheDirectory) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a directory away";
  const TempDir directory(UnsharedPlace());
  const std::string path = MadeBySomebody(directory, 0755);
  const FileRules rules{Owners{}, 0, Reason::kMapUnusable, true};
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_TRUE(Accepted(CheckMayOwn(0, path, rules)));
  EXPECT_TRUE(Accepted(CheckMayOwn(status.st_uid, path, rules)));
  EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, CheckMayOwn(status.st_uid + 1, path, rules)));
  directory.SetMode("shared", 01777);
  EXPECT_TRUE(RefusedFor(Reason::kMapUnusable, CheckMayOwn(status.st_uid, path, rules)));
}

TEST(ListTrustedDirectory, GivesTheNamesInOrder) {
  const TempDir directory;
  for (const char* const name : {"b", "a", "B", "10", "9", ".hidden", "a.toml"}) {
    directory.Write(std::string("d/") + name, "");
  }
  const Result<Names> names = ListTrustedDirectory(directory.Path("d"), OwnRules());
  ASSERT_TRUE(Accepted(names));
  EXPECT_EQ(names.value(), (Names{".hidden", "10", "9", "B", "a", "a.toml", "b"}));
}

TEST(ListTrustedDirectory, IsEmptyForAnEmptyDirectoryAndForAMissingOne) {
  const TempDir directory;
  directory.MakeDirectory("d");
  for (const char* const name : {"d", "none", "none/at/all"}) {
    const Result<Names> names = ListTrustedDirectory(directory.Path(name), OwnRules());
    ASSERT_TRUE(Accepted(names)) << name;
    EXPECT_EQ(names.value(), Names()) << name;
  }
}

TEST(ListTrustedDirectory, RefusesWhatIsNoTrustedDirectory) {
  const TempDir directory;
  directory.Write("file", "");
  directory.MakeDirectory("d");
  directory.MakeDirectory("writable", 0775);
  std::filesystem::create_symlink("d", directory.Path("link"));
  std::filesystem::create_symlink("nowhere", directory.Path("dangling"));
  for (const char* const name : {"file", "writable", "link", "dangling", "link/x", "file/x"}) {
    EXPECT_TRUE(
        RefusedFor(Reason::kMapUnusable, ListTrustedDirectory(directory.Path(name), OwnRules())))
        << name;
  }
}

TEST(OwnersFor, GivesRootAloneUnlessThePathIsExplicit) {
  EXPECT_FALSE(OwnersFor(false).besides_root.has_value());
  EXPECT_EQ(OwnersFor(true).besides_root, std::optional(getuid()));
}

TEST(IsWorldReadable, LooksAtOthersAlone) {
  const TempDir directory;
  const std::string path = directory.Write("file", "");
  EXPECT_TRUE(IsWorldReadable(path));
  directory.SetMode("file", 0640);
  EXPECT_FALSE(IsWorldReadable(path));
  EXPECT_FALSE(IsWorldReadable(directory.Path("none")));
}

bool IsOpen(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0;
}

TEST(UniqueFd, ClosesWhatItOwnsAtItsEnd) {
  int raw = -1;
  {
    UniqueFd last;
    EXPECT_FALSE(last.ok());
    {
      UniqueFd first(dup(0));
      raw = first.get();
      UniqueFd second(std::move(first));
      EXPECT_EQ(second.get(), raw);
      last = std::move(second);
    }
    EXPECT_EQ(last.get(), raw);
    EXPECT_TRUE(IsOpen(raw));
  }
  EXPECT_FALSE(IsOpen(raw));
}

TEST(UniqueFd, ClosesWhatItOwnedWhenItTakesAnother) {
  UniqueFd fd(dup(0));
  const int first = fd.get();
  UniqueFd other(dup(0));
  const int second = other.get();
  fd = std::move(other);
  EXPECT_FALSE(IsOpen(first));
  EXPECT_TRUE(IsOpen(second));
}

}  // namespace
}  // namespace pamjwt
