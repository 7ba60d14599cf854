#pragma once

#include <string_view>

namespace pamjwt {

/// Is this the host of a URL that can be nobody but this machine: localhost, four numbers of
/// 127.0.0.0/8, or [::1]?
bool IsLoopbackHost(std::string_view host);

}  // namespace pamjwt
