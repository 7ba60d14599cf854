#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "ssh-jwt/audience.h"

namespace pamjwt::ssh {

/// The command line, as the user meant it.
struct SshJwtOptions {
  enum class Mode : std::uint8_t {
    kLogin,    // run ssh
    kAskpass,  // ssh or sudo asks `prompt`
    kHelp,
    kVersion,
  };

  Mode mode = Mode::kLogin;
  std::string prompt;
  std::string token_command;  ///< empty: not given
  std::string token_file;     ///< empty: not given
  AudienceRule audience;
  std::vector<std::string> ssh_arguments;  ///< untouched
};

/// Reads the arguments behind the program's name. Ours come first; the first that is none of
/// ours, and all that follow, are ssh's.
///
/// One argument with a blank in it is a question: that is how ssh and sudo call an askpass, and
/// no host has a blank in its name.
/// Errors: kConfigInvalid, with what is wrong.
Result<SshJwtOptions> ParseArguments(const std::vector<std::string>& arguments);

/// What --help prints.
std::string_view HelpText();

}  // namespace pamjwt::ssh
