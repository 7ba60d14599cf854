#include "jwtctl/doctor/stack_modules.h"

#include <algorithm>
#include <array>

namespace pamjwt::ctl {
namespace {

constexpr auto kVerifying = std::to_array<std::string_view>({"pam_authd.so",
                                                             "pam_authd_exec.so",
                                                             "pam_duo.so",
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

constexpr auto kNotVerifying = std::to_array<std::string_view>(
    {"pam_access.so",    "pam_cap.so",         "pam_debug.so",      "pam_deny.so",
     "pam_echo.so",      "pam_ecryptfs.so",    "pam_env.so",        "pam_faildelay.so",
     "pam_faillock.so",  "pam_ftp.so",         "pam_gdm.so",        "pam_gnome_keyring.so",
     "pam_group.so",     "pam_issue.so",       "pam_keyinit.so",    "pam_kwallet.so",
     "pam_kwallet5.so",  "pam_lastlog.so",     "pam_lastlog2.so",   "pam_limits.so",
     "pam_listfile.so",  "pam_localuser.so",   "pam_loginuid.so",   "pam_mail.so",
     "pam_mkhomedir.so", "pam_motd.so",        "pam_mount.so",      "pam_namespace.so",
     "pam_nologin.so",   "pam_permit.so",      "pam_rhosts.so",     "pam_rootok.so",
     "pam_securetty.so", "pam_selinux.so",     "pam_sepermit.so",   "pam_shells.so",
     "pam_slurm.so",     "pam_slurm_adopt.so", "pam_succeed_if.so", "pam_systemd.so",
     "pam_tally.so",     "pam_tally2.so",      "pam_time.so",       "pam_tty_audit.so",
     "pam_umask.so",     "pam_usertype.so",    "pam_warn.so",       "pam_wheel.so",
     "pam_xauth.so"});

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

/// Does an option make it agree, without a proof, to who has nothing set up?
bool IsSwitchedOff(const StackEntry& entry) {
  return HasOption(entry, "nouserok");
}

/// Does an option make it pass over who has nothing set up?
bool MayPassOver(const StackEntry& entry) {
  const bool is_unix =
      entry.ModuleName().starts_with("pam_unix");  // there it is the empty password
  return HasOption(entry, "ignore_unknown_user") || HasOption(entry, "ignore_authinfo_unavail") ||
         (!is_unix && HasOption(entry, "nullok"));
}

bool IsNamed(const StackEntry& entry, std::string_view name) {
  return entry.ModuleName() == name;
}

}  // namespace

ModuleKind KindOf(const StackEntry& entry) {
  if (entry.IsOurModule()) return ModuleKind::kOurs;
  if (Holds(kNotVerifying, entry.ModuleName())) return ModuleKind::kOther;
  if (!Holds(kVerifying, entry.ModuleName())) return ModuleKind::kUnknown;
  return IsSwitchedOff(entry) ? ModuleKind::kOther : ModuleKind::kVerifies;
}

std::vector<int> RefusalsOf(const StackEntry& entry) {
  std::vector<int> codes = {kPamAuthErr, kPamUserUnknown, kPamAuthinfoUnavail};
  if (MayPassOver(entry)) codes.push_back(kPamIgnore);
  return codes;
}

std::vector<int> AnswersOf(const StackEntry& entry, std::string_view service) {
  if (IsNamed(entry, "pam_permit.so")) return {kPamSuccess};
  if (IsNamed(entry, "pam_deny.so")) return {kPamAuthErr};
  if (IsNamed(entry, "pam_faillock.so") && HasOption(entry, "authfail")) return {kPamAuthErr};
  if (IsNamed(entry, "pam_rootok.so") && Holds(kCalledByUsers, service)) return {kPamAuthErr};
  if (IsNamed(entry, "pam_rootok.so") && Holds(kCalledByRoot, service)) return {kPamSuccess};
  return {kPamSuccess, kPamIgnore, kPamAuthErr, kPamPermDenied};
}

std::vector<int> CredentialsOf(const StackEntry& entry) {
  if (IsNamed(entry, "pam_deny.so")) return {kPamCredErr};
  if (IsNamed(entry, "pam_permit.so")) return {kPamSuccess};
  return {kPamSuccess, kPamIgnore};
}

}  // namespace pamjwt::ctl
