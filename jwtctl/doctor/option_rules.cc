#include "jwtctl/doctor/option_rules.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/login/module_options.h"
#include "jwtctl/doctor/stack_rules.h"
#include "jwtctl/stack/service_name.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kOptionFix =
    "mend the option: pam_jwt(8) lists them; one with blanks needs brackets: [prompt=Password or "
    "token: ]";

/// Returns why the module refuses the options, or nullopt if it takes them.
std::optional<std::string> WhyRefused(const std::vector<std::string>& options) {
  std::vector<const char*> arguments;
  arguments.reserve(options.size());
  for (const std::string& option : options) {
    arguments.push_back(option.c_str());
  }
  const Result<ModuleOptions> parsed = ParseModuleOptions(arguments);
  if (parsed.ok()) return std::nullopt;
  return parsed.error().detail;
}

/// Returns the first option that stands on the line twice, as "config=", or nullopt.
std::optional<std::string> FindTwice(const std::vector<std::string>& options) {
  std::set<std::string_view> names;
  for (const std::string_view option : options) {
    const std::size_t equals = option.find('=');
    const std::string_view name = option.substr(0, equals == option.npos ? equals : equals + 1);
    if (!names.insert(name).second) return std::string(name);
  }
  return std::nullopt;
}

bool Has(const std::vector<std::string>& options, std::string_view option) {
  return std::find(options.begin(), options.end(), option) != options.end();
}

class OptionJudge {
 public:
  void Judge(const ServiceStack& stack) {
    for (const StackEntry& entry : stack.auth) {
      JudgeEntry(stack, entry, "so every token is refused");
    }
    for (const StackEntry& entry : stack.account) {
      JudgeEntry(stack, entry, "so the denylist is not applied, and logins by token are refused");
    }
    if (stack.service != kSshdService) return;
    for (const StackEntry& entry : stack.session) {
      JudgeEntry(stack, entry, "so logins by certificate are refused");
    }
  }

  Findings Take() && { return std::move(findings_); }

 private:
  void JudgeEntry(const ServiceStack& stack, const StackEntry& entry, const char* consequence) {
    if (!entry.IsOurModule() || !seen_.insert(entry.Place()).second) return;
    const std::string line = "the line " + entry.Place();
    if (const auto why = WhyRefused(entry.options)) {
      findings_.push_back({Health::kCritical, "pam.option", stack.file,
                           line + " has an error, " + consequence + ": " + *why, kOptionFix});
    } else if (const auto name = FindTwice(entry.options)) {
      findings_.push_back({Health::kWarning, "pam.option_twice", stack.file,
                           line + " has the option " + *name + " twice, and the last one counts",
                           "take one of them out"});
    }
    if (Has(entry.options, "token_only") && TakesPasswords(stack)) {
      findings_.push_back({Health::kWarning, "pam.token_only", stack.file,
                           line + " has token_only, which tells a user who types a password that a "
                                  "token is expected, but the stack takes passwords",
                           "take token_only out"});
    }
  }

  std::set<std::string> seen_;  ///< places of lines
  Findings findings_;
};

}  // namespace

Findings JudgeOptions(const PamServices& services) {
  OptionJudge judge;
  for (const ServiceStack& stack : services.stacks) {
    judge.Judge(stack);
  }
  return std::move(judge).Take();
}

}  // namespace pamjwt::ctl
