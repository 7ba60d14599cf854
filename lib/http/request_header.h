#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "http/http.h"

namespace pamjwt::http {

/// The greatest length of all `fields` of a request together, in bytes.
inline constexpr std::size_t kMaxRequestFieldBytes = std::size_t{32} * 1024;

/// Returns the header lines of a request, without line ends: the types that it accepts, unless a
/// field Accept says them, each of its fields, and each condition whose value may be sent. Leaves
/// out a condition that is not plain (see IsPlainField), because a server made it up. Errors:
/// kKeysMissing for a field whose name is not a token (RFC 9110 §5.6.2), or whose value is empty or
/// not printable ASCII, and for fields that are too long. The error does not quote the value.
Result<std::vector<std::string>> HeaderLines(const HttpRequest& request);

}  // namespace pamjwt::http
