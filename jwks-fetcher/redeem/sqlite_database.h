#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/openssl_ptr.h"
#include "core/base/result.h"

namespace pamjwt::fetcher {

using SqliteStatementPtr = std::unique_ptr<sqlite3_stmt, FreeWith<&sqlite3_finalize>>;

/// An open SQLite file. Every error is kRedeemUnavailable, and code() returns SQLite's own code.
class SqliteDatabase {
 public:
  /// Opens a file that exists, without following symbolic links. Trusts neither its schema nor its
  /// content: the file can call no unsafe function, and cannot damage its own schema.
  /// Every method waits at most `busy_ms` for a lock that another process holds.
  static Result<SqliteDatabase> Open(const std::string& path, int busy_ms);

  /// Runs statements, and ignores the rows that they return.
  Status Run(const std::string& sql);
  /// Returns the first column of the first row, as text. A query without a row is an error.
  Result<std::string> Ask(const std::string& sql);
  /// Compiles one statement. It is valid as long as the database is open.
  Result<SqliteStatementPtr> Prepare(const std::string& sql);
  /// Runs a prepared statement that returns no rows, and resets it for the next time.
  Status Step(sqlite3_stmt* statement);

  /// Extends the write-ahead log with zeros to `bytes`, if there is room.
  /// Commits then overwrite bytes that the file has already. So their fsync does not have to wait
  /// until the file system has recorded that the file grew.
  void ExtendLog(std::int64_t bytes);

  /// Returns the number of rows that the last INSERT or DELETE changed.
  [[nodiscard]] int changes() const { return sqlite3_changes(database_.get()); }
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }
  /// Returns SQLite's primary code of the last call: SQLITE_FULL, SQLITE_BUSY, ...
  [[nodiscard]] int code() const { return sqlite3_errcode(database_.get()) & 0xFF; }

 private:
  using SqlitePtr = std::unique_ptr<sqlite3, FreeWith<&sqlite3_close_v2>>;

  SqliteDatabase(SqlitePtr database, std::string path)
      : database_(std::move(database)), path_(std::move(path)) {}
  [[nodiscard]] Error LastError() const;

  SqlitePtr database_;
  std::string path_;
};

}  // namespace pamjwt::fetcher
