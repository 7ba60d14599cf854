#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json/json.h"

namespace pamjwt::ctl {

/// A member of a header or payload that a condition or rule can name.
struct ListedClaim {
  std::string name;  ///< what `claim =` takes (ClaimName)
  std::string type;
  std::string value;  ///< as printable JSON, at most kMaxShownBytes, with the date if it is one
};

inline constexpr std::size_t kMaxShownBytes = 256;

/// Every member of `object` that is no object itself (or an empty one), in the order of the text:
/// top-level names as they are, members of objects as JSON pointers (RFC 6901).
std::vector<ListedClaim> ListClaims(const Json& object);

}  // namespace pamjwt::ctl
