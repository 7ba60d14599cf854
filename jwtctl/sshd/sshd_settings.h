#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ctl {

inline constexpr const char* kSshdConfig = "/etc/ssh/sshd_config";
/// The drop-in of jwtctl. sshd takes the first value that it reads, so the name of the drop-in must
/// come first in its directory.
inline constexpr const char* kSshdDropIn = "/etc/ssh/sshd_config.d/00-pam_jwt.conf";

/// The settings of sshd outside of Match blocks.
struct SshdSettings {
  bool uses_pam = false;                         ///< UsePAM
  bool keyboard_interactive = false;             ///< KbdInteractiveAuthentication
  bool passwords = false;                        ///< PasswordAuthentication
  std::string methods;                           ///< AuthenticationMethods; "any" by default
  std::string root_login = "prohibit-password";  ///< PermitRootLogin
  std::string max_auth_tries = "6";              ///< MaxAuthTries

  /// Returns whether sshd asks for what PAM modules ask for, a token for example.
  [[nodiscard]] bool AsksByPam() const { return uses_pam && keyboard_interactive; }
  /// Returns whether sshd may take by keyboard-interactive the passwords that
  /// PasswordAuthentication switches off.
  [[nodiscard]] bool ReopensPasswords() const { return AsksByPam() && !passwords; }
  /// Returns whether AuthenticationMethods allows keyboard-interactive.
  [[nodiscard]] bool MethodsAllowKeyboardInteractive() const;
};

/// Reads the output of `sshd -T`. Errors: kConfigInvalid if UsePAM, KbdInteractiveAuthentication or
/// PasswordAuthentication is missing.
Result<SshdSettings> ParseSshdSettings(std::string_view text);

/// Returns the words of a line of sshd_config as sshd splits it, with the keyword in small letters.
/// A comment has no words. This is the only reader of sshd's lines.
std::vector<std::string> SshdWords(std::string_view line);

/// Returns whether a file of sshd sets anything.
bool SetsAnything(std::string_view text);

/// Returns whether an sshd_config reads the directory of kSshdDropIn before it sets anything.
bool BeginsWithDropIns(std::string_view sshd_config);

/// Returns the text of kSshdDropIn with our lines in front of its own. Errors (kConfigInvalid):
/// those of WithoutMarkedBlocks.
Result<std::string> EnableInDropIn(std::string_view text);

/// Returns whether the text of kSshdDropIn has a line that DisableInDropIn would take out. Returns
/// true too if DisableInDropIn refuses the text.
bool HasTokensAsked(std::string_view text);

/// Returns the text of kSshdDropIn without what makes sshd ask for tokens: our lines between their
/// marks, and `UsePAM yes` and `KbdInteractiveAuthentication yes` outside of them, which for
/// example a configuration manager wrote. The rest stays, also these settings in a Match block.
/// Errors (kConfigInvalid): those of WithoutMarkedBlocks.
Result<std::string> DisableInDropIn(std::string_view text);

}  // namespace pamjwt::ctl
