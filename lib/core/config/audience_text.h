#pragma once

#include <string>
#include <string_view>

namespace pamjwt {

/// Returns whether an audience, as it stands in the configuration, has %h in it. So it is another
/// one on each host. CheckConfig has checked that nothing but h and % follows a %.
bool NamesHost(std::string_view audience);

/// Returns the audience with `host` in place of each %h, and with % in place of %%.
std::string FillInAudience(std::string_view audience, std::string_view host);

}  // namespace pamjwt
