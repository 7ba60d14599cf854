#!/usr/bin/python3
"""Sends a thousand forged tokens, each with a key id of its own, while honest users log in.

Nobody has the keys that the forged tokens name, so each of these logins asks the daemon for new keys.
The issuer must hardly notice this, and honest users must not notice it.
"""

import base64
import json
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pam_client
from host_case import HostCase, TOKEN_STACK, main
from issuer import Issuer
from jwks_fetcher import JwksFetcher

FORGED = 1000
AT_A_TIME = 16
ALONE = 200  # the number of honest logins to compare with
COOLDOWN_S = 1
LONGER_S = 0.05  # what the flood may add to an honest login
SERVICE = "flood"
PAM_AUTH_ERR = 7


class CountingIssuer:
    """Serves a JWK Set on loopback, and records when it was asked."""

    def __init__(self, jwks):
        asked = self.asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(time.monotonic())
                self.send_response(200)
                self.send_header("Content-Type", "application/jwk-set+json")
                self.send_header("Content-Length", str(len(jwks)))
                self.end_headers()
                self.wfile.write(jwks)

            def log_message(self, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"


class Client:
    """A process that logs in as alice, one login at a time."""

    def __init__(self, *prefix):
        self._prefix = prefix

    def __enter__(self):
        argv = [*self._prefix, sys.executable, "-B", pam_client.__file__, SERVICE, "alice"]
        self._client = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        return self

    def __exit__(self, *_):
        self._client.communicate()

    def log_in(self, token):
        """Logs in, and returns the PAM code and the seconds that it took."""
        self._client.stdin.write(token + "\n")
        self._client.stdin.flush()
        code, milliseconds = self._client.stdout.readline().split()
        return int(code), float(milliseconds) / 1000


def forge(token, number):
    """Returns the token with a key id that nobody has."""
    header, payload, signature = token.split(".")
    fields = {**json.loads(base64.urlsafe_b64decode(header + "==")), "kid": f"forged-{number}"}
    header = base64.urlsafe_b64encode(json.dumps(fields).encode()).decode().rstrip("=")
    return f"{header}.{payload}.{signature}"


def percentile(seconds, percent):
    return statistics.quantiles(seconds, n=100)[percent - 1]


class ForgedFlood(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        keys = Issuer(cls.host, "honest")
        cls.issuer = CountingIssuer(keys.key.with_name("jwks.json").read_bytes())
        cls.token = keys.token(iss=cls.issuer.url)
        cls.host.write_config(f"""\
[login]
refusal_delay = "0s"
[keys]
cooldown = "{COOLDOWN_S}s"
[issuer.honest]
url = "{cls.issuer.url}"
jwks_uri = "{cls.issuer.url}/jwks"
audiences = ["ssh://%h"]
""")
        cls.host.write_pam(SERVICE, TOKEN_STACK.replace("pam_jwt.so", "pam_jwt.so service=sshd"))
        cls.fetcher = JwksFetcher(cls.host)
        cls.fetcher.start()
        cls.fetcher.wait_for_keys([keys.kid()])

    def test_neither_issuer_nor_honest_users_suffer(self):
        alone = self.log_in_until(lambda logins: len(logins) == ALONE)
        asked, mark, started = len(self.issuer.asked), self.host.mark(), time.monotonic()
        with ThreadPoolExecutor(AT_A_TIME + 1) as pool:
            flood = [pool.submit(self.flood, share) for share in range(AT_A_TIME)]
            honest = pool.submit(self.log_in_until, lambda _: all(one.done() for one in flood))
        took = time.monotonic() - started
        self.assertEqual([code for one in flood for code in one.result()], [PAM_AUTH_ERR] * FORGED)
        audit = [line for line in self.host.audit_since(mark) if "reason=key.unknown" in line]
        self.assertEqual(len(audit), FORGED)
        self.check_issuer(self.issuer.asked[asked:], took)
        # Other programs of this machine may have begun or ended meanwhile.
        again = self.log_in_until(lambda logins: len(logins) == ALONE)
        self.check_honest(alone, again, honest.result())

    def flood(self, share):
        """Sends every sixteenth forged token, and returns the PAM codes."""
        # The test is about who waits for whom, not about who gets the CPUs of a small machine.
        with Client("nice") as client:
            return [client.log_in(forge(self.token, number))[0]
                    for number in range(share, FORGED, AT_A_TIME)]

    def log_in_until(self, done):
        """Makes honest logins, one after the other."""
        logins = []
        with Client() as client:
            while not done(logins):
                logins.append(client.log_in(self.token))
        return logins

    def check_issuer(self, asked, took):
        """Checks that the issuer was asked, but at most once in each cooldown."""
        self.assertGreater(len(asked), 0)
        self.assertLessEqual(len(asked), 1 + took / COOLDOWN_S)
        for earlier, later in zip(asked, asked[1:]):
            self.assertGreaterEqual(later - earlier, COOLDOWN_S)

    def check_honest(self, before, after, meanwhile):
        """Checks that no honest login failed, and that half of them, and nine in ten, were as quick as alone."""
        self.assertEqual({code for code, _ in before + after + meanwhile}, {0})
        before, after, during = ([seconds for _, seconds in logins] for logins in (before, after, meanwhile))
        print(f"\n{len(during)} honest logins during {FORGED} forged ones:", end=" ")
        for percent in (50, 90):
            usual = max(percentile(before, percent), percentile(after, percent))
            now = percentile(during, percent)
            print(f"p{percent} {usual * 1000:.1f} -> {now * 1000:.1f} ms", end=", ")
            self.assertLess(now - usual, LONGER_S)


if __name__ == "__main__":
    main()
