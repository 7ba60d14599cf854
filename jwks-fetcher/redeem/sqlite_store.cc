#include "jwks-fetcher/redeem/sqlite_store.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <utility>

#include "jwks-fetcher/redeem/sqlite_file.h"

namespace pamjwt::fetcher {
namespace {

constexpr std::size_t kLeastPurged = 32;
constexpr std::size_t kPurgedWhenFull = 1000;

constexpr std::array<const char*, 4> kStatements = {
    "BEGIN IMMEDIATE", "INSERT INTO redeemed (key, expires) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    "DELETE FROM redeemed WHERE key IN (SELECT key FROM redeemed WHERE expires < ?1 "
    "ORDER BY expires LIMIT ?2)",
    "COMMIT"};

}  // namespace

SqliteStore::SqliteStore(std::string path, SqliteLimits limits, OnMade on_made)
    : path_(std::move(path)), limits_(limits), on_made_(std::move(on_made)) {}

SqliteStore::~SqliteStore() {
  group_.Fail({Reason::kRedeemUnavailable, "the configuration names another store now"});
}

void SqliteStore::Prepare(Instant now, std::function<void(Status)> done) {
  done(Open(now.mono));
}

void SqliteStore::Redeem(const std::string& key, UnixTime expires, Instant /*now*/,
                         RecordDone done) {
  group_.Add({key, expires}, std::move(done));
}

void SqliteStore::Commit(Instant now) {
  group_.Record([&](std::span<const TokenUse> uses) { return Record(uses, now); });
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

Result<std::vector<bool>> SqliteStore::Record(std::span<const TokenUse> uses, Instant now) {
  Status open = Open(now.mono);
  if (!open.ok()) return std::move(open).error();
  Result<std::vector<bool>> first = RecordOnce(uses, now.wall);
  if (first.ok() || !RollBack()) return first;
  const bool has_room =
      is_full_ && Purge(now.wall, kPurgedWhenFull).ok() && opened_->database.changes() > 0;
  if (!has_room) return first;
  first = RecordOnce(uses, now.wall);
  if (!first.ok()) RollBack();
  return first;
}

/// Records the uses in one transaction, which stays open after an error.
Result<std::vector<bool>> SqliteStore::RecordOnce(std::span<const TokenUse> uses, UnixTime now) {
  Status begun = opened_->database.Step(opened_->begin.get());
  if (!begun.ok()) return std::move(begun).error();
  // More records are deleted than made, as long as there are any that have expired.
  Status purged = Purge(now, std::max(kLeastPurged, 2 * uses.size()));
  if (!purged.ok()) return std::move(purged).error();
  std::vector<bool> all;
  for (const TokenUse& use : uses) {
    const Result<bool> first = Insert(use);
    if (!first.ok()) return first.error();
    all.push_back(first.value());
  }
  Status committed = opened_->database.Step(opened_->commit.get());
  if (!committed.ok()) return std::move(committed).error();
  return all;
}

/// Returns whether the key was not there yet, neither in the file nor from this transaction.
Result<bool> SqliteStore::Insert(const TokenUse& use) {
  sqlite3_stmt* const insert = opened_->insert.get();
  sqlite3_bind_text(insert, 1, use.key.data(), static_cast<int>(use.key.size()), SQLITE_TRANSIENT);
  sqlite3_bind_int64(insert, 2, use.expires.seconds);
  Status inserted = opened_->database.Step(insert);
  if (!inserted.ok()) return std::move(inserted).error();
  return opened_->database.changes() == 1;
}

Status SqliteStore::Purge(UnixTime now, std::size_t most) {
  sqlite3_stmt* const purge = opened_->purge.get();
  sqlite3_bind_int64(purge, 1, now.seconds);
  sqlite3_bind_int64(purge, 2, static_cast<sqlite3_int64>(most));
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
