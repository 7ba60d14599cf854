#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "jwtctl/stack/stack_entries.h"

namespace pamjwt::ctl {

/// What the modules of an auth stack returned, by their place; none: not called.
using StackCodes = std::vector<std::optional<int>>;

/// What pam_setcred makes of a jump, besides jumping: an ok, or nothing, as Debian's libpam has it.
enum class SetCredJumps { kAgree, kAreSilent };

/// How libpam goes through a stack: which module it calls next, and what it makes of what that one
/// returns. It can be copied at any place, to look at what else might come.
class StackWalk {
 public:
  /// Through the rules of auth or account.
  explicit StackWalk(const std::vector<StackEntry>& entries);
  /// Through those of auth for pam_setcred: then what each returned for pam_authenticate on the
  /// same handle decides where it goes on. `codes` is empty where that was not called.
  StackWalk(const std::vector<StackEntry>& entries, const StackCodes& codes, SetCredJumps jumps);

  /// The module that is called next, by its place in the stack; none: it is over.
  [[nodiscard]] std::optional<std::size_t> Next() const;
  /// What that module returned.
  void Return(int code);
  /// What the application gets in the end.
  [[nodiscard]] int Result() const;

  /// Two walks through one stack that are alike go on alike.
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
  bool has_reset_ = false;             ///< without one, saved_ is not needed
  const StackCodes* codes_ = nullptr;  ///< of pam_setcred alone
  SetCredJumps jumps_ = SetCredJumps::kAreSilent;
  std::size_t at_ = 0;
  std::size_t level_ = 0;  ///< of the entry before
  State state_;
  std::vector<State> saved_{State{}};  ///< where each level was entered
};

struct StackEnd {
  int code;
  StackCodes codes;  ///< what was called, and what it returned
};

/// Goes through a stack: `call` says what each module returns.
StackEnd RunStack(const std::vector<StackEntry>& entries,
                  const std::function<int(const StackEntry&)>& call);
/// Goes through a walk that has begun, to its end.
int RunToEnd(StackWalk walk, const std::vector<StackEntry>& entries,
             const std::function<int(const StackEntry&)>& call);

}  // namespace pamjwt::ctl
