#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "jwks-fetcher/redeem/one_time_store.h"
#include "jwks-fetcher/redeem/record_group.h"
#include "jwks-fetcher/redeem/sqlite_database.h"

namespace pamjwt::fetcher {

/// The largest size of the file, and the times to wait for it.
struct SqliteLimits {
  std::int64_t max_bytes = std::int64_t{256} * 1024 * 1024;  ///< enough for about a million tokens
  int busy_ms = 500;              ///< the longest wait for a lock that another process holds
  std::int64_t reopen_ms = 5000;  ///< the time until a file that failed to open is tried again
};

/// A OneTimeStore in a file of this host, which no other process can use at the same time.
///
/// The calls that come while a commit runs are written together by the next one, with one fsync. A
/// record is on the disk before its call is answered. Each commit deletes expired records: at most
/// 32, or twice the number of its calls if that is more. If the file is full, it deletes more of
/// them. No other record is deleted: if there is no room then, calls fail. A file that is damaged
/// or was cut off is left as it is, and calls fail until an administrator removes it. A new file is
/// made only if there is no file.
class SqliteStore : public OneTimeStore {
 public:
  /// Takes the path of a file that was made.
  using OnMade = std::function<void(const std::string& path)>;

  /// Makes a store in the file at `path`. Calls `on_made` when there was no file, and a new one was
  /// made.
  explicit SqliteStore(std::string path, SqliteLimits limits = {}, OnMade on_made = {});
  /// Ends the calls that wait with an error.
  ~SqliteStore() override;

  void Prepare(Instant now, std::function<void(Status)> done) override;
  void Redeem(const std::string& key, UnixTime expires, Instant now, RecordDone done) override;
  void Commit(Instant now) override;

 private:
  struct OpenedDatabase {
    SqliteDatabase database;
    SqliteStatementPtr begin;
    SqliteStatementPtr insert;
    SqliteStatementPtr purge;
    SqliteStatementPtr commit;
  };

  Status Open(MonoTime now);
  [[nodiscard]] Result<OpenedDatabase> OpenFile() const;
  Result<std::vector<bool>> Record(std::span<const TokenUse> uses, Instant now);
  Result<std::vector<bool>> RecordOnce(std::span<const TokenUse> uses, UnixTime now);
  Result<bool> Insert(const TokenUse& use);
  Status Purge(UnixTime now, std::size_t most);
  bool RollBack();

  RecordGroup group_;
  std::string path_;
  SqliteLimits limits_;
  OnMade on_made_;
  std::optional<OpenedDatabase> opened_;
  std::optional<Error> open_error_;  ///< the error of the last try to open the file
  MonoTime open_tried_;              ///< when the last try to open the file failed
  bool is_full_ = false;             ///< whether the last error was that there is no room
};

}  // namespace pamjwt::fetcher
