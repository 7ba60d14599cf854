#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "jwt-sso/ssh_config/settings_text.h"

namespace pamjwt::sso {

/// The name of our own file in the directory of ssh's files.
inline constexpr std::string_view kOwnFile = "jwt-sso.conf";

/// A file of ssh's configuration, as it is and as it would be.
struct SshFileChange {
  std::string path;                   ///< the file itself, also where ~/.ssh/config is a link to it
  std::optional<std::string> before;  ///< nullopt: there is no file
  std::optional<std::string> after;   ///< nullopt: there will be no file
};

/// Reads the uses that our own file in `directory` has. Errors: kInternal, as for PlanSetup.
Result<std::vector<SshUse>> ReadUses(const std::string& directory);

/// Plans the setup of `use` in `directory`, the user's ~/.ssh: our own file, then the Include line
/// in the file `config`. Uses of other profiles that our file has stay, and one of the same profile
/// is replaced. Leaves out files that would not change, so that a second plan is empty.
///
/// Errors: those of SshSettings; kInternal for a file that is read-only, belongs to another user,
/// may be written by others, is not a regular file, or has more than 1 MiB, and if jwt-sso did not
/// write the file that has the name of our own. They say what to do.
Result<std::vector<SshFileChange>> PlanSetup(const std::string& directory, std::string_view program,
                                             const SshUse& use);

/// Plans the removal of the Include line, and then of our own file. Errors: kInternal, as for
/// PlanSetup.
Result<std::vector<SshFileChange>> PlanRemoval(const std::string& directory);

/// Makes the changes in their order, each file as a whole. Keeps the mode of a file that exists.
/// Makes the directory if it is absent. Errors: kInternal, also for a file that is not as it was
/// when the change was planned; changes in front of it are taken back.
Status Apply(const std::vector<SshFileChange>& changes);

}  // namespace pamjwt::sso
