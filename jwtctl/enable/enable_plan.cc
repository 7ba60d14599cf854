#include "jwtctl/enable/enable_plan.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "io/denylist_file.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/enable/certificate_plan.h"
#include "jwtctl/enable/enable_stack.h"
#include "jwtctl/enable/stack_file.h"
#include "jwtctl/sshd/keys_command.h"
#include "jwtctl/sshd/sshd_drop_in.h"
#include "jwtctl/sshd/sshd_settings.h"
#include "jwtctl/stack/module_file.h"
#include "jwtctl/stack/service_name.h"
#include "jwtctl/stack/stack_edit.h"
#include "jwtctl/stack/stack_survey.h"
#include "text/join.h"

namespace pamjwt::ctl {
namespace {

Error Refuse(std::string why) {
  return {Reason::kConfigInvalid, std::move(why)};
}

Error RefuseConfig(const std::string& why) {
  return Refuse("the configuration cannot be used, see jwtctl check: " + why);
}

class EnablePlanner {
 public:
  EnablePlanner(const EnableOptions& options, const EnableHost& host,
                const Result<JudgedConfig>& config)
      : options_(options), host_(host), config_(config) {}

  Result<Plan> Make() {
    Status asked = AskSshd();
    if (!asked.ok()) return std::move(asked).error();
    Status stack = PlanStack();
    if (!stack.ok()) return std::move(stack).error();
    Status module = CheckModule();
    if (!module.ok()) return std::move(module).error();
    Status usable = CheckUsable();
    if (!usable.ok()) return std::move(usable).error();
    Status served = CheckServed();
    if (!served.ok()) return std::move(served).error();
    WarnOfSibling();
    if (options_.service != kSshdService) return std::move(plan_);
    Status sshd = PlanSshd();
    if (!sshd.ok()) return std::move(sshd).error();
    return std::move(plan_);
  }

 private:
  // ---- The stack

  Status PlanStack() {
    const std::string path = kPamDirectory + options_.service;
    const Result<std::string> text = ReadStackFile(host_.root, options_.service);
    if (!text.ok()) return text.error();
    const StackSurvey survey = SurveyStack(host_.root, text.value(), ModuleNamesOf(host_.root));
    if (!survey.with_our_module.empty()) {
      return Refuse(path + " includes " + survey.with_our_module +
                    ", which has pam_jwt.so already" +
                    (options_.by_certificate
                         ? ": take it out there, or put the lines for certificates in by hand"
                         : ", and would ask twice"));
    }
    if (options_.or_password && !survey.may_verify) {
      return Refuse(path + " asks for no password: with --or-password it would let everybody in");
    }
    const StackRecipe recipe = MakeRecipe(survey, text.value());
    asks_ = recipe.asks;
    if (recipe.config_path.find_first_of(" \t\n[]#\\") != std::string::npos) {
      return Refuse(recipe.config_path + " cannot stand on a line of a PAM stack");
    }
    Result<EnabledStack> enabled = EnableSafely(
        HostTree(host_.root), {options_.service, text.value(), recipe, options_.vouched});
    if (!enabled.ok()) return InFile(path, enabled.error());
    std::move(enabled.value().warnings.begin(), enabled.value().warnings.end(),
              std::back_inserter(plan_.warnings));
    plan_.Add({path, text.value(), std::move(enabled).value().text});
    return Ok();
  }

  /// Makes the recipe. With --by-certificate, prompts stay as they are.
  [[nodiscard]] StackRecipe MakeRecipe(const StackSurvey& survey, const std::string& text) const {
    const SessionOptions session =
        config_.ok() ? config_.value().loaded.config.session : SessionOptions{};
    StackRecipe recipe;
    if (options_.by_certificate) recipe = ReadRecipe(text, ModuleNamesOf(host_.root));
    if (!options_.by_certificate) recipe.or_password = options_.or_password;
    recipe.ends_session = survey.has_systemd && *session.end_with_token != SessionEnd::kNone;
    recipe.records_session = *session.record;
    recipe.config_path = FromRoot(options_.config_path).value_or("");
    recipe.by_certificate = plan_.by_certificate;
    return recipe;
  }

