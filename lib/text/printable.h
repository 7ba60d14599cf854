#pragma once

#include <string>
#include <string_view>

namespace pamjwt {

/// Returns `text` as one line of UTF-8 that cannot control a terminal or mislead its reader.
/// Control characters, line separators, and marks that have no width or turn the direction of text
/// become "\u001b" and the like. Bytes that are not UTF-8 become "\ufffd".
std::string Printable(std::string_view text);

/// Checks whether `text` is UTF-8 (RFC 3629).
bool IsUtf8(std::string_view text);

/// Returns `text` as a JSON string in which everything is printable.
std::string QuotePrintable(std::string_view text);

}  // namespace pamjwt
