#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "io/unique_fd.h"

namespace pamjwt::sso {

/// A socket on 127.0.0.1 that takes connections.
struct Listener {
  UniqueFd socket;  ///< does not block
  /// Keeps the port on [::1] from others, while browsers may try "localhost" there first. It takes
  /// no connections.
  UniqueFd guard;
  std::uint16_t port = 0;
};

/// Listens on the first of `ports` that is free; 0 is any free port. `host` is that of a
/// RedirectUri. Errors: kInternal, with what is wrong with each port, and what to do.
Result<Listener> Listen(std::string_view host, const std::vector<std::uint16_t>& ports);

}  // namespace pamjwt::sso
