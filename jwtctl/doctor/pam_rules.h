#pragma once

#include <string_view>
#include <vector>

#include "core/config/config.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/host_tree.h"
#include "jwtctl/doctor/stack_rules.h"

namespace pamjwt::ctl {

/// The PAM services of a host.
struct PamServices {
  std::vector<ServiceStack> stacks;  ///< those that name pam_jwt, in order
  Findings findings;                 ///< of what cannot be read, or is not root's

  /// By its name, or by what stands for it (service=); none if it does not name pam_jwt.
  [[nodiscard]] const ServiceStack* Find(std::string_view service) const;
  /// Does it ask for tokens?
  [[nodiscard]] bool Asks(std::string_view service) const;
};

/// Reads /etc/pam.d and /usr/lib/pam.d. Files that are there to be included are no services.
PamServices ReadPamServices(const HostTree& host, const VouchedModules& vouched);

/// Reads the stack of one service as it is with `text` in its own file.
///
/// Errors (kConfigInvalid): as of ReadEntries.
Result<ServiceStack> ReadServiceStack(const HostTree& host, const VouchedModules& vouched,
                                      const std::string& service, const std::string& text);

/// Judges each stack, whether the module is there, and whether services ask for the tokens that
/// open them; `config` may be none.
Findings JudgePam(const HostTree& host, const PamServices& services, const Config* config);

}  // namespace pamjwt::ctl
