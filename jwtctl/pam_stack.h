#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ctl {

inline constexpr std::size_t kMaxStackBytes = std::size_t{64} * 1024;

/// A rule of a file in /etc/pam.d, however many lines it takes.
struct StackRule {
  std::size_t line;     ///< where it begins, from 0
  std::string type;     ///< auth, account, password or session; "@include", which may hold any
  std::string control;  ///< required, ..., include, substack or [value=action ...]
  std::string target;   ///< the module, or the file that is included
  std::vector<std::string> options{};  ///< of the module, without the brackets around one

  [[nodiscard]] bool IncludesFile() const;
  /// The file name of a module or of an included file.
  [[nodiscard]] std::string_view TargetName() const;
  /// Is it pam_jwt itself?
  [[nodiscard]] bool IsOurModule() const;
  /// May it be one that asks for a password, or that leads to one? What is not known may.
  [[nodiscard]] bool MayAsk() const;
  /// Is it, or may it lead to, a rule for accounts?
  [[nodiscard]] bool MayDecideAccounts() const;
  /// Is it, or may it lead to, a rule that opens sessions? pam_selinux.so is to come first, and
  /// counts as none.
  [[nodiscard]] bool MayOpenSessions() const;
};

/// Reads a stack as libpam does: comments, continued lines, words in [ ].
///
/// Errors (kConfigInvalid), with the number of the line: what libpam would refuse, or a text longer
/// than kMaxStackBytes.
Result<std::vector<StackRule>> ParseStack(std::string_view text);

struct StackRecipe {
  bool or_password = false;
  bool ends_session = false;  ///< with the session line, if anything opens sessions
  std::string config_path{};  ///< for the option config=; empty: the module's default
  std::size_t jump = 0;       ///< over how many auth rules a good token goes; 0: over all (done)
};

/// `text` with the lines of the recipe in it, between marks: the auth line in front of what may ask
/// for a password, the account line in front of all that decide about accounts, the session line in
/// front of all that open sessions.
///
/// Lines that an earlier call put there are replaced. Nothing else changes. Errors
/// (kConfigInvalid): as of ParseStack and WithoutMarkedBlocks; pam_jwt stands there already, by
/// somebody else; nothing asks for a password; no rule for accounts; an earlier rule jumps over a
/// place.
Result<std::string> EnableInStack(std::string_view text, const StackRecipe& recipe);

/// `text` without what EnableInStack put in: DisableInStack(EnableInStack(x)) is x.
Result<std::string> DisableInStack(std::string_view text);

}  // namespace pamjwt::ctl
