"""The base of the tests with a rude provider: carol, who is logged in there, and what must stay as it is when the
provider is rude."""

import contextlib
import functools
import json
import time

from private_host import WORK
from rude_provider import RudeProvider
from sso_case import CA_FILE, ISSUER, STATE, SsoCase

RENEW = ("renew", "--least", "1000s")  # ID tokens live for 600 seconds, which renew says once it has new ones
HTML = b"<html><body><h1>Oops</h1></body></html>"


@functools.cache
def the_rude_provider(host):
    """Returns the provider of this host. It runs, and carol's machine trusts its CA."""
    provider = RudeProvider(host, WORK / "rude-provider")
    provider.start()
    return provider


class RudeCase(SsoCase):
    """carol is logged in already, so that there is something to lose."""

    @classmethod
    def configuration(cls):
        cls.provider = the_rude_provider(cls.host)
        cls.host.write(CA_FILE, cls.provider.ca_file.read_text())
        return ISSUER.format(url=cls.provider.url, audience="unused", keys="/etc/pam_jwt/keys/rude.json")

    def setUp(self):
        super().setUp()
        self.log_in_by_browser()

    def refuse(self, arguments, says, *, code=1, within=20, keeps="all", **twists):
        """Runs jwt-sso while the provider is rude, which must fail with these words.

        `keeps` names what must stay of the state: "all", or "certificate".
        """
        before = self.state(keeps)
        begin = time.monotonic()
        with self.provider.twisted(**twists):
            outcome = self.sso(*arguments)
        self.assertLess(time.monotonic() - begin, within, outcome)
        self.assertEqual((outcome.code, outcome.stdout), (code, ""), outcome)
        for part in says:
            self.assertIn(part, outcome.stderr)
        self.assert_no_secret(outcome)
        self.assertEqual(self.state(keeps), before, outcome)
        return outcome

    def accept(self, arguments, **twists):
        """Runs jwt-sso, which must work, and must bring new tokens."""
        before = self.state("all")
        with self.provider.twisted(**twists):
            outcome = self.sso(*arguments)
        self.assertEqual((outcome.code, outcome.stdout), (1 if arguments is RENEW else 0, ""), outcome)
        self.assertEqual("do not live longer" in outcome.stderr, arguments is RENEW, outcome)
        self.assert_no_secret(outcome)
        self.assertNotEqual(self.state("all"), before)
        return outcome

    def refuse_each(self, arguments, cases, **more):
        """Refuses each case: its name, the twists, and the words. Each time, the same then works without them."""
        for name, twists, says in cases:
            with self.subTest(name):
                self.refuse(arguments, says, **more, **twists)
                self.accept(arguments)

    def assert_no_secret(self, outcome):
        for secret in self.provider.secrets:
            self.assertNotIn(secret, outcome.stdout + outcome.stderr)

    @staticmethod
    def state(keeps):
        """Returns modes and contents of the files in the state of the profile, without the note that the refresh
        token was sent."""
        names = {"all": "*", "certificate": "key*"}[keeps]
        files = {path.name: (path.stat().st_mode, path.read_text())
                 for path in (STATE / "work").glob(names) if path.name != "lock"}
        if "tokens" in files:
            mode, text = files["tokens"]
            files["tokens"] = mode, {**json.loads(text), "unanswered": None}
        return files

    @contextlib.contextmanager
    def clock_of_provider(self, offset):
        self.provider.clock_offset = offset
        try:
            yield
        finally:
            self.provider.clock_offset = 0
