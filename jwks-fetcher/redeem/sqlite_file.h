#pragma once

#include <cstdint>
#include <string>

#include "jwks-fetcher/redeem/sqlite_database.h"

namespace pamjwt::fetcher {

/// Opens the file of used tokens and looks it over; makes one where there is none.
///
/// It must be a file of this user that nobody else may write, be one that this program made, and
/// hold together in every page. One that does not is refused, never replaced.
/// From then on this process alone has it, and what is committed is on the disk.
/// Errors: kRedeemUnavailable.
Result<SqliteDatabase> OpenSqliteFile(const std::string& path, std::int64_t max_bytes, int busy_ms);

}  // namespace pamjwt::fetcher
