"""Tests logins by token certificate: a plain ssh, and every program that uses it, without a prompt."""

import itertools

from debian_host import CLIENT, SSHD_CONFIG
from private_host import HOSTNAME

CONFIG = "/etc/pam_jwt/conf.d/certificates.toml"
KEYS = "/etc/pam_jwt/keys"
SECRET = f"{KEYS}/some.secret"
ISSUER_KEYS = "/root/people"
ISSUER = "https://people.example.com"
CLIENT_ID = "ssh-client"
CONFIGURATION = f"""\
[issuer.people]
url = "{ISSUER}"
bound_audiences = ["{CLIENT_ID}"]
jwks_file = "{KEYS}/jwks.json"
"""
PROGRAM = "/usr/libexec/pam_jwt/sshd-keys"
PROGRAM_USER = "pam-jwt"
SSH = f"/home/{CLIENT}/.ssh"
# ssh looks for keys with this name by itself.
KEY, THIEF = f"{SSH}/id_ed25519", f"{SSH}/thief"
NOTE = "written by alice"
# As alice: something to fetch by git, rsync, scp and sftp.
PREPARE = f"""\
echo '{NOTE}' >note && git init -q repository && cd repository &&
git -c user.name=alice -c user.email=alice@{HOSTNAME} commit -q --allow-empty -m '{NOTE}'
"""
# As the client: each command prints what alice has written, or her name.
AT_HOST = f"alice@{HOSTNAME}"
COMMANDS = {
    "ssh": f"ssh {AT_HOST} cat note",
    "scp": f"scp -q {AT_HOST}:note copy && cat copy",
    "sftp": f"echo 'get note copy' | sftp -q -b - {AT_HOST} >&2 && cat copy",
    "rsync": f"rsync {AT_HOST}:note copy && cat copy",
    "git": f"git clone -q ssh://{AT_HOST}/home/alice/repository copy && git -C copy log --format=%s",
    "ssh -J": f"ssh -J alice@localhost {AT_HOST} cat note",
}


def expect(truth, otherwise):
    if not truth:
        raise AssertionError(otherwise)