  // ---- Module and configuration

  [[nodiscard]] Status CheckModule() const {
    if (!ModuleFiles(host_.root).Find(std::string(kModuleName)).empty()) return Ok();
    return Refuse("pam_jwt.so is not beside the other PAM modules: install it first");
  }

  /// Refuses a configuration or a denylist that `jwtctl check` would refuse.
  [[nodiscard]] Status CheckUsable() const {
    if (!config_.ok()) return RefuseConfig(config_.error().detail);
    std::vector<std::string> errors;
    for (const ConfigProblem& problem : config_.value().problems) {
      if (problem.severity == ConfigProblem::Severity::kError) errors.push_back(Show(problem));
    }
    const Result<Denylist> denylist = ReadDenylist(std::nullopt);
    if (!denylist.ok()) errors.push_back(denylist.error().detail);
    if (errors.empty()) return Ok();
    return RefuseConfig(Join(errors, "; "));
  }

  /// Checks that some token can log in to the service. Prompts take only tokens with one of
  /// `audiences`.
  Status CheckServed() {
    bool has_issuer = false;
    bool is_served = options_.by_certificate;
    bool has_audiences = options_.by_certificate;
    for (const Issuer& issuer : config_.value().loaded.config.issuers) {
      has_audiences |= !issuer.audiences->empty();
      const ServicePolicy* const policy = issuer.PolicyFor(options_.service);
      if (policy == nullptr) continue;
      has_issuer = true;
      is_served |= !policy->claims.audiences->empty();
      if (options_.or_password && policy->claims.max_auth_age->count > 0) {
        Warn("issuer " + issuer.name + ", service " + options_.service +
             ": max_auth_age is no condition there, since a password lets users in as well");
      }
    }
    if (has_issuer && is_served) return Ok();
    if (!has_issuer) {
      return Refuse("no issuer of the configuration has " + options_.service +
                    " among its services: no token would be accepted. Put \"" + options_.service +
                    "\" into services of an issuer" +
                    (has_audiences ? "" : ", and give it audiences, which prompts need"));
    }
    return Refuse("no issuer of the configuration has audiences for " + options_.service +
                  ", and prompts take no tokens of bound_audiences: give audiences to an issuer "
                  "that has " +
                  options_.service + " among its services" +
                  (options_.service == kSshdService ? ", or give --by-certificate" : ""));
  }

  // ---- sshd

  Status AskSshd() {
    if (options_.service != kSshdService) return Ok();
    Result<SshdSettings> settings = host_.sshd.Settings();
    if (!settings.ok()) return std::move(settings).error();
    settings_ = std::move(settings).value();
    plan_.by_certificate = options_.by_certificate || IsOurKeysCommand(settings_.keys_command);
    return Ok();
  }

  Status PlanSshd() {
    const Result<std::optional<std::string>> drop_in = ReadDropIn();
    if (!drop_in.ok()) return drop_in.error();
    SshdRecipe recipe{asks_, KeptKeysCommand(options_, drop_in.value().value_or(""))};
    if (asks_) {
      plan_.sshd = SshdEnd::kAsksForTokens;
      Status prompts = CheckPrompts();
      if (!prompts.ok()) return prompts;
    }
    if (options_.by_certificate) {
      Result<CertificatePlan> certificates =
          PlanCertificates(options_, host_, config_.value().loaded, settings_);
      if (!certificates.ok()) return std::move(certificates).error();
      CertificatePlan planned = std::move(certificates).value();
      recipe.keys_command = std::move(planned.keys_command);
      plan_.doubt = std::move(planned.doubt);
      std::move(planned.warnings.begin(), planned.warnings.end(),
                std::back_inserter(plan_.warnings));
    }
    return PlanDropIn(drop_in.value(), recipe);
  }

  [[nodiscard]] Result<std::optional<std::string>> ReadDropIn() const {
    if (!IsThere(host_.root, kSshdDropIn)) return std::optional<std::string>();
    Result<std::string> text = ReadHostFile(host_.root, kSshdDropIn);
    if (!text.ok()) return std::move(text).error();
    return std::optional<std::string>(std::move(text).value());
  }

