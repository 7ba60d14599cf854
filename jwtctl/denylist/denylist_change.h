#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/denylist/denylist.h"

namespace pamjwt::ctl {

/// Returns the error of a change of the denylist. If this user may not change that of this host,
/// the error begins with this reason. `denylist` is nullopt for that list.
Error WithNeedOfRoot(Error error, const std::optional<std::string>& denylist);

/// Prints the error of a verb, and returns `code`.
int Fail(const char* verb, const Error& error, int code, std::ostream& err);

/// Prints the lines that could not be read, and how to mend them. Returns whether there are any.
bool TellOfDamage(const char* verb, const std::vector<DenylistDamage>& damage, std::ostream& err);

/// Changes the list of this host, or the one at `path`, then prints which of its lines are damaged.
/// Returns whether there are any. Errors: those of UpdateDenylist.
Result<bool> ChangeDenylist(const char* verb, const std::optional<std::string>& path,
                            const std::function<bool(Denylist&)>& change, std::ostream& err);

}  // namespace pamjwt::ctl
