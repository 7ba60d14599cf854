#!/usr/bin/python3
"""Tests jwtctl enable sshd --by-certificate on the PAM stack and the sshd of Debian, with the stock ssh."""

import json
import os
import pty
import subprocess
from pathlib import Path

from certificate_case import CertificateCase, SSHD_KEYS, USER, install_sshd_keys
from enable_case import DROP_IN, PATIENCE_S, PORT, SSHD_CONFIG, STACK, EnableCase
from host_case import HostCase, main
from issuer import Issuer
from private_host import JWTCTL, WORK
from token_certificate import SshKey

OTHER_KEYS = Path("/usr/libexec/other-keys")


class EnableByCertificate(EnableCase, CertificateCase):
    """Tests that begin with the files as Debian ships them, and must end with the same files."""

    @classmethod
    def setUpClass(cls):
        HostCase.setUpClass.__func__(cls)  # not that of CertificateCase, which enables sshd itself
        install_sshd_keys(cls.host)
        cls.staff = Issuer(cls.host, "staff")
        cls.port = PORT
        cls.key = SshKey.make()
        cls.plain_key = cls.host.add_ssh_key("alice")
        cls.stack = STACK.read_bytes()
        for left in DROP_IN.parent.glob("*"):
            left.unlink()
        cls.host.write("/etc/systemd/system/pam_jwt-take-back.service", "")
        cls.sshd_config = (
            "Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\nUsePAM yes\n"
            "UseDNS no\nMaxStartups 200\nLogLevel VERBOSE\nListenAddress 127.0.0.1\n"
            f"Port {PORT}\nHostKey {WORK}/hostkey\n")

    def setUp(self):
        self.host.write_config(self.configuration())
        self.addCleanup(self.restore)
        self.addCleanup(self.assert_as_before)
        self.start_sshd()

    def restore(self):
        """Leaves the files as the next test expects them, also if this one has failed."""
        STACK.write_bytes(self.stack)
        for left in DROP_IN.parent.glob("*"):
            left.unlink()

    # --- sshd, under the files of /etc/ssh -------------------------------------------------

    def start_sshd(self, more=""):
        self.run_sshd(self.sshd_config + more, "-E", WORK / f"sshd.{PORT}.log")
        self.wait_until(lambda: self.methods() is not None, "sshd does not start")

    # --- jwtctl ----------------------------------------------------------------------------

    def enable(self, *arguments):
        self.assert_done(self.jwtctl("enable", "sshd", "--by-certificate", "--yes", *arguments))

    def findings(self, *arguments):
        """Returns what doctor finds, as {rule: health}, about PAM, sshd and certificates."""
        examined = self.jwtctl("doctor", "--json", *arguments)
        return {finding["rule"]: finding["health"]
                for finding in json.loads(examined.stdout)["findings"]
                if finding["rule"].startswith(("pam.", "sshd.", "certificate."))
                and finding["rule"] != "certificate.penalties"}

    # --- logins ----------------------------------------------------------------------------

    def certificate_login(self):
        self.assert_in(self.log_in(self.certificate()))

    def assert_no_certificate_login(self):
        outcome = self.log_in(self.certificate())
        self.assertEqual((outcome.code, outcome.audit), (255, []), f"\n{outcome}")

    def key_login(self, key=None, user="alice"):
        return self.host.ssh(user, method="publickey", port=PORT,
                             options=[f"IdentityFile={key or self.plain_key}"])

    # --- tests -----------------------------------------------------------------------------

    def test_certificates_log_in_and_prompts_stay_off(self):
        self.assert_no_certificate_login()
        self.enable()
        self.assertEqual(self.methods(), "publickey,password")
        self.certificate_login()
        self.assertEqual(self.key_login().stdout.strip(), "alice")
        self.assertEqual(self.host.ssh("alice", "correct horse", "password", port=PORT).code, 0)
        self.assertEqual(self.findings(), {})
        self.disable()
        self.assert_no_certificate_login()

    def test_prompts_can_be_switched_on_before_and_after(self):
        self.enable()
        self.assert_done(self.jwtctl("enable", "sshd", "--yes"))
        both = STACK.read_bytes(), DROP_IN.read_bytes()
        self.wait_until(lambda: "keyboard-interactive" in self.methods(), "sshd does not ask")
        self.certificate_login()
        self.assert_accepted(self.attempt("alice", self.staff.token(), port=PORT))
        self.assertEqual(self.findings(), {})
        self.assert_done(self.jwtctl("enable", "sshd", "--by-certificate", "--dry-run"), 0,
                         "Nothing to do.")
        self.disable()
        self.assert_done(self.jwtctl("enable", "sshd", "--yes"))
        self.enable()
        self.assertEqual((STACK.read_bytes(), DROP_IN.read_bytes()), both)
        self.certificate_login()
        self.disable()

    def test_a_second_enable_changes_nothing(self):
        self.assert_done(self.jwtctl("enable", "sshd", "--by-certificate", "--dry-run"), 1,
                         "+AuthorizedKeysCommandUser pam-jwt")
        self.assert_as_before()
        self.enable()
        self.assert_done(self.jwtctl("enable", "sshd", "--by-certificate", "--yes"), 0,
                         "Nothing to do.")
        self.disable()

    def other_program(self):
        """Installs a program that prints a key for bob, and returns the program and the key."""
        key = SshKey.make()
        self.host.write(OTHER_KEYS, f"#!/bin/sh\n[ \"$1\" = bob ] && cat {key.public} || true\n",
                        mode=0o755)
        return key.path

    def other_command(self, *, user="nobody", arguments=""):
        """Has sshd run the other program, and returns the key of bob."""
        self.host.write(DROP_IN.with_name("50-other.conf"),
                        f"AuthorizedKeysCommand {OTHER_KEYS}{arguments}\n"
                        f"AuthorizedKeysCommandUser {user}\n")
        return self.other_program()

    def test_another_command_is_refused_and_kept_with_also(self):
        for arguments in ("", ' "%u" "a  b"'):
            with self.subTest(arguments):
                key = self.other_command(arguments=arguments)
                refused = self.jwtctl("enable", "sshd", "--by-certificate", "--yes")
                self.assert_done(refused, 2, str(OTHER_KEYS))
                self.assert_as_before()
                self.enable("--also")
                self.certificate_login()
                self.assertEqual(self.key_login(key, "bob").stdout.strip(), "bob")
                self.assertNotEqual(self.key_login(key).code, 0)
                self.assertEqual(self.findings(), {})
                self.disable()
                self.wait_until(lambda k=key: self.key_login(k, "bob").code == 0, "lost the other command")

    def test_a_command_of_root_is_refused(self):
        self.other_command(user="root")
        self.assert_done(self.jwtctl("enable", "sshd", "--by-certificate", "--also", "--yes"), 2,
                         "AuthorizedKeysCommandUser is root")

    def test_a_command_in_a_match_block_goes_before(self):
        self.stop_sshd()
        self.other_program()
        self.start_sshd(f"Match User bob\nAuthorizedKeysCommand {OTHER_KEYS} %u\n"
                        "AuthorizedKeysCommandUser nobody\n")
        enabled = self.jwtctl("enable", "sshd", "--by-certificate", "--yes")
        self.assert_done(enabled, 0, "sets AuthorizedKeysCommand in a Match block")
        self.certificate_login()
        self.assertEqual(self.findings(), {"certificate.match": "warning", "sshd.match": "note"})
        self.assertEqual(self.findings("--user", "bob"), {"certificate.match": "warning"})
        self.disable()

    def test_doctor_finds_what_keeps_certificates_out(self):
        self.enable()
        for line, rule in (("PubkeyAuthentication no", "certificate.keys"),
                           ("PubkeyAcceptedAlgorithms ssh-ed25519", "certificate.algorithms"),
                           ("CASignatureAlgorithms ssh-ed25519", "certificate.ca_algorithms"),
                           ("AuthenticationMethods publickey,publickey", "certificate.methods_twice")):
            self.host.write(SSHD_CONFIG, self.sshd_config + line + "\n")
            self.assertIn(rule, self.findings(), line)
        self.host.write(SSHD_CONFIG, self.sshd_config)
        SSHD_KEYS.chmod(0o700)
        self.assertEqual(self.findings(), {"certificate.program": "critical"})
        SSHD_KEYS.chmod(0o755)
        self.assertEqual(self.findings(), {})
        self.disable()

    def answer(self, *answers):
        """Enables sshd at a terminal, gives an answer to each question, and returns the exit code."""
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        shown = WORK / "enable.out"
        with open(shown, "wb") as out:
            enabling = subprocess.Popen([JWTCTL, "enable", "sshd", "--by-certificate"], stdin=slave,
                                        stdout=out, stderr=out, start_new_session=True)
        os.close(slave)
        self.addCleanup(enabling.kill)
        for number, answer in enumerate(answers, 1):
            self.wait_until(lambda n=number: shown.read_text().count("Type yes") == n, "it does not ask")
            os.write(master, answer.encode() + b"\n")
        code = enabling.wait(PATIENCE_S)
        self.assertIn("these accounts of the system, and certificates log in to them: root\n",
                      shown.read_text())
        return code

    def test_it_asks_before_it_opens_root(self):
        self.host.write_config(self.configuration() + "[[issuer.staff.account]]\nname = \"root\"\n"
                               "require = [{ claim = \"groups\", any_of = [\"ops\"] }]\n")
        self.assertEqual(self.answer("no"), 1)
        self.assert_as_before()
        self.assertEqual(self.answer("yes", "no"), 1)
        self.assert_as_before()
        self.assertEqual(self.answer("yes", "yes"), 0)
        outcome = self.log_in(self.certificate(groups=["ops"]), user="root")
        self.assertEqual(outcome.stdout.strip(), "root", outcome)
        self.assert_out(self.log_in(self.certificate(), user="root"), "account.not_allowed", user="root")
        self.disable()

    def test_a_user_in_another_group_is_refused(self):
        group = Path("/etc/group")
        before = group.read_text()
        self.addCleanup(group.write_text, before)
        group.write_text(before + f"e2e-other:x:6666:{USER}\n")
        self.assert_done(self.jwtctl("enable", "sshd", "--by-certificate", "--yes"), 2,
                         "is in groups besides its own")


if __name__ == "__main__":
    main()
