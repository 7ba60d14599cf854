#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ctl {

inline constexpr const char* kSshdConfig = "/etc/ssh/sshd_config";

/// The settings of sshd outside of Match blocks.
struct SshdSettings {
  bool uses_pam = false;                         ///< UsePAM
  bool keyboard_interactive = false;             ///< KbdInteractiveAuthentication
  bool passwords = false;                        ///< PasswordAuthentication
  std::string methods;                           ///< AuthenticationMethods; "any" by default
  std::string root_login = "prohibit-password";  ///< PermitRootLogin
  std::string max_auth_tries = "6";              ///< MaxAuthTries
  bool public_keys = true;                       ///< PubkeyAuthentication
  std::string keys_command = "none";             ///< AuthorizedKeysCommand, with its quotes
  std::string keys_user = "none";                ///< AuthorizedKeysCommandUser
  std::string key_algorithms{};                  ///< PubkeyAcceptedAlgorithms; "": not known
  std::string ca_algorithms{};                   ///< CASignatureAlgorithms; "": not known
  std::string penalties = "no";                  ///< PerSourcePenalties, new in OpenSSH 9.8

  /// Returns whether sshd asks for what PAM modules ask for, a token for example.
  [[nodiscard]] bool AsksByPam() const { return uses_pam && keyboard_interactive; }
  /// Returns whether sshd may take by keyboard-interactive the passwords that
  /// PasswordAuthentication switches off.
  [[nodiscard]] bool ReopensPasswords() const { return AsksByPam() && !passwords; }
  /// Returns whether AuthenticationMethods allows keyboard-interactive.
  [[nodiscard]] bool MethodsAllowKeyboardInteractive() const;
  /// Returns how often publickey stands in the list of AuthenticationMethods that has it most
  /// often; 1 for "any". 0: no key logs in.
  [[nodiscard]] std::size_t MostPublicKeys() const;
  /// Returns whether sshd takes certificates of users, or false if it takes plain keys only.
  [[nodiscard]] bool TakesKeyCertificates() const;
  /// Returns whether sshd takes certificates that a key of P-256 has signed, as token certificates
  /// are.
  [[nodiscard]] bool TakesTheirSigner() const;
};

/// Reads the output of `sshd -T`. Errors: kConfigInvalid if UsePAM, KbdInteractiveAuthentication or
/// PasswordAuthentication is missing.
Result<SshdSettings> ParseSshdSettings(std::string_view text);

/// Returns the words of a line of sshd_config as sshd splits it, with the keyword in small letters.
/// A comment has no words. This is the only reader of sshd's lines.
std::vector<std::string> SshdWords(std::string_view line);

/// Returns what stands behind the keyword of a line, with its quotes, as sshd takes a command. The
/// result points into `line`.
std::string_view SshdValue(std::string_view line);

/// Returns whether a file of sshd sets anything.
bool SetsAnything(std::string_view text);

}  // namespace pamjwt::ctl
