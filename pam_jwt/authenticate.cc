#include "pam_jwt/authenticate.h"

#include <optional>
#include <string>
#include <utility>

#include <security/pam_modules.h>

#include "core/login/audit_line.h"
#include "core/login/decide.h"
#include "core/login/message.h"
#include "core/login/module_options.h"
#include "core/login/pam_code.h"
#include "io/clock.h"
#include "io/config_file.h"
#include "pam_jwt/judge.h"
#include "pam_jwt/pam_log.h"
#include "pam_jwt/second_gate.h"
#include "pam_jwt/session.h"
#include "pam_jwt/session_record.h"
#include "pam_jwt/stopwatch.h"
#include "pam_jwt/token_parts.h"

namespace pamjwt {
namespace {

// core/login/pam_code.cc has Linux-PAM's numbers, but does not include its header.
static_assert(PAM_SUCCESS == 0 && PAM_SERVICE_ERR == 3 && PAM_SYSTEM_ERR == 4 &&
              PAM_PERM_DENIED == 6 && PAM_AUTH_ERR == 7 && PAM_CRED_INSUFFICIENT == 8 &&
              PAM_AUTHINFO_UNAVAIL == 9 && PAM_USER_UNKNOWN == 10 && PAM_CONV_ERR == 19);

/// The only variable of the module that changes: a flood of forged tokens must not fill the log
/// with text that the forger chose, and each attempt of a program has a handle of its own.
constinit SecondGate mismatch_gate;

/// The message for a conversation that failed. sudo lets it fail at 512 bytes, and if a helper has
/// no token. So the message says what the helper needs, not only that there is one.
constexpr const char* kSudoAdvice =
    "sudo takes 511 bytes at a time. With SUDO_ASKPASS=ssh-jwt, sudo -A hands over a token file of "
    "this host in parts.";

/// One call of pam_sm_authenticate.
class Authentication {
 public:
  Authentication(PamHandle& pam, int flags) : pam_(pam), flags_(flags) {}

  int Run(std::span<const char* const> arguments) {
    pam_.Forget();
    Result<ModuleOptions> options = ParseModuleOptions(arguments);
    if (!options.ok()) return Fail(options.error());
    options_ = std::move(options).value();
    service_ = options_.service.value_or(pam_.Service());

    Result<LoadedConfig> loaded = LoadConfig({options_.config, std::nullopt});
    if (!loaded.ok()) return Fail(loaded.error());
    Result<std::string> user = pam_.AskUser();
    if (!user.ok()) return Fail(user.error());
    Result<SecretString> answer = GetAnswer(loaded.value().config);
    if (!answer.ok()) return FailConversation(answer.error());
    return Conclude(loaded.value(), answer.value());
  }

 private:
  [[nodiscard]] AttemptContext Context() const { return {pam_.User(), pam_.RemoteHost()}; }

  /// Ends an attempt for which there was no decision.
  int Fail(const Error& error) {
    Log(pam_, error.reason, AuditLine(error, Context()));
    return RefusalCode(ToPamCode(error.reason));
  }

  int FailConversation(const Error& error) {
    if (IsSudo()) Tell(kSudoAdvice);
    return Fail(error);
  }

  [[nodiscard]] bool IsSudo() const { return service_ == "sudo" || service_ == "sudo-i"; }

  /// Returns how long a refusal waits after the last answer: what the PAM line says, else the table
  /// of the service, else [login].
  [[nodiscard]] Seconds RefusalDelay(const Config& config) const {
    const PromptOptions* const service = config.PromptFor(service_);
    const bool is_given = service != nullptr && service->refusal_delay.given();
    return options_.refusal_delay.value_or(is_given ? *service->refusal_delay
                                                    : *config.login.refusal_delay);
  }

