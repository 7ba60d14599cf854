#include "jwtctl/doctor/stack_rules.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "jwtctl/doctor/auth_ways.h"
#include "jwtctl/doctor/skipped_rules.h"
#include "jwtctl/stack/stack_modules.h"

namespace pamjwt::ctl {
namespace {

/// A reason why pam_jwt does not let a user in, and what pam_jwt then returns to pam_authenticate.
struct ModuleOutcome {
  const char* name;        ///< for the text of a finding
  std::vector<int> codes;  ///< pam_jwt returns one of them
};

ModuleOutcome NoToken() {
  return {"no token", {kPamCredInsufficient}};
}
ModuleOutcome Refused() {
  return {"a refused token", {kPamAuthErr, kPamPermDenied, kPamUserUnknown}};
}
ModuleOutcome NoKeys() {
  return {"no keys", {kPamAuthinfoUnavail}};
}
ModuleOutcome Broken() {
  return {"a broken configuration", {kPamServiceErr}};
}
ModuleOutcome Fault() {
  return {"a fault", {kPamSystemErr, kPamBufErr, kPamConvErr}};
}
ModuleOutcome Missing() {
  return {"pam_jwt.so missing", {kPamModuleUnknown}};
}

/// Returns what pam_jwt may return to pam_acct_mgmt when it refuses.
std::vector<int> RefusedAccount() {
  return {kPamPermDenied, kPamAuthinfoUnavail, kPamServiceErr, kPamSystemErr, kPamBufErr};
}

constexpr const char* kDieFix =
    "use the auth line of pam_jwt(8), which ends in default=die, above what asks for passwords";

/// Judges one stack.
class StackJudge {
 public:
  explicit StackJudge(const ServiceStack& stack) : stack_(stack) {}

  Findings Judge() {
    if (stack_.AsksForTokens()) {
      JudgeBypass();
      JudgeFallThrough();
      JudgeGoodToken();
      JudgeOrder();
      JudgeCredentials();
      if (auto skipped = JudgeSkippedRules(stack_)) findings_.push_back(*std::move(skipped));
    }
    JudgeAccount();
    return std::move(findings_);
  }

  Findings FindWaysAround() {
    JudgeBypass();
    return std::move(findings_);
  }

  /// Looks for a way to success on which pam_jwt returns one of `ours`.
  [[nodiscard]] std::optional<WayIn> WayOf(const std::vector<int>& ours, Trust trust,
                                           Passing passing = Passing::kOurModule) const {
    return FindAuthWay(stack_, ours, trust, passing);
  }

  /// Returns whether a password, or another proof, lets a user in who gives no token.
  [[nodiscard]] bool TakesOtherProof(Passing passing = Passing::kOurModule) const {
    return WayOf(NoToken().codes, Trust::kVerifyingModules, passing).has_value();
  }

 private:
  [[nodiscard]] ModuleKind Kind(const StackEntry& entry) const {
    return KindOf(entry, stack_.vouched);
  }

  void Add(Health health, const char* rule, std::string text, std::string fix) {
    findings_.push_back({health, rule, stack_.file, std::move(text), std::move(fix)});
  }

  /// Returns a rule as findings name it: "pam_permit.so (sshd:3)".
  static std::string Show(const StackEntry& entry) {
    return std::string(entry.ModuleName()) + " (" + entry.Place() + ")";
  }

  static std::string ShowAgreed(const std::vector<StackEntry>& entries, const WayIn& way) {
    const std::optional<std::size_t> agreed = way.Agreed(entries);
    return agreed.has_value() ? Show(entries[*agreed]) : "no module at all";
  }

  /// Returns a way as findings show it: "pam_succeed_if.so (su:1) jumps, pam_permit.so (su:5)
  /// agrees".
  [[nodiscard]] std::string ShowWay(const WayIn& way) const {
    std::string text;
    for (const std::size_t jump : way.Jumps(stack_.auth)) {
      text += Show(stack_.auth[jump]) + " jumps, ";
    }
    return text + ShowAgreed(stack_.auth, way) + " agrees";
  }

  /// Returns the first rule on the way that verified the user, as findings name it.
  [[nodiscard]] std::string ShowVerifying(const WayIn& way) const {
    for (std::size_t i = 0; i < stack_.auth.size(); ++i) {
      const bool verifies = Kind(stack_.auth[i]) == ModuleKind::kVerifies;
      if (verifies && way.codes[i] == kPamSuccess) return Show(stack_.auth[i]);
    }
    return "another module";
  }

  /// Finds ways in without an accepted token on which no other module verified the user.
  void JudgeBypass() {
    if (const auto way = WayOf({}, Trust::kNobody, Passing::kNotOurModule)) {
      AddBypass(
          stack_.AsksForTokens() ? "lets users in before pam_jwt.so is asked" : "lets users in",
          *way);
    }
    std::string open;
    std::optional<WayIn> first;
    for (const ModuleOutcome& outcome :
         {NoToken(), Refused(), NoKeys(), Broken(), Fault(), Missing()}) {
      const auto way = WayOf(outcome.codes, Trust::kNobody);
      if (!way.has_value()) continue;
      open += (open.empty() ? "" : ", ") + std::string(outcome.name);
      if (!first.has_value()) first = way;
    }
    if (first.has_value()) AddBypass("lets users in with " + open, *first);
  }

