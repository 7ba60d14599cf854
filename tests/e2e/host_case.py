"""The base of the test cases: the host, and functions that log in and check the outcome."""

import functools
import sys
import time
import unittest

import private_host
from private_host import PrivateHost

PATIENCE_S = 20
TOKEN_STACK = """\
auth     requisite pam_jwt.so
auth     required  pam_permit.so
account  required  pam_jwt.so
account  required  pam_permit.so
session  required  pam_permit.so
"""


@functools.cache
def the_host():
    """Returns the host of this process, with the users that every test knows."""
    host = PrivateHost()
    host.add_user("alice", 2001, password="correct horse")
    host.add_user("bob", 2002, password="battery staple")
    host.add_user("svc", 501)
    return host


class HostCase(unittest.TestCase):
    """Logs in to the host, and checks the outcome and the log."""

    longMessage = True
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.host = the_host()

    @staticmethod
    def wait_until(is_so, otherwise, seconds=PATIENCE_S):
        """Waits until `is_so` returns something true. `otherwise` says what is wrong if it does not, or returns it."""
        deadline = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > deadline:
                raise AssertionError(otherwise() if callable(otherwise) else otherwise)
            time.sleep(0.02)

    def attempt(self, user, token, run=None, **options):
        """Logs in with `token` by ssh or by calling `run`, and returns the outcome with its audit line.

        Checks that no line of the log has a piece of the token.
        """
        mark = self.host.mark()
        outcome = run() if run else self.host.ssh(user, token, **options)
        outcome.audit = self.host.audit_since(mark)
        signature = token.rsplit(".")[-1][:20]
        if len(signature) == 20:
            for line in self.host.log.since(mark):
                self.assertNotIn(signature, line, "the log holds a piece of the token")
        return outcome

    def assert_accepted(self, outcome, user="alice", service="sshd", account=None):
        self.assertEqual((outcome.code, outcome.stdout.strip()), (0, account or user),
                         f"\n{outcome}")
        self.assert_audit(outcome, f"pam_jwt({service}:auth): accepted user={user} ", "")

    def assert_refused(self, outcome, reason, user="alice", service="sshd"):
        self.assertNotEqual(outcome.code, 0, f"\n{outcome}")
        self.assert_audit(outcome, f"pam_jwt({service}:auth): refused user={user} ",
                          f"reason={reason} ")

    def assert_audit(self, outcome, start, part):
        """Checks that there is one audit line, which begins with `start` and holds `part`."""
        # libpam logs "conversation failed" under the module's name, if a program takes no messages.
        lines = [line + " " for line in outcome.audit
                 if ":auth): " in line and not line.endswith("): conversation failed")]
        self.assertEqual(len(lines), 1, f"\n{outcome}\n{outcome.audit}")
        self.assertTrue(lines[0].startswith(start), f"{lines[0]!r} does not begin with {start!r}")
        self.assertIn(part, lines[0])


def main():
    """Runs a test file: enters a namespace, then runs unittest."""
    private_host.enter()
    sys.argv[0] = sys.argv[0].rsplit("/", 1)[-1]
    unittest.main(module="__main__", verbosity=2)
