#include "jwtctl/doctor/sshd_rules.h"

#include <algorithm>
#include <string>
#include <utility>

#include "jwtctl/doctor/stack_rules.h"
#include "jwtctl/sshd/keys_command.h"
#include "jwtctl/sshd/sshd_drop_in.h"

namespace pamjwt::ctl {
namespace {

/// Returns whether an account rule of an issuer that serves sshd gives root.
bool GivesRoot(const Config& config) {
  for (const Issuer& issuer : config.issuers) {
    const ServicePolicy* const policy = issuer.PolicyFor("sshd");
    if (policy == nullptr) continue;
    for (const AccountRule& rule : policy->accounts) {
      const bool is_root = rule.map_file.empty() && !rule.name.has_star();
      if (is_root && rule.name.text() == "root") return true;
    }
  }
  return false;
}

/// Judges the settings of an sshd that asks for tokens.
class SshdJudge {
 public:
  SshdJudge(const SshdSettings& settings, const ServiceStack& stack, const Config* config)
      : settings_(settings), stack_(stack), config_(config) {}

  Findings Judge() {
    if (!settings_.uses_pam) {
      Add(Health::kCritical, "sshd.use_pam", "UsePAM is no: sshd never asks for a token",
          FixBy("UsePAM yes"));
      return std::move(findings_);
    }
    JudgeKeyboard();
    JudgeRoot();
    if (settings_.max_auth_tries == "1") {
      Add(Health::kWarning, "sshd.max_auth_tries",
          "MaxAuthTries is 1: a user who offers an ssh key that does not fit is not asked for a "
          "token",
          "in sshd_config: MaxAuthTries 6");
    }
    return std::move(findings_);
  }

 private:
  void Add(Health health, const char* rule, std::string text, std::string fix) {
    findings_.push_back({health, rule, kSshdConfig, std::move(text), std::move(fix)});
  }

  [[nodiscard]] std::string FixBy(const std::string& setting) const {
    return EnableCommand(stack_) + ", or in sshd_config: " + setting;
  }

  void JudgeKeyboard() {
    const bool takes_passwords = TakesPasswords(stack_);
    if (!settings_.keyboard_interactive) {
      const std::string fix = FixBy("KbdInteractiveAuthentication yes");
      if (settings_.passwords) {
        Add(Health::kWarning, "sshd.keyboard_interactive",
            "KbdInteractiveAuthentication is no: tokens of more than 1023 bytes are cut or refused",
            fix);
      } else {
        Add(Health::kCritical, "sshd.keyboard_interactive",
            "KbdInteractiveAuthentication and PasswordAuthentication are no: sshd never asks for a "
            "token",
            fix);
      }
      return;
    }
    if (!settings_.MethodsAllowKeyboardInteractive()) {
      Add(Health::kCritical, "sshd.methods",
          "AuthenticationMethods has no keyboard-interactive: sshd does not ask for a token",
          "in sshd_config: AuthenticationMethods any, or with keyboard-interactive:pam");
    }
    if (!settings_.passwords && takes_passwords) {
      Add(Health::kCritical, "sshd.password_reopened",
          "PasswordAuthentication is no, but the stack takes passwords by keyboard-interactive",
          "`jwtctl enable sshd`, without --or-password");
    }
  }

  void JudgeRoot() {
    // A certificate is a key, which PermitRootLogin prohibit-password lets in: JudgeCertificates.
    if (IsOurKeysCommand(settings_.keys_command)) return;
    if (config_ == nullptr || settings_.root_login == "yes" || !GivesRoot(*config_)) return;
    Add(Health::kWarning, "sshd.root_login",
        "an account rule gives root, but PermitRootLogin " + settings_.root_login +
            " keeps root out",
        "in sshd_config: PermitRootLogin yes; or take the rule out");
  }

  const SshdSettings& settings_;
  const ServiceStack& stack_;
  const Config* config_;
  Findings findings_;
};

}  // namespace

Findings JudgeSshd(const SshdState& sshd, const ServiceStack& stack, const Config* config) {
  if (!sshd.settings.has_value()) return {};
  return SshdJudge(*sshd.settings, stack, config).Judge();
}

Findings JudgeSshdLeftOver(const HostTree& host, const SshdState& sshd) {
  if (!host.Exists(kSshdDropIn)) return {};
  const Result<std::string> text = host.Read(kSshdDropIn);
  if (text.ok() && !SwitchesPromptsOn(text.value())) return {};
  // Without an answer, the worse case is assumed.
  const bool reopens = !sshd.settings.has_value() || sshd.settings->ReopensPasswords();
  return {
      {reopens ? Health::kCritical : Health::kWarning, "sshd.left_over", kSshdDropIn,
       std::string("no auth line of sshd names pam_jwt.so, but this file still has sshd ask by "
                   "keyboard-interactive") +
           (reopens ? ": it takes passwords that way, although PasswordAuthentication is no" : ""),
       "`jwtctl disable sshd`, or `jwtctl enable sshd` if it must ask for tokens"}};
}

}  // namespace pamjwt::ctl
