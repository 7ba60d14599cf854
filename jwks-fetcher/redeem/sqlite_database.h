#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/openssl_ptr.h"
#include "core/base/result.h"

namespace pamjwt::fetcher {

using SqliteStatementPtr = std::unique_ptr<sqlite3_stmt, FreeWith<&sqlite3_finalize>>;

/// A file of SQLite, open. Every error is kRedeemUnavailable, and code() says which of SQLite's.
class SqliteDatabase {
 public:
  /// Opens a file that exists, without following links, and takes nothing in it for granted.
  static Result<SqliteDatabase> Open(const std::string& path, int busy_ms);

  /// Runs statements that give no rows, or none that matter.
  Status Run(const std::string& sql);
  /// The first column of the first row, as text.
  Result<std::string> Ask(const std::string& sql);
  Result<SqliteStatementPtr> Prepare(const std::string& sql);
  /// Runs a prepared statement that gives no rows, to its end, and makes it ready for the next
  /// time.
  Status Step(sqlite3_stmt* statement);

  /// Makes the write-ahead log `bytes` long, with zeros behind what is in it, if there is room.
  /// Commits then write over bytes that the file has already: their fsync does not wait until the
  /// file system has written its own journal for a file that grew.
  void ExtendLog(std::int64_t bytes);

  /// Rows that the last INSERT or DELETE changed.
  [[nodiscard]] int changes() const { return sqlite3_changes(database_.get()); }
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }
  /// SQLite's primary code of the last call: SQLITE_FULL, SQLITE_BUSY, ...
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
