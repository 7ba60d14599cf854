#!/usr/bin/python3
"""Tests both recipes above the stack of Debian's sshd: tokens, passwords, keys and cron jobs."""

import subprocess
import time
from pathlib import Path

from host_case import HostCase, main
from issuer import Issuer
from private_host import CONFIG, WORK

PASSWORD = "correct horse"
TOKEN_ONLY = "auth [success=done ignore=ignore default=die] pam_jwt.so\n"
TOKEN_OR_PASSWORD = ("auth [success=done ignore=ignore cred_insufficient=ignore service_err=ignore "
                     "module_unknown=ignore default=die] "
                     "pam_jwt.so [prompt=Password or token: ]\n")
ACCOUNT = "account required pam_jwt.so\n"
ACCOUNT_IF_THERE = ("account [success=ok new_authtok_reqd=ok ignore=ignore module_unknown=ignore "
                    "default=bad] pam_jwt.so\n")
# What the modules of Debian's stack give a session: a group, a variable and a limit.
SESSION_COMMAND = "id -un; id -Gn; echo $E2E_VARIABLE; ulimit -n"
SESSION = ["alice", "alice e2e-extra", "from-pam-env", "777"]


class DebianStack(HostCase):
    """Debian's file with the lines of a recipe in front."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.issuer = Issuer(cls.host, "staff")
        cls.config = '[login]\nrefusal_delay = "0s"\n' + cls.issuer.toml()
        host = cls.host
        if not hasattr(host, "debian"):
            host.debian = {name: Path(f"/etc/pam.d/{name}").read_text()
                           for name in ("sshd", "cron", "common-auth")}
            host.key = host.add_ssh_key("alice")
            host.add_group("e2e-extra", 2100)
            host.write("/etc/security/group.conf", "*;*;alice;Al0000-2400;e2e-extra\n")
            host.write("/etc/environment", "E2E_VARIABLE=from-pam-env\n")
            host.write("/etc/security/limits.d/e2e.conf", "alice - nofile 777\n")
            host.write_pam("common-auth",
                           host.debian["common-auth"] + "auth optional pam_group.so\n")
            host.start_sshd()
        cls.write_stacks()

    @classmethod
    def write_stacks(cls):
        for service in ("sshd", "cron"):
            cls.host.write_pam(service, cls.auth_line + ACCOUNT + cls.host.debian[service])

    def setUp(self):
        self.host.write_config(self.config)

    def break_configuration(self):
        self.host.write_config(self.config + "no_such_key = 1\n")

    def key_login(self, command=SESSION_COMMAND):
        return self.host.ssh("alice", command=command, method="publickey",
                             options=[f"IdentityFile={self.host.key}"])

    def assert_session(self, outcome):
        self.assertEqual(outcome.stdout.split("\n")[:-1], SESSION, outcome)


class EitherRecipe:
    """Tests that hold for both recipes."""

    def test_a_token_logs_in_to_a_whole_session(self):
        outcome = self.attempt("alice", self.issuer.token(), command=SESSION_COMMAND)
        self.assert_session(outcome)
        self.assertIn("accepted user=alice ", outcome.audit[0])

    def test_a_refused_token_is_not_tried_as_a_password(self):
        outcome = self.attempt("alice", self.issuer.token(sub="bob"))
        self.assert_refused(outcome, "account.not_allowed")
        self.assertEqual(len(outcome.prompts), 1, "another module has prompted")

    def test_a_key_login_keeps_its_credentials_and_session(self):
        self.assert_session(self.key_login())

    def test_a_key_login_works_with_a_broken_configuration(self):
        self.break_configuration()
        self.assert_session(self.key_login())

    def test_a_cron_job_runs_with_its_credentials(self):
        output = WORK / "home/alice/cron.out"
        output.unlink(missing_ok=True)
        self.host.write("/etc/cron.d/e2e", f"@reboot alice ({SESSION_COMMAND}) >{output}.new"
                        f" && mv {output}.new {output}\n")
        Path("/run/crond.reboot").unlink(missing_ok=True)
        cron = subprocess.Popen(["cron", "-f"], stdin=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 15
            while not output.exists() and time.monotonic() < deadline:
                time.sleep(0.02)
        finally:
            cron.terminate()
            cron.wait()
        self.assertTrue(output.exists(), "\n".join(self.host.log.since(0)))
        self.assertEqual(output.read_text().split("\n")[:-1], SESSION)


class TokenOnly(EitherRecipe, DebianStack):
    auth_line = TOKEN_ONLY

    def test_a_password_is_refused(self):
        for method in ("keyboard-interactive", "password"):
            with self.subTest(method=method):
                outcome = self.host.ssh("alice", PASSWORD, method=method)
                self.assertNotEqual(outcome.code, 0, outcome)
                self.assertEqual(len(outcome.prompts), 1)

    def test_a_broken_configuration_refuses_everybody_without_a_prompt(self):
        self.break_configuration()
        for answer in (PASSWORD, self.issuer.token()):
            outcome = self.attempt("alice", answer)
            self.assertNotEqual(outcome.code, 0)
            self.assertEqual(outcome.prompts, [])
            self.assertIn("reason=config.invalid", " ".join(outcome.audit))

    def test_a_missing_module_refuses_everybody(self):
        self.host.remove_module()
        self.addCleanup(self.host.install_module)
        self.assertNotEqual(self.host.ssh("alice", PASSWORD).code, 0)


class TokenOrPassword(EitherRecipe, DebianStack):
    auth_line = TOKEN_OR_PASSWORD

    def test_a_password_still_logs_in_at_the_same_prompt(self):
        for method, prompt in (("keyboard-interactive", "Password or token: "),
                               ("password", "alice@127.0.0.1's password: ")):
            with self.subTest(method=method):
                outcome = self.host.ssh("alice", PASSWORD, method=method, command=SESSION_COMMAND)
                self.assert_session(outcome)
                self.assertEqual(outcome.prompts, [prompt])

    def test_a_wrong_password_is_refused(self):
        outcome = self.host.ssh("alice", PASSWORD + "r")
        self.assertNotEqual(outcome.code, 0)

    def test_the_password_of_another_account_is_refused(self):
        self.assertNotEqual(self.host.ssh("bob", PASSWORD).code, 0)
        self.assertEqual(self.host.ssh("bob", "battery staple").code, 0)

    def test_a_broken_configuration_leaves_passwords_working(self):
        self.break_configuration()
        outcome = self.host.ssh("alice", PASSWORD, command=SESSION_COMMAND)
        self.assert_session(outcome)
        self.assertEqual(outcome.prompts, ["Password: "])

    def test_a_missing_configuration_leaves_passwords_working(self):
        Path(CONFIG).unlink()
        self.assert_session(self.host.ssh("alice", PASSWORD, command=SESSION_COMMAND))

    def test_a_missing_module_leaves_passwords_working_if_the_account_line_allows_it(self):
        self.host.write_pam("sshd", self.auth_line + ACCOUNT_IF_THERE + self.host.debian["sshd"])
        self.host.remove_module()
        self.addCleanup(self.host.install_module)
        self.addCleanup(self.write_stacks)
        self.assert_session(self.host.ssh("alice", PASSWORD, command=SESSION_COMMAND))
        self.assert_session(self.key_login())
        self.assertNotEqual(self.host.ssh("alice", PASSWORD + "r").code, 0)


if __name__ == "__main__":
    main()
