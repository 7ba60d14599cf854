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

/// A module, and a stack that names it.
struct NamedModule {
  std::string written;  ///< the module as the stack names it
  std::string file;     ///< the file of the service

  friend auto operator<=>(const NamedModule&, const NamedModule&) = default;
};

/// The PAM services of a host.
struct PamServices {
  std::vector<ServiceStack> stacks;  ///< those that name pam_jwt in auth or account, by name
  std::vector<ServiceStack> session_only{};  ///< those that name it only in session
  Findings findings;                ///< stacks that cannot be read, and files that are not root's
  std::set<NamedModule> modules{};  ///< all that libpam loads for these services

  /// Finds the stack of a service by its name, or the stack whose auth rule says that it stands for
  /// the service (service=). Returns nullptr if that stack does not name pam_jwt.
  [[nodiscard]] const ServiceStack* Find(std::string_view service) const;
  /// Returns whether the service asks for tokens.
  [[nodiscard]] bool Asks(std::string_view service) const;
};

/// Reads the services in /etc/pam.d and /usr/lib/pam.d. Files of the distribution that services
/// include are not services.
PamServices ReadPamServices(const HostTree& host, const VouchedModules& vouched);

/// Reads the stack of one service as if its file had `text` in it.
///
/// Errors (kConfigInvalid): those of ReadEntries.
Result<ServiceStack> ReadServiceStack(const HostTree& host, const VouchedModules& vouched,
                                      const std::string& service, const std::string& text);

}  // namespace pamjwt::ctl