  void AddBypass(const std::string& when, const WayIn& way) {
    std::string fix =
        "change that line so that it cannot let users in by itself: take it out, or put a module "
        "that verifies (pam_unix.so, pam_sss.so) or pam_deny.so in front of it; or " +
        std::string(kDieFix);
    const std::optional<std::size_t> agreed = way.Agreed(stack_.auth);
    if (agreed.has_value() && Kind(stack_.auth[*agreed]) == ModuleKind::kUnknown) {
      const std::string& name = stack_.auth[*agreed].module;
      fix = "jwtctl does not know " + name +
            ": if it lets in only users who prove something, say "
            "so with --verifies " +
            name + "; if not, " + fix;
    }
    Add(Health::kCritical, "pam.bypass",
        when + ": " + ShowWay(way) +
            ", and no module has "
            "verified the user",
        std::move(fix));
  }

  /// Finds refusals after which a password still lets the user in, and faults that lock out users
  /// who may otherwise give a password.
  void JudgeFallThrough() {
    std::string names;
    for (const ModuleOutcome& outcome : {Refused(), NoKeys(), Fault()}) {
      if (!WayOf(outcome.codes, Trust::kVerifyingModules)) continue;
      names += (names.empty() ? "" : ", ") + std::string(outcome.name);
    }
    if (!names.empty()) {
      Add(Health::kWarning, "pam.refusal_ignored",
          "after " + names +
              ", a password still lets the user in: the refusal does not end the "
              "login",
          kDieFix);
    }
    if (!TakesOtherProof()) return;
    std::string locked;
    for (const ModuleOutcome& outcome : {Broken(), Missing()}) {
      if (WayOf(outcome.codes, Trust::kVerifyingModules)) continue;
      locked += (locked.empty() ? "" : " or ") + std::string(outcome.name);
    }
    if (locked.empty()) return;
    Add(Health::kWarning, "pam.locks_out",
        "takes a token or a password, but with " + locked + " it takes no password either",
        "on the auth line: service_err=ignore module_unknown=ignore");
  }

  void JudgeGoodToken() {
    if (WayOf({kPamSuccess}, Trust::kNobody)) return;
    const auto way = WayOf({kPamSuccess}, Trust::kVerifyingModules);
    if (way.has_value()) {
      Add(Health::kWarning, "pam.token_not_enough",
          "a good token is not enough: " + ShowVerifying(*way) + " has to agree as well",
          "unless you want that, use the auth line of pam_jwt(8), with success=done");
      return;
    }
    Add(Health::kCritical, "pam.good_token", "a good token does not let the user in",
        "use the auth line of pam_jwt(8); where no other module is left, put `auth required "
        "pam_permit.so` behind `auth requisite pam_jwt.so`");
  }

  /// Finds modules that ask before pam_jwt: the first module that asks gets the token.
  void JudgeOrder() {
    const auto is_ours = [](const StackEntry& entry) { return entry.IsOurModule(); };
    const auto verifies = [this](const StackEntry& entry) {
      return entry.kind == StackEntry::Kind::kModule && Kind(entry) == ModuleKind::kVerifies;
    };
    const auto begin = stack_.auth.begin();
    const auto ours = std::find_if(begin, stack_.auth.end(), is_ours);
    const auto asks = std::find_if(begin, ours, verifies);
    const bool takes_first =
        std::any_of(ours->options.begin(), ours->options.end(), [](const std::string& option) {
          return option == "try_first_pass" || option == "use_first_pass";
        });
    if (asks != ours && !takes_first) {
      Add(Health::kWarning, "pam.order",
          Show(*asks) + " stands in front of pam_jwt.so and asks for a password first",
          "put the line of pam_jwt.so above it");
    }
    if (std::count_if(begin, stack_.auth.end(), is_ours) > 1) {
      Add(Health::kWarning, "pam.twice", "names pam_jwt.so more than once, so that it asks twice",
          "take one of the lines out");
    }
  }

  // ---- pam_setcred

  [[nodiscard]] bool CredentialsCanBeSet(const StackCodes& codes, int ours) const {
    const auto possible = [ours](const StackEntry& entry) {
      return entry.IsOurModule() ? std::vector<int>{ours} : CredentialsOf(entry);
    };
    return FindWayIn({stack_.auth, codes, stack_.jumps}, stack_.auth, {possible}).has_value();
  }

  [[nodiscard]] bool CredentialsCanBeSetAfter(int ours, int credentials) const {
    const auto way = WayOf({ours}, Trust::kVerifyingModules);
    return !way.has_value() || CredentialsCanBeSet(way->codes, credentials);
  }

