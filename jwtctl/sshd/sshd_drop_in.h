#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt::ctl {

/// The drop-in of jwtctl. sshd takes the first value that it reads, so the name of the drop-in must
/// come first in its directory.
inline constexpr const char* kSshdDropIn = "/etc/ssh/sshd_config.d/00-pam_jwt.conf";

/// A recipe for the lines of jwtctl in kSshdDropIn.
struct SshdRecipe {
  bool prompts = true;         ///< sshd asks for tokens by keyboard-interactive
  std::string keys_command{};  ///< AuthorizedKeysCommand, run as kKeysUser; empty: not set
};

/// Returns whether an sshd_config reads the directory of kSshdDropIn before it sets anything.
bool BeginsWithDropIns(std::string_view sshd_config);

/// Returns the text of kSshdDropIn with the lines of the recipe in front of its own. Errors
/// (kConfigInvalid): those of WithoutMarkedBlocks.
Result<std::string> EnableInDropIn(std::string_view text, const SshdRecipe& recipe);

/// Returns whether the text of kSshdDropIn has a line that DisableInDropIn would take out. Returns
/// true too if DisableInDropIn refuses the text.
bool HasTokensAsked(std::string_view text);

/// Returns the first AuthorizedKeysCommand of the text, not in a Match block, that runs
/// kKeysProgram, or "".
std::string OurCommandIn(std::string_view text);

/// Returns whether a line of the text, not in a Match block, switches keyboard-interactive on.
bool SwitchesPromptsOn(std::string_view text);

/// Returns the text of kSshdDropIn without what makes sshd take tokens: our lines between their
/// marks, and outside of them, where for example a configuration manager wrote them, `UsePAM yes`,
/// `KbdInteractiveAuthentication yes`, and the lines that run kKeysProgram. The rest stays, also
/// these settings in a Match block. Errors (kConfigInvalid): those of WithoutMarkedBlocks.
Result<std::string> DisableInDropIn(std::string_view text);

}  // namespace pamjwt::ctl
