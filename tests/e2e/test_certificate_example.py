#!/usr/bin/python3
"""Tests the example for sshd with certificates, as an administrator puts it above Debian's lines."""

from pathlib import Path

from certificate_case import CertificateCase, SSHD_KEYS, USER
from example import Example
from host_case import main
from issuer import jwtctl
from program_case import URL

EXAMPLE = Example("sshd-certificate")
DENYLIST = Path("/var/lib/pam_jwt/denied.jsonl")


class CertificateExample(CertificateCase):
    @classmethod
    def setUpClass(cls):
        debian = Path("/etc/pam.d/sshd").read_text()
        super().setUpClass()
        cls.host.write_pam("sshd", "\n".join(EXAMPLE.lines()) + "\n" + debian)
        settings = EXAMPLE.block("sshd needs these lines").splitlines()
        cls.port = cls.host.start_sshd([*(line.replace(" ", "=", 1) for line in settings),
                                        "Subsystem=sftp internal-sftp"])
        cls.plain = cls.host.add_ssh_key("alice")

    @classmethod
    def configuration(cls):
        return '[login]\nrefusal_delay = "0s"\n\n' + EXAMPLE.toml(cls.staff)

    def certificate(self, key=None, issuer=None, **claims):
        return super().certificate(key, issuer, **{"iss": URL, "preferred_username": "alice", **claims})

    def log_in_by_plain_key(self):
        return self.attempt("alice", "", run=lambda: self.host.ssh(
            "alice", method="publickey", options=[f"IdentityFile={self.plain}"], port=self.port))

    def test_the_command_is_that_of_the_package(self):
        self.assertIn(f"AuthorizedKeysCommand {SSHD_KEYS} %u %k %t\nAuthorizedKeysCommandUser {USER}\n",
                      EXAMPLE.block("sshd needs these lines"))

    def test_certificates_log_in_and_other_keys_as_before(self):
        self.assert_in(self.log_in(self.certificate()))
        self.assert_out(self.log_in(self.certificate(aud="other")), "audience.mismatch")
        outcome = self.log_in_by_plain_key()
        self.assertEqual((outcome.code, outcome.stdout, outcome.audit), (0, "alice\n", []), outcome)

    def test_a_denied_account_is_kept_out_with_both(self):
        self.addCleanup(DENYLIST.unlink, missing_ok=True)
        jwtctl("deny", "--account", "alice")
        self.assert_out(self.log_in(self.certificate()), "account.denied")
        outcome = self.log_in_by_plain_key()
        self.assertEqual(outcome.code, 255, outcome)
        self.assertIn("pam_jwt(sshd:account): refused user=alice reason=account.denied", outcome.audit[0])


if __name__ == "__main__":
    main()
