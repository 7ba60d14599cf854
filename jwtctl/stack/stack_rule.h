#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ctl {

/// The longest file of a stack that is read, in bytes.
inline constexpr std::size_t kMaxStackBytes = std::size_t{64} * 1024;
/// The longest line that is read, in bytes. libpam before 1.6 reads a longer line as two, so that
/// its meaning depends on the version.
inline constexpr std::size_t kMaxStackLine = 1023;

/// The file name of our module.
inline constexpr std::string_view kModuleName = "pam_jwt.so";

/// Returns the name of a module, for example "pam_unix.so", for the word with which a stack names
/// it. A name with a slash in it is that of an unknown module.
using ModuleNames = std::function<std::string(const std::string& written)>;

/// Returns the word as the name, without a look at any file: a word without a slash names a file in
/// the directory of modules, and a path names an unknown module.
std::string NameAsWritten(const std::string& written);

/// A rule of a file in /etc/pam.d. It may take several lines.
struct StackRule {
  std::size_t line;       ///< its first line, from 0
  std::size_t next_line;  ///< the line after its last one
  std::string type;       ///< auth, account, password, session; "@include" stands for rules of any
  std::string control;    ///< required, ..., include, substack, or value=action pairs
  std::string target;     ///< the module or the included file, as the rule names it
  std::vector<std::string> options{};  ///< options of the module, without brackets around them
  std::string module_name{};           ///< name of the module, by ModuleNames; empty for an include

  /// Returns whether the rule stands for the rules of another file.
  [[nodiscard]] bool IncludesFile() const;
  /// Returns the file name of the included file, without its directory.
  [[nodiscard]] std::string_view IncludedName() const;
  /// Returns whether the rule calls pam_jwt.
  [[nodiscard]] bool IsOurModule() const;
  /// Returns whether the rule may ask for a password, or may include a rule that does. An unknown
  /// module may ask.
  [[nodiscard]] bool MayAsk() const;
  /// Returns whether it is a rule for accounts, or may include one.
  [[nodiscard]] bool MayDecideAccounts() const;
  /// Returns whether it is a rule that opens sessions, or may include one. pam_selinux.so does not
  /// count, as it must come first.
  [[nodiscard]] bool MayOpenSessions() const;
};

/// Reads a stack as libpam does, with comments, continued lines and words in [ ]. Types and the
/// words of controls come in small letters, and types without a dash in front. This is the only
/// reader of PAM files.
///
/// Errors (kConfigInvalid), with the number of the line: libpam would refuse the rule; versions of
/// libpam read it differently (a line longer than kMaxStackLine, a comment or an empty line inside
/// a continued line); a rule has a carriage return. Also, without a line: the text is longer than
/// kMaxStackBytes, or has a NUL byte.
Result<std::vector<StackRule>> ParseStack(std::string_view text,
                                          const ModuleNames& names = NameAsWritten);

}  // namespace pamjwt::ctl
