#pragma once

#include <string_view>

namespace pamjwt {

/// Returns whether `text`, between quotes, is a JSON string whose value is `text` itself, and which
/// QuoteJson() writes like that: at most 4096 characters of printable ASCII, without quotes and
/// backslashes.
bool IsPlainText(std::string_view text);

}  // namespace pamjwt
