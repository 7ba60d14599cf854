#include "core/base/loopback.h"

#include <algorithm>

namespace pamjwt {

bool IsLoopbackHost(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  const bool is_number = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return is_number && host.starts_with("127.") && std::count(host.begin(), host.end(), '.') == 3;
}

}  // namespace pamjwt
