#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/denylist/denylist.h"

namespace pamjwt {

inline constexpr const char* kDefaultDenylistPath = "/var/lib/pam_jwt/denied.jsonl";

/// The denylist at `path`, by default of this host. Empty if there is no such file, or no such
/// directory in a trusted one: nothing was ever denied. Errors: kDenylistDamaged.
Result<Denylist> ReadDenylist(const std::optional<std::string>& path);

/// The same, but with damaged lines: CheckWhole() says whether there are any.
/// Errors: kDenylistDamaged if the file itself cannot be read or trusted.
Result<Denylist> ReadReadableDenylist(const std::optional<std::string>& path);

/// Could all of it be read? Errors: kDenylistDamaged, with the file and the line.
Status CheckWhole(const Denylist& list, const std::optional<std::string>& path);

/// Reads the denylist, lets `change` change it, and puts it in the place of the old one, with a
/// lock held all the while. Makes the directory, with mode 0755, if it is not there. Lines that are
/// damaged stay as they are.
/// `change` says whether there is anything to write. Errors: kDenylistDamaged if the file cannot be
/// read or trusted; kInternal, also if what would be written would be read as something else.
Status UpdateDenylist(const std::optional<std::string>& path,
                      const std::function<bool(Denylist&)>& change);

struct DenylistRepair {
  std::vector<DenylistDamage> damage;  ///< what was taken out; empty: there was none
  std::string copy;                    ///< a file beside it that has what it was before
};

/// Takes all that is damaged out of the file, and keeps a copy. Errors: as UpdateDenylist.
Result<DenylistRepair> RepairDenylist(const std::optional<std::string>& path);

}  // namespace pamjwt
