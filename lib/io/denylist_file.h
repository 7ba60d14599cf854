#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/denylist/denylist.h"

namespace pamjwt {

inline constexpr const char* kDefaultDenylistPath = "/var/lib/pam_jwt/denied.jsonl";

/// The denylist at `path`, by default of this host. Empty if there is no such file, or no such
/// directory in a trusted one: nothing was ever denied. Errors: kDenylistDamaged.
Result<Denylist> ReadDenylist(const std::optional<std::string>& path);

/// Reads the denylist, lets `change` change it, and puts it in the place of the old one, with a
/// lock held all the while. Makes the directory, with mode 0755, if it is not there.
/// `change` says whether there is anything to write. Errors: kDenylistDamaged, kInternal.
Status UpdateDenylist(const std::optional<std::string>& path,
                      const std::function<bool(Denylist&)>& change);

}  // namespace pamjwt