  /// Returns whether a token may come in parts, or nullopt if that follows from the service.
  [[nodiscard]] std::optional<bool> Parts(const Config& config) const {
    const PromptOptions* const service = config.PromptFor(service_);
    if (options_.parts.has_value() || service == nullptr || !service->parts.given()) {
      return options_.parts;
    }
    return *service->parts;
  }

  static int RefusalCode(PamCode code) {
    return code.number == PAM_SUCCESS ? PAM_SYSTEM_ERR : code.number;
  }

  Result<SecretString> GetAnswer(const Config& config) {
    if (options_.try_first_pass || options_.use_first_pass) {
      std::optional<SecretString> earlier = pam_.AuthTok();
      if (options_.use_first_pass) return std::move(earlier).value_or(SecretString());
      if (earlier.has_value() && earlier->size() >= kMinTokenBytes) return std::move(*earlier);
    }
    TokenParts parts(CutLengths(service_, Parts(config)),
                     static_cast<std::size_t>(*config.login.max_token_bytes));
    while (true) {
      Result<SecretString> answer = pam_.Ask(parts.Prompt(options_.prompt));
      if (!answer.ok()) {
        if (parts.empty()) return answer;
        // Many programs have one answer only. A whole token may by chance have the length at which
        // others are cut. The failure may come long after the part, and counts as an answer.
        is_broken_off_ = true;
        last_answer_.Restart();
        return std::move(parts).Take();
      }
      last_answer_.Restart();
      if (!parts.Add(answer.value().view())) return std::move(parts).Take();
    }
  }

  int Conclude(const LoadedConfig& loaded, const SecretString& answer) {
    // PAM_USER is read again, because the conversation may have changed it.
    const AttemptContext context = Context();
    const Decision decision =
        Judge(pam_, options_, loaded, {answer.view(), service_, context.user, Now()});
    const bool shows_mismatch = !decision.mismatch.empty() && mismatch_gate.Pass(MonotonicNs());
    Log(pam_, decision.reason,
        AuditLine(loaded.config, decision, context,
                  shows_mismatch ? Mismatch::kShown : Mismatch::kLeftOut));
    if (decision.reason == Reason::kNoToken) return PassOn(answer);
    pam_.EraseAuthTok();
    if (decision.account.has_value()) return Admit(*decision.account, decision);
    return Refuse(loaded.config, decision);
  }

  /// Leaves the answer, which may be a password, to the next module. Does not leave an empty
  /// answer.
  int PassOn(const SecretString& answer) {
    if (!answer.empty()) {
      pam_.SetAuthTok(answer);
    }
    if (options_.token_only) Tell(kTokenExpected);
    return RefusalCode(ToPamCode(Reason::kNoToken));
  }

  int Refuse(const Config& config, const Decision& decision) {
    // The message comes after the wait, so that it comes at the same time whatever was wrong.
    last_answer_.WaitFor(RefusalDelay(config));
    const bool is_cut_by_sudo = is_broken_off_ && IsSudo() && !decision.tell_user;
    Tell(is_cut_by_sudo ? kSudoAdvice : UserMessage(decision));
    return RefusalCode(ToPamCode(decision));
  }

  /// Lets the user in. This is the only place where authentication succeeds.
  int Admit(const LocalAccount& account, const Decision& decision) {
    pam_.Remember({account.name(), decision.token, VariablesOf(decision.session)});
    PrepareSession(pam_, decision.session);
    PrepareRecord(pam_, decision);
    return PAM_SUCCESS;
  }

  void Tell(const std::string& message) {
    if ((flags_ & PAM_SILENT) == 0) {
      pam_.Tell(message);
    }
  }

  PamHandle& pam_;
  int flags_;
  ModuleOptions options_;
  std::string service_;
  Stopwatch last_answer_;
  bool is_broken_off_ = false;  // there were answers, and then the conversation failed
};

}  // namespace

int Authenticate(PamHandle& pam, int flags, std::span<const char* const> arguments) {
  return Authentication(pam, flags).Run(arguments);
}

}  // namespace pamjwt
