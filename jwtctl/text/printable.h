#pragma once

#include <string>
#include <string_view>

namespace pamjwt::ctl {

/// `text` without what could steer a terminal or mislead its reader: control characters, line
/// separators, and marks that have no width or turn the direction of text stand as "\u001b", bytes
/// that are no UTF-8 as "\ufffd". What is left is one line of UTF-8.
std::string Printable(std::string_view text);

/// Is it UTF-8 (RFC 3629)?
bool IsUtf8(std::string_view text);

/// `text` as a JSON string, as printable.
std::string QuotePrintable(std::string_view text);

}  // namespace pamjwt::ctl
