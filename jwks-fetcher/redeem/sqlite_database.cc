#include "jwks-fetcher/redeem/sqlite_database.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/library_text.h"

namespace pamjwt::fetcher {

Result<SqliteDatabase> SqliteDatabase::Open(const std::string& path, int busy_ms) {
  // There is one thread, so SQLite needs no locks of its own.
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, kFlags, nullptr);
  SqliteDatabase database(SqlitePtr(raw), path);
  if (raw == nullptr) return Error{Reason::kRedeemUnavailable, path + ": out of memory"};
  if (code != SQLITE_OK) return database.LastError();
  sqlite3_busy_timeout(raw, busy_ms);
  // A file that an attacker prepared can then neither call unsafe functions nor damage its schema.
  for (const auto& [option, value] :
       {std::pair(SQLITE_DBCONFIG_DEFENSIVE, 1), std::pair(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)}) {
    if (sqlite3_db_config(raw, option, value, nullptr) != SQLITE_OK) return database.LastError();
  }
  return database;
}

Error SqliteDatabase::LastError() const {
  return {Reason::kRedeemUnavailable,
          path_ + ": " + ShowLibraryText(sqlite3_errmsg(database_.get()))};
}

Status SqliteDatabase::Run(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return LastError();
  }
  return Ok();
}

Result<std::string> SqliteDatabase::Ask(const std::string& sql) {
  Result<SqliteStatementPtr> statement = Prepare(sql);
  if (!statement.ok()) return std::move(statement).error();
  sqlite3_stmt* const row = statement.value().get();
  if (sqlite3_step(row) != SQLITE_ROW) return LastError();
  const auto* const text = sqlite3_column_text(row, 0);
  return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
}

Result<SqliteStatementPtr> SqliteDatabase::Prepare(const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT,
                                      &raw, nullptr);
  SqliteStatementPtr statement(raw);
  if (code != SQLITE_OK || raw == nullptr) return LastError();
  return statement;
}

void SqliteDatabase::ExtendLog(std::int64_t bytes) {
  constexpr std::array<char, 16384> kZeros{};
  sqlite3_file* log = nullptr;
  sqlite3_int64 size = 0;
  const bool is_open = sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER,
                                            &log) == SQLITE_OK &&
                       log != nullptr && log->pMethods != nullptr &&
                       log->pMethods->xFileSize(log, &size) == SQLITE_OK;
  if (!is_open) return;
  while (size < bytes) {
    const auto piece = std::min(bytes - size, static_cast<sqlite3_int64>(kZeros.size()));
    if (log->pMethods->xWrite(log, kZeros.data(), static_cast<int>(piece), size) != SQLITE_OK) {
      break;
    }
    size += piece;
  }
  (void)log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
}

Status SqliteDatabase::Step(sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  Status status = code == SQLITE_DONE ? Ok() : Status(LastError());
  sqlite3_reset(statement);
  return status;
}

}  // namespace pamjwt::fetcher
