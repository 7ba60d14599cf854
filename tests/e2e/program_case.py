"""The base of the tests that run the examples of etc/pam.d with the real programs."""

import time
from pathlib import Path

from example import Example
from host_case import HostCase
from issuer import Issuer, jwtctl
from private_host import HOSTNAME

DENYLIST = Path("/var/lib/pam_jwt/denied.jsonl")
URL = "https://sso.example.com/realms/staff"  # of the examples


class ProgramCase(HostCase):
    """Runs one example: its PAM stack and configuration, and a program that start() starts.

    A class below it sets the names of the example and the claims of its tokens. It has the tests
    that follow, which are the same for all programs.
    """

    program = None  # the example
    service = None  # of PAM; None: named like the example
    user = "alice"
    claims = {}
    refusal_delay = "0s"  # of the configuration
    # Programs cut answers off at 511, 1023 and 4095 bytes, so tokens of these lengths might be asked for again.
    lengths = (500, 511, 512, 1023, 4095)
    longest = 6000  # the longest token that must get in

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.program is None:
            return
        cls.service = cls.service or cls.program
        cls.example = Example(cls.program)
        cls.issuer = Issuer(cls.host, "staff", url=URL)
        cls.other = Issuer(cls.host, "other", url=URL)
        login = f'[login]\nrefusal_delay = "{cls.refusal_delay}"\n'
        cls.host.write_config(cls.example.toml(cls.issuer) + login)
        cls.host.write_pam(cls.service, cls.stack())
        cls.start()

    @classmethod
    def stack(cls):
        """Returns the PAM stack: that of the example alone."""
        return cls.example.text

    @classmethod
    def start(cls):
        raise NotImplementedError

    def run_client(self, user, token):
        """Logs in as `user`. Returns an Outcome, which has the name of the user if that worked."""
        raise NotImplementedError

    def login(self, token):
        return self.attempt(self.user, token, run=lambda: self.run_client(self.user, token))

    def token(self, **claims):
        return self.issuer.token(**{**self.claims, **claims})

    def assert_in(self, token):
        self.assert_accepted(self.login(token), self.user, self.service)

    def assert_out(self, token, reason):
        self.assert_refused(self.login(token), reason, self.user, self.service)


class Refusals:
    """The tests of all programs: refusals, each of which differs in one thing from a token that gets in."""

    def test_the_twin_of_all_that_follow_gets_in(self):
        self.assert_in(self.token())

    def test_a_forged_token_does_not(self):
        token = self.token(key=self.other.key, kid=self.issuer.kid())
        self.assert_out(token, "signature.invalid")

    def test_an_expired_token_does_not(self):
        now = int(time.time())
        self.assert_out(self.token(iat=now - 900, exp=now - 60), "token.expired")

    def test_a_token_for_ssh_does_not(self):
        self.assert_out(self.token(aud=f"ssh://{HOSTNAME}"), "audience.mismatch")

    def test_a_token_of_somebody_else_does_not(self):
        self.assert_out(self.token(**self.somebody_else), "account.not_allowed")

    def test_a_password_does_not(self):
        outcome = self.login("correct horse")
        self.assertNotEqual(outcome.code, 0)
        self.assert_audit(outcome, f"pam_jwt({self.service}:auth): no_token user={self.user} ",
                          "reason=token.none ")

    def test_a_denied_account_does_not(self):
        self.addCleanup(DENYLIST.unlink, missing_ok=True)
        jwtctl("deny", "--account", self.user)
        self.assert_out(self.token(), "account.denied")

    def test_a_token_of_any_length_gets_in(self):
        for length in (*self.lengths, self.longest):
            with self.subTest(length=length):
                self.assert_in(self.issuer.token_of(length, **self.claims))
