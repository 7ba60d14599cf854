"""Tests one-time tokens: the built jwks-fetcher, its stores, and logins by the real module that race.

Usage: redeem_test.py JWKS_FETCHER JWTCTL MODULE REDEEM_RACE REDIS_SERVER [ROUNDS]
"""

import json
import os
import pathlib
import pwd
import random
import signal
import subprocess
import sys
import time
import unittest

import daemon_test
from daemon_test import DaemonCase, wait_for

MODULE = REDEEM_RACE = REDIS_SERVER = ""
ROUNDS = 20
PROCESSES = 64
USER = pwd.getpwuid(os.getuid()).pw_name
SUCCESS, USED, UNAVAILABLE = 0, 7, 9  # PAM_SUCCESS, PAM_AUTH_ERR, PAM_AUTHINFO_UNAVAIL
ISSUER = "https://once.example"


class RedeemCase(DaemonCase):
    def setUp(self):
        super().setUp()
        self.redeem_socket = self.run_directory / "redeem"
        self.database = self.state / "redeemed.db"
        out = self.root / "signing"
        subprocess.run([daemon_test.JWTCTL, "keygen", "--alg", "ES256", "--kid", "k", "--out", out],
                       check=True, capture_output=True)
        self.signing_key = out / "key.json"
        self.verifying_keys = out / "jwks.json"
        self.use_store(f"sqlite:{self.database}")

    def one_time(self, store):
        return f"""
[login]
min_uid = 0
refusal_delay = "0s"
[store]
url = "{store}"
[issuer.once]
url = "{ISSUER}"
audiences = ["ssh"]
services = ["race0", "race1"]
one_time = true
jwks_file = "{self.verifying_keys}"
[[issuer.once.account]]
name = "{USER}"
pattern = "{USER}"
"""

    def use_store(self, store):
        self.configure(more=self.one_time(store))

    def redeem(self, jti, issuer=ISSUER):
        return self.call("io.pamjwt.Fetcher.Redeem", at=self.redeem_socket, issuer=issuer, jti=jti,
                         expires=int(time.time()) + 600)

    def assert_first(self, first, jti):
        self.assertEqual(self.redeem(jti), {"parameters": {"first": first}}, self.log.read_text())

    def assert_error(self, name, reply):
        self.assertEqual(reply.get("error"), f"io.pamjwt.Fetcher.{name}", reply)

    def start_redis(self):
        directory = self.make_directory("redis")
        path = directory / "redis.sock"
        arguments = [REDIS_SERVER, "--port", "0", "--unixsocket", path, "--unixsocketperm", "777",
                     "--dir", directory, "--save", "", "--appendonly", "yes",
                     "--maxmemory-policy", "noeviction"]
        redis = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, **daemon_test.AS_NOBODY)
        self.addCleanup(self.end, redis)
        wait_for(path.exists, "redis")
        return f"unix:{path}"


