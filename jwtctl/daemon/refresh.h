#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace pamjwt::ctl {

struct RefreshOptions {
  std::optional<std::string> config_path;  ///< none: the one of this host
  std::string issuer;                      ///< name or url; empty: all that need the daemon
  bool json = false;
};

/// `jwtctl refresh`: has the daemon fetch keys now, and waits for it. Returns a Health: kWarning if
/// an issuer was fetched just now or did not answer, and its keys serve on; kCritical if the daemon
/// does not answer or does not know the issuer; kUnknown if the configuration does not.
int RunRefresh(const RefreshOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
