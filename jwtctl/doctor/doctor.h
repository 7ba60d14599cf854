#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "jwtctl/config/file_access.h"
#include "jwtctl/doctor/feed_rules.h"
#include "jwtctl/doctor/machine_rules.h"
#include "jwtctl/doctor/sudoers.h"
#include "jwtctl/sshd/sshd.h"
#include "jwtctl/stack/stack_modules.h"

namespace pamjwt::ctl {

/// The options of `jwtctl doctor`.
struct DoctorOptions {
  std::optional<std::string> config_path{};    ///< nullopt: the configuration of the host
  std::optional<std::string> denylist_path{};  ///< nullopt: the denylist of the host
  std::string root{};                          ///< a directory that stands for /; empty: this host
  bool json = false;
  VouchedModules vouched{};  ///< modules that verify users, besides the known ones
  std::string user{};        ///< the account for which Match blocks of sshd are judged; or ""
};

/// The parts of the machine that are not files. Tests put fakes in their place.
struct DoctorMachine {
  ClockState clock;
  bool is_root = false;
  Sshd* sshd = nullptr;                 ///< null if sshd cannot be asked
  Sudoers* sudoers = nullptr;           ///< null if sudoers cannot be asked
  std::optional<FileUser> keys_user{};  ///< kKeysUser; nullopt: there is no such user
  IsUnitActive is_unit_active{};        ///< empty if systemd cannot be asked
};

/// Runs `jwtctl doctor`: examines the host, and prints one line per finding, with what to do about
/// it. Returns the exit code of the worst Health.
int RunDoctor(const DoctorOptions& options, const DoctorMachine& machine, std::ostream& out);

}  // namespace pamjwt::ctl
