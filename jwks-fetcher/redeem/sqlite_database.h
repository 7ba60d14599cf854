#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/openssl_ptr.h"
#include "core/base/result.h"

namespace pamjwt::fetcher {

using SqliteStatementPtr = std::unique_ptr<sqlite3_stmt, FreeWith<&sqlite3_finalize>>;

/// An open SQLite file. Every error is kRedeemUnavailable, and code() has SQLite's own code.
class SqliteDatabase {
 public:
  /// Opens a file that exists, without following links. Neither its schema nor its content is
  /// trusted: it can call no functions, and cannot write into its own schema.
  /// A call waits at most `busy_ms` for a lock that another process holds.
  static Result<SqliteDatabase> Open(const std::string& path, int busy_ms);

  /// Runs statements, and ignores the rows that they give.
  Status Run(const std::string& sql);
  /// Returns the first column of the first row, as text.
  Result<std::string> Ask(const std::string& sql);
  /// Compiles one statement. It is valid as long as the database is open.
  Result<SqliteStatementPtr> Prepare(const std::string& sql);
  /// Runs a prepared statement that gives no rows, and makes it ready for the next time.
  Status Step(sqlite3_stmt* statement);

  /// Extends the write-ahead log with zeros to `bytes`, if there is room.
  /// Commits then overwrite bytes that the file has already, so their fsync need not wait for the
  /// file system to write its own journal for a file that grew.
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
