#include "jwtctl/enable/change_journal.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

using test::Accepted;
using test::RefusedFor;

constexpr const char* kStack = "/etc/pam.d/sshd";
constexpr const char* kDropIn = "/etc/ssh/sshd_config.d/00-pam_jwt.conf";

class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    root_.Write(std::string(kStack).substr(1), "old");
    root_.MakeDirectory("etc/ssh");
    root_.MakeDirectory("etc/ssh/sshd_config.d");
    root_.MakeDirectory("var");
    root_.MakeDirectory("var/lib");
    Result<UniqueFd> lock = journal_.Lock();
    EXPECT_TRUE(Accepted(lock));
    lock_ = std::move(lock).value();
  }

  [[nodiscard]] std::string ReadAll(const std::string& path) const {
    std::ifstream file(root_.Path() + path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  [[nodiscard]] bool Exists(const std::string& path) const {
    return std::filesystem::exists(root_.Path() + path);
  }
  void Begin() const {
    ASSERT_TRUE(Accepted(journal_.Begin(changes_)));
    ASSERT_TRUE(Accepted(journal_.Apply(changes_)));
    EXPECT_EQ(ReadAll(kStack), "new");
    EXPECT_EQ(ReadAll(kDropIn), "made");
    EXPECT_TRUE(journal_.IsPending());
  }

  test::TempDir root_;
  ChangeJournal journal_{root_.Path()};
  UniqueFd lock_;
  std::vector<FileChange> changes_ = {{kStack, "old", "new"}, {kDropIn, std::nullopt, "made"}};
};

TEST_F(JournalTest, WritesNoStackAndNoDropInThatItCouldNotRead) {
  const std::string good = "auth required pam_deny.so\n";
  const std::string half = "# BEGIN jwtctl enable (jwtctl disable takes this out)\n";
  const std::vector<FileChange> bad_changes = {{kStack, good, "nonsense\n"},
                                               {kDropIn, std::nullopt, half}};
  for (const FileChange& bad : bad_changes) {
    ASSERT_TRUE(Accepted(journal_.Begin({bad})));
    EXPECT_TRUE(RefusedFor(Reason::kInternal, journal_.Apply({bad}))) << bad.path;
    ASSERT_TRUE(Accepted(journal_.TakeBack()));
  }
  EXPECT_TRUE(Accepted(journal_.Apply({{kStack, good, good + good}})));
  // What was no stack before can still be taken out of.
  EXPECT_TRUE(Accepted(journal_.Apply({{kStack, "nonsense\nours\n", "nonsense\n"}})));
}

TEST_F(JournalTest, MakesItsDirectoryForAllToReadWhateverTheUmask) {
  const test::TempDir root;
  root.MakeDirectory("var");
  root.MakeDirectory("var/lib");
  const mode_t before = umask(077);
  const Result<UniqueFd> lock = ChangeJournal(root.Path()).Lock();
  umask(before);
  ASSERT_TRUE(Accepted(lock));
  EXPECT_EQ(root.Mode("var/lib/pam_jwt"), 0755U);
}

TEST_F(JournalTest, KeepsWhatIsConfirmedAndABackup) {
  Begin();
  ASSERT_TRUE(Accepted(journal_.Confirm()));
  EXPECT_FALSE(journal_.IsPending());
  EXPECT_EQ(ReadAll(kStack), "new");
  EXPECT_EQ(ReadAll("/var/lib/pam_jwt/backup/etc-pam.d-sshd"), "old");
}

TEST_F(JournalTest, TakesBackWhatIsNotConfirmed) {
  root_.SetMode("etc/pam.d/sshd", 0640);
  Begin();
  const Result<std::vector<std::string>> paths = journal_.TakeBack();
  ASSERT_TRUE(Accepted(paths));
  EXPECT_EQ(paths.value(), (std::vector<std::string>{kStack, kDropIn}));
  EXPECT_EQ(ReadAll(kStack), "old");
  EXPECT_FALSE(Exists(kDropIn));
  EXPECT_FALSE(journal_.IsPending());
  EXPECT_EQ(ReadAll("/var/lib/pam_jwt/backup/etc-pam.d-sshd.taken-back"), "new");
  struct stat status {};
  ASSERT_EQ(stat((root_.Path() + kStack).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
}

TEST_F(JournalTest, PutsBackAFileThatWasRemoved) {
  const std::vector<FileChange> changes = {{kStack, "old", std::nullopt}};
  ASSERT_TRUE(Accepted(journal_.Begin(changes)));
  ASSERT_TRUE(Accepted(journal_.Apply(changes)));
  EXPECT_FALSE(Exists(kStack));
  ASSERT_TRUE(Accepted(journal_.TakeBack()));
  EXPECT_EQ(ReadAll(kStack), "old");
}

TEST_F(JournalTest, TakesBackAChangeThatStoppedHalfWay) {
  ASSERT_TRUE(Accepted(journal_.Begin(changes_)));
  ASSERT_TRUE(Accepted(journal_.Apply({changes_[0]})));
  ASSERT_TRUE(Accepted(journal_.TakeBack()));
  EXPECT_EQ(ReadAll(kStack), "old");
  EXPECT_FALSE(Exists(kDropIn));
}

TEST_F(JournalTest, TakesNothingBackTwice) {
  Begin();
  ASSERT_TRUE(Accepted(journal_.TakeBack()));
  root_.Write("etc/pam.d/sshd", "later");
  const Result<std::vector<std::string>> paths = journal_.TakeBack();
  ASSERT_TRUE(Accepted(paths));
  EXPECT_TRUE(paths.value().empty());
  EXPECT_EQ(ReadAll(kStack), "later");
}

TEST_F(JournalTest, LocksOutASecondProcess) {
  const Result<UniqueFd> second = journal_.Lock();
  ASSERT_TRUE(RefusedFor(Reason::kInternal, second));
  EXPECT_NE(second.error().detail.find("waits for its confirmation"), std::string::npos);
  lock_ = UniqueFd();
  EXPECT_TRUE(Accepted(journal_.Lock()));
}

TEST_F(JournalTest, LeavesFilesAloneIfTheJournalCannotBeTrusted) {
  Begin();
  root_.SetMode("var/lib/pam_jwt/unconfirmed", 0666);
  EXPECT_FALSE(journal_.TakeBack().ok());
  EXPECT_EQ(ReadAll(kStack), "new");
  root_.SetMode("var/lib/pam_jwt/unconfirmed", 0600);
  EXPECT_TRUE(Accepted(journal_.TakeBack()));
}

TEST(ParseJournal, ReadsWhatItWrites) {
  const Result<std::vector<JournalEntry>> entries = ParseJournal(
      std::string("jwtctl changes 1\nrestore ") + kStack + "\nremove " + kDropIn + "\n");
  ASSERT_TRUE(Accepted(entries));
  ASSERT_EQ(entries.value().size(), 2U);
  EXPECT_EQ(entries.value()[0].path, kStack);
  EXPECT_TRUE(entries.value()[0].had_file);
  EXPECT_EQ(entries.value()[1].path, kDropIn);
  EXPECT_FALSE(entries.value()[1].had_file);
}

TEST(ParseJournal, RefusesWhatItDoesNotWrite) {
  const std::string first = "jwtctl changes 1\n";
  for (const std::string& text :
       {std::string(), std::string("jwtctl changes 2\n"), first + "\n", first + "restore \n",
        first + "restore /etc/pam.d/sshd", first + "erase /etc/pam.d/sshd\n",
        first + "restore /etc/passwd\n", first + "remove /etc/pam.d/../passwd\n",
        first + "remove /etc/pam.d/\n", first + "remove  /etc/pam.d/sshd\n"}) {
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, ParseJournal(text))) << text;
  }
  EXPECT_TRUE(Accepted(ParseJournal(first)));
}

}  // namespace
}  // namespace pamjwt::ctl
