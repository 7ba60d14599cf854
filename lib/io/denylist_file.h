#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/denylist/denylist.h"
#include "io/unique_fd.h"

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

/// The lock of the directory of a denylist. Every writer of the list, and of other files of this
/// project in that directory, holds it. The destructor frees the lock. A process that takes the
/// lock while it holds it waits for ever. The lock is on a file that only its owner can open, so
/// that no other user can keep somebody from being denied.
class DenylistLock {
 public:
  /// Waits for the lock of the denylist at `path`, or at the default path. Makes the directory with
  /// mode 0755 if it is not there. Errors: kInternal.
  static Result<DenylistLock> Take(const std::optional<std::string>& path);

  [[nodiscard]] const std::optional<std::string>& path() const { return path_; }

 private:
  DenylistLock(std::optional<std::string> path, UniqueFd file)
      : path_(std::move(path)), file_(std::move(file)) {}

  std::optional<std::string> path_;
  UniqueFd file_;
};

/// Reads the denylist of the lock, lets `change` change it, and replaces the file, unless `change`
/// returns false. Lines that are damaged stay as they are. Errors: kDenylistDamaged if the file
/// cannot be read or trusted; kInternal, also if the new text would be read as something else.
Status UpdateDenylist(const DenylistLock& lock, const std::function<bool(Denylist&)>& change);
/// Does the same for the denylist at `path`, or at the default path, and takes its lock first.
/// Errors: those of DenylistLock::Take also.
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
