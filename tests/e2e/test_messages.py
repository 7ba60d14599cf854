#!/usr/bin/python3
"""Tests what the module says: to a user who types a password, about the end of a session, and in the log."""

import subprocess
import time

import pexpect

from host_case import HostCase, main
from issuer import Issuer, JWTCTL
from private_host import WORK

EXPECTED = "A token is expected here, not a password. The program ssh-jwt gives yours."
TOKEN_ONLY = "auth [success=done ignore=ignore default=die] pam_jwt.so service=sshd token_only\n"
TOKEN_OR_PASSWORD = ("auth [success=done ignore=ignore cred_insufficient=ignore service_err=ignore "
                     "module_unknown=ignore default=die] pam_jwt.so service=sshd "
                     "[prompt=Password or token: ]\n")
REST = """\
@include common-auth
account required pam_jwt.so
@include common-account
session optional pam_jwt.so
session required pam_permit.so
"""


class Messages(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = Issuer(cls.host, "staff")
        cls.host.write_config('[login]\nrefusal_delay = "0s"\n[session]\nend_with_token = true\n'
                              + cls.staff.toml())
        cls.host.write_pam("sshd_token", TOKEN_ONLY + REST)
        cls.host.write_pam("sshd_either", TOKEN_OR_PASSWORD + REST)
        cls.token_only = cls.host.start_sshd(service="sshd_token")
        cls.either = cls.host.start_sshd(service="sshd_either")

    def on_terminal(self, user, port, *command):
        """Starts ssh for `user` on a terminal, which may answer three times."""
        argv = ["-o", "NumberOfPasswordPrompts=3", "-o",
                "PreferredAuthentications=keyboard-interactive", *self.host.ssh_options(port),
                "-l", user, *command[:-1], "127.0.0.1", *command[-1:]]
        return pexpect.spawn("ssh", argv, timeout=60, encoding="utf-8", echo=False,
                             env={"PATH": "/usr/bin:/bin", "HOME": str(WORK / "home")})

    def type_passwords(self, user, port, password):
        """Types the password at three prompts, and returns everything that was shown."""
        child = self.on_terminal(user, port, "id")
        shown = ""
        for _ in range(3):
            child.expect(r"[Tt]oken: ")
            shown += child.before
            child.waitnoecho()
            child.sendline(password)
        child.expect(pexpect.EOF)
        return (shown + child.before).replace(f"{user}@", "USER@")

    def test_a_password_at_token_only_says_what_is_expected_before_the_next_prompt(self):
        shown = {user: self.type_passwords(user, self.token_only, "correct horse")
                 for user in ("alice", "nosuchuser", "root")}
        self.assertGreaterEqual(shown["alice"].count(EXPECTED), 2, shown["alice"])
        self.assertEqual(shown["alice"], shown["nosuchuser"])
        self.assertEqual(shown["alice"], shown["root"])

    def test_a_password_where_passwords_count_is_told_nothing(self):
        self.assertNotIn("expected here", self.type_passwords("alice", self.either, "wrong"))

    def test_a_session_with_a_terminal_says_when_it_ends(self):
        child = self.on_terminal("alice", self.token_only, "-tt")
        child.expect(r"Token: ")
        child.waitnoecho()
        child.sendline(self.staff.token(ttl="10m"))
        child.expect(r"Your session ends with your token (on \d{4}-\d\d-\d\d )?at (\d\d:\d\d) \w+\.")
        now = time.time()
        ends = [time.strftime("%H:%M", time.localtime(now + seconds)) for seconds in (500, 540, 600)]
        self.assertIn(child.match.group(2), ends)
        child.sendline("exit")
        child.expect(pexpect.EOF)

    def test_a_session_without_a_terminal_shows_nothing_but_its_command(self):
        outcome = self.host.ssh("alice", self.staff.token(), port=self.token_only)
        self.assertEqual((outcome.code, outcome.stdout, outcome.stderr), (0, "alice\n", ""))

    def test_the_log_has_what_the_token_had(self):
        cases = {"aud=ssh://host2.example.com ": {"aud": "ssh://host2.example.com"},
                 "unverified_iss=https://elsewhere.example.com ": {"iss": "https://elsewhere.example.com"}}
        for part, claims in cases.items():
            with self.subTest(part):
                token = self.staff.token(**claims)
                outcome = self.attempt("alice", token, run=lambda t=token: self.host.ssh(
                    "alice", t, port=self.token_only))
                self.assertNotEqual(outcome.code, 0)
                self.assertIn(part, " ".join(outcome.audit) + " ")
                self.assertIn(next(iter(claims.values())), self.explain(token))

    @staticmethod
    def explain(token):
        return subprocess.run([JWTCTL, "explain", "--user", "alice"], input=token, text=True,
                              capture_output=True, check=False).stdout


if __name__ == "__main__":
    main()
