#!/usr/bin/python3
"""Tests what happens to refresh tokens: many shells that renew at once, and a thief who was quicker."""

import json
import re
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openid_provider
from certificate_case import CAROL
from host_case import main
from private_host import HOSTNAME, WORK
from sso_case import JWT_SSO, STATE, SsoCase, wait_until

SHELLS = 16
LOGIN_NEEDED = 3
TOKENS = STATE / "work/tokens"


class RenewalCase(SsoCase):
    def log_in_for_a_moment(self):
        """Logs in with a certificate that each use renews: it is not good for more than a minute."""
        with self.provider.changed(id_token_seconds=55):
            self.log_in_and_set_up()

    @staticmethod
    def refresh_token():
        return json.loads(TOKENS.read_text())["refresh_token"]


class ManyShells(RenewalCase):
    def test_one_of_them_renews_and_all_log_in(self):
        self.log_in_for_a_moment()
        before = self.carried()
        mark = self.host.mark()
        with self.grants(["ok"]), ThreadPoolExecutor(SHELLS) as pool:
            shells = [pool.submit(self.host.run_as, "carol", ["env", "-C", str(CAROL), "ssh", HOSTNAME,
                                                              "id", "-un"]) for _ in range(SHELLS)]
        outcomes = [shell.result() for shell in shells]
        self.assertEqual([(each.code, each.stdout) for each in outcomes], [(0, "alice\n")] * SHELLS, outcomes)
        self.assertNotEqual(self.carried(), before)
        sessions = [line for line in self.host.audit_since(mark) if "(sshd:session): accepted" in line]
        self.assertEqual(len(sessions), SHELLS)

    def test_none_of_them_waits_for_ever(self):
        """The provider is stopped in the middle of its answer, so that all wait for one that hangs."""
        self.log_in_for_a_moment()
        tokens = TOKENS.read_bytes()
        started = time.monotonic()
        with self.provider.hanging(), ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(lambda _: self.sso("renew", "--least", "60s"), range(4)))
        self.assertLess(time.monotonic() - started, 40)
        self.assertEqual([each.code for each in outcomes], [1] * 4, outcomes)
        self.assertEqual(TOKENS.read_bytes(), tokens)

    def test_the_lock_of_one_who_was_killed_is_free(self):
        self.log_in_for_a_moment()
        with self.provider.hanging():
            command = self.host.as_user("carol", [str(JWT_SSO), "renew"])
            renewal = subprocess.Popen(command, stdin=subprocess.DEVNULL)
            wait_until(lambda: "libexec/jwt-sso/net" in self.program_of(renewal.pid), "net runs")
            renewal.send_signal(signal.SIGKILL)
            renewal.wait()
        with self.grants(["ok"]):
            self.assertEqual(self.sso("renew").code, 0)

    @staticmethod
    def program_of(pid):
        with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
            return maps.read()


class LastMinute(RenewalCase):
    """A certificate that cannot be renewed is still of use until it ends."""

    def test_ssh_goes_on_while_the_provider_does_not_answer(self):
        self.log_in_for_a_moment()
        before = self.carried()
        with self.provider.hanging():
            renewed = self.sso("renew")
            self.assertEqual((renewed.code, renewed.stdout), (0, ""), renewed)
            self.assertIn("the certificate was not renewed: ", renewed.stderr)
            self.assertIn("try again later", renewed.stderr)
            self.assert_in(self.plain_ssh())
            self.assertEqual(self.carried(), before)
            wanted = self.sso("renew", "--least", "60s")
            self.assertEqual(wanted.code, 1, wanted)
        renewed = self.sso("renew")
        self.assertEqual((renewed.code, renewed.stderr), (0, ""), renewed)
        self.assertNotEqual(self.carried(), before)

    def test_a_certificate_that_is_good_for_less_than_the_user_wants_is_an_error(self):
        self.log_in_for_a_moment()
        before = self.carried()
        wanted = self.sso("renew", "--least", "1h")
        self.assertEqual((wanted.code, wanted.stdout), (1, ""), wanted)
        self.assertRegex(wanted.stderr, r"\Ajwt-sso: the certificate is good for (10|9) minutes only: the provider's "
                                        r"tokens do not live longer\n\Z")
        self.assertNotEqual(self.carried(), before)
        wanted = self.sso("renew", "--least", "5m")
        self.assertEqual((wanted.code, wanted.stderr), (0, ""), wanted)

    def test_a_certificate_that_is_over_is_not(self):
        with self.provider.changed(id_token_seconds=2):
            self.log_in_and_set_up()
        with self.provider.hanging():
            renewed = self.sso("renew")
            self.assertEqual(renewed.code, 1, renewed)
        self.assert_in(self.plain_ssh())


