#pragma once

#include <string>
#include <string_view>

namespace pamjwt {

/// Makes a text of a library or of a server fit for a log and for an answer to Status. Each such
/// text must come through here.
///
/// Each occurrence of `secret` is shown as "***", and so is its beginning of 8 bytes or more, since
/// a server may cut it off. An empty secret hides nothing. Everything from the first "://" up to
/// the last "@", where a url has its user and password, is "***" too. Each byte that is not
/// printable ASCII is "?".
std::string ShowLibraryText(std::string_view text, std::string_view secret = {});

}  // namespace pamjwt
