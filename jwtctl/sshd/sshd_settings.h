#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ctl {

inline constexpr const char* kSshdConfig = "/etc/ssh/sshd_config";
inline constexpr const char* kSshdDropIn = "/etc/ssh/sshd_config.d/00-pam_jwt.conf";

/// What sshd does where no Match block says otherwise.
struct SshdSettings {
  bool uses_pam = false;
  bool keyboard_interactive = false;
  bool passwords = false;
  std::string methods;                           ///< AuthenticationMethods; "any" by default
  std::string root_login = "prohibit-password";  ///< PermitRootLogin
  std::string max_auth_tries = "6";

  /// Does it ask for tokens?
  [[nodiscard]] bool AsksByPam() const { return uses_pam && keyboard_interactive; }
  /// Does it take by keyboard-interactive the passwords that PasswordAuthentication turns off?
  [[nodiscard]] bool ReopensPasswords() const { return AsksByPam() && !passwords; }
  /// Does AuthenticationMethods leave keyboard-interactive a place?
  [[nodiscard]] bool MethodsLeaveAPlace() const;
};

/// Reads what `sshd -T` prints. Errors: kConfigInvalid if a setting is missing.
Result<SshdSettings> ParseSshdSettings(std::string_view text);

/// The words of a line of sshd_config, as sshd splits it, the keyword in small letters; none for a
/// comment. This is the only reader of such lines.
std::vector<std::string> SshdWords(std::string_view line);

/// Does a file of sshd set anything?
bool SetsAnything(std::string_view text);

/// Does an sshd_config read the directory of kSshdDropIn before it sets anything? sshd takes the
/// first value that it reads.
bool BeginsWithDropIns(std::string_view sshd_config);

/// kSshdDropIn with our lines in front of what it has. Errors (kConfigInvalid): as of
/// WithoutMarkedBlocks.
Result<std::string> EnableInDropIn(std::string_view text);

/// Has kSshdDropIn anything that DisableInDropIn would take out? Yes too where that is refused.
bool HasTokensAsked(std::string_view text);

/// kSshdDropIn without what has sshd ask for tokens: our lines between their marks, and `UsePAM
/// yes` and `KbdInteractiveAuthentication yes` where somebody else wrote them, as a configuration
/// manager does. The rest stays. Errors: likewise.
Result<std::string> DisableInDropIn(std::string_view text);

}  // namespace pamjwt::ctl
