#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/denylist/denylist.h"

namespace pamjwt {

inline constexpr const char* kDefaultDenylistPath = "/var/lib/pam_jwt/denied.jsonl";

/// Reads the denylist at `path`, or at the default path. The list is empty if the file is absent,
/// or its directory is: nothing was ever denied then. The directories above must be there and
/// trusted.
/// Errors: kDenylistDamaged.
Result<Denylist> ReadDenylist(const std::optional<std::string>& path);

/// Reads the denylist as ReadDenylist() does, but keeps damaged lines. CheckWhole() says whether
/// there are damaged lines. Errors: kDenylistDamaged if the file itself cannot be read or trusted.
Result<Denylist> ReadReadableDenylist(const std::optional<std::string>& path);

/// Checks that all of the list could be read. Errors: kDenylistDamaged, with the file and the line.
Status CheckWhole(const Denylist& list, const std::optional<std::string>& path);

/// Reads the denylist, lets `change` change it, and replaces the file, unless `change` returns
/// false.
///
/// Waits for a lock on the directory, and holds it all the while. Makes the directory with mode
/// 0755 if it is not there. Lines that are damaged stay as they are. Errors: kDenylistDamaged if
/// the file cannot be read or trusted; kInternal, also if the new text would be read as something
/// else.
Status UpdateDenylist(const std::optional<std::string>& path,
                      const std::function<bool(Denylist&)>& change);

/// The result of a repair.
struct DenylistRepair {
  std::vector<DenylistDamage> damage;  ///< the damage that was removed; empty: there was no damage
  std::string copy;                    ///< the file beside the list that has its old text
};

/// Removes all that is damaged from the file, and keeps a copy of the old text. Does nothing if
/// nothing is damaged. Errors: those of UpdateDenylist.
Result<DenylistRepair> RepairDenylist(const std::optional<std::string>& path);

}  // namespace pamjwt
