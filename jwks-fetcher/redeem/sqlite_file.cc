#include "jwks-fetcher/redeem/sqlite_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <initializer_list>
#include <utility>

#include "io/system_error.h"
#include "io/unique_fd.h"

namespace pamjwt::fetcher {
namespace {

constexpr std::int64_t kPageBytes = 4096;
/// The size to which SQLite lets the write-ahead log grow: after 1000 pages SQLite writes from its
/// start again.
constexpr std::int64_t kLogBytes = std::int64_t{4} * 1024 * 1024;
constexpr const char* kApplication = "1786213455";  // "jwtO" in ASCII
constexpr const char* kVersion = "1";

Error Refuse(const std::string& path, const std::string& why) {
  return {Reason::kRedeemUnavailable, path + ": " + why};
}

Error CallError(const std::string& path, const char* call) {
  return Refuse(path, std::string(call) + ": " + DescribeErrno(errno));
}

bool Exists(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 || errno != ENOENT;
}

/// Checks what SQLite does not check. Opens no descriptor, because closing it would drop SQLite's
/// locks.
Status CheckFile(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return CallError(path, "stat");
  if (!S_ISREG(status.st_mode)) return Refuse(path, "is not a regular file");
  if (status.st_uid != geteuid()) return Refuse(path, "belongs to another user");
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Refuse(path, "can be written by other users: chmod 600");
  }
  // SQLite would take the file for a new one, and every used token would be valid again.
  if (status.st_size == 0) return Refuse(path, "is empty: it was cut off");
  return Ok();
}

/// Makes a file with an empty table at `path`.
Status FillFile(const std::string& path, int busy_ms) {
  const UniqueFd fd(
      open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!fd.ok()) return CallError(path, "create");
  Result<SqliteDatabase> database = SqliteDatabase::Open(path, busy_ms);
  if (!database.ok()) return std::move(database).error();
  SqliteDatabase made = std::move(database).value();
  // The index finds the records that have expired.
  return made.Run(std::string("PRAGMA synchronous = FULL; PRAGMA page_size = ") +
                  std::to_string(kPageBytes) + "; BEGIN; PRAGMA application_id = " + kApplication +
                  "; PRAGMA user_version = " + kVersion +
                  "; CREATE TABLE redeemed (key TEXT PRIMARY KEY, expires INTEGER NOT NULL) "
                  "WITHOUT ROWID; CREATE INDEX redeemed_expires ON redeemed (expires); COMMIT; "
                  "PRAGMA journal_mode = WAL;");
}

Status SyncDirectoryOf(const std::string& path) {
  const std::string directory = path.substr(0, path.rfind('/') + 1);
  const UniqueFd fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok() || fsync(fd.get()) != 0) return CallError(directory, "sync");
  return Ok();
}

/// Makes the file at `path`, completely or not at all. So if an incomplete file is found there
/// later, it was damaged.
Status MakeFile(const std::string& path, int busy_ms) {
  if (Exists(path + "-wal")) {
    return Refuse(path,
                  "is missing, but its -wal is there: restore the file, or remove the -wal too");
  }
  const std::string fresh = path + ".new";
  for (const char* const left : {"", "-journal", "-wal", "-shm"}) {
    unlink((fresh + left).c_str());
  }
  Status filled = FillFile(fresh, busy_ms);
  if (!filled.ok()) return filled;
  if (renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) != 0) {
    return CallError(path, "rename");
  }
  return SyncDirectoryOf(path);
}

Status CheckAnswer(SqliteDatabase& database, const std::string& path, const std::string& question,
                   const std::string& wanted, const std::string& otherwise) {
  const Result<std::string> answer = database.Ask(question);
  if (!answer.ok()) return answer.error();
  if (answer.value() == wanted) return Ok();
  return Refuse(path, otherwise + " (" + question + ": " + answer.value() + ")");
}

Status CheckContent(SqliteDatabase& database, const std::string& path) {
  struct PragmaCheck {
    const char* question;
    const char* wanted;
    const char* otherwise;
  };
  constexpr std::array<PragmaCheck, 4> kChecks = {
      {{"PRAGMA application_id", kApplication, "is not a file of jwks-fetcher"},
       {"PRAGMA user_version", kVersion, "was made by another version of jwks-fetcher"},
       // With a write-ahead log, one commit needs one fsync.
       {"PRAGMA journal_mode = WAL", "wal", "cannot have a write-ahead log"},
       {"PRAGMA integrity_check(1)", "ok", "is damaged"}}};
  for (const PragmaCheck& check : kChecks) {
    Status checked = CheckAnswer(database, path, check.question, check.wanted, check.otherwise);
    if (!checked.ok()) return checked;
  }
  return Ok();
}

}  // namespace

Result<SqliteDatabase> OpenSqliteFile(const std::string& path, std::int64_t max_bytes,
                                      int busy_ms) {
  if (!Exists(path)) {
    Status made = MakeFile(path, busy_ms);
    if (!made.ok()) return std::move(made).error();
  }
  Status usable = CheckFile(path);
  if (!usable.ok()) return std::move(usable).error();
  Result<SqliteDatabase> database = SqliteDatabase::Open(path, busy_ms);
  if (!database.ok()) return database;
  SqliteDatabase opened = std::move(database).value();
  // EXCLUSIVE needs no -shm file, and refuses a second daemon. FULL calls fsync with each commit.
  Status set = opened.Run(
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; "
      "PRAGMA cell_size_check = ON; PRAGMA journal_size_limit = " +
      std::to_string(kLogBytes) +
      "; PRAGMA max_page_count = " + std::to_string(max_bytes / kPageBytes));
  if (!set.ok()) return std::move(set).error();
  Status good = CheckContent(opened, path);
  if (!good.ok()) return std::move(good).error();
  opened.ExtendLog(kLogBytes);
  return opened;
}

}  // namespace pamjwt::fetcher
