#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "jwtctl/enable/confirmation.h"
#include "jwtctl/sshd/sshd.h"
#include "jwtctl/stack/stack_modules.h"

namespace pamjwt::ctl {

struct EnableOptions {
  std::string service;
  std::optional<std::string> config_path{};  ///< none: the one of this host
  bool or_password = false;
  std::int64_t timeout = 120;  ///< seconds
  bool yes = false;
  bool dry_run = false;
  VouchedModules vouched{};  ///< modules besides the known ones that verify users
};

struct DisableOptions {
  std::string service;  ///< empty with `unconfirmed` and with `list`
  bool unconfirmed = false;
  bool list = false;
  bool dry_run = false;
  VouchedModules vouched{};  ///< as above
};

/// The host that is changed; tests put another in its place.
struct EnableHost {
  std::string root;  ///< "", or a directory that stands for /
  Sshd& sshd;
  Confirmation& confirmation;
};

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
