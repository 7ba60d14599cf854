#include "jwks-fetcher/redeem/sqlite_store.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <utility>

#include "jwks-fetcher/redeem/sqlite_file.h"

namespace pamjwt::fetcher {
namespace {

constexpr int kPurgedWithACall = 32;
constexpr int kPurgedWhenFull = 1000;

constexpr std::array<const char*, 4> kStatements = {
    "BEGIN IMMEDIATE", "INSERT INTO redeemed (key, expires) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    "DELETE FROM redeemed WHERE key IN (SELECT key FROM redeemed WHERE expires < ?1 "
    "ORDER BY expires LIMIT ?2)",
    "COMMIT"};

}  // namespace

SqliteStore::SqliteStore(std::string path, SqliteLimits limits, OnMade on_made)
    : path_(std::move(path)), limits_(limits), on_made_(std::move(on_made)) {}

void SqliteStore::Prepare(Instant now, std::function<void(Status)> done) {
  done(Open(now.mono));
}

void SqliteStore::Redeem(const std::string& key, UnixTime expires, Instant now, RecordDone done) {
  done(Record(key, expires, now));
}

Status SqliteStore::Open(MonoTime now) {
  if (opened_.has_value()) return Ok();
  const bool is_too_soon = open_error_.has_value() && now.ms - open_tried_.ms < limits_.reopen_ms;
  if (is_too_soon) return *open_error_;
  Result<OpenedDatabase> opened = OpenFile();
  if (!opened.ok()) {
    open_error_ = opened.error();
    open_tried_ = now;
    return std::move(opened).error();
  }
  opened_ = std::move(opened).value();
  open_error_.reset();
  return Ok();
}

Result<SqliteStore::OpenedDatabase> SqliteStore::OpenFile() const {
  const bool is_new = access(path_.c_str(), F_OK) != 0 && errno == ENOENT;
  Result<SqliteDatabase> file = OpenSqliteFile(path_, limits_.max_bytes, limits_.busy_ms);
  if (!file.ok()) return std::move(file).error();
  if (is_new && on_made_) on_made_(path_);
  SqliteDatabase database = std::move(file).value();
  std::array<SqliteStatementPtr, kStatements.size()> statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    Result<SqliteStatementPtr> statement = database.Prepare(kStatements.at(i));
    if (!statement.ok()) return std::move(statement).error();
    statements.at(i) = std::move(statement).value();
  }
  auto& [begin, insert, purge, commit] = statements;
  return OpenedDatabase{std::move(database), std::move(begin), std::move(insert), std::move(purge),
                        std::move(commit)};
}

Result<bool> SqliteStore::Record(const std::string& key, UnixTime expires, Instant now) {
  Status open = Open(now.mono);
  if (!open.ok()) return std::move(open).error();
  Result<bool> first = RecordOnce(key, expires, now.wall);
  if (first.ok() || !RollBack()) return first;
  const bool has_room =
      is_full_ && Purge(now.wall, kPurgedWhenFull).ok() && opened_->database.changes() > 0;
  if (!has_room) return first;
  first = RecordOnce(key, expires, now.wall);
  if (!first.ok()) RollBack();
  return first;
}

/// Records the key in one transaction, which stays open after an error.
Result<bool> SqliteStore::RecordOnce(const std::string& key, UnixTime expires, UnixTime now) {
  Status begun = opened_->database.Step(opened_->begin.get());
  if (!begun.ok()) return std::move(begun).error();
  Result<bool> first = Insert(key, expires, now);
  if (!first.ok()) return first;
  Status committed = opened_->database.Step(opened_->commit.get());
  if (!committed.ok()) return std::move(committed).error();
  return first;
}

Result<bool> SqliteStore::Insert(const std::string& key, UnixTime expires, UnixTime now) {
  Status purged = Purge(now, kPurgedWithACall);
  if (!purged.ok()) return std::move(purged).error();
  sqlite3_stmt* const insert = opened_->insert.get();
  sqlite3_bind_text(insert, 1, key.data(), static_cast<int>(key.size()), SQLITE_TRANSIENT);
  sqlite3_bind_int64(insert, 2, expires.seconds);
  Status inserted = opened_->database.Step(insert);
  if (!inserted.ok()) return std::move(inserted).error();
  return opened_->database.changes() == 1;
}

Status SqliteStore::Purge(UnixTime now, int most) {
  sqlite3_stmt* const purge = opened_->purge.get();
  sqlite3_bind_int64(purge, 1, now.seconds);
  sqlite3_bind_int(purge, 2, most);
  return opened_->database.Step(purge);
}

/// Rolls back after an error. If that fails, or if the error may last, closes the file, and the
/// next call opens and checks it again. Returns whether the file is still open.
bool SqliteStore::RollBack() {
  const int code = opened_->database.code();
  is_full_ = code == SQLITE_FULL;
  const bool may_pass = is_full_ || code == SQLITE_BUSY;
  const bool is_back =
      !opened_->database.in_transaction() || opened_->database.Run("ROLLBACK").ok();
  if (!may_pass || !is_back) opened_.reset();
  return opened_.has_value();
}

}  // namespace pamjwt::fetcher
