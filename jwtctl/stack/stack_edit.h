#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "jwtctl/stack/stack_rule.h"

namespace pamjwt::ctl {

/// A recipe for the lines of jwtctl in a stack.
struct StackRecipe {
  bool or_password = false;      ///< a token or a password; false: only a token
  bool ends_session = false;     ///< add the session line, if a rule of the stack opens sessions
  std::string config_path{};     ///< for the option config=; empty: the module's default
  std::size_t jump = 0;          ///< how many auth rules a good token skips; 0: all (done)
  bool asks = true;              ///< tokens come by prompts: add the auth line
  bool by_certificate = false;   ///< tokens come in certificates: add the session line as required
  bool records_session = false;  ///< as ends_session, but the line can refuse a session
};

/// Returns what the stack `text` asks for already: `asks` and `or_password`. The rest of the recipe
/// is the default. A text that cannot be parsed asks for nothing.
StackRecipe ReadRecipe(std::string_view text, const ModuleNames& names = NameAsWritten);

/// Returns `text` with the lines of the recipe in it, between marks: the auth line in front of the
/// rules that may ask for a password, the account line in front of all that decide about accounts,
/// the session line in front of all that open sessions.
///
/// Lines that an earlier call put in are replaced. Nothing else changes. Errors
/// (kConfigInvalid): those of ParseStack and WithoutMarkedBlocks; somebody else has put pam_jwt
/// there already; no rule asks for a password; there is no rule for accounts, or, with
/// by_certificate, for sessions; an earlier rule jumps over a place.
Result<std::string> EnableInStack(std::string_view text, const StackRecipe& recipe,
                                  const ModuleNames& names = NameAsWritten);

/// Returns `text` without the lines that EnableInStack put in, and without any other rule that
/// names pam_jwt. DisableInStack(EnableInStack(x)) is x. Nothing else changes. It does not look at
/// jumps over these rules: PlanDisable does, with the files that the stack includes. Errors
/// (kConfigInvalid): those of ParseStack and WithoutMarkedBlocks.
Result<std::string> DisableInStack(std::string_view text, const ModuleNames& names = NameAsWritten);

}  // namespace pamjwt::ctl