class Signals(RenewalCase):
    """A process that has sent a refresh token waits for the answer, and writes it, before it dies."""

    def test_an_interrupted_renewal_keeps_the_new_token(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number):
                self.log_in_for_a_moment()
                before = self.refresh_token()
                renewal = self.interrupted(number)
                self.assertEqual(renewal.wait(), -number)
                self.assertNotEqual(self.refresh_token(), before)
                with self.grants(["ok"]):
                    self.renew_now()
                self.assert_in(self.plain_ssh())

    def interrupted(self, number):
        """Starts a renewal, and sends it a signal while the provider has the request."""
        before = len(self.provider.grants("refresh_token"))
        with self.provider.changed(token_answers=False):
            renewal = subprocess.Popen(self.host.as_user("carol", [str(JWT_SSO), "renew"]),
                                       stdin=subprocess.DEVNULL)
            self.addCleanup(renewal.kill)
            wait_until(lambda: len(self.provider.grants("refresh_token")) > before, "it is sent")
            renewal.send_signal(number)
            pending = Path(f"/proc/{renewal.pid}/status").read_text()
            self.assertEqual(int(re.search(r"ShdPnd:\s*(\w+)", pending).group(1), 16), 1 << (number - 1))
        return renewal


class LostAnswers(RenewalCase):
    """The provider takes a refresh token once only. If its answer does not arrive, the next token is lost, and
    nobody must be called a thief for that."""

    def assert_told(self):
        with self.grants(["invalid_grant"]):
            outcome = self.sso("renew", "--least", "601s")
        self.assertEqual(outcome.code, LOGIN_NEEDED, outcome)
        for part in ("this computer sent the token at", "jwt-sso login"):
            self.assertIn(part, outcome.stderr)
        for word in ("stolen", "nobody here", "administrator"):
            self.assertNotIn(word, outcome.stderr)
        self.log_in_by_browser()
        self.assert_in(self.plain_ssh())

    def test_the_answer_does_not_come(self):
        self.log_in_for_a_moment()
        with self.provider.changed(token_answers=False), self.grants(["ok"]):
            outcome = self.sso("renew", "--least", "60s")
        self.assertEqual(outcome.code, 1, outcome)
        self.assert_told()

    def test_the_renewal_is_killed_before_the_answer(self):
        self.log_in_for_a_moment()
        before = len(self.provider.grants("refresh_token"))
        with self.provider.changed(token_answers=False):
            command = self.host.as_user("carol", [str(JWT_SSO), "renew"])
            with subprocess.Popen(command, stdin=subprocess.DEVNULL) as renewal:
                wait_until(lambda: len(self.provider.grants("refresh_token")) > before, "it is sent")
                renewal.kill()
        self.assert_told()

    def test_the_provider_refuses_something_else_about_the_request(self):
        """oidc-provider uses the refresh token up before it looks at the resource."""
        with self.provider.changed(dpop="off", id_token_seconds=30):
            self.log_in_and_set_up()
            with self.grants(["invalid_target"]):
                self.assertEqual(self.sso("token", "--audience", "urn:unknown").code, 1)
            self.assert_told()


