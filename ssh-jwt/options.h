#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "ssh-jwt/audience.h"

namespace pamjwt::ssh {

/// The command line of ssh-jwt.
struct SshJwtOptions {
  enum class Mode : std::uint8_t {
    kLogin,    ///< it runs ssh
    kAskpass,  ///< ssh or sudo asks `prompt`
    kHelp,
    kVersion,
    kUsage,  ///< nothing is asked for: there are no arguments for ssh
  };

  Mode mode = Mode::kLogin;
  std::string prompt;         ///< of kAskpass: the question
  std::string token_command;  ///< empty: not given
  std::string token_file;     ///< empty: not given
  AudienceRule audience;
  std::vector<std::string> ssh_arguments;  ///< as they were given
};

/// Reads the arguments behind the program's name. The options of ssh-jwt come first. The first
/// argument that is not one of them, and all that follow, are for ssh.
///
/// A single argument with a blank in it is a question: ssh and sudo give an askpass this one
/// argument, and no host has a blank in its name. Errors: kConfigInvalid, with what is wrong.
Result<SshJwtOptions> ParseArguments(const std::vector<std::string>& arguments);

/// Returns the text that --help prints.
std::string_view HelpText();

}  // namespace pamjwt::ssh
