#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/config/config.h"
#include "io/file.h"
#include "jwks-fetcher/redeem/one_time_store.h"

namespace pamjwt::fetcher {

/// Makes the store that a configuration names, without opening it. The url in `options` must be one
/// that ParseStoreUrl accepts. The password_file is read for each connection, and must belong to
/// `owners`.
/// `on_made` is called with the path when a file had to be made. A new file does not know which
/// tokens were used before.
std::unique_ptr<OneTimeStore> MakeStore(const StoreOptions& options, Owners owners,
                                        std::function<void(const std::string& path)> on_made);

}  // namespace pamjwt::fetcher
