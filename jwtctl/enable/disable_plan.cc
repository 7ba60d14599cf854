#include "jwtctl/enable/disable_plan.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "jwtctl/doctor/pam_services.h"
#include "jwtctl/doctor/stack_rules.h"
#include "jwtctl/enable/stack_file.h"
#include "jwtctl/host/host_tree.h"
#include "jwtctl/sshd/sshd_drop_in.h"
#include "jwtctl/sshd/sshd_settings.h"
#include "jwtctl/stack/module_file.h"
#include "jwtctl/stack/service_name.h"
#include "jwtctl/stack/stack_control.h"
#include "jwtctl/stack/stack_edit.h"
#include "jwtctl/stack/stack_survey.h"

namespace pamjwt::ctl {
namespace {

Error Refuse(std::string why) {
  return {Reason::kConfigInvalid, std::move(why)};
}

/// The stack of a service before and after the change.
struct StackChange {
  ServiceStack before;
  ServiceStack after;
};

/// Checks whether the rule at `from` jumps over a rule of pam_jwt. A jump counts the rules of its
/// level.
bool JumpsOverOurs(const std::vector<StackEntry>& entries, std::size_t from) {
  std::size_t left = LongestJump(entries[from].actions);
  for (std::size_t i = from + 1; i < entries.size() && left > 0; ++i) {
    if (entries[i].level < entries[from].level) return false;
    if (entries[i].level > entries[from].level) continue;
    if (entries[i].IsOurModule()) return true;
    --left;
  }
  return false;
}

/// Checks that no rule, also of an included file, jumps over a rule of pam_jwt: without the latter,
/// the jump would end elsewhere.
Status CheckJumps(const ServiceStack& stack) {
  for (const auto* const entries : {&stack.auth, &stack.account, &stack.session}) {
    for (std::size_t i = 0; i < entries->size(); ++i) {
      const StackEntry& entry = (*entries)[i];
      if (entry.IsOurModule() || !JumpsOverOurs(*entries, i)) continue;
      return Refuse(entry.Place() +
                    " jumps over a line that names pam_jwt.so, and would end elsewhere without "
                    "it: take that line out by hand, and change the jump");
    }
  }
  return Ok();
}

Error RefuseIncluded(const std::string& path, const std::string& included) {
  const bool is_debians = included.starts_with(std::string(kPamDirectory) + "common-");
  return Refuse(path + " includes " + included +
                ", which names pam_jwt.so for other services too: " +
                (is_debians ? "run pam-auth-update --disable jwt, then this command again"
                            : "take the lines out there"));
}

class DisablePlanner {
 public:
  DisablePlanner(const DisableOptions& options, const EnableHost& host)
      : options_(options), host_(host) {}

  Result<Plan> Make() {
    Status stack = PlanStack();
    if (!stack.ok()) return std::move(stack).error();
    if (options_.service != kSshdService) return std::move(plan_);
    Status drop_in = PlanDropIn();
    if (!drop_in.ok()) return std::move(drop_in).error();
    return std::move(plan_);
  }

 private:
  Status PlanStack() {
    const std::string path = kPamDirectory + options_.service;
    const Result<std::string> text = ReadStackFile(host_.root, options_.service);
    if (!text.ok()) return text.error();
    const ModuleNames names = ModuleNamesOf(host_.root);
    const StackSurvey survey = SurveyStack(host_.root, text.value(), names);
    if (!survey.with_our_module.empty()) return RefuseIncluded(path, survey.with_our_module);
    Result<std::string> bare = DisableInStack(text.value(), names);
    if (!bare.ok()) return InFile(path, bare.error());

    const FileChange change{path, text.value(), std::move(bare).value()};
    const Result<StackChange> stack = ReadChange(change);
    if (!stack.ok()) return InFile(path, stack.error());
    if (change.before != change.after) {
      Status jumps = CheckJumps(stack.value().before);
      if (!jumps.ok()) return InFile(path, jumps.error());
      Status left = CheckWhatIsLeft(stack.value());
      if (!left.ok()) return InFile(path, left.error());
      plan_.Add(change);
    }
    if (options_.service == kSshdService && TakesPasswords(stack.value().after)) {
      plan_.sshd = TakesPasswords(stack.value().before) ? SshdEnd::kMayTakePasswords
                                                        : SshdEnd::kTakesNoPasswords;
    }
    return Ok();
  }

  [[nodiscard]] Result<StackChange> ReadChange(const FileChange& change) const {
    const HostTree tree(host_.root);
    const auto read = [&](const std::string& text) {
      return ReadServiceStack(tree, options_.vouched, options_.service, text);
    };
    Result<ServiceStack> before = read(*change.before);
    if (!before.ok()) return std::move(before).error();
    Result<ServiceStack> after = read(*change.after);
    if (!after.ok()) return std::move(after).error();
    return StackChange{std::move(before).value(), std::move(after).value()};
  }

  /// Checks that the rules which are left let in users who prove something, and no others.
  Status CheckWhatIsLeft(const StackChange& stack) {
    const auto& [before, after] = stack;
    if ((before.has_own_auth && !after.has_own_auth) ||
        (before.has_own_account && !after.has_own_account)) {
      return Refuse(
          "no rule of auth, or of account, would be left, and libpam would take those of " +
          std::string(kPamDirectory) + "other: first add the rules that verify users");
    }
    if (!before.AsksForTokens()) return Ok();
    const Findings ways = FindWaysAround(after);
    if (ways.empty()) {
      if (TakesPasswords(after)) return Ok();
      return Refuse(
          "nobody could log in by the rules that would be left: first add a rule that verifies "
          "users, such as `auth required pam_unix.so`");
    }
    if (FindWaysAround(before).empty()) {
      return Refuse(
          "without pam_jwt.so the stack " + ways.front().text +
          ". First put `auth requisite pam_unix.so`, or another rule that verifies users, "
          "above that line; if it is a module of your own that verifies users, name it with "
          "--verifies");
    }
    plan_.warnings.push_back(after.file + " is open, before the change and after it: it " +
                             ways.front().text + "; see jwtctl doctor");
    return Ok();
  }

  Status PlanDropIn() {
    if (!IsThere(host_.root, kSshdDropIn)) return Ok();
    const Result<std::string> before = ReadHostFile(host_.root, kSshdDropIn);
    if (!before.ok()) return before.error();
    Result<std::string> after = DisableInDropIn(before.value());
    if (!after.ok()) return InFile(kSshdDropIn, after.error());
    FileChange change{kSshdDropIn, before.value(), std::move(after).value()};
    if (!SetsAnything(*change.after)) change.after.reset();
    plan_.Add(std::move(change));
    return Ok();
  }

  const DisableOptions& options_;
  const EnableHost& host_;
  Plan plan_;
};

}  // namespace

Result<Plan> PlanDisable(const DisableOptions& options, const EnableHost& host) {
  return DisablePlanner(options, host).Make();
}

}  // namespace pamjwt::ctl
