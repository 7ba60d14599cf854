#pragma once

#include <cstdint>
#include <string>

#include "jwks-fetcher/redeem/sqlite_database.h"

namespace pamjwt::fetcher {

/// Opens the file of used tokens at `path` and checks it. Makes the file if there is none.
///
/// The file must belong to the user of this process, no other user may write it, this program must
/// have made it, and every page of it must be sound. A file that fails a check is refused, and
/// never replaced. After that no other process can open the file, and each commit is on the disk
/// when it returns. The file grows to at most `max_bytes`. Errors: kRedeemUnavailable.
Result<SqliteDatabase> OpenSqliteFile(const std::string& path, std::int64_t max_bytes, int busy_ms);

}  // namespace pamjwt::fetcher
