#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pamjwt::oauth {

/// The most bytes of a provider's text that one message shows.
inline constexpr std::size_t kMaxShownText = 200;

/// Formats text of a provider or a browser for a message on a terminal: in double quotes, at most
/// kMaxShownText bytes of it and then "...". A byte that is not printable ASCII is shown as "?",
/// and so is a double quote.
std::string ShowProviderText(std::string_view text);

}  // namespace pamjwt::oauth
