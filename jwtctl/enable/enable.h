#pragma once

#include <iosfwd>

#include "jwtctl/enable/enable_options.h"

namespace pamjwt::ctl {

/// Runs `jwtctl enable`: puts pam_jwt into the PAM stack of a service, for sshd also into the
/// settings of sshd, and takes all back unless somebody confirms the change. Returns kOk if the
/// change stays or there is nothing to do; kNo if the change was taken back, or a dry run would
/// change something; kUsage if it cannot be done.
int RunEnable(const EnableOptions& options, const EnableHost& host, std::ostream& out,
              std::ostream& err);

/// Runs `jwtctl disable`: takes pam_jwt out of a service, without asking. With `unconfirmed` it
/// takes back the change of an enable that was killed before its confirmation. With `list` it only
/// prints the files that name the module. Returns the same codes as RunEnable; with `list` kNo if
/// there are files.
int RunDisable(const DisableOptions& options, const EnableHost& host, std::ostream& out,
               std::ostream& err);

}  // namespace pamjwt::ctl
