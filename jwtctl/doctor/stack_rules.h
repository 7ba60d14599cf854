#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jwtctl/doctor/finding.h"
#include "jwtctl/stack/stack_modules.h"
#include "jwtctl/stack/stack_simulation.h"

namespace pamjwt::ctl {

/// The stack of a service, as far as it is judged.
struct ServiceStack {
  std::string service;
  std::string file;  ///< for findings: "/etc/pam.d/sshd"
  std::vector<StackEntry> auth;
  std::vector<StackEntry> account;
  SetCredJumps jumps = SetCredJumps::kAreSilent;
  std::vector<StackEntry> session{};
  bool has_own_auth = true;  ///< else libpam takes the auth rules of `other`, if it is ever asked
  VouchedModules vouched{};
  bool has_own_account = true;  ///< likewise for account

  [[nodiscard]] bool AsksForTokens() const;  ///< has its auth pam_jwt?
  [[nodiscard]] bool NamesOurModule() const;
};

/// May a password, or another proof that is no token, get in by a stack that asks for tokens?
bool TakesPasswords(const ServiceStack& stack);

/// Finds ways in for a user whom nobody has verified (pam.bypass), also by a stack without pam_jwt.
Findings FindWaysAround(const ServiceStack& stack);

/// Plays through what may happen to pam_jwt in the stack: a good token, a refused one, none, no
/// keys, a fault, the module missing, and logins that it has no part in. Nothing wrong: no
/// findings.
Findings JudgeStack(const ServiceStack& stack);

}  // namespace pamjwt::ctl
