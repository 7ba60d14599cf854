#include "jwtctl/doctor/skipped_rules.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "jwtctl/doctor/auth_ways.h"
#include "jwtctl/stack/stack_modules.h"

namespace pamjwt::ctl {
namespace {

// They prepare, delay, count or report, and decide about no user. pam_faillock.so counts wrong
// passwords, which a token is not.
constexpr auto kHelpers = std::to_array<std::string_view>(
    {"pam_cap.so",      "pam_cgfs.so",     "pam_debug.so",         "pam_deny.so",
     "pam_echo.so",     "pam_ecryptfs.so", "pam_env.so",           "pam_faildelay.so",
     "pam_faillock.so", "pam_gdm.so",      "pam_gnome_keyring.so", "pam_group.so",
     "pam_issue.so",    "pam_keyinit.so",  "pam_kwallet.so",       "pam_kwallet5.so",
     "pam_lastlog.so",  "pam_lastlog2.so", "pam_mail.so",          "pam_motd.so",
     "pam_mount.so",    "pam_permit.so",   "pam_ssh_add.so",       "pam_systemd.so",
     "pam_tally.so",    "pam_tally2.so",   "pam_umask.so",         "pam_warn.so"});

bool IsHelper(const StackEntry& entry) {
  return std::find(kHelpers.begin(), kHelpers.end(), entry.ModuleName()) != kHelpers.end();
}

/// The stack as it is for a login by password: the lines of pam_jwt change nothing.
ServiceStack WithoutTokens(ServiceStack stack) {
  for (StackEntry& entry : stack.auth) {
    if (entry.IsOurModule()) entry.actions.fill({StackAction::Kind::kIgnore});
  }
  return stack;
}

/// Can a user get in whom the module of one line refuses with this code?
bool LetsInPast(const ServiceStack& stack, std::size_t line, int refusal) {
  const PossibleCodes all = AuthCodes(stack, {kPamSuccess}, Trust::kVerifyingModules);
  const auto codes = [&](const StackEntry& entry) {
    return &entry == &stack.auth[line] ? std::vector<int>{refusal} : all(entry);
  };
  return FindWayIn(StackWalk(stack.auth), stack.auth, {codes}).has_value();
}

/// Does a line hold for passwords, and not for tokens?
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
  // Where nobody else verifies, a module that is not known may be the one that does.
  const bool is_open = LetsIn(by_password, Trust::kNobody);
  const auto is_rule = [&](const StackEntry& entry) {
    const ModuleKind kind = KindOf(entry, stack.vouched);
    return entry.kind == StackEntry::Kind::kModule && !IsHelper(entry) &&
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