  Status CheckPrompts() {
    if (options_.or_password && !settings_.passwords) {
      return Refuse(
          "sshd has passwords off (PasswordAuthentication no), and --or-password would take "
          "them again: enable it without");
    }
    if (!settings_.MethodsAllowKeyboardInteractive()) {
      Warn("AuthenticationMethods of sshd has no keyboard-interactive: it will not ask for tokens");
    }
    return Ok();
  }

  /// Returns whether somebody else has set already what the drop-in would set.
  [[nodiscard]] bool HasAll(const SshdRecipe& recipe) const {
    return settings_.uses_pam && (!recipe.prompts || settings_.keyboard_interactive) &&
           (recipe.keys_command.empty() || settings_.keys_command == recipe.keys_command);
  }

  Status PlanDropIn(const std::optional<std::string>& before, const SshdRecipe& recipe) {
    const Result<std::string> config = ReadHostFile(host_.root, kSshdConfig);
    if (!config.ok()) return config.error();
    if (!BeginsWithDropIns(config.value())) {
      if (HasAll(recipe)) return Ok();
      return Refuse(std::string(kSshdConfig) +
                    " does not begin with its drop-ins: put the line `Include "
                    "/etc/ssh/sshd_config.d/*.conf` in front of all others, or set in it " +
                    ShowLines(recipe));
    }
    Result<std::string> after = EnableInDropIn(before.value_or(""), recipe);
    if (!after.ok()) return InFile(kSshdDropIn, after.error());
    plan_.Add({kSshdDropIn, before, std::move(after).value()});
    return Ok();
  }

  static std::string ShowLines(const SshdRecipe& recipe) {
    std::string lines = "`UsePAM yes`";
    if (recipe.prompts) lines += ", `KbdInteractiveAuthentication yes`";
    if (recipe.keys_command.empty()) return lines;
    return lines + ", `AuthorizedKeysCommand " + recipe.keys_command +
           "`, `AuthorizedKeysCommandUser " + kKeysUser + "`";
  }

  // ---- Services that go together

  /// Warns of a service that is used like this one, but has a file of its own (sudo-i beside sudo).
  void WarnOfSibling() {
    constexpr auto kSiblings =
        std::to_array<std::pair<const char*, const char*>>({{"sudo", "sudo-i"}, {"su", "su-l"}});
    for (const auto& [service, sibling] : kSiblings) {
      if (options_.service != service) continue;
      const Result<std::string> text =
          ReadHostFile(host_.root, std::string(kPamDirectory) + sibling);
      if (!text.ok() || AsksOrFollows(text.value())) continue;
      Warn(std::string(sibling) + " has a stack of its own: jwtctl enable " + sibling);
    }
  }

  /// Checks whether a stack asks for tokens already, or will ask, since it includes the stack of
  /// the service.
  [[nodiscard]] bool AsksOrFollows(const std::string& text) const {
    const ModuleNames names = ModuleNamesOf(host_.root);
    const Result<std::vector<StackRule>> rules = ParseStack(text, names);
    if (!rules.ok()) return false;
    const auto asks_or_follows = [&](const StackRule& rule) {
      const bool includes = rule.IncludesFile() && rule.IncludedName() == options_.service;
      return rule.type == "auth" ? rule.IsOurModule() || includes
                                 : rule.type == "@include" && includes;
    };
    return std::any_of(rules.value().begin(), rules.value().end(), asks_or_follows) ||
           !SurveyStack(host_.root, text, names).with_our_module.empty();
  }

  void Warn(std::string text) { plan_.warnings.push_back(std::move(text)); }

  const EnableOptions& options_;
  const EnableHost& host_;
  const Result<JudgedConfig>& config_;
  SshdSettings settings_;  ///< of sshd, if it is the service
  bool asks_ = true;       ///< the stack will ask for tokens
  Plan plan_;
};

}  // namespace

void Plan::Add(FileChange change) {
  if (change.before != change.after) changes.push_back(std::move(change));
}

Result<Plan> PlanEnable(const EnableOptions& options, const EnableHost& host,
                        const Result<JudgedConfig>& config) {
  return EnablePlanner(options, host, config).Make();
}

}  // namespace pamjwt::ctl
