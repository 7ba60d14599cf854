#include "jwtctl/stack/known_modules.h"

#include <array>

namespace pamjwt::ctl {
namespace {

using enum ModuleRole;
using enum ModuleTrait;

// The table does not have pam_duo.so, which lets users in while its service cannot be reached. It
// does not have pam_exec.so and pam_timestamp.so either: their role depends on their configuration.
// pam_deny.so and pam_permit.so serve, as they treat all users alike. So does pam_faillock.so,
// which counts wrong passwords: a token is not a password.
constexpr auto kKnownModules = std::to_array<KnownModule>({
    {"pam_access.so", kDecides, kQuiet},
    {"pam_authd.so", kVerifies},
    {"pam_authd_exec.so", kVerifies},
    {"pam_canonicalize_user.so", kDecides},
    {"pam_cap.so", kServes},
    {"pam_cgfs.so", kServes},
    {"pam_cockpit_cert.so", kVerifies},
    {"pam_cracklib.so", kDecides},
    {"pam_debug.so", kServes},
    {"pam_deny.so", kServes, kQuiet},
    {"pam_echo.so", kServes, kQuiet},
    {"pam_ecryptfs.so", kServes},
    {"pam_env.so", kServes, kQuiet},
    {"pam_faildelay.so", kServes, kQuiet},
    {"pam_faillock.so", kServes, kQuiet},
    {"pam_filter.so", kDecides},
    {"pam_fprintd.so", kVerifies},
    {"pam_ftp.so", kDecides},
    {"pam_gdm.so", kServes},
    {"pam_gnome_keyring.so", kServes},
    {"pam_google_authenticator.so", kVerifies, kIgnoresByOption},
    {"pam_group.so", kServes, kQuiet},
    {"pam_himmelblau.so", kVerifies},
    {"pam_issue.so", kServes, kQuiet},
    {"pam_kanidm.so", kVerifies},
    {"pam_keyinit.so", kServes, kQuiet},
    {"pam_krb5.so", kVerifies, kIgnoresByOption},
    {"pam_kwallet.so", kServes},
    {"pam_kwallet5.so", kServes},
    {"pam_lastlog.so", kServes},
    {"pam_lastlog2.so", kServes},
    {"pam_ldap.so", kVerifies, kIgnoresByOption},
    {"pam_ldapd.so", kVerifies},
    {"pam_limit_ssh.so", kDecides},
    {"pam_limits.so", kDecides, kQuiet},
    {"pam_listfile.so", kDecides, kQuiet},
    {"pam_localuser.so", kDecides},
    {"pam_loginuid.so", kDecides, kQuiet},
    {"pam_mail.so", kServes},
    {"pam_mkhomedir.so", kDecides},
    {"pam_motd.so", kServes, kQuiet},
    {"pam_mount.so", kServes},
    {"pam_mysql.so", kVerifies},
    {"pam_namespace.so", kDecides},
    {"pam_nologin.so", kDecides, kQuiet},
    {"pam_oath.so", kVerifies},
    {"pam_otpw.so", kVerifies},
    {"pam_p11.so", kVerifies},
    {"pam_passwdqc.so", kDecides},
    {"pam_permit.so", kServes, kQuiet},
    {"pam_pgsql.so", kVerifies},
    {"pam_pkcs11.so", kVerifies},
    {"pam_pwdfile.so", kVerifies},
    {"pam_pwhistory.so", kDecides},
    {"pam_pwquality.so", kDecides},
    {"pam_radius_auth.so", kVerifies},
    {"pam_rhosts.so", kDecides},
    {"pam_rhosts_auth.so", kDecides},
    {"pam_rootok.so", kDecides, kQuiet},
    {"pam_rssh.so", kVerifies},
    {"pam_securetty.so", kDecides, kQuiet},
    {"pam_securid.so", kVerifies},
    {"pam_selinux.so", kDecides, kQuiet},
    {"pam_sepermit.so", kDecides, kQuiet},
    {"pam_setquota.so", kDecides},
    {"pam_shells.so", kDecides, kQuiet},
    {"pam_slurm.so", kDecides},
    {"pam_slurm_adopt.so", kDecides},
    {"pam_ssh.so", kVerifies},
    {"pam_ssh_add.so", kServes},
    {"pam_ssh_agent_auth.so", kVerifies},
    {"pam_sss.so", kVerifies, kIgnoresByOption},
    {"pam_sss_gss.so", kVerifies},
    {"pam_stress.so", kDecides},
    {"pam_succeed_if.so", kDecides, kQuiet},
    {"pam_systemd.so", kServes},
    {"pam_systemd_home.so", kVerifies},
    {"pam_tacplus.so", kVerifies},
    {"pam_tally.so", kServes},
    {"pam_tally2.so", kServes},
    {"pam_time.so", kDecides, kQuiet},
    {"pam_tmpdir.so", kDecides},
    {"pam_tty_audit.so", kDecides},
    {"pam_u2f.so", kVerifies},
    {"pam_umask.so", kServes, kQuiet},
    {"pam_unix.so", kVerifies, kIgnoresByOption},
    {"pam_unix2.so", kVerifies},
    {"pam_unix_auth.so", kVerifies, kIgnoresByOption},
    {"pam_userdb.so", kVerifies, kIgnoresByOption},
    {"pam_usertype.so", kDecides, kQuiet},
    {"pam_warn.so", kServes, kQuiet},
    {"pam_wheel.so", kDecides, kQuiet},
    {"pam_winbind.so", kVerifies, kIgnoresByOption},
    {"pam_xauth.so", kDecides},
    {"pam_yubico.so", kVerifies},
});

}  // namespace

const KnownModule* FindKnownModule(std::string_view name) {
  for (const KnownModule& module : kKnownModules) {
    if (module.name == name) return &module;
  }
  return nullptr;
}

bool HasRole(std::string_view name, ModuleRole role) {
  const KnownModule* const module = FindKnownModule(name);
  return module != nullptr && module->role == role;
}

bool HasTrait(std::string_view name, ModuleTrait trait) {
  const KnownModule* const module = FindKnownModule(name);
  return module != nullptr && module->trait == trait;
}

}  // namespace pamjwt::ctl
