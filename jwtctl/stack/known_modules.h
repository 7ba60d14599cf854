#pragma once

#include <string_view>

namespace pamjwt::ctl {

/// The part that a PAM module has in the decision about who gets in.
enum class ModuleRole {
  kVerifies,  ///< has the user prove something: a password, a key, a code
  kDecides,   ///< may let in or refuse by something that is not a proof: a list, a time, an address
  kServes,    ///< prepares, delays, counts or reports, and decides about no user
};

/// A further property of a PAM module.
enum class ModuleTrait {
  kNone,
  kQuiet,            ///< belongs to Linux-PAM, and never asks the user a question
  kIgnoresByOption,  ///< verifies, and returns PAM_IGNORE only if an option says so
};

/// A row of the table of known modules.
struct KnownModule {
  std::string_view name;  ///< "pam_unix.so"
  ModuleRole role;
  ModuleTrait trait = ModuleTrait::kNone;
};

/// Returns what is known about a module, or nullptr if the table does not have it. `name` is a file
/// name, not a path.
const KnownModule* FindKnownModule(std::string_view name);

/// Returns whether the table has the module in this role.
bool HasRole(std::string_view name, ModuleRole role);

/// Returns whether the table has the module with this trait.
bool HasTrait(std::string_view name, ModuleTrait trait);

}  // namespace pamjwt::ctl
