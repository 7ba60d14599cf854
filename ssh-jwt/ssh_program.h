#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "ssh-jwt/host_key.h"
#include "ssh-jwt/other_ways.h"
#include "ssh-jwt/target.h"

namespace pamjwt::ssh {

/// The settings that ssh takes from its arguments and its configuration files.
struct SshConfig {
  Target target;  ///< as ssh writes it in front of the server's questions
  HostKeyOptions host_key;
  OtherWays other_ways{};
};

/// Reads the output of `ssh -G`. Returns nullopt if it names no user or host, or has one of these
/// options twice.
std::optional<SshConfig> ParseSshConfig(std::string_view text);

/// Checks the output of `ssh -V`. Errors: kConfigInvalid unless it is OpenSSH 8.5 or later, which
/// names the host in front of the server's questions.
Status CheckSshVersion(std::string_view text);

/// Returns the arguments with the options that make ssh ask for a token, and only once, in front.
/// ssh takes the first of each option, so these count more than the user's. The order of the
/// methods (PreferredAuthentications) stays the user's or ssh's, which is keys first.
std::vector<std::string> WithOurOptions(const std::vector<std::string>& ssh_arguments);

/// Returns `ssh_arguments` with the option that makes ssh write its log to `path`, in front. If the
/// user names a log too, that one counts. Does not go together with `-y`.
std::vector<std::string> WithLog(const std::string& path,
                                 const std::vector<std::string>& ssh_arguments);

/// Returns the path of the first `ssh` in $PATH that is not this program. Errors: kConfigInvalid.
Result<std::string> FindSsh();

/// Asks `ssh -G` for the settings of a login with these arguments. Returns nullopt if they start no
/// login (`-V`, `-Q`, or wrong ones), or make ssh read its configuration from standard input, which
/// can be read only once.
std::optional<SshConfig> AskSshConfig(const std::string& ssh,
                                      const std::vector<std::string>& ssh_arguments);

/// Asks for the settings of the running process `pid`, which must be an ssh of this user, by its
/// program and the arguments that it was started with. Errors: kConfigInvalid, saying what to do.
Result<SshConfig> AskRunningSsh(pid_t pid);

/// Asks `ssh -V`. Errors: those of CheckSshVersion; kInternal.
Status AskSshVersion(const std::string& ssh);

}  // namespace pamjwt::ssh
