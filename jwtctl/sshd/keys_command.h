#pragma once

#include <string>
#include <string_view>

namespace pamjwt::ctl {

/// The program that sshd asks whether a token in a certificate logs in, and the user that the
/// program runs as.
inline constexpr const char* kKeysProgram = "/usr/libexec/pam_jwt/sshd-keys";
inline constexpr const char* kKeysUser = "pam-jwt";

/// The parts of an AuthorizedKeysCommand that runs kKeysProgram.
struct KeysCommand {
  std::string config_path{};  ///< for --config; empty: the default of the program
  std::string also{};         ///< the command that is run besides, as AlsoOf gives it; or ""

  /// Returns the value of AuthorizedKeysCommand.
  [[nodiscard]] std::string Value() const;
};

/// Returns whether a value of AuthorizedKeysCommand runs kKeysProgram.
bool IsOurKeysCommand(std::string_view value);

/// Returns the configuration that a value which runs kKeysProgram names by --config, or "".
std::string ConfigIn(std::string_view value);

/// Returns what stands behind --also in a value that runs kKeysProgram, or "".
std::string AlsoIn(std::string_view value);

/// Returns another value of AuthorizedKeysCommand as it stands behind --also. Its words, quotes and
/// %-tokens stay. sshd passes the name of the user to a command that has no arguments, and expands
/// no % in the path of a command, so this adds `%u`, and doubles the % of the path.
std::string AlsoOf(std::string_view value);

}  // namespace pamjwt::ctl
