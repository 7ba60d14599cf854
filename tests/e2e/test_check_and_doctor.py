#!/usr/bin/python3
"""Tests that check and doctor name what keeps tokens out, and that the login works once it is mended."""

import json
import re
import subprocess
from pathlib import Path

from host_case import HostCase, TOKEN_STACK, main
from issuer import Issuer
from private_host import JWTCTL


class CheckAndDoctor(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = Issuer(cls.host, "staff")
        cls.host.start_sshd()

    def setUp(self):
        self.host.write_pam("sshd", TOKEN_STACK)
        self.write_config()

    def write_config(self, *lines, login='refusal_delay = "0s"'):
        self.host.write_config(f"[login]\n{login}\n" + self.staff.toml(*lines))

    def jwtctl(self, *arguments, stdin=""):
        return subprocess.run([JWTCTL, *arguments], input=stdin, capture_output=True, text=True,
                              check=False)

    def findings(self, rule):
        """Returns the findings of a rule that doctor has, of what it knows about PAM or the configuration."""
        found = json.loads(self.jwtctl("doctor", "--json").stdout)["findings"]
        return [finding for finding in found if finding["rule"] == rule]

    def login(self):
        return self.attempt("alice", self.staff.token(groups=["ops"], **{"acme.role": "admin"}))

    def assert_no_verdict(self, outcome):
        self.assertNotEqual(outcome.code, 0, f"\n{outcome}")
        self.assert_audit(outcome, "pam_jwt(sshd:auth): no_verdict user=alice ", "reason=config.invalid ")

    def test_a_typo_on_the_pam_line_is_found(self):
        self.host.write_pam("sshd", TOKEN_STACK.replace("requisite pam_jwt.so",
                                                        "requisite pam_jwt.so debgu"))
        self.assert_no_verdict(self.login())
        finding, = self.findings("pam.option")
        self.assertEqual(finding["health"], "critical")
        self.assertIn("sshd:1 ", finding["detail"])
        self.assertIn("did you mean debug?", finding["detail"])

        self.host.write_pam("sshd", TOKEN_STACK)
        self.assertEqual(self.findings("pam.option"), [])
        self.assert_accepted(self.login())

    def test_a_bad_value_on_the_pam_line_is_found(self):
        for bad, good in (("parts=maybe", "parts=no"), ("refusal_delay=1m", "refusal_delay=0s")):
            with self.subTest(bad):
                line = "requisite pam_jwt.so"
                self.host.write_pam("sshd", TOKEN_STACK.replace(line, f"{line} {bad}"))
                self.assert_no_verdict(self.login())
                finding, = self.findings("pam.option")
                self.assertIn(bad.split("=", maxsplit=1)[0] + "=", finding["detail"])
                self.host.write_pam("sshd", TOKEN_STACK.replace(line, f"{line} {good}"))
                self.assertEqual(self.findings("pam.option"), [])

    def test_a_line_in_a_program_that_carries_no_token_is_found(self):
        for service, health in (("vsftpd", "warning"), ("monit", "warning"), ("proftpd", "note")):
            with self.subTest(service):
                self.host.write_pam(service, TOKEN_STACK)
                self.addCleanup(Path("/etc/pam.d", service).unlink, missing_ok=True)
                rule = "program.short_token" if health == "note" else "program.no_token"
                finding, = self.findings(rule)
                self.assertEqual((finding["health"], finding["where"]), (health, f"/etc/pam.d/{service}"))
                self.host.write_pam(service, TOKEN_STACK.replace("pam_jwt.so", "pam_unix.so"))
                self.assertEqual(self.findings(rule), [])

    def test_all_errors_of_a_configuration_are_listed_in_one_run(self):
        self.write_config('servcies = ["sshd"]', 'proxy = "ftp://proxy"', "[[issuer.staff.account]]",
                          'claim = "sub"', "lowercase = 1")
        outcome = self.login()
        self.assert_no_verdict(outcome)
        self.assertIn("and 2 more errors: jwtctl check lists them", outcome.audit[0])
        checked = self.jwtctl("check")
        self.assertEqual(checked.returncode, 2)
        lines = checked.stderr.splitlines()
        self.assertEqual(len(lines), 3, checked.stderr)
        for line, text in zip(lines, ("did you mean services?", "proxy must begin with", "lowercase")):
            self.assertRegex(line, r"^error: pam_jwt\.toml:\d+: ")
            self.assertIn(text, line)
        self.assertEqual(len(self.findings("config.invalid")), 3)

        self.write_config('services = ["sshd"]', "[[issuer.staff.account]]", 'claim = "sub"',
                          "lowercase = true")
        checked = self.jwtctl("check")
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))
        self.assertIn("- sub in lower case is the account's name\n", checked.stdout)
        self.assert_accepted(self.login())

    def test_a_name_that_inspect_prints_can_be_pasted(self):
        token = self.staff.token(**{"acme.role": "admin"})
        name = re.search(r"^ *(\S+) .*\"admin\"$", self.jwtctl("inspect", stdin=token).stdout,
                         re.MULTILINE).group(1)
        self.write_config(f'require = [{{ claim = "{name}", any_of = ["admin"] }}]')
        checked = self.jwtctl("check")
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))
        self.assertIn(f'- all this only if {name} has "admin"\n', checked.stdout)
        self.assert_accepted(self.login())
        self.assert_refused(self.attempt("alice", self.staff.token()), "claim.condition")


if __name__ == "__main__":
    main()
