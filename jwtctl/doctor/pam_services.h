#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/host/host_tree.h"
#include "jwtctl/stack/service_stack.h"

namespace pamjwt::ctl {

/// A module, and where it is named.
struct NamedModule {
  std::string written;  ///< as it is written
  std::string file;     ///< that of a service whose stack names it

  friend auto operator<=>(const NamedModule&, const NamedModule&) = default;
};

/// The PAM services of a host.
struct PamServices {
  std::vector<ServiceStack> stacks;  ///< those that name pam_jwt in auth or account, in order
  std::vector<ServiceStack> session_only{};  ///< those that name it only in session
  Findings findings;                         ///< files that cannot be read, or are not root's
  std::set<NamedModule> modules{};           ///< all that libpam loads for these services

  /// By its name, or by what stands for it (service=); none if it does not name pam_jwt.
  [[nodiscard]] const ServiceStack* Find(std::string_view service) const;
  /// Does it ask for tokens?
  [[nodiscard]] bool Asks(std::string_view service) const;
};

/// Reads /etc/pam.d and /usr/lib/pam.d. Files that are there to be included are no services.
PamServices ReadPamServices(const HostTree& host, const VouchedModules& vouched);

/// Reads the stack of one service as if its file had `text` in it.
///
/// Errors (kConfigInvalid): as of ReadEntries.
Result<ServiceStack> ReadServiceStack(const HostTree& host, const VouchedModules& vouched,
                                      const std::string& service, const std::string& text);

}  // namespace pamjwt::ctl
