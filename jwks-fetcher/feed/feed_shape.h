#pragma once

#include <string_view>

#include "core/base/result.h"

namespace pamjwt::fetcher {

/// Checks that `text` could be a feed: a compact JWS (RFC 7515 §7.1), which is three parts of
/// base64url with dots between them, and perhaps one newline behind it. Decodes nothing, and does
/// not say that the feed is good: only its reader can.
/// Errors: kMalformed, with how the text begins if it is something else, such as a page for a
/// browser.
Status CheckFeedShape(std::string_view text);

}  // namespace pamjwt::fetcher