class Redeeming(RedeemCase):
    def test_a_token_is_redeemed_once_whatever_happens_to_the_daemon(self):
        daemon = self.start()
        self.assert_first(True, "a")
        self.assert_first(False, "a")
        daemon.kill()
        daemon.wait()
        self.start()
        self.assert_first(False, "a")
        self.assert_first(True, "b")
        self.assertNotIn("sandbox_incomplete part=seccomp", self.log.read_text())

    def test_says_that_it_made_the_file(self):
        self.start().terminate()
        self.assertIn(f"store_made path={self.database}", self.log.read_text())
        self.assertEqual(self.database.stat().st_mode & 0o7777, 0o600)

    def test_each_socket_has_its_methods(self):
        self.start()
        self.assertEqual(self.redeem_socket.stat().st_mode & 0o7777, 0o660)
        reply = self.call("io.pamjwt.Fetcher.Redeem", issuer=ISSUER, jti="j", expires=1)
        self.assertEqual(reply["error"], "org.varlink.service.MethodNotFound")
        reply = self.call("io.pamjwt.Fetcher.Status", at=self.redeem_socket)
        self.assertEqual(reply["error"], "org.varlink.service.MethodNotFound")

    def test_redeems_for_configured_issuers_only(self):
        self.configure("staff", more=self.one_time(f"sqlite:{self.database}"))
        self.start()
        self.assert_error("NotOneTime", self.redeem("j", self.issuers.url("staff")))
        self.assert_error("UnknownIssuer", self.redeem("j", "https://nobody.example"))
        self.assert_first(True, "j")

    def test_a_damaged_file_is_left_as_it_is_and_others_go_on(self):
        first = self.start()
        wait_for(self.database.exists, "a database")
        first.terminate()
        first.wait()
        damaged = b"x" * 8192
        self.database.write_bytes(damaged)
        self.configure("staff", more=self.one_time(f"sqlite:{self.database}"))
        self.start()
        self.assert_error("StoreUnavailable", self.redeem("a"))
        self.assertEqual(self.database.read_bytes(), damaged)
        self.assertRegex(self.log.read_text(), "store_unavailable .*not a database")
        self.await_kids("s1")

    def test_a_store_that_hangs_holds_up_nobody(self):
        store = self.start_redis()
        self.configure("staff", more=self.one_time(store))
        self.start()
        self.assert_first(True, "a")
        pid = int(subprocess.run(["pgrep", "-f", str(self.root / "redis/redis.sock")],
                                 capture_output=True, text=True, check=True).stdout.split()[0])
        os.kill(pid, signal.SIGSTOP)
        try:
            begin = time.monotonic()
            self.assert_error("StoreUnavailable", self.redeem("b"))
            self.assertLess(time.monotonic() - begin, 10)
            self.assertEqual(list(self.status()), ["staff"])
        finally:
            os.kill(pid, signal.SIGCONT)
        wait_for(lambda: "parameters" in self.redeem("b") and "error" not in self.redeem("b"),
                 "the store again")
        self.assert_first(False, "a")

    def test_metrics_tell_of_it(self):
        daemon = self.start()
        self.assert_first(True, "a")
        self.assert_first(False, "a")
        self.reload(daemon)
        for line in ("jwks_fetcher_store_good 1\n", 'redeems_total{outcome="first"} 1\n',
                     'redeems_total{outcome="used"} 1\n'):
            wait_for(lambda line=line: self.metrics.exists() and line in self.metrics.read_text(),
                     line)

    def test_keys_are_fetched_where_its_socket_cannot_be_made(self):
        self.configure("staff")
        text = self.config.read_text()
        self.config.write_text(text.replace(f"{self.run_directory}/redeem", "/nowhere/redeem"))
        self.start()
        self.await_kids("s1")
        self.assertIn("redeem_socket_unavailable", self.log.read_text())

    def test_a_reload_brings_another_store(self):
        daemon = self.start()
        self.assert_first(True, "a")
        self.use_store(self.start_redis())
        self.reload(daemon)
        self.assert_first(True, "a")
        self.assert_first(False, "a")

    def test_takes_both_sockets_of_systemd(self):
        public, redeem = self.run_directory / "public-2", self.run_directory / "redeem-2"
        self.socket, self.redeem_socket = public, redeem
        self.popen(before=["systemd-socket-activate", f"--listen={public}", f"--listen={redeem}",
                           "--fdname=public:redeem",
                           f"--setenv=NOTIFY_SOCKET={self.root}/notify"])
        wait_for(redeem.exists, "a socket")
        self.assert_first(True, "a")
        self.assertEqual(list(self.status()), [])
        self.assertFalse((self.run_directory / "redeem").exists())