  void JudgeCredentials() {
    if (!CredentialsCanBeSet({}, kPamIgnore)) {
      Add(Health::kCritical, "pam.setcred",
          "pam_setcred fails for logins in which pam_jwt.so had no part: with ssh keys, by cron, "
          "and with tokens by keyboard-interactive",
          "on the auth line: ignore=ignore; and if pam_jwt.so stands alone, `auth required "
          "pam_permit.so` behind it");
    } else if (!CredentialsCanBeSetAfter(kPamSuccess, kPamSuccess) ||
               !CredentialsCanBeSetAfter(kPamCredInsufficient, kPamIgnore)) {
      Add(Health::kCritical, "pam.setcred", "pam_setcred fails after a login",
          "use the auth line of pam_jwt(8)");
    }
  }

  // ---- account

  [[nodiscard]] std::optional<WayIn> AccountWay(
      const std::vector<int>& ours, Passing passing,
      SuccessCodes success = SuccessCodes::kSuccessOrNewPassword) const {
    const auto codes = [&](const StackEntry& entry) {
      return entry.IsOurModule() ? ours : AnswersOf(entry, stack_.service);
    };
    return FindWayIn(StackWalk(stack_.account), stack_.account, {codes, passing, success});
  }

  void JudgeAccount() {
    if (!HasOurModule(stack_.account)) {
      Add(Health::kCritical, "pam.account_missing",
          "has no account line of pam_jwt.so: users on the denylist get in, also with an ssh key",
          "put `account required pam_jwt.so` above the other account lines");
      return;
    }
    JudgeAccountOrder();
    JudgeAccountAnswers();
  }

  void JudgeAccountOrder() {
    const auto& account = stack_.account;
    if (const auto way = AccountWay({kPamSuccess}, Passing::kNotOurModule)) {
      Add(Health::kCritical, "pam.account_bypassed",
          ShowAgreed(account, *way) +
              " can end the account lines before pam_jwt.so is asked: users on the denylist get in",
          "put the account line of pam_jwt.so above it");
      return;
    }
    const auto first = std::find_if(account.begin(), account.end(), [](const StackEntry& entry) {
      return entry.kind == StackEntry::Kind::kModule;
    });
    if (!first->IsOurModule()) {  // pam-auth-update puts it there
      Add(Health::kOk, "pam.account_not_first",
          "the account line of pam_jwt.so stands below " + Show(*first) +
              "; nobody gets in without it",
          "");
    }
  }

  /// Returns the rule that wants a new password, as findings name it. An application gets the first
  /// objection. If it is PAM_NEW_AUTHTOK_REQD, the user sets a new password, and gets in.
  [[nodiscard]] std::string ShowNewPassword(const WayIn& way) const {
    for (std::size_t i = 0; i < stack_.account.size(); ++i) {
      if (way.codes[i] == kPamNewAuthtokReqd) return Show(stack_.account[i]);
    }
    return "another module";
  }

  void JudgeRefusedAccount() {
    if (AccountWay(RefusedAccount(), Passing::kOurModule, SuccessCodes::kSuccess)) {
      Add(Health::kCritical, "pam.account_ignored",
          "the account lines let users in whom pam_jwt.so refuses",
          "use `account required pam_jwt.so`");
    } else if (const auto way = AccountWay(RefusedAccount(), Passing::kOurModule)) {
      Add(Health::kCritical, "pam.account_ignored",
          "the account lines let users in whom pam_jwt.so refuses, if " + ShowNewPassword(*way) +
              " wants a new password",
          "use `account required pam_jwt.so`, above the other account lines");
    }
  }

  void JudgeAccountAnswers() {
    JudgeRefusedAccount();
    if (!AccountWay({kPamIgnore}, Passing::kOurModule)) {
      Add(Health::kCritical, "pam.account_stops",
          "the account lines refuse users who came without a token: with an ssh key, or by cron",
          "use `account required pam_jwt.so`, and if it stands alone, `account required "
          "pam_permit.so` behind it");
    } else if (!AccountWay({kPamSuccess}, Passing::kOurModule)) {
      Add(Health::kCritical, "pam.account_stops", "the account lines refuse a good token",
          "use `account required pam_jwt.so`");
    }
    const bool survives = AccountWay({kPamModuleUnknown}, Passing::kOurModule).has_value();
    if (!survives && stack_.AsksForTokens() && TakesOtherProof()) {
      Add(Health::kWarning, "pam.account_module_missing",
          "takes a token or a password, but if pam_jwt.so is missing, the account line stops "
          "passwords and ssh keys too",
          "on the account line: [success=ok new_authtok_reqd=ok ignore=ignore "
          "module_unknown=ignore default=bad]");
    }
  }

  const ServiceStack& stack_;
  Findings findings_;
};

}  // namespace

bool TakesPasswords(const ServiceStack& stack) {
  return StackJudge(stack).TakesOtherProof(Passing::kAny);
}

std::string EnableCommand(const ServiceStack& stack) {
  return std::string("`jwtctl enable ") + (TakesPasswords(stack) ? "--or-password " : "") +
         stack.service + "`";
}

Findings FindWaysAround(const ServiceStack& stack) {
  return StackJudge(stack).FindWaysAround();
}

Findings JudgeStack(const ServiceStack& stack) {
  return StackJudge(stack).Judge();
}

}  // namespace pamjwt::ctl
