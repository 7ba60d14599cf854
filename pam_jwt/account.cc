#include "pam_jwt/account.h"

#include <optional>
#include <string>
#include <utility>

#include <security/pam_modules.h>

#include "core/login/audit_line.h"
#include "core/login/message.h"
#include "core/login/module_options.h"
#include "core/login/pam_code.h"
#include "io/host_denials.h"
#include "io/system_host.h"
#include "pam_jwt/pam_log.h"

namespace pamjwt {
namespace {

/// One question to the denylists, whether a login or a session is denied.
class AccountCheck {
 public:
  AccountCheck(PamHandle& pam, int flags, std::string user, const TokenFacts* token)
      : pam_(pam), flags_(flags), user_(std::move(user)), token_(token) {}

  int Run(std::span<const char* const> arguments) {
    const Result<ModuleOptions> options = ParseModuleOptions(arguments);
    return options.ok() ? Run(options.value().denylist) : Fail(options.error());
  }

  int Run(const std::optional<std::string>& path) {
    denials_ = HostDenials::Open(path);
    const Status& whole = denials_.CheckWhole();
    const Result<std::optional<FoundDenial>> found = Find();
    // An error of the search, where the list is damaged anyway, is said as that damage.
    if (whole.ok() && !found.ok()) return Fail(found.error());
    if (found.ok() && found.value().has_value()) {
      return Refuse(AlsoSaying(whole, ToError(*found.value())));
    }
    if (!whole.ok()) return Fail(whole.error());
    return token_ != nullptr ? PAM_SUCCESS : PAM_IGNORE;
  }

 private:
  /// Looks for the name that was given, and for the account's own name: NSS may find "alice" for
  /// "Alice".
  Result<std::optional<FoundDenial>> Find() {
    if (denials_.entries() == 0) return std::optional<FoundDenial>();
    Result<std::optional<FoundDenial>> found = denials_.Find(user_, token_);
    if (found.ok() && found.value().has_value()) return found;
    const Result<std::optional<SystemAccount>> account = SystemHost(Owners{}).FindAccount(user_);
    if (!account.ok()) return account.error();
    const bool has_other_name = account.value().has_value() && account.value()->name != user_;
    if (!has_other_name) return found;
    Result<std::optional<FoundDenial>> other = denials_.Find(account.value()->name, token_);
    // Where one search failed, a denial that the other one found counts, and else the failure.
    const bool is_denied = other.ok() && other.value().has_value();
    return is_denied || found.ok() ? other : found;
  }

  /// Adds to `denied` that a list is damaged or stale, if it is. A line that can be read denies
  /// even then, and the log says both.
  static Error AlsoSaying(const Status& whole, Error denied) {
    if (whole.ok()) return denied;
    const bool is_stale = whole.error().reason == Reason::kDenylistStale;
    denied.detail += (is_stale ? "; " : "; the denylist is damaged: ") + whole.error().detail;
    return denied;
  }

  int Fail(const Error& error) {
    Log(pam_, error.reason, AuditLine(error, {user_, pam_.RemoteHost()}));
    return token_ != nullptr ? ToPamCode(error.reason).number : PAM_IGNORE;
  }

  int Refuse(const Error& denied) {
    Log(pam_, denied.reason, AuditLine(denied, {user_, pam_.RemoteHost()}));
    Decision decision;
    decision.reason = denied.reason;
    decision.tell_user = true;  // the user was authenticated
    if ((flags_ & PAM_SILENT) == 0) {
      pam_.Tell(UserMessage(decision));
    }
    return PAM_PERM_DENIED;
  }

  PamHandle& pam_;
  int flags_;
  std::string user_;
  const TokenFacts* token_;  // null unless this is a login by token
  HostDenials denials_;
};

}  // namespace

int CheckAccount(PamHandle& pam, int flags, std::span<const char* const> arguments) {
  const Identity* const identity = pam.Remembered();
  const TokenFacts* const token = identity == nullptr ? nullptr : &identity->token;
  return AccountCheck(pam, flags, pam.User(), token).Run(arguments);
}

int CheckDenied(PamHandle& pam, int flags, const std::optional<std::string>& denylist,
                const SessionRecord& record) {
  return AccountCheck(pam, flags, record.account, &record.token).Run(denylist);
}

}  // namespace pamjwt
