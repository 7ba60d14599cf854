#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/claims/claims.h"
#include "core/config/config.h"

namespace pamjwt {

/// The longest value that a variable of `export` may have, in bytes.
inline constexpr std::size_t kMaxExportBytes = 256;

/// One variable of `export`.
struct SessionVariable {
  std::string name;
  std::string value;
  std::string left_out;  ///< why it is not set, without the claim's value; empty if it is set
};

/// The things that a login leaves to its session ([session] of the configuration).
struct SessionFacts {
  std::vector<SessionVariable> variables;  ///< all of `export`
  std::optional<UnixTime> end;             ///< with `end_with_token`; at most kLastSecond
  /// With `record`: when the token counts no longer, at most kLastSecond.
  std::optional<UnixTime> record_expires = std::nullopt;
};

/// The moments at which a session may end, in seconds since 1970.
struct SessionEnds {
  double token = 0;  ///< from then on the token counts no longer
  double login = 0;  ///< from then on the user must log in to the issuer again
};

/// Describes the session of a login with these claims. A claim is exported if it is a string, an
/// integer or a boolean, and its text is printable ASCII of at most kMaxExportBytes. Else its
/// variable is left out.
SessionFacts DescribeSession(const SessionOptions& options, const Claims& claims,
                             const SessionEnds& ends);

/// Formats a session for `explain`: the variables as JSON strings, the end, and whether it is
/// recorded.
std::string Show(const SessionFacts& session);

/// Formats the end of a session as decimal digits.
std::string FormatEnd(UnixTime end);
/// Parses the end of a session. Returns nullopt unless the text is exactly what FormatEnd gives for
/// a time from 1970 to kLastSecond.
std::optional<UnixTime> ParseEnd(std::string_view text);

}  // namespace pamjwt
