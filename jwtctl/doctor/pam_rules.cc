#include "jwtctl/doctor/pam_rules.h"

#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "jwtctl/doctor/stack_rules.h"
#include "jwtctl/stack/service_name.h"

namespace pamjwt::ctl {
namespace {

/// A service that issuers serve.
struct Served {
  std::string issuers;          ///< their names, with a blank between two
  bool is_step_up = false;      ///< whether it asks for more than a password proves
  bool by_certificate = false;  ///< whether an issuer has bound_audiences
};

/// Returns the services that issuers serve, by their names.
std::map<std::string, Served> ServicesOf(const Config& config) {
  std::map<std::string, Served> services;
  for (const Issuer& issuer : config.issuers) {
    for (const std::string& service : *issuer.services) {
      Served& served = services[service];
      served.issuers += (served.issuers.empty() ? "" : " ") + issuer.name;
      served.by_certificate |= issuer.bound_audiences.given();
      const ServicePolicy* const policy = issuer.PolicyFor(service);
      const auto options = issuer.service_options.find(service);
      served.is_step_up |= policy != nullptr && policy->claims.max_auth_age->count > 0;
      served.is_step_up |= options != issuer.service_options.end() &&
                           (options->second.require.given() || options->second.one_time.given() ||
                            options->second.max_token_age.given());
    }
  }
  return services;
}

/// Services, each with a service that is used like it, but has its own stack.
constexpr std::pair<const char*, const char*> kSiblings[] = {{"sudo", "sudo-i"}, {"su", "su-l"}};

/// Judges whether services ask for tokens as the configuration wants it.
class ServiceJudge {
 public:
  ServiceJudge(const HostTree& host, const PamServices& services, bool sshd_takes_certificates)
      : host_(host), services_(services), takes_certificates_(sshd_takes_certificates) {}

  Findings Judge(const std::map<std::string, Served>& served) {
    for (const auto& [service, by] : served) {
      JudgeService(service, by);
    }
    for (const auto& [service, sibling] : kSiblings) {
      const auto by = served.find(service);
      JudgeSibling(service, sibling, by != served.end() && by->second.is_step_up);
    }
    return std::move(findings_);
  }

 private:
  void JudgeService(const std::string& service, const Served& by) {
    const ServiceStack* const stack = services_.Find(service);
    if (!HasFile(service)) {
      Add(Health::kWarning, "pam.not_enabled", service,
          "issuer " + by.issuers + " serves " + service + ", but there is no such file",
          "install the program, or write a stack for it, as pam_jwt(8) shows, or take " + service +
              " out of services");
    } else if (stack == nullptr || !stack->AsksForTokens()) {
      if (service == kSshdService && takes_certificates_ && by.by_certificate) return;
      Add(Health::kWarning, "pam.not_enabled", service,
          "issuer " + by.issuers + " serves " + service + ", but its stack does not ask for tokens",
          "`jwtctl enable " + service + "`, or take " + service + " out of services");
    } else if (by.is_step_up && TakesPasswords(*stack)) {
      Add(Health::kCritical, StepUpRule(service), service,
          "the configuration asks for more than a password for " + service +
              ", but the stack takes a password in place of the token",
          "`jwtctl enable " + service + "`, without --or-password");
    }
  }

  /// Returns whether the service has a stack, or one whose auth line stands for it (service=).
  [[nodiscard]] bool HasFile(const std::string& service) const {
    return services_.Find(service) != nullptr || host_.Exists(kPamDirectory + service) ||
           host_.Exists(kVendorPamDirectory + service);
  }

  void JudgeSibling(const std::string& service, const std::string& sibling, bool is_step_up) {
    const bool is_there = host_.Exists(kPamDirectory + sibling);
    if (!services_.Asks(service) || !is_there || services_.Asks(sibling)) return;
    Add(is_step_up ? Health::kCritical : Health::kWarning,
        is_step_up ? StepUpRule(service) : "pam.sibling", sibling,
        service + " asks for tokens, but " + sibling + ", which has its own stack, does not",
        "`jwtctl enable " + sibling + "`");
  }

  static const char* StepUpRule(std::string_view service) {
    return service.starts_with("sudo") ? "sudo.stepup_bypassed" : "pam.stepup_bypassed";
  }

  void Add(Health health, const char* rule, const std::string& service, std::string text,
           std::string fix) {
    findings_.push_back({health, rule, kPamDirectory + service, std::move(text), std::move(fix)});
  }

