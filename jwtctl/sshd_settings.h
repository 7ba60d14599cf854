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
  /// Does AuthenticationMethods leave keyboard-interactive a place?
  [[nodiscard]] bool MethodsLeaveAPlace() const;
};

/// Reads what `sshd -T` prints. Errors: kConfigInvalid if a setting is missing.
Result<SshdSettings> ParseSshdSettings(std::string_view text);

/// The words of a line of sshd_config, the keyword in small letters; none for a comment.
std::vector<std::string> SshdWords(std::string_view line);

/// Does an sshd_config read the directory of kSshdDropIn before it sets anything? sshd takes the
/// first value that it reads.
bool BeginsWithDropIns(std::string_view sshd_config);

/// A drop-in with our lines in front of what it has, and one without them. Errors (kConfigInvalid):
/// as of WithoutMarkedBlocks.
Result<std::string> EnableInDropIn(std::string_view text);
Result<std::string> DisableInDropIn(std::string_view text);

}  // namespace pamjwt::ctl
