#pragma once

#include <string>
#include <string_view>

namespace pamjwt {

/// What a library or a server says, as it may stand in a log and in an answer to Status. Every text
/// of theirs comes through here.
///
/// Each occurrence of `secret` is "***" (an empty one is none), and so is everything from the first
/// "://" up to the last "@", where a url has its user and password. What is no printable ASCII is
/// "?".
std::string ShowLibraryText(std::string_view text, std::string_view secret = {});

}  // namespace pamjwt
