#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/config/config.h"
#include "io/file.h"
#include "jwks-fetcher/redeem/one_time_store.h"

namespace pamjwt::fetcher {

/// The store that a configuration names, not yet open. `owners` may own its password_file.
/// `on_made` is told of a file that had to be made: what was used before is not known to it.
std::unique_ptr<OneTimeStore> MakeStore(const StoreOptions& options, Owners owners,
                                        std::function<void(const std::string& path)> on_made);

}  // namespace pamjwt::fetcher
