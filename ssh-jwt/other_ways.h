#pragma once

#include <string>
#include <vector>

namespace pamjwt::ssh {

/// The options of ssh with which it can log in without a token, as `ssh -G` prints them.
struct OtherWays {
  std::string preferred_methods{};            ///< PreferredAuthentications, empty if not set
  std::string control_path{};                 ///< ControlPath
  std::vector<std::string> identity_files{};  ///< IdentityFile, of which not all need be there
  std::string identity_agent{};               ///< IdentityAgent
  bool only_identity_files = false;           ///< IdentitiesOnly
  bool by_key = false;                        ///< PubkeyAuthentication
  bool by_token_of_hardware = false;          ///< PKCS11Provider
  bool by_host = false;                       ///< HostbasedAuthentication
};

/// Returns whether the program `ssh` may log in without a token: over a connection that is open,
/// with a key in a file, in an agent or in hardware, or by the key of this host. A method that ssh
/// tries after keyboard-interactive does not count. Whether the server takes the key is not known.
/// A ticket of Kerberos does not count, as some distributions switch GSSAPIAuthentication on for
/// all.
bool MayNeedNoToken(const OtherWays& ways, const std::string& ssh);

}  // namespace pamjwt::ssh
