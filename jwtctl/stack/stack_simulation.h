#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "jwtctl/stack/stack_entries.h"

namespace pamjwt::ctl {

/// The codes that the modules of a stack returned, by their place in it; nullopt for a module that
/// was not called.
using StackCodes = std::vector<std::optional<int>>;

/// The effect of a jump on the result of pam_setcred: that of the action ok (kAgree), or no effect
/// (kAreSilent), as in Debian's libpam.
enum class SetCredJumps { kAgree, kAreSilent };

/// A walk through a stack as libpam makes it: which module is called next, and what follows from
/// the code that it returns. A copy can be made at any place, and goes on alone. `entries` and
/// `codes` must outlive the walk.
class StackWalk {
 public:
  /// Begins a walk through the rules of auth or account.
  explicit StackWalk(const std::vector<StackEntry>& entries);
  /// Begins a walk through the rules of auth for pam_setcred. The code that a module returned to
  /// pam_authenticate on the same handle (`codes`) decides which action is taken. The code that the
  /// module returns to pam_setcred is the result. `codes` is empty if pam_authenticate was not
  /// called.
  StackWalk(const std::vector<StackEntry>& entries, const StackCodes& codes, SetCredJumps jumps);

  /// Returns the place of the module that is called next, or nullopt at the end.
  [[nodiscard]] std::optional<std::size_t> Next() const;
  /// Goes on with the code that this module returned.
  void Return(int code);
  /// Returns the code that the application gets, once the walk is at its end.
  [[nodiscard]] int Result() const;

  /// Orders walks through one stack. Equal walks go on equally.
  friend std::strong_ordering operator<=>(const StackWalk& a, const StackWalk& b);

 private:
  enum class Impression { kNone, kGood, kBad };
  struct State {
    Impression impression = Impression::kNone;
    int status = kPamPermDenied;
    auto operator<=>(const State&) const = default;
  };

  void SkipSilent();
  void EnterLevel();
  void Apply(int code);
  void Follow(const StackAction& action, int code, bool is_replayed);
  void Agree(int code, bool is_replayed);
  void Object(int code);
  void Jump(std::size_t count);
  void EndLevel();
  [[nodiscard]] bool HasNextAtLeast(std::size_t level) const;

  const std::vector<StackEntry>* entries_;
  bool has_reset_ = false;             ///< whether an action is reset, which needs saved_
  const StackCodes* codes_ = nullptr;  ///< for pam_setcred only
  SetCredJumps jumps_ = SetCredJumps::kAreSilent;
  std::size_t at_ = 0;
  std::size_t level_ = 0;  ///< the level of the last entry
  State state_;
  std::vector<State> saved_{State{}};  ///< the state in which each level was entered
};

/// The end of a walk through a stack.
struct StackEnd {
  int code;          ///< what the application gets
  StackCodes codes;  ///< what the modules that were called returned
};

/// Goes through a stack from its beginning. `call` returns what each module returns.
StackEnd RunStack(const std::vector<StackEntry>& entries,
                  const std::function<int(const StackEntry&)>& call);
/// Takes a walk that has begun to its end, and returns its result. `call` returns what each module
/// returns.
int RunToEnd(StackWalk walk, const std::vector<StackEntry>& entries,
             const std::function<int(const StackEntry&)>& call);

}  // namespace pamjwt::ctl
