#pragma once

#include <iosfwd>

#include "jwtctl/enable/enable_options.h"

namespace pamjwt::ctl {

/// `jwtctl enable`: puts pam_jwt into the PAM stack of a service, for sshd with its settings, and
/// takes all back unless that is confirmed. Returns kOk if it stays or there is nothing to do; kNo
/// if it was taken back, or a dry run would change something; kUsage if it cannot be.
int RunEnable(const EnableOptions& options, const EnableHost& host, std::ostream& out,
              std::ostream& err);

/// `jwtctl disable`: takes pam_jwt out of a service, without asking; `unconfirmed`: takes back what
/// an enable left that was killed before its confirmation; `list`: only prints the files that name
/// the module. Returns as RunEnable; for `list` kNo if there are any.
int RunDisable(const DisableOptions& options, const EnableHost& host, std::ostream& out,
               std::ostream& err);

}  // namespace pamjwt::ctl
