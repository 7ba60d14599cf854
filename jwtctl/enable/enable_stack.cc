#include "jwtctl/enable/enable_stack.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "jwtctl/doctor/pam_services.h"
#include "jwtctl/doctor/program_rules.h"
#include "jwtctl/doctor/skipped_rules.h"
#include "jwtctl/doctor/stack_rules.h"
#include "jwtctl/stack/module_file.h"

namespace pamjwt::ctl {
namespace {

Error Refuse(std::string why) {
  return {Reason::kConfigInvalid, std::move(why)};
}

/// The text of a stack with the lines of a recipe, and its rules.
struct Candidate {
  std::string text;
  ServiceStack stack;
};

class StackEnabler {
 public:
  StackEnabler(const HostTree& host, StackToEnable stack) : host_(host), stack_(std::move(stack)) {}

  Result<EnabledStack> Enable() {
    Result<Candidate> chosen = stack_.recipe.asks ? Choose() : Try(0);
    if (!chosen.ok()) return std::move(chosen).error();
    if (!stack_.recipe.asks) return EnabledStack{std::move(chosen).value().text, {}};
    Status safe = CheckWays(chosen.value().stack);
    if (!safe.ok()) return std::move(safe).error();
    WarnOfCountedLines(chosen.value().stack);
    if (auto program = JudgeProgram(chosen.value().stack)) {
      warnings_.push_back(std::move(program->text));
    }
    return EnabledStack{std::move(chosen).value().text, std::move(warnings_)};
  }

 private:
  [[nodiscard]] Result<ServiceStack> Read(const std::string& text) const {
    return ReadServiceStack(host_, stack_.vouched, stack_.service, text);
  }

  /// Makes the stack in which a good token jumps over `jump` rules; 0: over all of them.
  Result<Candidate> Try(std::size_t jump) {
    stack_.recipe.jump = jump;
    Result<std::string> text = EnableInStack(stack_.text, stack_.recipe, names_);
    if (!text.ok()) return std::move(text).error();
    Result<ServiceStack> read = Read(text.value());
    if (!read.ok()) return std::move(read).error();
    return Candidate{std::move(text).value(), std::move(read).value()};
  }

  /// Takes success=done if that skips no rule, else the shortest jump that skips no rule.
  Result<Candidate> Choose() {
    Result<Candidate> simple = Try(0);
    if (!simple.ok()) return simple;
    const std::optional<Finding> skipped = JudgeSkippedRules(simple.value().stack);
    if (!skipped.has_value()) return simple;
    for (std::size_t jump = 1; jump < simple.value().stack.auth.size(); ++jump) {
      Result<Candidate> candidate = Try(jump);
      if (!candidate.ok() || IsRight(candidate.value().stack)) return candidate;
    }
    return Refuse("with the new lines, " + skipped->text +
                  ", and no jump leads to it: put that line above those that ask for passwords");
  }

  /// Checks whether a good token is enough, the rules below hold for it, and nothing else is
  /// critical. A way around (pam.bypass) does not count here: CheckWays judges it.
  static bool IsRight(const ServiceStack& stack) {
    const Findings findings = JudgeStack(stack);
    return std::none_of(findings.begin(), findings.end(), [](const Finding& finding) {
      const bool is_critical = finding.health == Health::kCritical && finding.rule != "pam.bypass";
      return is_critical || finding.rule == "pam.token_not_enough";
    });
  }

  /// Refuses to add a way in without a proof, and warns of a way that was there before.
  Status CheckWays(const ServiceStack& after) {
    const Findings ways = FindWaysAround(after);
    if (ways.empty()) return Ok();
    const Result<std::string> bare = DisableInStack(stack_.text, names_);
    if (!bare.ok()) return bare.error();
    const Result<ServiceStack> before = Read(bare.value());
    if (!before.ok()) return before.error();
    const Findings old = FindWaysAround(before.value());
    if (old.empty()) {
      return Refuse("with the new lines the stack " + ways.front().text + ". " + ways.front().fix);
    }
    warnings_.push_back(after.file + " is open already, and stays open: it " + old.front().text);
    return Ok();
  }

  /// Warns of included files whose lines the jump counts. With more or fewer lines in them, the
  /// jump would end elsewhere.
  void WarnOfCountedLines(const ServiceStack& after) {
    const auto& auth = after.auth;
    const auto ours = std::find_if(auth.begin(), auth.end(),
                                   [](const StackEntry& entry) { return entry.IsOurModule(); });
    std::set<std::string> files;
    std::size_t left = stack_.recipe.jump;
    for (auto entry = std::next(ours); entry != auth.end() && left > 0; ++entry) {
      if (entry->level > ours->level) continue;
      --left;
      if (entry->file != stack_.service) files.insert(entry->file);
    }
    for (const std::string& file : files) {
      warnings_.push_back("success=" + std::to_string(stack_.recipe.jump) + " counts lines of " +
                          file + ": when they change, run jwtctl enable " + stack_.service +
                          " again");
    }
  }

  const HostTree& host_;
  const ModuleNames names_ = ModuleNamesOf(host_.Locate(""));
  StackToEnable stack_;
  std::vector<std::string> warnings_;
};

}  // namespace

Result<EnabledStack> EnableSafely(const HostTree& host, StackToEnable stack) {
  return StackEnabler(host, std::move(stack)).Enable();
}

}  // namespace pamjwt::ctl
