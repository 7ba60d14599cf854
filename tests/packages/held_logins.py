"""Logins of alice and bob that stay open on a machine: by prompt, by certificate, by plain key, and sudo and su."""

import itertools

from debian_host import CLIENT
from held_login import HOLD, HeldInside, HeldLogin
from private_host import HOSTNAME

CONFIG = "/etc/pam_jwt/conf.d/held.toml"
KEYS, ISSUER_KEYS = "/etc/pam_jwt/held.json", "/root/held"
ISSUER = "https://held.example.com"
BOUND_AUDIENCE = "ssh-client"
CONFIGURATION = f"""\
[session]
record = true

[issuer.held]
url = "{ISSUER}"
audiences = ["ssh://%h"]
bound_audiences = ["{BOUND_AUDIENCE}"]
services = ["sshd", "sudo", "su"]
jwks_file = "{KEYS}"

[[issuer.held.account]]
claim = "account"
"""
SUDOERS = "/etc/sudoers.d/held"
# alice needs no token to be the administrator who types jwtctl.
RULES = "Defaults lecture=never\nalice ALL=(root) ALL, NOPASSWD: /usr/bin/jwtctl\n"
SUBJECTS = {"alice": "6b1e-alice", "bob": "77aa-bob"}
SERVICES = ("sshd", "sudo", "su")
SSH = ["ssh", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"]


def expect(truth, otherwise):
    if not truth:
        raise AssertionError(otherwise)


class HeldLogins:
    """The logins. Those that a test opened are closed at its end, by `with`."""

    def __init__(self, machine, host):
        self._machine, self._host = machine, host
        self._open = []
        # Each login comes from an address of its own, so that sshd punishes none for others.
        self._addresses = (f"127.0.2.{number}" for number in itertools.count(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        while self._open:
            self._open.pop().close()

    # --- on and off ----------------------------------------------------------------------

    def switch_on(self):
        self._machine.run("jwtctl", "keygen", "--alg", "ES256", "--out", ISSUER_KEYS)
        self._machine.write(KEYS, self._machine.read(f"{ISSUER_KEYS}/jwks.json"))
        self._machine.write(CONFIG, CONFIGURATION)
        self._machine.write(SUDOERS, RULES, mode=0o440)
        self._accept_the_clients_key("bob")
        for arguments in (["sshd"], ["sshd", "--by-certificate"], ["sudo"], ["su"]):
            self._machine.run("jwtctl", "enable", *arguments, "--yes")
        self._host.restart_sshd()
        for service in SERVICES:
            rules = map(str.split, self._machine.read(f"/etc/pam.d/{service}").splitlines())
            lines = [rule for rule in rules if rule[:1] == ["session"] and "pam_jwt.so" in rule]
            expect(len(lines) == 1, f"jwtctl enable {service} wrote these session lines: {lines}")

    def switch_off(self):
        for service in SERVICES:
            self._machine.run("jwtctl", "disable", service)
        self._host.restart_sshd()
        self._machine.run("rm", "-r", CONFIG, KEYS, ISSUER_KEYS, SUDOERS, "/home/bob/.ssh")

    def _accept_the_clients_key(self, user):
        self._host.client_key("key")
        public = self._machine.read(f"/home/{CLIENT}/key.pub")
        self._machine.run("sh", "-c", "mkdir -p ~/.ssh && cat >~/.ssh/authorized_keys", stdin=public, user=user)

    # --- logins --------------------------------------------------------------------------

    def by_prompt(self, user):
        token = self._host.client_file(f"token-{user}", self._mint(user))
        return self._hold("ssh-jwt", "--token-file", token, "-b", next(self._addresses), f"{user}@{HOSTNAME}", HOLD)

    def by_certificate(self, user):
        key = self._host.client_key(f"id-{user}")
        self._machine.run("cp", f"{key}.pub", "/run/bind.pub")
        bound = self._mint(user, "--bind", "/run/bind.pub", audience=BOUND_AUDIENCE)
        self._machine.run("sh", "-c", f"rm -f {key}-cert.pub && jwtctl certify {key}.pub", stdin=bound, user=CLIENT)
        return self._hold(*self._ssh(key, user), HOLD)

    def by_key(self, user, command=HOLD):
        """Logs in by a plain key. The command must begin with a line of output that ends in two pids."""
        return self._hold(*self._ssh(self._host.client_key("key"), user), command)

    def by_sudo(self):
        """Runs sudo with a token, in a session of alice that a plain key opened."""
        return self._inside("sudo -S -p '' sh -c")

    def by_su(self):
        """Runs su with a token, in a session of alice that a plain key opened."""
        return self._inside("su alice -c")

    def _inside(self, program):
        return self._hold(*self._ssh(self._host.client_key("key"), "alice"), HeldInside.command(program),
                          kind=HeldInside, first_line=self._mint("alice"))

    def _ssh(self, key, user):
        return [*SSH, "-b", next(self._addresses), "-i", key, f"{user}@{HOSTNAME}"]

    def _hold(self, *argv, kind=HeldLogin, first_line=""):
        self._open.append(self._machine.hold(*argv, user=CLIENT, kind=kind, first_line=first_line))
        return self._open[-1]

    def _mint(self, user, *options, audience=f"ssh://{HOSTNAME}"):
        claims = [f"sub={SUBJECTS[user]}", f"account={user}", f"iss={ISSUER}", f"aud={audience}"]
        arguments = [part for claim in claims for part in ("--claim", claim)]
        return self._machine.run("jwtctl", "mint", "--key", f"{ISSUER_KEYS}/key.json", "--ttl=10m", *options,
                                 *arguments).output.strip()
