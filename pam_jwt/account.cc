#include "pam_jwt/account.h"

#include <optional>
#include <string>
#include <utility>

#include <security/pam_modules.h>

#include "core/login/audit_line.h"
#include "core/login/message.h"
#include "core/login/module_options.h"
#include "core/login/pam_code.h"
#include "io/denylist_file.h"
#include "io/system_host.h"
#include "pam_jwt/pam_log.h"

namespace pamjwt {
namespace {

/// One call of pam_sm_acct_mgmt.
class AccountCheck {
 public:
  AccountCheck(PamHandle& pam, int flags, const TokenFacts* token)
      : pam_(pam), flags_(flags), user_(pam.User()), token_(token) {}

  int Run(std::span<const char* const> arguments) {
    const Result<ModuleOptions> options = ParseModuleOptions(arguments);
    return options.ok() ? Run(options.value().denylist) : Fail(options.error());
  }

  int Run(const std::optional<std::string>& path) {
    const Result<Denylist> list = ReadReadableDenylist(path);
    if (!list.ok()) return Fail(list.error());
    const Status whole = CheckWhole(list.value(), path);
    const Result<const Denial*> denial = Find(list.value());
    if (!denial.ok()) return Fail(denial.error());
    if (denial.value() != nullptr) return Refuse(AlsoSaying(whole, ToError(*denial.value())));
    if (!whole.ok()) return Fail(whole.error());
    return token_ != nullptr ? PAM_SUCCESS : PAM_IGNORE;
  }

 private:
  [[nodiscard]] Result<const Denial*> Find(const Denylist& list) const {
    if (list.entries().empty()) return nullptr;
    Result<const Denial*> denial = FindAccount(list);
    const bool is_found = !denial.ok() || denial.value() != nullptr;
    if (is_found || token_ == nullptr) return denial;
    return list.FindToken(*token_);
  }

  /// Looks for the name that was given, and for the account's own name: NSS may find "alice" for
  /// "Alice".
  [[nodiscard]] Result<const Denial*> FindAccount(const Denylist& list) const {
    const Denial* const given = list.FindAccount(user_, token_);
    if (given != nullptr) return given;
    const Result<std::optional<SystemAccount>> account = SystemHost(Owners{}).FindAccount(user_);
    if (!account.ok()) return account.error();
    const bool has_other_name = account.value().has_value() && account.value()->name != user_;
    return has_other_name ? list.FindAccount(account.value()->name, token_) : nullptr;
  }

  /// Adds to `denied` that the list is damaged, if it is. A line that can be read denies even if
  /// other lines are damaged, and the log says both.
  static Error AlsoSaying(const Status& whole, Error denied) {
    if (!whole.ok()) denied.detail += "; the denylist is damaged: " + whole.error().detail;
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
};

}  // namespace

int CheckAccount(PamHandle& pam, int flags, std::span<const char* const> arguments) {
  const Identity* const identity = pam.Remembered();
  return AccountCheck(pam, flags, identity == nullptr ? nullptr : &identity->token).Run(arguments);
}

int CheckDenied(PamHandle& pam, int flags, const std::optional<std::string>& denylist,
                const TokenFacts& token) {
  return AccountCheck(pam, flags, &token).Run(denylist);
}

}  // namespace pamjwt
