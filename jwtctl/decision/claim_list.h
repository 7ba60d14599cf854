#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json/json.h"

namespace pamjwt::ctl {

/// A member of a header or payload that a condition or an account rule can name.
struct ListedClaim {
  std::string name;   ///< what `claim =` takes (ClaimName)
  std::string type;   ///< of the JSON value
  std::string value;  ///< as printable JSON, at most kMaxShownBytes; behind a time its date
};

/// The longest part of a value that is shown, in bytes.
inline constexpr std::size_t kMaxShownBytes = 256;

/// Returns every member of `object` that is not an object itself, or is an empty one, in the order
/// of the text. Top-level names stand as they are, members of objects as JSON pointers (RFC 6901).
std::vector<ListedClaim> ListClaims(const Json& object);

}  // namespace pamjwt::ctl
