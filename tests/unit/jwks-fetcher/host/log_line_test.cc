#include "jwks-fetcher/host/log_line.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include <gtest/gtest.h>

namespace pamjwt::fetcher {
namespace {

constexpr LogTarget kJournal{2, true};
constexpr LogTarget kTerminal{2, false};

TEST(LogLine, HasALevelForTheJournal) {
  EXPECT_EQ(LogLine(kJournal, LogLevel::kError, "a b=c"), "<3>a b=c\n");
  EXPECT_EQ(LogLine(kJournal, LogLevel::kWarning, "a"), "<4>a\n");
  EXPECT_EQ(LogLine(kJournal, LogLevel::kNotice, "a"), "<5>a\n");
  EXPECT_EQ(LogLine(kJournal, LogLevel::kInfo, "a"), "<6>a\n");
}

TEST(LogLine, NamesTheLevelOutsideTheJournal) {
  EXPECT_EQ(LogLine(kTerminal, LogLevel::kInfo, "a"), "jwks-fetcher: a\n");
  EXPECT_EQ(LogLine(kTerminal, LogLevel::kWarning, "a"), "jwks-fetcher: warning: a\n");
  EXPECT_EQ(LogLine(kTerminal, LogLevel::kError, "a"), "jwks-fetcher: error: a\n");
}

TEST(LogLine, StaysOneLineWhateverTheTextIs) {
  EXPECT_EQ(LogLine(kJournal, LogLevel::kInfo, "a\n<0>b\r\x1b[2J\xe2\x80\xa8\x7f"),
            "<6>a\\x0a<0>b\\x0d\\x1b[2J\\xe2\\x80\\xa8\\x7f\n");
}

TEST(LogLine, CutsATextThatIsTooLong) {
  const std::string longest(2048, 'x');
  EXPECT_EQ(LogLine(kJournal, LogLevel::kInfo, longest), "<6>" + longest + "\n");
  EXPECT_EQ(LogLine(kJournal, LogLevel::kInfo, longest + "x"), "<6>" + longest + "...\n");
}

TEST(Log, WritesOneLineToStandardError) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  Log({ends[1], true}, LogLevel::kWarning, "keys_failed issuer=staff");
  close(ends[1]);
  std::array<char, 128> text{};
  const ssize_t size = read(ends[0], text.data(), text.size());
  close(ends[0]);
  EXPECT_EQ(std::string_view(text.data(), static_cast<std::size_t>(size)),
            "<4>keys_failed issuer=staff\n");
}

class StandardErrorTest : public testing::Test {
 protected:
  ~StandardErrorTest() override { unsetenv("JOURNAL_STREAM"); }

  static void SetStream(const std::string& stream) { setenv("JOURNAL_STREAM", stream.c_str(), 1); }
};

TEST_F(StandardErrorTest, StandardErrorIsTheJournalOnlyIfTheVariableNamesIt) {
  unsetenv("JOURNAL_STREAM");
  EXPECT_FALSE(LogTarget::StandardError().is_journal);
  struct stat status {};
  ASSERT_EQ(fstat(STDERR_FILENO, &status), 0);
  const std::string device = std::to_string(status.st_dev) + ":";
  SetStream(device + std::to_string(status.st_ino + 1));
  EXPECT_FALSE(LogTarget::StandardError().is_journal);
  SetStream(device + std::to_string(status.st_ino));
  EXPECT_TRUE(LogTarget::StandardError().is_journal);
}

}  // namespace
}  // namespace pamjwt::fetcher
