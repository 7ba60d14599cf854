#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "jwtctl/stack/stack_entries.h"

namespace pamjwt::ctl {

/// The modules that verify users according to the administrator, for example "pam_mycorp.so", each
/// written as in the stack.
using VouchedModules = std::set<std::string, std::less<>>;

/// The kind of a module of a stack, by what it is trusted with.
enum class ModuleKind {
  kOurs,         ///< it is pam_jwt
  kVerifies,     ///< it has the user prove something: a password, a key, a code
  kSwitchedOff,  ///< it could verify, but an option (nouserok, ...) may keep it from that
  kOther,        ///< it looks at something else, or at nothing
  kUnknown,      ///< it is not in the table of known modules, and is not trusted to verify
};

/// Returns what the module of a rule is trusted with. A module in `vouched` verifies, whatever the
/// table of known modules and its options say.
ModuleKind KindOf(const StackEntry& entry, const VouchedModules& vouched);

/// Returns all codes that a module that verifies may return when the user proved nothing.
std::vector<int> RefusalsOf(const StackEntry& entry);

/// Returns all codes that a module that does not verify may return, in auth or account of this
/// service.
std::vector<int> AnswersOf(const StackEntry& entry, std::string_view service);

/// Returns the codes that a module may return for pam_setcred when nothing is wrong. Not meant for
/// pam_jwt.
std::vector<int> CredentialsOf(const StackEntry& entry);

}  // namespace pamjwt::ctl
