#include "jwtctl/stack/stack_control.h"

#include <algorithm>
#include <optional>

namespace pamjwt::ctl {
namespace {

using Kind = StackAction::Kind;

constexpr std::array<std::string_view, kPamReturns> kReturnNames = {
    "success",
    "open_err",
    "symbol_err",
    "service_err",
    "system_err",
    "buf_err",
    "perm_denied",
    "auth_err",
    "cred_insufficient",
    "authinfo_unavail",
    "user_unknown",
    "maxtries",
    "new_authtok_reqd",
    "acct_expired",
    "session_err",
    "cred_unavail",
    "cred_expired",
    "cred_err",
    "no_module_data",
    "conv_err",
    "authtok_err",
    "authtok_recover_err",
    "authtok_lock_busy",
    "authtok_disable_aging",
    "try_again",
    "ignore",
    "abort",
    "authtok_expired",
    "module_unknown",
    "bad_item",
    "conv_again",
    "incomplete",
};
constexpr std::string_view kDefault = "default";
constexpr std::size_t kMostDigits = 6;  // more than the rules of any stack need

struct NamedAction {
  std::string_view name;
  Kind kind;
};

constexpr NamedAction kActionNames[] = {{"ignore", Kind::kIgnore}, {"ok", Kind::kOk},
                                        {"done", Kind::kDone},     {"bad", Kind::kBad},
                                        {"die", Kind::kDie},       {"reset", Kind::kReset}};

/// One of the four words, and the actions that it stands for.
struct Shorthand {
  std::string_view name;
  std::string_view meaning;
};

constexpr Shorthand kShorthands[] = {
    {"required", "success=ok new_authtok_reqd=ok ignore=ignore default=bad"},
    {"requisite", "success=ok new_authtok_reqd=ok ignore=ignore default=die"},
    {"sufficient", "success=done new_authtok_reqd=done default=ignore"},
    {"optional", "success=ok new_authtok_reqd=ok default=ignore"},
};

/// Reads value=action pairs. No blank is needed between two pairs, as libpam compares beginnings.
class ControlReader {
 public:
  explicit ControlReader(std::string_view text) : text_(text) {}

  StackActions Read() {
    for (SkipBlanks(); !text_.empty(); SkipBlanks()) {
      if (!TakePair()) return {};
    }
    StackActions actions;
    std::transform(given_.begin(), given_.end(), actions.begin(),
                   [](const auto& action) { return action.value_or(StackAction{}); });
    return actions;
  }

 private:
  void SkipBlanks() {
    text_.remove_prefix(std::min(text_.find_first_not_of(" \t\n\v\f\r"), text_.size()));
  }

  bool Take(std::string_view word) {
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  bool TakePair() {
    std::size_t value = 0;
    while (value < kPamReturns && !Take(kReturnNames[value])) {
      ++value;
    }
    if (value == kPamReturns && !Take(kDefault)) return false;
    SkipBlanks();
    if (!Take("=")) return false;
    SkipBlanks();
    const std::optional<StackAction> action = TakeAction();
    if (!action.has_value()) return false;
    if (value < kPamReturns) {
      given_[value] = action;
    } else {
      // A later pair may still replace these, but a second default finds no code without an action.
      std::replace(given_.begin(), given_.end(), std::optional<StackAction>(), action);
    }
    return true;
  }

  std::optional<StackAction> TakeAction() {
    for (const NamedAction& action : kActionNames) {
      if (Take(action.name)) return StackAction{action.kind};
    }
    std::size_t jump = 0;
    std::size_t digits = 0;
    for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; ++digits) {
      jump = jump * 10 + static_cast<std::size_t>(text_.front() - '0');
      text_.remove_prefix(1);
      if (digits == kMostDigits) return std::nullopt;
    }
    if (jump == 0) return std::nullopt;
    return StackAction{Kind::kJump, jump};
  }

  std::string_view text_;
  std::array<std::optional<StackAction>, kPamReturns> given_{};
};

}  // namespace

std::string_view NameOfPamReturn(int code) {
  const auto index = static_cast<std::size_t>(code);
  return index < kPamReturns ? kReturnNames[index] : "unknown";
}

StackActions ParseControl(std::string_view control) {
  for (const Shorthand& word : kShorthands) {
    if (control == word.name) return ControlReader(word.meaning).Read();
  }
  return ControlReader(control).Read();
}

std::size_t LongestJump(const StackActions& actions) {
  std::size_t longest = 0;
  for (const StackAction& action : actions) {
    longest = std::max(longest, action.jump);
  }
  return longest;
}

}  // namespace pamjwt::ctl
