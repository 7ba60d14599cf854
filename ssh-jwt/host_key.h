#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt::ssh {

/// The options of ssh that can let a host pass whose key was not checked, as `ssh -G` prints them.
/// docs/decisions/0029 says which options these are, and why others are not among them.
struct HostKeyOptions {
  std::string strict{};              ///< StrictHostKeyChecking
  std::string known_hosts{};         ///< UserKnownHostsFile: ssh adds new keys to the first of them
  std::string global_known_hosts{};  ///< GlobalKnownHostsFile
  bool trusts_loopback = false;      ///< NoHostAuthenticationForLocalhost, and no HostKeyAlias
  bool by_kerberos = false;          ///< GSSAPIKeyExchange, of Debian's and Fedora's ssh
};

/// Checks that ssh with `options` logs in to `host` only if the host's key was known, or the user
/// confirmed it, or ssh keeps it for the next time. Must be called when ssh asks for the token: ssh
/// has kept a new key by then, so the file must exist.
///
/// A known_hosts file that another user may have put there, in /tmp for example, is refused. An
/// unknown or absent value of StrictHostKeyChecking counts as off. Errors: kConfigInvalid, naming
/// the option and what to do.
Status CheckHostKeyOptions(const HostKeyOptions& options, std::string_view host);

}  // namespace pamjwt::ssh