@unittest.skipUnless(os.getuid() == 0, "the daemon serves four connections of another user only")
class Racing(RedeemCase):
    """Tests many logins with one token, or with a few, of which at most one with each gets in."""

    def daemons(self, store, count):
        """Starts daemons with one store, and makes a PAM service for each."""
        stacks = self.root / "pam.d"
        stacks.mkdir()
        self.configs = []
        for i in range(count):
            self.config = self.root / f"pam_jwt-{i}.toml"
            self.run_directory = self.make_directory(f"run-{i}")
            self.keys = self.make_directory(f"state-{i}") / "keys.jsonl"
            self.socket = self.run_directory / "public"
            self.use_store(store)
            self.configs.append(self.config)
            (stacks / f"race{i}").write_text(f"auth required {MODULE} config={self.config}\n")
        self.race = subprocess.Popen(
            [REDEEM_RACE, stacks, USER, str(PROCESSES), *(f"race{i}" for i in range(count))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end_race)

    def end_race(self):
        self.race.stdin.close()
        self.race.wait(timeout=daemon_test.TIMEOUT_S)
        self.race.stdout.close()

    def start_all(self):
        daemons = []
        for self.config in self.configs:
            daemons.append(self.start())
        return daemons

    def token(self, jti):
        return subprocess.run(
            [daemon_test.JWTCTL, "mint", "--key", self.signing_key, "--ttl", "10m",
             "--claim", f"iss={ISSUER}", "--claim", "aud=ssh", "--claim", f"sub={USER}",
             "--claim", f"jti={jti}"], check=True, capture_output=True, text=True).stdout.strip()

    def begin_round(self, tokens):
        self.race.stdin.write(" ".join(tokens) + "\n")
        self.race.stdin.flush()

    def end_round(self, tokens):
        """Returns for each token the number of logins that ended in each code."""
        all_ends = []
        for line in self.race.stdout.readline().split(";"):
            ends = {int(code): int(count) for code, count in (end.split("=") for end in line.split())}
            self.assertEqual(sum(ends.values()), PROCESSES / len(tokens), ends)
            self.assertLessEqual(set(ends), {SUCCESS, USED, UNAVAILABLE})
            all_ends.append(ends)
        self.assertEqual(len(all_ends), len(tokens))
        return all_ends

    def tokens(self, name, count):
        return [self.token(f"{name}-{i}") for i in range(count)]

    def rounds(self, count=1):
        """Runs rounds with `count` tokens, in each of which one login with each gets in. A round in which
        logins have no verdict, since a disk stalls for two seconds or the machine has too much to do,
        does not count."""
        accepted = stalled = 0
        while accepted < ROUNDS:
            tokens = self.tokens(f"t{accepted}-{stalled}", count)
            self.begin_round(tokens)
            ends = self.end_round(tokens)
            if any(UNAVAILABLE in end for end in ends):
                self.assertLessEqual(max(end.get(SUCCESS, 0) for end in ends), 1, ends)
                stalled += 1
                self.assertLessEqual(stalled, ROUNDS, "the machine has too much to do")
            else:
                self.assertEqual(ends, [{SUCCESS: 1, USED: PROCESSES // count - 1}] * count)
                accepted += 1
        print(f"{self.id()}: {ROUNDS} rounds of {PROCESSES} logins, tokens: {count}, each accepted once; "
              f"{stalled} rounds more stalled", file=sys.stderr)

    def rounds_with_kills(self, count=1):
        """Runs rounds with `count` tokens, in which the daemons are killed at some moment and started
        again."""
        chance = random.Random(1)
        daemons = self.start_all()
        accepted = unavailable = 0
        for i in range(ROUNDS):
            tokens = self.tokens(f"t{i}", count)
            self.begin_round(tokens)
            time.sleep(chance.uniform(0, 0.3))  # the kill must do no harm at any moment
            for daemon in daemons:
                daemon.kill()
                daemon.wait()
            daemons = self.start_all()
            ends = self.end_round(tokens)
            self.begin_round(tokens)
            again = self.end_round(tokens)
            for before, after in zip(ends, again):
                got_in = before.get(SUCCESS, 0) + after.get(SUCCESS, 0)
                self.assertLessEqual(got_in, 1, f"round {i}: {before} {after}")
                accepted += got_in
            unavailable += any(UNAVAILABLE in end for end in ends)
        print(f"{self.id()}: {ROUNDS} rounds of {PROCESSES} logins, tokens: {count}, with kills, {accepted} "
              f"accepted, never two of one token; {unavailable} rounds were interrupted", file=sys.stderr)
        self.assertGreater(accepted, 0)
        self.assertGreater(unavailable, 0)

    def test_with_sqlite_one_login_gets_in(self):
        self.daemons(f"sqlite:{self.database}", 1)
        self.start_all()
        self.rounds()

    def test_with_redis_and_two_daemons_one_login_gets_in(self):
        self.daemons(self.start_redis(), 2)
        self.start_all()
        self.rounds()

    def test_with_sqlite_and_kills_at_most_one_login_gets_in(self):
        self.daemons(f"sqlite:{self.database}", 1)
        self.rounds_with_kills()

    def test_with_redis_and_kills_at_most_one_login_gets_in(self):
        self.daemons(self.start_redis(), 2)
        self.rounds_with_kills()

    def test_with_sqlite_and_several_tokens_one_login_with_each_gets_in(self):
        self.daemons(f"sqlite:{self.database}", 1)
        self.start_all()
        self.rounds(count=8)

    def test_with_sqlite_several_tokens_and_kills_at_most_one_login_with_each_gets_in(self):
        self.daemons(f"sqlite:{self.database}", 1)
        self.rounds_with_kills(count=8)

    def test_with_redis_and_several_tokens_one_login_with_each_gets_in(self):
        self.daemons(self.start_redis(), 2)
        self.start_all()
        self.rounds(count=8)


if __name__ == "__main__":
    arguments, sys.argv[1:] = sys.argv[1:], []
    paths = [os.path.abspath(path) for path in arguments[:5]]
    daemon_test.JWKS_FETCHER, daemon_test.JWTCTL, MODULE, REDEEM_RACE, REDIS_SERVER = paths
    sys.argv[1:] = [name for name in arguments[5:] if not name.isdigit()]
    ROUNDS = int(([name for name in arguments[5:] if name.isdigit()] or [ROUNDS])[0])
    unittest.main(verbosity=1)
