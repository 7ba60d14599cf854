#include "jwtctl/enable/enable_plan.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include "io/config_file.h"
#include "jwtctl/config/check.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/enable/enable_stack.h"
#include "jwtctl/enable/stack_file.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/sshd/sshd_settings.h"
#include "jwtctl/stack/module_file.h"
#include "jwtctl/stack/service_name.h"
#include "jwtctl/stack/stack_edit.h"
#include "jwtctl/stack/stack_survey.h"

namespace pamjwt::ctl {
namespace {

Error Refuse(std::string why) {
  return {Reason::kConfigInvalid, std::move(why)};
}

// ---- The stack

/// Does the configuration have end_with_token? Where it is broken, CheckConfig() says so.
bool EndsSessions(const EnableOptions& options) {
  const Result<LoadedConfig> loaded =
      LoadConfig(MakeConfigSource(options.config_path, std::nullopt));
  return loaded.ok() && *loaded.value().config.session.end_with_token;
}

Status PlanStack(const EnableOptions& options, const EnableHost& host, Plan& plan) {
  const std::string path = kPamDirectory + options.service;
  const Result<std::string> text = ReadStackFile(host.root, options.service);
  if (!text.ok()) return text.error();
  const ModuleNames names = ModuleNamesOf(host.root);
  const StackSurvey survey = SurveyStack(host.root, text.value(), names);
  if (!survey.with_our_module.empty()) {
    return Refuse(path + " includes " + survey.with_our_module +
                  ", which has pam_jwt.so already, and would ask twice");
  }
  if (options.or_password && !survey.may_verify) {
    return Refuse(path + " asks for no password: with --or-password it would let everybody in");
  }
  const StackRecipe recipe{
      options.or_password, survey.has_systemd && EndsSessions(options),
      options.config_path.has_value() ? *MakeConfigSource(options.config_path, {}).path : ""};
  if (recipe.config_path.find_first_of(" \t\n[]#\\") != std::string::npos) {
    return Refuse(recipe.config_path + " cannot stand on a line of a PAM stack");
  }
  Result<EnabledStack> enabled =
      EnableSafely(HostTree(host.root), {options.service, text.value(), recipe, options.vouched});
  if (!enabled.ok()) return InFile(path, enabled.error());
  std::move(enabled.value().warnings.begin(), enabled.value().warnings.end(),
            std::back_inserter(plan.warnings));
  plan.Add({path, text.value(), std::move(enabled).value().text});
  return Ok();
}

// ---- Module and configuration

Status CheckModule(const std::string& root) {
  if (!ModuleFiles(root).Find(std::string(kModuleName)).empty()) return Ok();
  return Refuse("pam_jwt.so is not beside the other PAM modules: install it first");
}

/// As `jwtctl check`; and somebody must be able to log in.
Status CheckConfig(const EnableOptions& options, Plan& plan) {
  std::ostringstream ignored;
  std::ostringstream problems;
  if (RunCheck({options.config_path, std::nullopt, std::nullopt}, ignored, problems) != kOk) {
    return Refuse("the configuration cannot be used, see jwtctl check: " + problems.str());
  }
  const Result<LoadedConfig> loaded =
      LoadConfig(MakeConfigSource(options.config_path, std::nullopt));
  if (!loaded.ok()) return loaded.error();
  bool is_served = false;
  for (const Issuer& issuer : loaded.value().config.issuers) {
    const ServicePolicy* const policy = issuer.PolicyFor(options.service);
    if (policy == nullptr) continue;
    is_served = true;
    if (options.or_password && policy->claims.max_auth_age->count > 0) {
      plan.warnings.push_back("issuer " + issuer.name + ", service " + options.service +
                              ": max_auth_age is no condition where a password will do as well");
    }
  }
  if (is_served) return Ok();
  return Refuse("no issuer of the configuration has " + options.service +
                " among its services: no token would be accepted");
}

// ---- sshd

Status PlanDropIn(const EnableHost& host, const SshdSettings& settings, Plan& plan) {
  const Result<std::string> config = ReadHostFile(host.root, kSshdConfig);
  if (!config.ok()) return config.error();
  if (!BeginsWithDropIns(config.value())) {
    if (settings.AsksByPam()) return Ok();  // as it should be, by somebody else
    return Refuse(std::string(kSshdConfig) +
                  " does not begin with its drop-ins: put the line `Include "
                  "/etc/ssh/sshd_config.d/*.conf` in front of all others, or set `UsePAM yes` and "
                  "`KbdInteractiveAuthentication yes` in it");
  }
  if (!IsThere(host.root, kSshdDropIn)) {
    Result<std::string> text = EnableInDropIn("");
    if (!text.ok()) return std::move(text).error();
    plan.Add({kSshdDropIn, std::nullopt, std::move(text).value()});
    return Ok();
  }
  const Result<std::string> before = ReadHostFile(host.root, kSshdDropIn);
  if (!before.ok()) return before.error();
  Result<std::string> after = EnableInDropIn(before.value());
  if (!after.ok()) return InFile(kSshdDropIn, after.error());
  plan.Add({kSshdDropIn, before.value(), std::move(after).value()});
  return Ok();
}

Status PlanSshd(const EnableOptions& options, const EnableHost& host, Plan& plan) {
  const Result<SshdSettings> settings = host.sshd.Settings();
  if (!settings.ok()) return settings.error();
  if (options.or_password && !settings.value().passwords) {
    return Refuse(
        "sshd has passwords off (PasswordAuthentication no), and --or-password would take "
        "them again: enable it without");
  }
  if (!settings.value().MethodsLeaveAPlace()) {
    plan.warnings.push_back(
        "AuthenticationMethods of sshd has no keyboard-interactive: it will not "
        "ask for tokens");
  }
  return PlanDropIn(host, settings.value(), plan);
}

/// Does a stack ask for tokens already, or will it, since it includes that of `service`?
bool AsksOrFollows(const EnableHost& host, const std::string& text, const std::string& service) {
  const ModuleNames names = ModuleNamesOf(host.root);
  const Result<std::vector<StackRule>> rules = ParseStack(text, names);
  if (!rules.ok()) return false;
  const auto asks_or_follows = [&](const StackRule& rule) {
    const bool includes = rule.IncludesFile() && rule.IncludedName() == service;
    return rule.type == "auth" ? rule.IsOurModule() || includes
                               : rule.type == "@include" && includes;
  };
  return std::any_of(rules.value().begin(), rules.value().end(), asks_or_follows) ||
         !SurveyStack(host.root, text, names).with_our_module.empty();
}

/// Warns of a service that goes with this one and has a file of its own.
void WarnOfSibling(const EnableOptions& options, const EnableHost& host, Plan& plan) {
  constexpr auto kSiblings =
      std::to_array<std::pair<const char*, const char*>>({{"sudo", "sudo-i"}, {"su", "su-l"}});
  for (const auto& [service, sibling] : kSiblings) {
    if (options.service != service) continue;
    const Result<std::string> text = ReadHostFile(host.root, std::string(kPamDirectory) + sibling);
    if (!text.ok() || AsksOrFollows(host, text.value(), options.service)) continue;
    plan.warnings.push_back(std::string(sibling) + " has a stack of its own: jwtctl enable " +
                            sibling);
  }
}

}  // namespace

void Plan::Add(FileChange change) {
  if (change.before != change.after) changes.push_back(std::move(change));
}

Result<Plan> PlanEnable(const EnableOptions& options, const EnableHost& host) {
  Plan plan;
  Status stack = PlanStack(options, host, plan);
  if (!stack.ok()) return std::move(stack).error();
  Status module = CheckModule(host.root);
  if (!module.ok()) return std::move(module).error();
  Status config = CheckConfig(options, plan);
  if (!config.ok()) return std::move(config).error();
  WarnOfSibling(options, host, plan);
  if (options.service != kSshdService) return plan;
  plan.sshd = SshdEnd::kAsksForTokens;
  Status sshd = PlanSshd(options, host, plan);
  if (!sshd.ok()) return std::move(sshd).error();
  return plan;
}

}  // namespace pamjwt::ctl
