#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ctl {

inline constexpr std::size_t kMaxStackBytes = std::size_t{64} * 1024;
/// libpam before 1.6 reads a longer line as two, so nobody can say what such a line means.
inline constexpr std::size_t kMaxStackLine = 1023;

inline constexpr std::string_view kModuleName = "pam_jwt.so";

/// Gives the name of a module, such as "pam_unix.so", for the word that a stack has for it. A name
/// with a slash in it is that of no known module.
using ModuleNames = std::function<std::string(const std::string& written)>;

/// Looks at no file: a name without a slash is in the directory of modules, a path is not known.
std::string NameAsWritten(const std::string& written);

/// A rule of a file in /etc/pam.d, however many lines it takes.
struct StackRule {
  std::size_t line;       ///< where it begins, from 0
  std::size_t next_line;  ///< the line after its last one
  std::string type;       ///< auth, account, password or session; "@include", which may hold any
  std::string control;    ///< required, ..., include, substack, or value=action ...
  std::string target;     ///< the module, or the file that is included, as it is written
  std::vector<std::string> options{};  ///< of the module, without the brackets around one
  std::string module_name{};           ///< as ModuleNames has it; empty for an include

  [[nodiscard]] bool IncludesFile() const;
  /// The file name of an included file.
  [[nodiscard]] std::string_view IncludedName() const;
  /// Is it pam_jwt itself?
  [[nodiscard]] bool IsOurModule() const;
  /// May it ask for a password, or lead to a rule that does? A module that is not known may.
  [[nodiscard]] bool MayAsk() const;
  /// Is it, or may it lead to, a rule for accounts?
  [[nodiscard]] bool MayDecideAccounts() const;
  /// Is it, or may it lead to, a rule that opens sessions? pam_selinux.so is to come first, and
  /// does not count.
  [[nodiscard]] bool MayOpenSessions() const;
};

/// Reads a stack as libpam does: comments, continued lines, words in [ ]. This is the only reader
/// of such files.
///
/// Errors (kConfigInvalid), with the number of the line: what libpam would refuse, what its
/// versions read differently (a line longer than kMaxStackLine, a comment or an empty line inside a
/// continued line), a carriage return in a rule, or a text longer than kMaxStackBytes.
Result<std::vector<StackRule>> ParseStack(std::string_view text,
                                          const ModuleNames& names = NameAsWritten);

}  // namespace pamjwt::ctl
