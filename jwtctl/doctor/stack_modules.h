#pragma once

#include <string_view>
#include <vector>

#include "jwtctl/stack_entries.h"

namespace pamjwt::ctl {

/// What a module knows about who wants in.
enum class ModuleKind {
  kOurs,      ///< pam_jwt
  kVerifies,  ///< has the user prove something: a password, a key, a code
  kOther,     ///< looks at anything else, or at nothing
  kUnknown,   ///< not in the lists
};

/// A module that an option keeps from verifying, such as nouserok of pam_u2f, is a kOther.
ModuleKind KindOf(const StackEntry& entry);

/// What a module that verifies may return when nothing was proved.
std::vector<int> RefusalsOf(const StackEntry& entry);

/// All that a module may return that does not verify, in auth or account of this service.
std::vector<int> AnswersOf(const StackEntry& entry, std::string_view service);

/// What a module may return for pam_setcred when nothing is wrong. Not for pam_jwt.
std::vector<int> CredentialsOf(const StackEntry& entry);

}  // namespace pamjwt::ctl
