#!/usr/bin/python3
"""Logs in many times at once with the stock ssh, while the keys of a real OpenID provider rotate and
the daemon is killed and started again. Of four tokens three are good and one is forged.

    load.py [LOGINS] [--plot FILE]     200 logins by default. Exit status 0 if every good token was let
    in, and no forged one
    load.py [LOGINS] --certificates    the same with tokens in certificates, half of them forged, and
    without a provider
"""

import argparse
import base64
import collections
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import load_plot
import openid_provider
import private_host
from certificate_load import CertificateLoad
from host_case import the_host
from issuer import jwtctl
from load_report import tell
from openid_provider import ALGORITHMS, key_id
from private_host import WORK
from provider_site import the_site

DEFAULT_LOGINS = 200
AT_A_TIME = 16
PER_FORGED = 4  # every fourth token is forged
MOST_ROTATIONS = 256 // len(ALGORITHMS) - 1  # an issuer may have at most 256 keys
BREATH_S = 0.5  # the rest of the daemon between two disturbances
ROTATIONS, KILLS = "rotations", "daemons killed"


def part(text):
    return json.loads(base64.urlsafe_b64decode(text + "=="))


def encode(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


class Forger:
    """Turns good tokens into tokens that must open nothing, in several ways in turn."""

    def __init__(self):
        jwtctl("keygen", "--alg", "ES256", "--out", WORK / "forger")

    def forge(self, token, number):
        ways = [self.with_another_key, self.with_another_payload, self.with_an_unknown_key_id]
        return ways[number % len(ways)](token)

    @staticmethod
    def with_another_key(token):
        claims = [f"--claim={name}:={json.dumps(value)}"
                  for name, value in part(token.split(".")[1]).items()]
        return jwtctl("mint", "--key", WORK / "forger/key.json", "--kid", key_id(token),
                      *claims).strip()

    @staticmethod
    def with_another_payload(token):
        header, payload, signature = token.split(".")
        claims = part(payload)
        return f"{header}.{encode({**claims, 'exp': claims['exp'] + 1})}.{signature}"

    @staticmethod
    def with_an_unknown_key_id(token):
        header, payload, signature = token.split(".")
        return f"{encode({**part(header), 'kid': 'nobody'})}.{payload}.{signature}"


class Load:
    def __init__(self, host, logins):
        self._host, self._logins = host, logins
        self._provider, self._fetcher = the_site(host)
        self._forger = Forger()
        # Held while keys change: a token of a new key is rightly refused while there is no daemon to ask
        # for that key.
        self._changing = threading.Lock()
        self._over = threading.Event()
        self._begin = time.monotonic()
        self._disturbed = []  # when, and what
        self._began = [0.0] * logins

    def run(self):
        """Runs the logins, and returns the outcomes of the good and of the forged tokens."""
        self._provider.start()
        self._fetcher.start()
        self._fetcher.wait_for_keys(self._provider.key_ids())
        disturber = threading.Thread(target=self._disturb)
        disturber.start()
        try:
            with ThreadPoolExecutor(AT_A_TIME) as pool:
                outcomes = list(pool.map(self._log_in, range(self._logins)))
        finally:
            self._over.set()
            disturber.join()
            self._fetcher.stop()
            self._provider.stop()
        good = [one for number, one in enumerate(outcomes) if number % PER_FORGED]
        return good, outcomes[::PER_FORGED]

    def disturbances(self):
        count = collections.Counter(what for _when, what in self._disturbed)
        return ", ".join(f"{number} {what}" for what, number in count.items())

    def plot(self, path, title, good, forged):
        forged, good = iter(forged), iter(good)
        logins = []
        for number, began in enumerate(self._began):
            is_good = number % PER_FORGED != 0
            logins.append((began, next(good if is_good else forged).seconds, is_good))
        load_plot.write(path, title, logins,
                        [(when, what == ROTATIONS) for when, what in self._disturbed])

    def _now(self):
        return time.monotonic() - self._begin

    def _log_in(self, number):
        with self._changing:
            token = self._provider.access_token("alice")
        if number % PER_FORGED == 0:
            token = self._forger.forge(token, number // PER_FORGED)
        self._began[number] = self._now()
        return self._host.ssh("alice", token)

    def _rotate(self):
        with self._changing:
            self._disturbed.append((self._now(), ROTATIONS))
            self._provider.rotate()
            self._fetcher.refresh(self._provider.url)

    def _disturb(self):
        while not self._over.wait(BREATH_S):
            if len(self._disturbed) < 2 * MOST_ROTATIONS:
                self._rotate()
            self._disturbed.append((self._now(), KILLS))
            self._fetcher.kill()
            self._fetcher.start()


def main():
    parser = argparse.ArgumentParser(prog="load")
    parser.add_argument("logins", nargs="?", type=int, default=DEFAULT_LOGINS)
    parser.add_argument("--plot", metavar="FILE")
    parser.add_argument("--certificates", action="store_true")
    wanted = parser.parse_args()
    if wanted.certificates:
        private_host.enter()
        sys.exit(0 if CertificateLoad(the_host(), wanted.logins, AT_A_TIME).run() else 1)
    openid_provider.install()
    private_host.enter()
    load = Load(the_host(), wanted.logins)
    good, forged = load.run()
    title = (f"{wanted.logins} logins by ssh, {AT_A_TIME} at a time; meanwhile "
             f"{load.disturbances()}")
    print(f"load: {title}")
    if wanted.plot:
        load.plot(wanted.plot, title, good, forged)
    all_right = [tell("good tokens", good, True), tell("forged tokens", forged, False)]
    sys.exit(0 if all(all_right) else 1)


if __name__ == "__main__":
    main()
