#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace pamjwt::ctl {

/// The options of `jwtctl refresh`.
struct RefreshOptions {
  std::optional<std::string> config_path;  ///< nullopt: the configuration of this host
  std::string issuer;                      ///< name or url; empty: all issuers that need the daemon
  bool json = false;
  bool is_root = false;  ///< the cooldown does not hold for root
};

/// Runs `jwtctl refresh`: has the daemon fetch keys now, and waits until it has. Returns the exit
/// code of a Health: kWarning if an issuer was fetched a moment ago, or its fetch failed and its
/// old keys stay; kCritical if the daemon does not answer, does not know the issuer, or cannot
/// write the key file; kUnknown if the configuration cannot be read, or has no issuer of this name
/// or url.
int RunRefresh(const RefreshOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
