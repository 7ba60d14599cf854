#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/json/json.h"

namespace pamjwt::ctl {

/// A member of a header or payload that a condition or an account rule can name.
struct ListedClaim {
  std::string name;   ///< what `claim =` takes (ClaimName)
  std::string type;   ///< the type of the JSON value
  std::string value;  ///< printable JSON, at most kMaxShownBytes of it; behind a time ShowTimeFrom
};

/// The longest part of a value that is shown, in bytes.
inline constexpr std::size_t kMaxShownBytes = 256;

/// Returns every member of `object`, which must be a JSON object, in the order of the text. In
/// place of a member that is an object with members, returns these. If all of these are objects, as
/// roles are at some issuers, returns their names too, of the type "names" and under the name "/*"
/// (ClaimName). Top-level names stand as they are, members of inner objects as JSON pointers
/// (RFC 6901), and so do top-level names that `claim =` would take for a pointer, or `jwtctl check`
/// for a path with dots. `now` is the time from which dates are counted.
std::vector<ListedClaim> ListClaims(const Json& object, UnixTime now);

}  // namespace pamjwt::ctl
