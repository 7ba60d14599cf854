#!/usr/bin/python3
"""Tests tokens of a real OpenID provider, keys that the real daemon fetched, and logins over real ssh.

Also tests the logins while keys change, and while the provider, the daemon or the disk fails.
"""

import contextlib
import shutil
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import openid_provider
import pam_client
from host_case import HostCase, main
from jwks_fetcher import KEYS, STATE, USER
from openid_provider import ALGORITHMS, key_id
from private_host import JWTCTL, WORK
from provider_site import COOLDOWN_S, configuration, the_site

HOUR_S = 3600
PAM_AUTHINFO_UNAVAIL = 9


@contextlib.contextmanager
def mounted(*arguments):
    """Mounts something over the last of `arguments` for a while."""
    subprocess.run(["mount", *arguments], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", arguments[-1]], check=True)


@contextlib.contextmanager
def read_only(directory):
    with mounted("--bind", directory, directory):
        subprocess.run(["mount", "-o", "remount,bind,ro", directory], check=True)
        yield


class ProviderCase(HostCase):
    """Tests that begin with a key file that has all keys of the provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider, cls.fetcher = the_site(cls.host)

    def setUp(self):
        if not self.provider.is_running():
            self.provider.start()
        # A new daemon is started, since it waits longer after each fetch that brings nothing new.
        if self.fetcher.is_running():
            self.fetcher.stop()
        self.fetcher.start()
        self.fetcher.wait_for_keys(self.provider.key_ids())

    def token(self):
        return self.provider.access_token("alice")

    def assert_no_verdict(self, outcome, reason):
        self.assertNotEqual(outcome.code, 0, f"\n{outcome}")
        self.assert_audit(outcome, "pam_jwt(sshd:auth): no_verdict user=alice ",
                          f"reason={reason} ")


class Tokens(ProviderCase):
    def test_access_tokens_of_every_algorithm_log_in(self):
        for algorithm in ALGORITHMS:
            with self.subTest(algorithm=algorithm):
                outcome = self.attempt("alice", self.provider.access_token("alice", algorithm))
                self.assert_accepted(outcome)
                self.assertIn(f" alg={algorithm} ", outcome.audit[0])

    def test_id_tokens_of_every_algorithm_log_in(self):
        for algorithm in ALGORITHMS:
            with self.subTest(algorithm=algorithm):
                outcome = self.attempt("alice", self.provider.id_token("alice", algorithm))
                self.assert_accepted(outcome)
                self.assertIn(f" alg={algorithm} ", outcome.audit[0])

    def test_a_robot_is_let_in_where_a_rule_names_the_account(self):
        token = self.provider.robot_token()
        self.assert_accepted(self.attempt("deploy", token), user="deploy")
        self.assert_refused(self.attempt("alice", token), "account.not_allowed")

    def test_a_user_is_let_in_as_nobody_else(self):
        token = self.provider.access_token("bob")
        self.assert_accepted(self.attempt("bob", token), user="bob")
        self.assert_refused(self.attempt("alice", token), "account.not_allowed")


class ChangingKeys(ProviderCase):
    def test_no_login_is_refused_while_keys_change(self):
        outcomes, stop, mark = [], threading.Event(), self.host.mark()
        with ThreadPoolExecutor(2) as pool:
            others = [pool.submit(self.log_in_until, stop.is_set, outcomes) for _ in range(2)]
            self.log_in_until(lambda: outcomes, outcomes)
            for _ in range(3):
                self.provider.rotate()
                # The daemon fetches the next keys when its cooldown is over.
                end = time.monotonic() + 2 * COOLDOWN_S
                self.log_in_until(lambda until=end: time.monotonic() > until, outcomes)
            stop.set()
        for other in others:
            other.result()
        self.assertEqual([outcome for _, outcome in outcomes if outcome.code != 0], [])
        self.assertGreater(len({kid for kid, _ in outcomes}), 3)
        audit = [line for line in self.host.audit_since(mark) if ":auth): " in line]
        self.assertEqual([line for line in audit if ": accepted user=alice " not in line], [])
        self.assertEqual(len(audit), len(outcomes))

    def log_in_until(self, done, outcomes):
        while not done():
            token = self.token()
            outcomes.append((key_id(token), self.host.ssh("alice", token)))

    def test_the_first_login_with_a_new_key_fetches_it(self):
        before = self.token()
        self.provider.rotate()
        after = self.token()
        self.assertNotEqual(key_id(before), key_id(after))
        self.assert_accepted(self.attempt("alice", after))
        self.assert_accepted(self.attempt("alice", before))

    def test_a_key_that_is_withdrawn_lets_nobody_in(self):
        before = self.token()
        self.assert_accepted(self.attempt("alice", before))
        self.provider.rotate()
        self.provider.withdraw_old_keys()
        self.assert_accepted(self.attempt("alice", self.token()))
        self.assert_refused(self.attempt("alice", before), "key.unknown")


class LongCooldown(ProviderCase):
    def setUp(self):
        usual = configuration(self.provider.url)
        self.addCleanup(self.host.write_config, usual)
        self.host.write_config(usual.replace(f'cooldown = "{COOLDOWN_S}s"', 'cooldown = "1h"'))
        super().setUp()

    def test_log_and_refresh_say_how_long_it_lasts_and_root_need_not_wait(self):
        self.provider.rotate()
        self.assert_accepted(self.attempt("alice", self.token()))
        self.provider.rotate()
        token = self.token()
        refused = self.attempt("alice", token)
        self.assert_refused(refused, "key.unknown")
        self.assertRegex(refused.audit[0], r"the keys were fetched \d+ s ago, and a login causes the "
                                           r"next fetch in 3[56]\d\d s at the earliest")

        jwtctl = shutil.copy(JWTCTL, WORK / "bin/jwtctl")
        user = self.host.run_as("alice", [jwtctl, "refresh"])
        self.assertEqual(user.code, 1, user)
        self.assertRegex(user.stdout, r"the next fetch is possible in 3[56]\d\d s; root need not wait")
        root = subprocess.run([jwtctl, "refresh"], capture_output=True, text=True, check=True)
        self.assertIn("its keys have changed", root.stdout)
        self.assert_accepted(self.attempt("alice", token))


class Failures(ProviderCase):
    def test_logins_go_on_without_the_provider_until_the_keys_are_too_old(self):
        token = self.token()
        self.provider.stop()
        self.assert_accepted(self.attempt("alice", token))
        self.grow_older(23 * HOUR_S)
        self.assert_accepted(self.attempt("alice", token))
        self.grow_older(2 * HOUR_S)
        self.assert_no_verdict(self.attempt("alice", token), "keys.stale")
        self.assertEqual(pam_client.authenticate("sshd", "alice", token), PAM_AUTHINFO_UNAVAIL)
        self.provider.start()
        self.fetcher.refresh(self.provider.url)
        self.assert_accepted(self.attempt("alice", token))

    def grow_older(self, seconds):
        """Changes the key file as if the daemon and the host had slept."""
        self.fetcher.stop()
        self.fetcher.age_keys(seconds)
        self.fetcher.start()

    def test_logins_go_on_when_the_daemon_is_killed(self):
        before = self.token()
        self.fetcher.kill()
        self.assert_accepted(self.attempt("alice", before))
        self.provider.rotate()
        after = self.token()
        self.assert_refused(self.attempt("alice", after), "key.unknown")
        self.assert_accepted(self.attempt("alice", before))
        self.fetcher.start()
        self.assert_accepted(self.attempt("alice", after))

    def test_logins_go_on_while_the_daemon_is_stopped(self):
        before = self.token()
        with self.fetcher.stopped():
            self.assert_accepted(self.attempt("alice", before))
            self.provider.rotate()
            after = self.token()
            self.assert_refused(self.attempt("alice", after), "key.unknown")
            self.assert_accepted(self.attempt("alice", before))
        self.assert_accepted(self.attempt("alice", after))

    def test_logins_go_on_while_var_cannot_be_written(self):
        with read_only("/var"):
            before, after = self.new_keys_do_not_arrive()
        self.fetcher.wait_for_keys(self.provider.key_ids())
        self.assert_accepted(self.attempt("alice", after))
        self.assert_accepted(self.attempt("alice", before))

    def test_logins_go_on_while_var_is_full(self):
        self.fetcher.stop()
        keys = KEYS.read_bytes()
        with mounted("-t", "tmpfs", "-o", "size=64k,mode=0755", "small", str(STATE)):
            shutil.chown(STATE, USER, USER)
            self.host.write(KEYS, keys, owner=USER)
            self.fetcher.start()
            self.fetcher.wait_for_keys(self.provider.key_ids())
            fill(STATE / "other")
            before, after = self.new_keys_do_not_arrive()
            (STATE / "other").unlink()
            self.fetcher.wait_for_keys(self.provider.key_ids())
            self.assert_accepted(self.attempt("alice", after))
            self.assert_accepted(self.attempt("alice", before))

    def new_keys_do_not_arrive(self):
        """Logs in while the key file cannot be replaced, with a token of the old key and one of the new key."""
        keys, names, before = KEYS.read_bytes(), sorted(STATE.iterdir()), self.token()
        self.provider.rotate()
        after = self.token()
        self.assert_refused(self.attempt("alice", after), "key.unknown")
        self.assert_accepted(self.attempt("alice", before))
        self.assertEqual(KEYS.read_bytes(), keys)
        self.assertEqual(sorted(STATE.iterdir()), names)
        self.assertTrue(self.fetcher.is_running())
        return before, after


def fill(path):
    """Writes to a file until the disk is full."""
    with contextlib.suppress(OSError), open(path, "wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


if __name__ == "__main__":
    openid_provider.install()
    main()
