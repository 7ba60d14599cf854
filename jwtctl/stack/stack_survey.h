#pragma once

#include <string>
#include <string_view>

#include "jwtctl/stack/stack_rule.h"

namespace pamjwt::ctl {

/// What a stack has in the files that it includes.
struct StackSurvey {
  std::string with_our_module;  ///< the file that has pam_jwt.so; empty if none has
  bool may_verify = false;      ///< something in it or in them may ask for a password
  bool has_systemd = false;     ///< pam_systemd.so, which gives sessions a scope
};

/// Looks at the files of /etc/pam.d below `root` that a stack includes, and at those that they
/// include: at most 64, each as long as a stack may be. One that cannot be read may verify.
StackSurvey SurveyStack(const std::string& root, std::string_view text, const ModuleNames& names);

}  // namespace pamjwt::ctl
