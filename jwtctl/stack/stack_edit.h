#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "jwtctl/stack/stack_rule.h"

namespace pamjwt::ctl {

struct StackRecipe {
  bool or_password = false;
  bool ends_session = false;  ///< with the session line, if anything opens sessions
  std::string config_path{};  ///< for the option config=; empty: the module's default
  std::size_t jump = 0;       ///< how many auth rules a good token skips; 0: all (done)
};

/// `text` with the lines of the recipe in it, between marks: the auth line in front of what may ask
/// for a password, the account line in front of all that decide about accounts, the session line in
/// front of all that open sessions.
///
/// Lines that an earlier call put there are replaced. Nothing else changes. Errors
/// (kConfigInvalid): as of ParseStack and WithoutMarkedBlocks; pam_jwt stands there already, by
/// somebody else; nothing asks for a password; no rule for accounts; an earlier rule jumps over a
/// place.
Result<std::string> EnableInStack(std::string_view text, const StackRecipe& recipe,
                                  const ModuleNames& names = NameAsWritten);

/// `text` without what EnableInStack put in, and without any other rule that names pam_jwt:
/// DisableInStack(EnableInStack(x)) is x. Nothing else changes. Errors (kConfigInvalid): as of
/// ParseStack and WithoutMarkedBlocks; a rule jumps over one that would be taken out.
Result<std::string> DisableInStack(std::string_view text, const ModuleNames& names = NameAsWritten);

}  // namespace pamjwt::ctl
