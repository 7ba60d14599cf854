#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "jwtctl/stack/stack_control.h"
#include "jwtctl/stack/stack_rule.h"

namespace pamjwt::ctl {

/// A rule of a stack in the order in which libpam goes through it, when all includes are replaced
/// by the rules of their files.
struct StackEntry {
  enum class Kind {
    kModule,
    kSubstack,  ///< the beginning of a substack: no module is called
    kMustFail,  ///< what libpam puts in place of a rule that it cannot follow; it always refuses
  };
  Kind kind = Kind::kModule;
  std::size_t level = 0;  ///< the number of substacks around it
  StackActions actions{};
  std::string module{};  ///< the module as the rule names it; of an include, the file
  std::string name{};    ///< the name of the module, by ModuleNames: "pam_unix.so"
  std::vector<std::string> options{};
  std::string file{};    ///< the file of the rule, by the name by which it is included
  std::size_t line = 0;  ///< the line in `file`, from 0

  /// Returns the name of the module, for example "pam_unix.so". A name with a slash in it is that
  /// of an unknown module.
  [[nodiscard]] const std::string& ModuleName() const { return name; }
  /// Returns whether the rule calls pam_jwt.
  [[nodiscard]] bool IsOurModule() const;
  /// Returns where the rule stands, for people: "sshd:3".
  [[nodiscard]] std::string Place() const;
};

/// Returns whether one of the rules names pam_jwt.
bool HasOurModule(const std::vector<StackEntry>& entries);

/// Reads a file of /etc/pam.d by its name, or any file by its path. It may return any error.
using StackReader = std::function<Result<std::string>(const std::string& name)>;

/// Returns the rules of one type (auth, account, password or session) of a service, in order.
///
/// A file that cannot be read becomes a kMustFail if a rule that names a type leads to it, as in
/// libpam. Errors (kConfigInvalid): the file of the service, or a file to which only @include
/// leads, cannot be read; a line is not a rule; files include each other; there are more than
/// kMaxStackEntries rules.
Result<std::vector<StackEntry>> ReadEntries(const std::string& service, std::string_view type,
                                            const StackReader& read,
                                            const ModuleNames& names = NameAsWritten);

/// The most rules of one type that are read.
inline constexpr std::size_t kMaxStackEntries = 512;

}  // namespace pamjwt::ctl
