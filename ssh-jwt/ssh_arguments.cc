#include "ssh-jwt/ssh_arguments.h"

#include <cstddef>
#include <string_view>

namespace pamjwt::ssh {
namespace {

/// The options that take a value, and may have it in the next argument. Before OpenSSH 9.6, `-P`
/// has no value and no effect.
constexpr std::string_view kWithValue = "BbcDEeFIiJLlmOoPpQRSWw";
constexpr std::string_view kWithoutLogin = "GOQV";

bool Has(std::string_view options, char option) {
  return options.find(option) != std::string_view::npos;
}

/// Returns the options in `argument`, up to the first that takes a value, which is the last one.
std::string_view OptionsIn(std::string_view argument) {
  const std::size_t with_value = argument.find_first_of(kWithValue, 1);
  if (with_value == std::string_view::npos) return argument.substr(1);
  return argument.substr(1, with_value);
}

}  // namespace

SshArguments ReadSshArguments(const std::vector<std::string>& arguments) {
  SshArguments read;
  bool has_host = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--") break;
    if (!argument.starts_with('-') || argument == "-") {
      if (has_host) break;  // the remote command
      has_host = true;
      continue;
    }
    const std::string_view options = OptionsIn(argument);
    if (options.find_first_of(kWithoutLogin) != options.npos) read.start_login = false;
    if (Has(options, 'y')) read.log_to_syslog = true;
    const bool value_follows =
        options.size() + 1 == argument.size() && Has(kWithValue, options.back());
    i += value_follows ? 1 : 0;
  }
  return read;
}

}  // namespace pamjwt::ssh