class Thieves(RenewalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host.add_user("thief", 2005)

    def steal(self):
        """Copies the state, as somebody does who reads a backup of carol's home."""
        stolen = WORK / "home/thief/.local/state/jwt-sso"
        shutil.rmtree(stolen, ignore_errors=True)
        shutil.copytree(STATE, stolen)
        subprocess.run(["chown", "-R", "thief:thief", WORK / "home/thief"], check=True)

    def as_thief(self, *arguments):
        return self.host.run_as("thief", [str(JWT_SSO), *arguments])

    def test_a_thief_who_renews_first_is_noticed(self):
        with self.provider.changed(dpop="off"):
            self.log_in_for_a_moment()
            self.renew_now()
            self.steal()
            with self.grants(["ok"]):
                self.renew_now(run=self.as_thief)
            tokens = TOKENS.read_bytes()
            with self.grants(["invalid_grant"]):
                outcome = self.sso("renew", "--least", "601s")
        self.assertEqual(outcome.code, LOGIN_NEEDED, outcome)
        for part in ("the provider refused the refresh token of work", "invalid_grant",
                     "used by somebody else", "nobody here used it", "tell your administrator",
                     "jwt-sso login"):
            self.assertIn(part, outcome.stderr)
        self.assertEqual(TOKENS.read_bytes(), tokens)
        self.assertNotIn(json.loads(tokens)["refresh_token"], outcome.stderr)

        # The provider has ended the whole family (RFC 9700 §4.14.2): the thief has nothing either.
        with self.grants(["invalid_grant"]):
            self.assertEqual(self.as_thief("renew", "--least", "601s").code, LOGIN_NEEDED)
        self.log_in_by_browser()
        self.assert_in(self.plain_ssh())

    def test_nothing_is_said_about_thieves_if_nobody_stole(self):
        self.log_in_for_a_moment()
        outcome = self.sso("renew")
        self.assertEqual((outcome.code, outcome.stdout, outcome.stderr), (0, "", ""), outcome)

    def test_a_refresh_token_alone_is_worth_nothing_with_proofs(self):
        """RFC 9449 §5: that of a public client is bound to its key."""
        self.log_in_for_a_moment()
        for form in ({}, {"resource": "ssh://host1.example.com"}):
            with self.grants(["invalid_grant"]):
                self.assertEqual(self.provider.refused({
                    "grant_type": "refresh_token", "client_id": "jwt-sso",
                    "refresh_token": self.refresh_token(), **form}), "invalid_grant")
        with self.grants(["ok"]):
            self.assertEqual(self.sso("renew").code, 0)
        self.assert_in(self.plain_ssh())

    def test_a_state_that_was_copied_back_is_no_thief_to_him_who_kept_it(self):
        """Two machines with one home, each with the state of an hour ago: the second is told."""
        self.log_in_for_a_moment()
        old = TOKENS.read_bytes()
        self.assertEqual(self.sso("renew").code, 0)
        self.host.write(TOKENS, old, 0o600, "carol")
        outcome = self.sso("renew", "--least", "601s")
        self.assertEqual(outcome.code, LOGIN_NEEDED, outcome)
        self.assertIn("used by somebody else", outcome.stderr)


class State(RenewalCase):
    """A state that somebody else may have made is refused, and left as it is."""

    def setUp(self):
        super().setUp()
        self.log_in_for_a_moment()
        self.assertEqual(self.sso("renew").code, 0)

    @staticmethod
    def everything():
        return {str(path): (path.stat().st_mode, path.owner(), path.is_file() and path.read_bytes())
                for path in STATE.rglob("*")}

    def assert_refused_and_left(self, *parts, run=None):
        before = self.everything()
        with self.grants([]):
            outcome = run() if run else self.sso("renew", "--least", "601s")
        self.assertEqual(outcome.code, 1, outcome)
        for part in parts:
            self.assertIn(part, outcome.stderr)
        self.assertEqual(self.everything(), before)

    def test_tokens_that_cannot_be_read(self):
        self.host.write(TOKENS, "{", 0o600, "carol")
        self.assert_refused_and_left(str(TOKENS))

    def test_tokens_of_somebody_else(self):
        TOKENS.chmod(0o644)
        shutil.chown(TOKENS, "alice")
        self.assert_refused_and_left(str(TOKENS), "belongs to uid 2001, not to uid 2003")

    def test_tokens_that_others_may_read(self):
        TOKENS.chmod(0o644)
        self.assert_refused_and_left(str(TOKENS), "others")

    def test_a_directory_of_somebody_else(self):
        self.assert_refused_and_left(
            str(STATE / "work"), "belongs to uid 2003, not to uid 0", "without sudo",
            run=lambda: self.host.run_as("root", [str(JWT_SSO), "renew", "--least", "601s"],
                                         environment={"HOME": str(CAROL)}))

    def test_a_directory_that_others_may_use(self):
        (STATE / "work").chmod(0o750)
        self.assert_refused_and_left(str(STATE / "work"), "others")


if __name__ == "__main__":
    openid_provider.install()
    main()
