#pragma once

#include <string>
#include <string_view>

namespace pamjwt {

/// Makes text of a library or a server safe for the log and for the daemon's answer to Status. All
/// text that they give must go through this function.
///
/// Replaces with "***" each occurrence of `secret`, or of its first 8 bytes or more, since a server
/// may cut it off. An empty secret hides nothing. Replaces with "***" everything from the first
/// "://" to the last "@", where a url has its user and password. Replaces each byte that is not
/// printable ASCII with "?".
std::string ShowLibraryText(std::string_view text, std::string_view secret = {});

}  // namespace pamjwt
