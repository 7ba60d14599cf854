#include "jwtctl/doctor/skipped_rules.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "jwtctl/doctor/auth_ways.h"
#include "jwtctl/stack/known_modules.h"
#include "jwtctl/stack/stack_modules.h"

namespace pamjwt::ctl {
namespace {

/// Returns the stack as it is for a login by password, where the lines of pam_jwt change nothing.
ServiceStack WithoutTokens(ServiceStack stack) {
  for (StackEntry& entry : stack.auth) {
    if (entry.IsOurModule()) entry.actions.fill({StackAction::Kind::kIgnore});
  }
  return stack;
}

/// Returns whether a user can get in although the module of `line` returns `refusal`.
bool LetsInPast(const ServiceStack& stack, std::size_t line, int refusal) {
  const PossibleCodes all = AuthCodes(stack, {kPamSuccess}, Trust::kVerifyingModules);
  const auto codes = [&](const StackEntry& entry) {
    return &entry == &stack.auth[line] ? std::vector<int>{refusal} : all(entry);
  };
  return FindWayIn(StackWalk(stack.auth), stack.auth, {codes}).has_value();
}

/// Returns whether a line holds for passwords, but not for tokens.
bool IsSkipped(const ServiceStack& by_token, const ServiceStack& by_password, std::size_t line) {
  const auto refusals = std::to_array<int>({kPamAuthErr, kPamPermDenied});
  return std::any_of(refusals.begin(), refusals.end(), [&](int refusal) {
    return !LetsInPast(by_password, line, refusal) && LetsInPast(by_token, line, refusal);
  });
}

bool LetsIn(const ServiceStack& by_password, Trust trust) {
  return FindAuthWay(by_password, {kPamIgnore}, trust, Passing::kAny).has_value();
}

}  // namespace

std::optional<Finding> JudgeSkippedRules(const ServiceStack& stack) {
  const ServiceStack by_password = WithoutTokens(stack);
  if (!LetsIn(by_password, Trust::kVerifyingModules)) return std::nullopt;
  // If no other module verifies, an unknown module may be the one that does.
  const bool is_open = LetsIn(by_password, Trust::kNobody);
  const auto is_rule = [&](const StackEntry& entry) {
    const ModuleKind kind = KindOf(entry, stack.vouched);
    return entry.kind == StackEntry::Kind::kModule &&
           !HasRole(entry.ModuleName(), ModuleRole::kServes) &&
           (kind == ModuleKind::kOther || (kind == ModuleKind::kUnknown && !is_open));
  };
  std::string names;
  for (std::size_t line = 0; line < stack.auth.size(); ++line) {
    const StackEntry& entry = stack.auth[line];
    if (!is_rule(entry) || !IsSkipped(stack, by_password, line)) continue;
    names +=
        (names.empty() ? "" : ", ") + std::string(entry.ModuleName()) + " (" + entry.Place() + ")";
  }
  if (names.empty()) return std::nullopt;
  return Finding{
      Health::kCritical, "pam.rule_bypassed", stack.file,
      "a good token lets in users whom " + names + " keeps out: pam_jwt.so skips that line",
      "put that line above the one of pam_jwt.so, or write success=N in place of "
      "success=done, where N is the number of password lines to jump over"};
}

}  // namespace pamjwt::ctl
