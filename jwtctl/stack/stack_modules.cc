#include "jwtctl/stack/stack_modules.h"

#include <algorithm>
#include <array>

namespace pamjwt::ctl {
namespace {

// Neither pam_duo.so, which lets in while its service cannot be reached, nor pam_exec.so and
// pam_timestamp.so: there it depends on what they are set up for.
constexpr auto kVerifying = std::to_array<std::string_view>({"pam_authd.so",
                                                             "pam_authd_exec.so",
                                                             "pam_fprintd.so",
                                                             "pam_google_authenticator.so",
                                                             "pam_himmelblau.so",
                                                             "pam_kanidm.so",
                                                             "pam_krb5.so",
                                                             "pam_ldap.so",
                                                             "pam_ldapd.so",
                                                             "pam_mysql.so",
                                                             "pam_oath.so",
                                                             "pam_otpw.so",
                                                             "pam_p11.so",
                                                             "pam_pgsql.so",
                                                             "pam_pkcs11.so",
                                                             "pam_pwdfile.so",
                                                             "pam_radius_auth.so",
                                                             "pam_rssh.so",
                                                             "pam_securid.so",
                                                             "pam_ssh.so",
                                                             "pam_ssh_agent_auth.so",
                                                             "pam_sss.so",
                                                             "pam_sss_gss.so",
                                                             "pam_systemd_home.so",
                                                             "pam_tacplus.so",
                                                             "pam_u2f.so",
                                                             "pam_unix.so",
                                                             "pam_unix2.so",
                                                             "pam_unix_auth.so",
                                                             "pam_userdb.so",
                                                             "pam_winbind.so",
                                                             "pam_yubico.so"});

constexpr auto kNotVerifying =
    std::to_array<std::string_view>({"pam_access.so",     "pam_canonicalize_user.so",
                                     "pam_cap.so",        "pam_cgfs.so",
                                     "pam_cracklib.so",   "pam_debug.so",
                                     "pam_deny.so",       "pam_echo.so",
                                     "pam_ecryptfs.so",   "pam_env.so",
                                     "pam_faildelay.so",  "pam_faillock.so",
                                     "pam_filter.so",     "pam_ftp.so",
                                     "pam_gdm.so",        "pam_gnome_keyring.so",
                                     "pam_group.so",      "pam_issue.so",
                                     "pam_keyinit.so",    "pam_kwallet.so",
                                     "pam_kwallet5.so",   "pam_lastlog.so",
                                     "pam_lastlog2.so",   "pam_limit_ssh.so",
                                     "pam_limits.so",     "pam_listfile.so",
                                     "pam_localuser.so",  "pam_loginuid.so",
                                     "pam_mail.so",       "pam_mkhomedir.so",
                                     "pam_motd.so",       "pam_mount.so",
                                     "pam_namespace.so",  "pam_nologin.so",
                                     "pam_passwdqc.so",   "pam_permit.so",
                                     "pam_pwhistory.so",  "pam_pwquality.so",
                                     "pam_rhosts.so",     "pam_rhosts_auth.so",
                                     "pam_rootok.so",     "pam_securetty.so",
                                     "pam_selinux.so",    "pam_sepermit.so",
                                     "pam_setquota.so",   "pam_shells.so",
                                     "pam_slurm.so",      "pam_slurm_adopt.so",
                                     "pam_ssh_add.so",    "pam_stress.so",
                                     "pam_succeed_if.so", "pam_systemd.so",
                                     "pam_tally.so",      "pam_tally2.so",
                                     "pam_time.so",       "pam_tmpdir.so",
                                     "pam_tty_audit.so",  "pam_umask.so",
                                     "pam_usertype.so",   "pam_warn.so",
                                     "pam_wheel.so",      "pam_xauth.so"});

// Of those that verify, the ones that return PAM_IGNORE only where an option says so.
constexpr auto kNeverPassOver = std::to_array<std::string_view>(
    {"pam_google_authenticator.so", "pam_krb5.so", "pam_ldap.so", "pam_sss.so", "pam_unix.so",
     "pam_unix_auth.so", "pam_userdb.so", "pam_winbind.so"});

// Here the caller is a user, who is not root.
constexpr auto kCalledByUsers = std::to_array<std::string_view>({"su", "su-l", "chsh", "chfn"});
// Only root may call these at all.
constexpr auto kCalledByRoot = std::to_array<std::string_view>({"runuser", "runuser-l"});

template <typename List>
bool Holds(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool HasOption(const StackEntry& entry, std::string_view option) {
  return Holds(entry.options, option);
}

bool IsNamed(const StackEntry& entry, std::string_view name) {
  return entry.ModuleName() == name;
}

/// Does an option let it agree without a proof? nullok of pam_unix does not count: /etc/shadow says
/// that the password is empty.
bool IsSwitchedOff(const StackEntry& entry) {
  const bool has_grace =
      std::any_of(entry.options.begin(), entry.options.end(),
                  [](const std::string& option) { return option.starts_with("grace_period="); });
  return has_grace || HasOption(entry, "nouserok") || HasOption(entry, "alwaysok") ||
         HasOption(entry, "defer_pwchange") ||
         (HasOption(entry, "nullok") && !entry.ModuleName().starts_with("pam_unix"));
}

/// May it return PAM_IGNORE, and so leave the verdict to others?
bool MayPassOver(const StackEntry& entry) {
  return !Holds(kNeverPassOver, entry.ModuleName()) || HasOption(entry, "ignore_unknown_user") ||
         HasOption(entry, "ignore_authinfo_unavail") || HasOption(entry, "unknown_ok") ||
         HasOption(entry, "localifdown");
}

/// All codes of libpam that `may_be` is true for, without PAM_INCOMPLETE: no module returns that to
/// an application that cannot wait.
template <typename MayBe>
std::vector<int> CodesThat(MayBe may_be) {
  std::vector<int> codes;
  for (int code = kPamSuccess; code < kPamIncomplete; ++code) {
    if (may_be(code)) codes.push_back(code);
  }
  return codes;
}

std::vector<int> AllButSuccess() {
  return CodesThat([](int code) { return code != kPamSuccess; });
}

}  // namespace

ModuleKind KindOf(const StackEntry& entry, const VouchedModules& vouched) {
  if (entry.IsOurModule()) return ModuleKind::kOurs;
  if (vouched.find(entry.module) != vouched.end()) return ModuleKind::kVerifies;
  if (Holds(kNotVerifying, entry.ModuleName())) return ModuleKind::kOther;
  if (!Holds(kVerifying, entry.ModuleName())) return ModuleKind::kUnknown;
  return IsSwitchedOff(entry) ? ModuleKind::kSwitchedOff : ModuleKind::kVerifies;
}

std::vector<int> RefusalsOf(const StackEntry& entry) {
  const bool passes_over = MayPassOver(entry);
  return CodesThat([passes_over](int code) {
    // PAM_NEW_AUTHTOK_REQD says that a password is right, and too old.
    return code != kPamSuccess && code != kPamNewAuthtokReqd && (code != kPamIgnore || passes_over);
  });
}

std::vector<int> AnswersOf(const StackEntry& entry, std::string_view service) {
  if (IsNamed(entry, "pam_permit.so")) return {kPamSuccess};
  if (IsNamed(entry, "pam_deny.so")) return {kPamAuthErr};
  if (IsNamed(entry, "pam_faillock.so") && HasOption(entry, "authfail")) return AllButSuccess();
  if (IsNamed(entry, "pam_rootok.so") && Holds(kCalledByUsers, service)) return {kPamAuthErr};
  if (IsNamed(entry, "pam_rootok.so") && Holds(kCalledByRoot, service)) return {kPamSuccess};
  return CodesThat([](int) { return true; });
}

std::vector<int> CredentialsOf(const StackEntry& entry) {
  if (IsNamed(entry, "pam_deny.so")) return {kPamCredErr};
  if (IsNamed(entry, "pam_permit.so")) return {kPamSuccess};
  return {kPamSuccess, kPamIgnore};
}

}  // namespace pamjwt::ctl
