#pragma once

#include <cstdint>
#include <string>

#include "jwks-fetcher/redeem/sqlite_database.h"

namespace pamjwt::fetcher {

/// Opens the file of used tokens at `path` and checks it. Makes the file if there is none.
///
/// The file must belong to the user of this process, no other user may write it, this program must
/// have made it, and every page of it must be sound. A file that fails a check is refused, and
/// never replaced. While the file is open, no other process can use it, and each commit is on the
/// disk when it returns. The file grows to at most `max_bytes`, without its write-ahead log. A call
/// waits at most `busy_ms` for a lock that another process holds. Errors: kRedeemUnavailable.
Result<SqliteDatabase> OpenSqliteFile(const std::string& path, std::int64_t max_bytes, int busy_ms);

}  // namespace pamjwt::fetcher
