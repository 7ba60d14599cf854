"""A Debian server for its administrator and its users: sshd, PAM files and logins over ssh."""

import hashlib
import os
import re

from private_host import HOSTNAME

SSHD_CONFIG = "/etc/ssh/sshd_config.d/00-pam_jwt.conf"
CLIENT = "worker"  # who runs ssh
PASSWORD = "correct horse battery"
ASKPASS = f"#!/bin/sh\necho '{PASSWORD}'\n"

BY_PASSWORD = ["-o", "PreferredAuthentications=password", "-o", "NumberOfPasswordPrompts=1"]

# docs/stacks.md, "sshd".
SSHD_OPTIONS = "UsePAM yes\nKbdInteractiveAuthentication yes\n"

# Files that logins, boots and apt leave in any case.
NOT_OURS = ("/dev", "/home", "/proc", "/root", "/run", "/sys", "/tmp", "/var/cache",
            "/var/lib/apt", "/var/lib/dpkg", "/var/lib/systemd/timers", "/var/log", "/var/tmp")


class DebianHost:
    def __init__(self, machine):
        self._machine = machine

    def prepare(self):
        """Makes the accounts alice and bob. alice has a password, and accepts a key of the client."""
        for user in ("alice", "bob", CLIENT):
            self._machine.run("useradd", "--create-home", "--shell=/bin/sh", user)
        self._machine.run("chpasswd", stdin=f"alice:{PASSWORD}\n")
        self._machine.write("/home/askpass", ASKPASS, mode=0o755)
        host_key = self._machine.read("/etc/ssh/ssh_host_ed25519_key.pub")
        self._machine.write("/etc/ssh/ssh_known_hosts", f"{HOSTNAME},localhost {host_key}")
        public = self._machine.read(f"{self.client_key('key')}.pub")
        self._machine.run("sh", "-c", "mkdir ~/.ssh && cat >~/.ssh/authorized_keys", stdin=public,
                          user="alice")

    # --- files ---------------------------------------------------------------------------

    def files(self):
        """Returns all paths but those that change in any case."""
        found = set()
        root = str(self._machine.root)
        for directory, below, names in os.walk(root):
            inside = directory[len(root):]
            below[:] = [name for name in below if f"{inside}/{name}" not in NOT_OURS]
            found.update(f"{inside}/{name}" for name in below + names)
        return found

    def owned_files(self):
        """Returns all paths of packages that exist. /lib and the like are links to those in /usr."""
        owned = set()
        for names in (self._machine.root / "var/lib/dpkg/info").glob("*.list"):
            owned.update(names.read_text().split("\n"))
        return owned | {f"/usr{path}" for path in owned}

    def contents(self, *directories):
        """Returns a digest of each file below a directory."""
        root = self._machine.root
        return {f"/{path.relative_to(root)}": hashlib.sha256(path.read_bytes()).hexdigest()
                for directory in directories
                for path in (root / directory.lstrip("/")).rglob("*") if path.is_file()}

    def stacks(self):
        return self.contents("/etc/pam.d", "/etc/ssh")

    def suffix_of_versions(self):
        """Returns how versions of packages end that are built for this release. Testing has no number."""
        number = re.search(r'^VERSION_ID="(\d+)"$', self._machine.read("/usr/lib/os-release"), re.M)
        return f"~deb{number[1]}u1" if number else ""

    # --- sshd ----------------------------------------------------------------------------

    def punishes(self):
        """Returns whether sshd knows penalties for clients that failed to log in, as OpenSSH 9.8 does."""
        return self._machine.run("sshd", "-t", "-o", "PerSourcePenalties=yes", check=False).code == 0

    def configure_sshd(self, options):
        """Writes options of the tests for sshd, or removes them if `options` is None."""
        if options is None:
            self._machine.run("rm", SSHD_CONFIG)
        else:
            self._machine.write(SSHD_CONFIG, options)
        self.restart_sshd()

    def restart_sshd(self):
        """Restarts sshd. A reload would not say when it is done."""
        # systemd refuses more than five starts in ten seconds, and the tests are quicker.
        self._machine.run("systemctl", "reset-failed", "ssh.service", check=False)
        self._machine.run("systemctl", "restart", "ssh.service")

    def sshd_settings(self):
        """Returns the lines of `sshd -T`, with keywords in small letters, as OpenSSH wrote them before 10.6."""
        lines = self._machine.run("sshd", "-T").output.splitlines()
        keywords = (line.partition(" ") for line in lines)
        return [f"{keyword.lower()} {value}" for keyword, _, value in keywords]

    def audit(self):
        """Returns what pam_jwt has logged since the machine was made."""
        self._machine.run("journalctl", "--sync")
        journal = self._machine.run("journalctl", "--output=cat", "SYSLOG_FACILITY=10").output
        return [line for line in journal.splitlines() if line.startswith("pam_jwt(")]

    # --- logins --------------------------------------------------------------------------

    def client_key(self, name):
        """Returns the path of an SSH key of the client, which is made if it is absent."""
        path = f"/home/{CLIENT}/{name}"
        make = f"test -e {path} || ssh-keygen -q -t ed25519 -N '' -f {path}"
        self._machine.run("sh", "-c", make, user=CLIENT)
        return path

    def client_file(self, name, text):
        """Writes a file that the client alone may read, and returns its path."""
        path = f"/home/{CLIENT}/{name}"
        self._machine.run("sh", "-c", f"umask 077 && cat >{path}", stdin=text, user=CLIENT)
        return path

    def ssh_jwt(self, user, *options, command="id -un"):
        return self._machine.run("ssh-jwt", *options, f"{user}@{HOSTNAME}", command, check=False,
                                 user=CLIENT)

    def token_login(self, user, token, name="token", command="id -un"):
        return self.ssh_jwt(user, "--token-file", self.client_file(name, token), command=command)

    def token_login_by_password(self, user, token, command="id -un"):
        """Logs in by the method `password`, which sends one answer."""
        self._machine.write("/home/asktoken", f"#!/bin/sh\necho '{token}'\n", mode=0o755)
        return self._ssh(*BY_PASSWORD, user=user, helper="/home/asktoken", command=command)

    def key_login(self, command="id -un"):
        return self._ssh("-i", f"/home/{CLIENT}/key", "-o", "BatchMode=yes",
                         "-o", "PreferredAuthentications=publickey", command=command)

    def password_login(self):
        return self._ssh(*BY_PASSWORD)

    def _ssh(self, *options, user="alice", helper="/home/askpass", command="id -un"):
        return self._machine.run(
            "env", f"SSH_ASKPASS={helper}", "SSH_ASKPASS_REQUIRE=force", "ssh", *options,
            f"{user}@{HOSTNAME}", command, check=False, user=CLIENT)
