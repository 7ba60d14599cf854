#pragma once

#include <string_view>

namespace pamjwt {

/// May a token ever be for an account of this name? `[A-Za-z0-9_][A-Za-z0-9_.@-]*` with an
/// optional `$`, at most 255 bytes, and no number (decimal or 0x), which programs take for a uid.
bool IsAccountName(std::string_view name);

}  // namespace pamjwt
