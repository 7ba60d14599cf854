#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pamjwt::ctl {

/// Says, behind "this is", why the shape of `text` is not that of a signed JWT (RFC 7515 §7.1):
/// an opaque access token, a JWT that was cut short, one with something in front. Names lengths and
/// what to do, and no part of `text`. Returns nullopt if it has three parts, of which none is
/// empty.
std::optional<std::string> WhyNoJwt(std::string_view text);

}  // namespace pamjwt::ctl
