#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "jwtctl/doctor/machine_rules.h"
#include "jwtctl/doctor/sudoers.h"
#include "jwtctl/sshd/sshd.h"
#include "jwtctl/stack/stack_modules.h"

namespace pamjwt::ctl {

struct DoctorOptions {
  std::optional<std::string> config_path{};    ///< none: the one of the host
  std::optional<std::string> denylist_path{};  ///< none: that of the host
  std::string root{};                          ///< a directory that stands for /; empty: this host
  bool json = false;
  VouchedModules vouched{};  ///< modules besides the known ones that verify users
};

/// What is no file; tests put another in its place.
struct DoctorMachine {
  ClockState clock;
  bool is_root = false;
  Sshd* sshd = nullptr;        ///< none: it cannot be asked
  Sudoers* sudoers = nullptr;  ///< likewise
};

/// `jwtctl doctor`: looks at the host as its administrator would, and prints what is wrong, with
/// what to do, a line each. Returns a Health: the worst.
int RunDoctor(const DoctorOptions& options, const DoctorMachine& machine, std::ostream& out);

}  // namespace pamjwt::ctl
