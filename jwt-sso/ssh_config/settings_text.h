#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::sso {

/// A profile whose certificate ssh uses for some hosts.
struct SshUse {
  std::string profile;             ///< a name that IsClientProfileName accepts
  std::vector<std::string> hosts;  ///< patterns that IsHostPattern accepts; at least one
  std::string key;                 ///< the path of the key, or of its public part for an agent
  std::string certificate;         ///< the path of the certificate
  bool operator==(const SshUse&) const = default;
};

/// The keys that ssh tries by itself while no IdentityFile is set, as far as they exist.
struct DefaultKeys {
  std::vector<std::string> keys;          ///< their paths
  std::vector<std::string> certificates;  ///< the paths of those -cert.pub that exist
};

/// Returns the text of our own file of ssh_config(5), which lets ssh use the certificates.
///
/// `program` is the absolute path of jwt-sso. ssh runs it, for hosts that match, to renew the
/// certificate, and takes the settings only if it succeeds. The default keys stay usable: the
/// settings name them, as ssh leaves them out once an IdentityFile is set. Errors: kConfigInvalid
/// for a name, pattern or path that ssh would not take as it stands.
Result<std::string> SshSettings(std::string_view program, const std::vector<SshUse>& uses,
                                const DefaultKeys& defaults);

/// Checks whether `text` begins as SshSettings begins each text.
bool IsSshSettings(std::string_view text);

/// Returns the uses that SshSettings wrote into `text`, in their order. Ignores all lines that it
/// did not write.
std::vector<SshUse> UsesIn(std::string_view text);

/// Returns `config`, the text of ~/.ssh/config, with the line that includes the file `own` first.
/// All other lines stay. A line that was there before is moved. Errors: kConfigInvalid for a path
/// that ssh would not take as it stands.
Result<std::string> WithInclude(std::string_view config, std::string_view own);

/// Returns `config` without the line that includes the file `own`. All other lines stay.
std::string WithoutInclude(std::string_view config, std::string_view own);

}  // namespace pamjwt::sso
