#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/denylist/denial.h"

namespace pamjwt {

/// The longest record of a session, in bytes.
inline constexpr std::size_t kMaxSessionRecordBytes = std::size_t{32} * 1024;

/// A process, told apart from earlier and later processes with the same pid.
struct ProcessIdentity {
  std::int64_t pid = 0;    ///< from 1
  std::int64_t start = 0;  ///< when it started, in clock ticks since the boot (proc(5))

  bool operator==(const ProcessIdentity&) const = default;
};

/// The record of an open session that a token opened (`record` of [session]).
struct SessionRecord {
  std::string account;      ///< the account that the token let in, and that can be denied
  std::string user;         ///< the user of the session, as root for sudo; empty: the account
  std::string service;      ///< the PAM service
  TokenFacts token;         ///< without its jti, but with the hash; `iat` without its fraction
  UnixTime expires;         ///< when the token counts no longer, at most kLastSecond
  ProcessIdentity process;  ///< the process that opened the session

  bool operator==(const SessionRecord&) const = default;
};

/// Formats a record as one JSON object. Keeps of the token what the denylist can deny: the hash of
/// the jti, not the jti. Errors: kInternal if a reader would not find all of it again, for example
/// because a text has more than kMaxDeniedBytes.
Result<std::string> FormatSessionRecord(const SessionRecord& record);

/// Parses a record. Parsing is strict: members that are not known are errors. Errors: kInternal,
/// with a detail that has nothing of the values.
Result<SessionRecord> ParseSessionRecord(std::string_view text);

}  // namespace pamjwt
