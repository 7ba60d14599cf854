#pragma once

#include <string_view>

namespace pamjwt {

/// Returns whether a token may give an account of this name: `[A-Za-z0-9_][A-Za-z0-9_.@-]*` and
/// perhaps a `$` at the end, at most 255 bytes. A number (decimal or 0x) is not a name, because
/// programs take it for a uid.
bool IsAccountName(std::string_view name);

}  // namespace pamjwt
