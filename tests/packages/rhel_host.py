"""The PAM and sshd files of RHEL 9, from its packages and authselect's profile `minimal`.

They lack comments, the modules that Debian does not have, and the defaults of sshd_config.
"""

SSHD = """\
#%PAM-1.0
auth       substack     password-auth
auth       include      postlogin
account    required     pam_sepermit.so
account    required     pam_nologin.so
account    include      password-auth
password   include      password-auth
session    required     pam_selinux.so close
session    required     pam_loginuid.so
session    required     pam_selinux.so open env_params
session    required     pam_namespace.so
session    optional     pam_keyinit.so force revoke
session    optional     pam_motd.so
session    include      password-auth
session    include      postlogin
"""

SUDO = """\
#%PAM-1.0
auth       include      system-auth
account    include      system-auth
password   include      system-auth
session    include      system-auth
"""

AUTH = """\
auth        required      pam_env.so
auth        required      pam_faildelay.so delay=2000000
auth        sufficient    pam_unix.so nullok
auth        required      pam_deny.so
account     required      pam_unix.so
password    sufficient    pam_unix.so yescrypt shadow nullok use_authtok
password    required      pam_deny.so
session     optional      pam_keyinit.so revoke
session     required      pam_limits.so
-session    optional      pam_systemd.so
session     [success=1 default=ignore] pam_succeed_if.so service in crond quiet use_uid
session     required      pam_unix.so
"""

POSTLOGIN = """\
session     optional      pam_umask.so silent
session     [success=1 default=ignore] pam_succeed_if.so service !~ gdm* service !~ su* quiet
session     [default=1]   pam_lastlog.so nowtmp showfailed
session     optional      pam_lastlog.so silent noupdate showfailed
"""

FILES = {
    "/etc/pam.d/sshd": SSHD,
    "/etc/pam.d/sudo": SUDO,
    "/etc/authselect/password-auth": AUTH,
    "/etc/authselect/system-auth": AUTH,
    "/etc/authselect/postlogin": POSTLOGIN,
    "/etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\n",
    "/etc/ssh/sshd_config.d/50-redhat.conf": "KbdInteractiveAuthentication no\nUsePAM yes\n",
    # On RHEL no service starts because it was installed.
    "/usr/lib/systemd/system-preset/99-default-disable.preset": "disable *\n",
}
# Files of the packages pam, filesystem and selinux-policy-targeted.
DIRECTORIES = ["/usr/lib64/security", "/usr/share/licenses", "/usr/share/selinux/packages/targeted"]


def write(root):
    """Writes the files into a tree of Debian, in the place of Debian's own."""
    for path in DIRECTORIES:
        (root / path.lstrip("/")).mkdir(mode=0o755, parents=True, exist_ok=True)
    for path, text in FILES.items():
        file = root / path.lstrip("/")
        file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o644)
    for path in FILES:
        if path.startswith("/etc/authselect/"):
            name = path.rpartition("/")[2]
            (root / "etc/pam.d" / name).symlink_to(path)
