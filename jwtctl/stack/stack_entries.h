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

/// A rule where it stands in the end: with its includes put in, as libpam goes through it.
struct StackEntry {
  enum class Kind {
    kModule,
    kSubstack,  ///< where one begins: nothing is called
    kMustFail,  ///< what libpam puts in place of a rule that it cannot follow
  };
  Kind kind = Kind::kModule;
  std::size_t level = 0;  ///< how many substacks it is in
  StackActions actions{};
  std::string module{};  ///< as it is written; of an include, the file
  std::string name{};    ///< of the module, as ModuleNames has it: "pam_unix.so"
  std::vector<std::string> options{};
  std::string file{};    ///< the name that it is included by
  std::size_t line = 0;  ///< of that file, from 0

  /// "pam_unix.so"; with a slash in it, a module that is not known.
  [[nodiscard]] const std::string& ModuleName() const { return name; }
  [[nodiscard]] bool IsOurModule() const;
  /// "sshd:3": for people.
  [[nodiscard]] std::string Place() const;
};

/// Returns whether one of the rules names pam_jwt.
bool HasOurModule(const std::vector<StackEntry>& entries);

/// The text of a file of /etc/pam.d by its name, or of one by its path. Errors: any.
using StackReader = std::function<Result<std::string>(const std::string& name)>;

/// The rules of one type (auth, account, password or session) of a service, in order.
///
/// An include that cannot be read is a kMustFail, as in libpam. Errors (kConfigInvalid): the
/// service itself or what it has by @include cannot be read, a line that is no rule, files that
/// include each other, more than kMaxStackEntries rules.
Result<std::vector<StackEntry>> ReadEntries(const std::string& service, std::string_view type,
                                            const StackReader& read,
                                            const ModuleNames& names = NameAsWritten);

inline constexpr std::size_t kMaxStackEntries = 512;

}  // namespace pamjwt::ctl
