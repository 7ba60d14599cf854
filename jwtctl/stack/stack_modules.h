#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "jwtctl/stack/stack_entries.h"

namespace pamjwt::ctl {

/// Modules of which the administrator says that they verify, such as "pam_mycorp.so": written as in
/// the stack.
using VouchedModules = std::set<std::string, std::less<>>;

/// What a module knows about the user who wants in.
enum class ModuleKind {
  kOurs,         ///< pam_jwt
  kVerifies,     ///< has the user prove something: a password, a key, a code
  kSwitchedOff,  ///< would verify, but has an option such as nouserok that may keep it from that
  kOther,        ///< looks at something else, or at nothing
  kUnknown,      ///< not in the lists; it is not trusted to verify
};

ModuleKind KindOf(const StackEntry& entry, const VouchedModules& vouched);

/// What a module that verifies may return when the user proved nothing.
std::vector<int> RefusalsOf(const StackEntry& entry);

/// All that a module that does not verify may return, in auth or account of this service.
std::vector<int> AnswersOf(const StackEntry& entry, std::string_view service);

/// What a module may return for pam_setcred when nothing is wrong. Not for pam_jwt.
std::vector<int> CredentialsOf(const StackEntry& entry);

}  // namespace pamjwt::ctl