class CertificateLogins:
    """Logins of alice, with tokens of an issuer whose keys are in a file, bound to keys of the client."""

    def __init__(self, machine, host):
        self._machine, self._host = machine, host
        # Each login comes from an address of its own, so that sshd punishes none for others.
        self._addresses = (f"127.0.1.{number}" for number in itertools.count(100))

    # --- the user of the program ---------------------------------------------------------

    def expect_user_with_few_rights(self, *readable):
        """Checks that the user of sshd-keys can read these files and no secret, and owns nothing."""
        account = self._machine.run("getent", "passwd", PROGRAM_USER).output.strip().split(":")
        groups = self._machine.run("id", "--groups", "--name", PROGRAM_USER).output.strip()
        expect(groups == PROGRAM_USER, f"{PROGRAM_USER} is in the groups {groups}")
        expect(account[6].endswith("/nologin"), f"{PROGRAM_USER} has the shell {account[6]}")
        found = self._machine.run("stat", "--format=%U:%G %a", PROGRAM).output.strip()
        expect(found == "root:root 755", f"{PROGRAM} is {found}")
        for path in readable:
            expect(self._can_read(path), f"{PROGRAM_USER} cannot read {path}")
        expect(not self._can_read(SECRET), f"{PROGRAM_USER} can read {SECRET}")
        owned = self._machine.run("find", "/", "-xdev", "-user", PROGRAM_USER, "-o", "-xdev", "-group", PROGRAM_USER)
        expect(owned.output == "", f"{PROGRAM_USER} owns {owned.output}")

    def _can_read(self, path):
        """Returns whether the user can read a file. Machine.run would look for a home of its own."""
        as_user = ["setpriv", f"--reuid={PROGRAM_USER}", f"--regid={PROGRAM_USER}", "--init-groups"]
        return self._machine.run(*as_user, "test", "-r", path, check=False).code == 0

    # --- on and off ----------------------------------------------------------------------

    def write_config(self):
        self._machine.run("jwtctl", "keygen", "--alg", "ES256", "--out", ISSUER_KEYS)
        self._machine.write(f"{KEYS}/jwks.json", self._machine.read(f"{ISSUER_KEYS}/jwks.json"))
        self._machine.write(SECRET, "secret", mode=0o600)
        self._machine.write(CONFIG, CONFIGURATION)

    def remove_config(self):
        self._machine.run("rm", "-r", CONFIG, KEYS, ISSUER_KEYS)

    def switch_on(self):
        self._machine.run("jwtctl", "enable", "sshd", "--by-certificate", "--yes")
        self._host.restart_sshd()
        settings = self._host.sshd_settings()
        for line in ("kbdinteractiveauthentication no", f"authorizedkeyscommand {PROGRAM} %u %k %t",
                     f"authorizedkeyscommanduser {PROGRAM_USER}"):
            expect(line in settings, f"sshd has not {line!r}")
        # Twice is as once.
        before = self._host.stacks()
        self._machine.run("jwtctl", "enable", "sshd", "--by-certificate", "--yes")
        expect(self._host.stacks() == before, f"enabled twice, {SSHD_CONFIG} or a stack differs from enabled once")

    def switch_off(self):
        self._machine.run("jwtctl", "disable", "sshd")
        self._host.restart_sshd()

    # --- logins --------------------------------------------------------------------------

    def prepare(self):
        """Gives alice something to fetch, and the client the keys that ssh uses by itself."""
        self._machine.run("sh", "-c", f"cd && {PREPARE}", user="alice")
        self._as_client(f"mkdir -p -m 700 {SSH}")
        for key in (KEY, THIEF):
            self._as_client(f"ssh-keygen -q -t ed25519 -N '' -f {key}")

    def clean_up(self):
        self._as_client(f"rm -r {SSH}")

    def expect_login(self):
        self._certify(KEY, self._mint())
        self._expect_login(KEY)

    def expect_every_program_to_log_in(self):
        self._certify(KEY, self._mint())
        for name, command in COMMANDS.items():
            mark = len(self._host.audit())
            done = self._as_client(f"rm -rf copy; {command}", check=False)
            expect((done.code, done.output) == (0, f"{NOTE}\n"), f"{name} does not log in by certificate: {done}")
            accepted = [line for line in self._host.audit()[mark:] if ": accepted " in line]
            logins = 2 if name == "ssh -J" else 1
            expect(len(accepted) == logins and all(" user=alice " in line for line in accepted),
                   f"{name}: the log says {self._host.audit()[mark:]}")

    def expect_refusals(self):
        """Tries certificates that must not log in. Each has a twin above that does."""
        bound = self._mint()
        self._certify(THIEF, bound)
        self._expect_refused(THIEF, "certificate.unbound")
        salt, token = bound.split("~", 1)
        self._certify(KEY, f"{salt[::-1]}~{token}")
        self._expect_refused(KEY, "certificate.unbound")
        self._certify(KEY, self._mint(sub="bob"))
        self._expect_refused(KEY, "account.not_allowed")
        self._certify(KEY, self._mint(sub="alice"))
        self._machine.run("jwtctl", "deny", "--account", "alice")
        self._expect_refused(KEY, "account.denied")
        self._machine.run("jwtctl", "undeny", "--account", "alice")
        self._expect_login(KEY)

    def expect_no_login(self):
        """Checks that a certificate that logged in no longer does."""
        done = self._log_in(KEY)
        expect(done.code != 0, f"a certificate logs in where they are switched off: {done}")

    def _expect_login(self, key):
        done = self._log_in(key)
        expect((done.code, done.output) == (0, "alice\n"), f"{key} does not log in: {done}")

    def _expect_refused(self, key, reason):
        mark = len(self._host.audit())
        done = self._log_in(key)
        expect(done.code != 0, f"{key} got in, instead of {reason}: {done}")
        lines = self._host.audit()[mark:]
        expect(lines and all(f"refused user=alice reason={reason} " in line for line in lines),
               f"not {reason}: {lines}, {done}")

    def _log_in(self, key):
        options = f"-o BatchMode=yes -o IdentitiesOnly=yes -b {next(self._addresses)} -i {key}"
        return self._as_client(f"ssh {options} {AT_HOST} id -un", check=False)

    def _mint(self, sub="alice"):
        """Returns SALT~TOKEN of a token that is bound to the client's own key."""
        self._machine.run("cp", f"{KEY}.pub", "/run/bind.pub")
        return self._machine.run("jwtctl", "mint", "--key", f"{ISSUER_KEYS}/key.json", "--ttl=10m", "--bind", "/run/bind.pub",
                                 "--claim", f"sub={sub}", "--claim", f"iss={ISSUER}",
                                 "--claim", f"aud={CLIENT_ID}").output.strip()

    def _certify(self, key, bound):
        """Makes the certificate that ssh finds beside a key."""
        self._machine.run("sh", "-c", f"rm -f {key}-cert.pub && jwtctl certify {key}.pub", stdin=bound, user=CLIENT)

    def _as_client(self, command, check=True):
        return self._machine.run("sh", "-c", f"cd && {command}", check=check, user=CLIENT)
