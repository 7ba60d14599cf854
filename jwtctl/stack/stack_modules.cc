#include "jwtctl/stack/stack_modules.h"

#include <algorithm>
#include <array>

#include "jwtctl/stack/known_modules.h"

namespace pamjwt::ctl {
namespace {

// Services of programs that are called by users who are not root.
constexpr auto kCalledByUsers = std::to_array<std::string_view>({"su", "su-l", "chsh", "chfn"});
// Services of programs that only root may call.
constexpr auto kCalledByRoot = std::to_array<std::string_view>({"runuser", "runuser-l"});

template <typename List>
bool Holds(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool HasOption(const StackEntry& entry, std::string_view option) {
  return Holds(entry.options, option);
}

bool IsNamed(const StackEntry& entry, std::string_view name) {
  return entry.ModuleName() == name;
}

/// Returns whether an option may let the module agree without a proof. nullok of pam_unix does not
/// count, as it takes an empty password only if /etc/shadow has one.
bool IsSwitchedOff(const StackEntry& entry) {
  const bool has_grace =
      std::any_of(entry.options.begin(), entry.options.end(),
                  [](const std::string& option) { return option.starts_with("grace_period="); });
  return has_grace || HasOption(entry, "nouserok") || HasOption(entry, "alwaysok") ||
         HasOption(entry, "defer_pwchange") ||
         (HasOption(entry, "nullok") && !entry.ModuleName().starts_with("pam_unix"));
}

/// Returns whether the module may return PAM_IGNORE, which leaves the verdict to other modules.
bool MayPassOver(const StackEntry& entry) {
  return !HasTrait(entry.ModuleName(), ModuleTrait::kIgnoresByOption) ||
         HasOption(entry, "ignore_unknown_user") || HasOption(entry, "ignore_authinfo_unavail") ||
         HasOption(entry, "unknown_ok") || HasOption(entry, "localifdown");
}

/// Returns all codes of libpam for which `may_be` is true, without PAM_INCOMPLETE, which no module
/// returns to an application that cannot wait.
template <typename MayBe>
std::vector<int> CodesThat(MayBe may_be) {
  std::vector<int> codes;
  for (int code = kPamSuccess; code < kPamIncomplete; ++code) {
    if (may_be(code)) codes.push_back(code);
  }
  return codes;
}

std::vector<int> AllButSuccess() {
  return CodesThat([](int code) { return code != kPamSuccess; });
}

}  // namespace

ModuleKind KindOf(const StackEntry& entry, const VouchedModules& vouched) {
  if (entry.IsOurModule()) return ModuleKind::kOurs;
  if (vouched.find(entry.module) != vouched.end()) return ModuleKind::kVerifies;
  const KnownModule* const known = FindKnownModule(entry.ModuleName());
  if (known == nullptr) return ModuleKind::kUnknown;
  if (known->role != ModuleRole::kVerifies) return ModuleKind::kOther;
  return IsSwitchedOff(entry) ? ModuleKind::kSwitchedOff : ModuleKind::kVerifies;
}

std::vector<int> RefusalsOf(const StackEntry& entry) {
  const bool passes_over = MayPassOver(entry);
  return CodesThat([passes_over](int code) {
    // PAM_NEW_AUTHTOK_REQD is not a refusal: the password is right, but too old.
    return code != kPamSuccess && code != kPamNewAuthtokReqd && (code != kPamIgnore || passes_over);
  });
}

std::vector<int> AnswersOf(const StackEntry& entry, std::string_view service) {
  if (IsNamed(entry, "pam_permit.so")) return {kPamSuccess};
  if (IsNamed(entry, "pam_deny.so")) return {kPamAuthErr};
  if (IsNamed(entry, "pam_faillock.so") && HasOption(entry, "authfail")) return AllButSuccess();
  if (IsNamed(entry, "pam_rootok.so") && Holds(kCalledByUsers, service)) return {kPamAuthErr};
  if (IsNamed(entry, "pam_rootok.so") && Holds(kCalledByRoot, service)) return {kPamSuccess};
  return CodesThat([](int) { return true; });
}

std::vector<int> CredentialsOf(const StackEntry& entry) {
  if (IsNamed(entry, "pam_deny.so")) return {kPamCredErr};
  if (IsNamed(entry, "pam_permit.so")) return {kPamSuccess};
  return {kPamSuccess, kPamIgnore};
}

}  // namespace pamjwt::ctl
