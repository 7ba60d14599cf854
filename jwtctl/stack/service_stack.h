#pragma once

#include <string>
#include <vector>

#include "jwtctl/stack/stack_entries.h"
#include "jwtctl/stack/stack_modules.h"
#include "jwtctl/stack/stack_simulation.h"

namespace pamjwt::ctl {

/// The stack of a service: the rules that doctor judges, and how libpam reads them.
struct ServiceStack {
  std::string service;
  std::string file;  ///< for findings: "/etc/pam.d/sshd"
  std::vector<StackEntry> auth;
  std::vector<StackEntry> account;
  SetCredJumps jumps = SetCredJumps::kAreSilent;  ///< what the host's libpam does
  std::vector<StackEntry> session{};
  bool has_own_auth = true;  ///< false: `auth` has the rules of the service `other`, as in libpam
  VouchedModules vouched{};  ///< modules that verify users, as the administrator says
  bool has_own_account = true;  ///< false: `account` has the rules of the service `other`
  bool has_own_session = true;  ///< false: `session` has the rules of the service `other`

  /// Returns whether its auth rules name pam_jwt.
  [[nodiscard]] bool AsksForTokens() const;
  /// Returns whether its auth or account rules name pam_jwt.
  [[nodiscard]] bool NamesOurModule() const;
};

}  // namespace pamjwt::ctl
