#include "jwtctl/doctor/session_rules.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "jwtctl/doctor/stack_rules.h"
#include "jwtctl/stack/service_name.h"

namespace pamjwt::ctl {
namespace {

using Entries = std::vector<StackEntry>;

bool IsSystemd(const StackEntry& entry) {
  return entry.ModuleName() == "pam_systemd.so";
}

bool IsOurs(const StackEntry& entry) {
  return entry.IsOurModule();
}

/// Judges one service that opens sessions by tokens.
class SessionJudge {
 public:
  explicit SessionJudge(const ServiceStack& stack) : stack_(stack) {}

  Findings Judge() {
    const auto begin = stack_.session.begin();
    const auto systemd = std::find_if(begin, stack_.session.end(), IsSystemd);
    JudgeLine(systemd);
    JudgeEnvironment(begin, systemd);
    // A pam_env in front of pam_jwt sets variables before pam_jwt has taken the end out of them.
    JudgeEnvironment(stack_.auth.begin(),
                     std::find_if(stack_.auth.begin(), stack_.auth.end(), IsOurs));
    return std::move(findings_);
  }

 private:
  void JudgeLine(Entries::const_iterator systemd) {
    const auto end = stack_.session.end();
    const auto ours = std::find_if(stack_.session.begin(), end, IsOurs);
    if (ours < systemd) return;
    if (ours == end) {
      Add("session.line_missing",
          "end_with_token is on, but there is no session line of pam_jwt.so: sessions go on after "
          "their token has expired",
          EnableCommand(stack_) + " again, or put this line above " + systemd->Place() +
              ": session optional pam_jwt.so");
      return;
    }
    Add("session.line_late",
        "the session line of pam_jwt.so (" + ours->Place() + ") stands below pam_systemd.so (" +
            systemd->Place() + "), which does not learn when the token ends",
        "put it above the line of pam_systemd.so");
  }

  void JudgeEnvironment(Entries::const_iterator begin, Entries::const_iterator end) {
    const auto reads = std::find_if(begin, end, ReadsUserEnvironment);
    if (reads == end) return;
    Add("session.user_environment",
        "pam_env.so (" + reads->Place() + ") has user_readenv=1 in front of " + NameOf(end) +
            ": with ~/.pam_environment users can lengthen a session that is to end with its token",
        "take user_readenv=1 out, or put the line below");
  }

  [[nodiscard]] std::string NameOf(Entries::const_iterator entry) const {
    return std::string(entry->ModuleName());
  }

  void Add(const char* rule, std::string text, std::string fix) {
    findings_.push_back({Health::kWarning, rule, stack_.file, std::move(text), std::move(fix)});
  }

  const ServiceStack& stack_;
  Findings findings_;
};

/// Returns whether the service opens sessions by tokens. A service that opens sessions without a
/// question, like systemd-user, has no auth rules.
bool OpensSessions(const ServiceStack& stack, bool sshd_takes_certificates) {
  const bool by_token =
      stack.AsksForTokens() || (sshd_takes_certificates && stack.service == kSshdService);
  return stack.has_own_auth && by_token &&
         std::any_of(stack.session.begin(), stack.session.end(), IsSystemd);
}

}  // namespace

bool ReadsUserEnvironment(const StackEntry& entry) {
  constexpr std::string_view kOption = "user_readenv=";
  const auto is_on = [kOption](const std::string& option) {
    return option.starts_with(kOption) &&
           std::strtol(option.c_str() + kOption.size(), nullptr, 10) != 0;
  };
  return entry.ModuleName() == "pam_env.so" &&
         std::any_of(entry.options.begin(), entry.options.end(), is_on);
}

Findings JudgeSessions(const PamServices& services, const Config* config,
                       bool sshd_takes_certificates) {
  Findings findings;
  if (config == nullptr || *config->session.end_with_token == SessionEnd::kNone) return findings;
  bool any_opens = false;
  for (const ServiceStack& stack : services.stacks) {
    if (!OpensSessions(stack, sshd_takes_certificates)) continue;
    any_opens = true;
    Findings more = SessionJudge(stack).Judge();
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  }
  if (!any_opens && !services.stacks.empty()) {
    findings.push_back({Health::kWarning, "session.no_systemd", "/etc/pam.d/",
                        "end_with_token is on, but no stack that asks for tokens has "
                        "pam_systemd.so: no session ends with its token",
                        "install libpam-systemd (systemd-pam), or take end_with_token out"});
  }
  return findings;
}

}  // namespace pamjwt::ctl
