#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/session/session_record.h"

namespace pamjwt {

inline constexpr const char* kDefaultSessionsDirectory = "/run/pam_jwt/sessions";

/// Writes a record of a session that this process opens, into a file of its own, and returns the
/// path of the file.
///
/// `directory` replaces the default. Makes it with mode 0700, and the directory above it with mode
/// 0755, if they are absent. Fills in `process`. Errors: kInternal.
Result<std::string> WriteSessionRecord(const std::optional<std::string>& directory,
                                       SessionRecord record);

/// Removes the file of a record. Does nothing if it is gone. Errors: kInternal.
Status RemoveSessionRecord(const std::string& path);

/// The records in a directory.
struct FoundSessions {
  std::vector<SessionRecord> open;      ///< in the order of the names of their files
  std::vector<std::string> unreadable;  ///< why a file could not be read, with its path
};

/// Finds the records of sessions that are open. Leaves out stale ones: their process has ended, and
/// did not remove them. There are no records if there is no directory.
/// Errors: kInternal if the directory cannot be read or trusted.
Result<FoundSessions> FindSessions(const std::optional<std::string>& directory);

}  // namespace pamjwt
