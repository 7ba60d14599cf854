#pragma once

#include <string>
#include <string_view>

#include "jwtctl/stack/stack_rule.h"

namespace pamjwt::ctl {

/// The findings about a stack and the files that it includes.
struct StackSurvey {
  std::string with_our_module;  ///< the included file that names pam_jwt.so; empty if none does
  bool may_verify = false;      ///< whether a rule, not of pam_jwt, may ask for a password
  bool has_systemd = false;     ///< whether a session rule names pam_systemd.so
};

/// Looks through the stack `text`, and through the files of /etc/pam.d below `root` that it
/// includes, directly or by other files: at most 64, each of at most kMaxStackBytes. A file that
/// cannot be read, or is beyond these limits, counts as one that may verify.
StackSurvey SurveyStack(const std::string& root, std::string_view text, const ModuleNames& names);

}  // namespace pamjwt::ctl
