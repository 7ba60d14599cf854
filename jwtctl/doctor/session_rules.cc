#include "jwtctl/doctor/session_rules.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "jwtctl/doctor/stack_rules.h"
#include "jwtctl/stack/service_name.h"
#include "jwtctl/stack/stack_simulation.h"

namespace pamjwt::ctl {
namespace {

using Entries = std::vector<StackEntry>;

bool IsSystemd(const StackEntry& entry) {
  return entry.ModuleName() == "pam_systemd.so";
}

bool IsSelinux(const StackEntry& entry) {
  return entry.ModuleName() == "pam_selinux.so";
}

bool IsOurs(const StackEntry& entry) {
  return entry.IsOurModule();
}

/// The reasons for which a stack needs the session line of pam_jwt.
struct LineNeeds {
  bool ends = false;     ///< sessions end with their tokens
  bool records = false;  ///< sessions are recorded
  bool refuses = false;  ///< it must be able to refuse a session
};

/// Judges one service that opens sessions by tokens, and that needs the line.
class SessionJudge {
 public:
  SessionJudge(const ServiceStack& stack, LineNeeds needs)
      : stack_(stack),
        needs_(needs),
        ours_(std::find_if(stack.session.begin(), stack.session.end(), IsOurs)) {}

  Findings Judge() {
    const auto begin = stack_.session.begin();
    const auto systemd = std::find_if(begin, stack_.session.end(), IsSystemd);
    if (ours_ == stack_.session.end()) {
      // pam_selinux.so must come first.
      const auto opens = std::find_if_not(begin, stack_.session.end(), IsSelinux);
      AddMissing(needs_.ends ? systemd : opens);
    } else {
      if (needs_.ends && ours_ > systemd) AddLate(*systemd);
      if (needs_.refuses && OpensWhenRefused(stack_)) AddOptional();
    }
    if (needs_.ends) {
      JudgeEnvironment(begin, systemd, "pam_systemd.so");
    } else if (ours_ != stack_.session.end()) {
      JudgeEnvironment(begin, ours_, "pam_jwt.so");
    }
    // A pam_env in front of pam_jwt sets variables before pam_jwt has taken its own out of them. An
    // sshd that takes certificates only has no auth line of pam_jwt.
    JudgeEnvironment(stack_.auth.begin(),
                     std::find_if(stack_.auth.begin(), stack_.auth.end(), IsOurs), "pam_jwt.so");
    return std::move(findings_);
  }

 private:
  /// Reports that the line is not there. It belongs above the rule at `place`.
  void AddMissing(Entries::const_iterator place) {
    const std::string line =
        needs_.records ? "session required pam_jwt.so" : "session optional pam_jwt.so";
    const std::string why =
        needs_.ends ? "end_with_token is on, but there is no session line of pam_jwt.so: sessions "
                      "go on after their token has expired"
                    : "record is on, but there is no session line of pam_jwt.so: sessions are not "
                      "recorded";
    const bool both = needs_.ends && needs_.records;
    Add("session.line_missing", why + (both ? ", and are not recorded" : ""),
        EnableCommand(stack_) + " again, or put this line above " + place->Place() + ": " + line);
  }

  void AddLate(const StackEntry& systemd) {
    Add("session.line_late",
        "the session line of pam_jwt.so (" + ours_->Place() + ") stands below pam_systemd.so (" +
            systemd.Place() + "), which does not learn when the token ends",
        "put it above the line of pam_systemd.so");
  }

  void AddOptional() {
    Add("session.line_optional",
        "record is on, but the session line of pam_jwt.so (" + ours_->Place() +
            ") cannot refuse a session: one of somebody who is denied during the login goes on",
        EnableCommand(stack_) + " again, or write it as `session required pam_jwt.so`");
  }

  void JudgeEnvironment(Entries::const_iterator begin, Entries::const_iterator end,
                        const std::string& module) {
    const auto reads = std::find_if(begin, end, ReadsUserEnvironment);
    if (reads == end) return;
    const bool both = needs_.ends && needs_.records;
    Add("session.user_environment",
        "pam_env.so (" + reads->Place() + ") has user_readenv=1 in front of " + module +
            ": with ~/.pam_environment users can " +
            (needs_.ends ? "lengthen a session that is to end with its token" : "") +
            (both ? ", and " : "") + (needs_.records ? "give a session a false record" : ""),
        "take user_readenv=1 out, or put the line below");
  }

  void Add(const char* rule, std::string text, std::string fix) {
    findings_.push_back({Health::kWarning, rule, stack_.file, std::move(text), std::move(fix)});
  }

  const ServiceStack& stack_;
  LineNeeds needs_;
  Entries::const_iterator ours_;  ///< the session line
  Findings findings_;
};

/// Returns whether tokens log in to the service. A service that opens sessions without a question,
/// like systemd-user, has no auth rules.
bool TakesTokens(const ServiceStack& stack, bool sshd_takes_certificates) {
  const bool by_token =
      stack.AsksForTokens() || (sshd_takes_certificates && stack.service == kSshdService);
  return stack.has_own_auth && by_token;
}

bool HasSystemd(const ServiceStack& stack) {
  return std::any_of(stack.session.begin(), stack.session.end(), IsSystemd);
}

/// Returns whether the stack has rules that open sessions, in front of which the line belongs. A
/// program that opens no sessions, like PostgreSQL, has none in its file.
bool OpensSessions(const ServiceStack& stack) {
  return stack.has_own_session &&
         !std::all_of(stack.session.begin(), stack.session.end(), IsSelinux);
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

bool OpensWhenRefused(const ServiceStack& stack) {
  const auto refuse = [](const StackEntry& entry) {
    return entry.IsOurModule() ? kPamPermDenied : kPamSuccess;
  };
  return RunStack(stack.session, refuse).code == kPamSuccess;
}

Findings JudgeSessions(const PamServices& services, const Config* config,
                       bool sshd_takes_certificates) {
  Findings findings;
  if (config == nullptr) return findings;
  const bool ends = *config->session.end_with_token != SessionEnd::kNone;
  const bool records = *config->session.record;
  bool any_ends = false;
  for (const ServiceStack& stack : services.stacks) {
    if (!TakesTokens(stack, sshd_takes_certificates)) continue;
    LineNeeds needs{ends && HasSystemd(stack), records && OpensSessions(stack)};
    // JudgeCertificates asks the same of sshd.
    needs.refuses = needs.records && !(sshd_takes_certificates && stack.service == kSshdService);
    any_ends |= needs.ends;
    if (!needs.ends && !needs.records) continue;
    Findings more = SessionJudge(stack, needs).Judge();
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  }
  if (ends && !any_ends && !services.stacks.empty()) {
    findings.push_back({Health::kWarning, "session.no_systemd", "/etc/pam.d/",
                        "end_with_token is on, but no stack that asks for tokens has "
                        "pam_systemd.so: no session ends with its token",
                        "install libpam-systemd (systemd-pam), or take end_with_token out"});
  }
  return findings;
}

}  // namespace pamjwt::ctl
