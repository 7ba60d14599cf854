#include "io/session_files.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "io/process_stat.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::TempDir;

SessionRecord RecordOf(const std::string& account) {
  SessionRecord record;
  record.account = account;
  record.service = "sshd";
  record.token.issuer = "https://sso.example";
  record.expires = {1'800'000'300};
  return record;
}

/// Writes a file with a record of `process`.
void WriteFor(const TempDir& directory, const std::string& name, const ProcessIdentity& process) {
  SessionRecord record = RecordOf("alice");
  record.process = process;
  directory.Write("sessions/" + name, FormatSessionRecord(record).value());
}

TEST(SessionFiles, ARecordIsFoundUntilItIsRemoved) {
  const TempDir directory;
  const std::string sessions = directory.Path("run/sessions");
  const Result<std::string> path = WriteSessionRecord(sessions, RecordOf("alice"));
  ASSERT_TRUE(Accepted(path));
  struct stat status {};
  ASSERT_EQ(stat(sessions.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
  ASSERT_EQ(stat(path.value().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  const Result<FoundSessions> found = FindSessions(sessions);
  ASSERT_TRUE(Accepted(found));
  ASSERT_EQ(found.value().open.size(), 1U);
  EXPECT_EQ(found.value().open[0].account, "alice");
  EXPECT_EQ(found.value().open[0].process.pid, getpid());
  EXPECT_TRUE(Accepted(RemoveSessionRecord(path.value())));
  EXPECT_TRUE(Accepted(RemoveSessionRecord(path.value())));
  EXPECT_TRUE(FindSessions(sessions).value().open.empty());
}

TEST(SessionFiles, ThereAreNoRecordsWithoutADirectory) {
  const TempDir directory;
  const Result<FoundSessions> found = FindSessions(directory.Path("run/sessions"));
  ASSERT_TRUE(Accepted(found));
  EXPECT_TRUE(found.value().open.empty());
}

TEST(SessionFiles, StaleRecordsAreLeftOut) {
  const TempDir directory;
  const ProcessIdentity own = ReadProcessStat(getpid()).value()->id;
  const pid_t ended = fork();
  if (ended == 0) _exit(0);
  ASSERT_EQ(waitpid(ended, nullptr, 0), ended);
  WriteFor(directory, "1-a.json", own);
  WriteFor(directory, "2-another-start.json", {own.pid, own.start + 1});
  WriteFor(directory, "3-ended.json", {ended, own.start});
  WriteFor(directory, ".4.json.new", own);
  directory.SetMode("sessions", 0700);
  const Result<FoundSessions> found = FindSessions(directory.Path("sessions"));
  ASSERT_TRUE(Accepted(found));
  EXPECT_EQ(found.value().open.size(), 1U);
  EXPECT_TRUE(found.value().unreadable.empty());
}

// Its parent may never ask for it.
TEST(SessionFiles, AProcessThatIsDeadAndNotBuriedHasNoSession) {
  const TempDir directory;
  const pid_t child = fork();
  if (child == 0) _exit(0);
  siginfo_t info;
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  WriteFor(directory, "1.json", ReadProcessStat(child).value()->id);
  directory.SetMode("sessions", 0700);
  EXPECT_TRUE(FindSessions(directory.Path("sessions")).value().open.empty());
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
}

TEST(SessionFiles, ADamagedRecordIsNamedAndTheOthersAreFound) {
  const TempDir directory;
  WriteFor(directory, "2.json", ReadProcessStat(getpid()).value()->id);
  directory.Write("sessions/1.json", "{");
  directory.SetMode("sessions", 0700);
  const Result<FoundSessions> found = FindSessions(directory.Path("sessions"));
  ASSERT_TRUE(Accepted(found));
  EXPECT_EQ(found.value().open.size(), 1U);
  ASSERT_EQ(found.value().unreadable.size(), 1U);
  EXPECT_NE(found.value().unreadable[0].find("sessions/1.json: not the record"), std::string::npos)
      << found.value().unreadable[0];
}

TEST(SessionFiles, ADirectoryThatOthersCanWriteIsRefused) {
  const TempDir directory;
  directory.Write("sessions/1.json", "{}");
  directory.SetMode("sessions", 0777);
  EXPECT_TRUE(RefusedFor(Reason::kInternal, FindSessions(directory.Path("sessions"))));
  directory.SetMode("sessions", 0700);
  EXPECT_TRUE(Accepted(FindSessions(directory.Path("sessions"))));
}

TEST(SessionFiles, ARecordThatCannotBeWrittenIsAnError) {
  const TempDir directory;
  directory.Write("file", "");
  EXPECT_TRUE(RefusedFor(Reason::kInternal,
                         WriteSessionRecord(directory.Path("file/sessions"), RecordOf("alice"))));
  EXPECT_TRUE(RefusedFor(Reason::kInternal,
                         WriteSessionRecord(directory.Path("run/sessions"), RecordOf(""))));
  EXPECT_FALSE(std::filesystem::exists(directory.Path("run")));
}

// A write beyond the limit would end the process by SIGXFSZ.
TEST(SessionFiles, AProcessThatMayWriteTooLittleWritesNoRecord) {
  const TempDir directory;
  SessionRecord record = RecordOf("alice");
  record.process = ReadProcessStat(getpid()).value()->id;
  const std::size_t size = FormatSessionRecord(record).value().size();
  for (const bool is_enough : {false, true}) {
    const pid_t child = fork();
    if (child == 0) {
      // The numbers of this process and of the child may differ in length.
      constexpr std::size_t kDigits = 20;
      const rlimit limit{is_enough ? size + kDigits : size - kDigits, RLIM_INFINITY};
      setrlimit(RLIMIT_FSIZE, &limit);
      const auto written = WriteSessionRecord(directory.Path("run/sessions"), RecordOf("alice"));
      _exit(written.ok() == is_enough ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
}

}  // namespace
}  // namespace pamjwt