  const HostTree& host_;
  const PamServices& services_;
  bool takes_certificates_;  ///< sshd does
  Findings findings_;
};

/// Returns the service by whose name the configuration knows a stack. Returns "" if the stack reads
/// another configuration, or has the auth line only by an include, as other services do that no
/// issuer need have.
std::string ServedName(const ServiceStack& stack) {
  constexpr std::string_view kOption = "service=";
  std::string name;
  for (const StackEntry& entry : stack.auth) {
    if (!entry.IsOurModule() || !entry.Place().starts_with(stack.service + ":")) continue;
    name = stack.service;
    for (const std::string& option : entry.options) {
      if (option.starts_with("config=")) return "";
      if (option.starts_with(kOption)) name = option.substr(kOption.size());
    }
  }
  return name;
}

enum class AtPrompts { kSomeIssuer, kNoIssuer, kNoAudiences };

/// Returns whether an issuer has tokens for the prompts of a service, or what is missing.
AtPrompts ServedAtPrompts(const Config& config, const std::string& service) {
  AtPrompts served = AtPrompts::kNoIssuer;
  for (const Issuer& issuer : config.issuers) {
    const ServicePolicy* const policy = issuer.PolicyFor(service);
    if (policy == nullptr) continue;
    if (!policy->claims.audiences->empty()) return AtPrompts::kSomeIssuer;
    served = AtPrompts::kNoAudiences;
  }
  return served;
}

/// Finds stacks that take nothing but tokens, while no issuer has tokens for their prompts.
Findings JudgeNotServed(const PamServices& services, const Config& config) {
  Findings findings;
  for (const ServiceStack& stack : services.stacks) {
    const std::string name = ServedName(stack);
    const AtPrompts served = ServedAtPrompts(config, name);
    // The service `other` stands for all that have no file.
    if (served == AtPrompts::kSomeIssuer || name.empty() || name == "other") continue;
    if (TakesPasswords(stack)) continue;
    const bool is_named = served == AtPrompts::kNoAudiences;
    findings.push_back({Health::kCritical, "pam.not_served", stack.file,
                        "takes tokens and no passwords, but no issuer has " +
                            (is_named ? "audiences for " + name : name + " among its services") +
                            ": every token is refused",
                        (is_named ? "give audiences to an issuer that serves " + name
                                  : "add " + name + " to services of an issuer") +
                            ", or `jwtctl disable " + stack.service + "`"});
  }
  return findings;
}

/// Finds services that have other lines of pam_jwt.so, but not its auth line. An sshd that takes
/// certificates needs none.
Findings JudgeWithoutAuthLine(const PamServices& services, bool sshd_takes_certificates) {
  Findings findings;
  const auto needs_none = [&](const ServiceStack& stack) {
    return sshd_takes_certificates && stack.service == kSshdService;
  };
  for (const ServiceStack& stack : services.stacks) {
    if (stack.AsksForTokens() || needs_none(stack)) continue;
    findings.push_back(
        {Health::kOk, "pam.account_only", stack.file,
         "has the account line of pam_jwt.so, but not its auth line: the denylist is applied, but "
         "nobody is asked for a token",
         ""});
  }
  for (const ServiceStack& stack : services.session_only) {
    if (needs_none(stack)) continue;
    findings.push_back({Health::kWarning, "pam.left_over", stack.file,
                        "has the session line of pam_jwt.so, but not its auth line",
                        "`jwtctl disable " + stack.service + "`"});
  }
  return findings;
}

}  // namespace

Findings JudgePam(const HostTree& host, const PamServices& services, const Config* config,
                  bool sshd_takes_certificates) {
  Findings findings = services.findings;
  const auto add = [&findings](Findings more) {
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  };
  add(JudgeWithoutAuthLine(services, sshd_takes_certificates));
  if (services.stacks.empty() && findings.empty()) {
    findings.push_back({Health::kWarning, "pam.none", kPamDirectory,
                        "no PAM stack names pam_jwt.so: nobody is asked for a token",
                        "`jwtctl enable SERVICE`"});
  }
  for (const ServiceStack& stack : services.stacks) {
    add(JudgeStack(stack));
  }
  if (config != nullptr && !services.stacks.empty()) {
    add(ServiceJudge(host, services, sshd_takes_certificates).Judge(ServicesOf(*config)));
    add(JudgeNotServed(services, *config));
  }
  return findings;
}

}  // namespace pamjwt::ctl
