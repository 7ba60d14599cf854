#!/usr/bin/python3
"""Lets the daemon work for long: keys that rotate, one-time tokens, and calls, nonsense and silence on
its sockets. The memory and the descriptors of the daemon must not grow.

    soak.py [MINUTES]     10 by default. Exit status 0 if neither grew
"""

import contextlib
import itertools
import json
import os
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import openid_provider
import private_host
from host_case import the_host
from issuer import Issuer
from jwks_fetcher import RUN
from provider_site import the_site

DEFAULT_MINUTES = 10
ROTATION_S = 5
SAMPLE_S = 1
PROGRESS_SAMPLES = 60
GROWTH_KIB = 512  # allowed from the second quarter to the last; the first warms up
SILENT = 8  # connections at a time that never send a byte


@dataclass
class Sample:
    memory_kib: int
    descriptors: int


def sample(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    memory = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return Sample(int(memory.split()[1]), len(os.listdir(f"/proc/{pid}/fd")))


def connect(name):
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(10)
    client.connect(str(RUN / name))
    return client


def call(name, method, **parameters):
    """Makes one call on a connection of its own, and returns the reply."""
    text = json.dumps({"method": f"io.pamjwt.Fetcher.{method}", "parameters": parameters})
    with connect(name) as client:
        client.sendall(text.encode() + b"\0")
        reply = client.recv(65536)
    if not reply.endswith(b"\0"):
        raise AssertionError(f"no whole reply to {method}: {reply!r}")
    return json.loads(reply[:-1])


def talk_nonsense():
    """Sends nonsense. The daemon may close the connection after any byte of it."""
    for nonsense in (b"\0", b"{\0", b"[" * 4096, b'{"method":1}\0', b"\xff" * 70000):
        with connect("public") as client, contextlib.suppress(ConnectionError):
            client.sendall(nonsense)
            client.shutdown(socket.SHUT_WR)
            client.recv(4096)


class Soak:
    def __init__(self, host, minutes):
        self._minutes = minutes
        self._provider, self._fetcher = the_site(host)
        once = Issuer(host, "once")
        self._once = once.url
        host.write("/etc/pam_jwt/conf.d/once.toml", once.toml("one_time = true"))
        self._calls = 0

    def run(self):
        """Runs the daemon, and returns the samples."""
        self._provider.start()
        self._fetcher.start()
        samples, silent = [], []
        begin = rotated = sampled = time.monotonic()
        for number in itertools.count():
            now = time.monotonic()
            if now - begin > self._minutes * 60:
                break
            self._work(number, silent)
            if now - rotated > ROTATION_S:
                rotated = now
                self._provider.rotate()
                self._provider.withdraw_old_keys()
            if now - sampled > SAMPLE_S:
                sampled = now
                samples.append(sample(self._fetcher.pid()))
                if len(samples) % PROGRESS_SAMPLES == 0:
                    print(f"soak: {(now - begin) / 60:.0f} of {self._minutes:g} minutes, "
                          f"{self._calls} rounds, {samples[-1]}", flush=True)
        self._fetcher.stop()
        self._provider.stop()
        return samples

    def _work(self, number, silent):
        call("public", "Refresh", issuer=self._provider.url)
        call("public", "Status")
        call("public", "Refresh", issuer="https://nobody.example")
        for first in (True, False):
            self._redeem(number, first)
        talk_nonsense()
        silent.append(connect("public"))
        if len(silent) > SILENT:
            silent.pop(0).close()
        self._calls += 1

    def _redeem(self, number, first):
        reply = call("redeem", "Redeem", issuer=self._once, jti=f"j{number}",
                     expires=int(time.time()) + 60)
        if reply != {"parameters": {"first": first}}:
            raise AssertionError(f"token {number}, first={first}: {reply}")

    def rounds(self):
        return self._calls


def tell(name, values, growth):
    """Prints one line, and returns whether the last quarter is no higher than the second."""
    quarter = len(values) // 4
    before, after = max(values[quarter:2 * quarter]), max(values[-quarter:])
    print(f"soak: {name}: {values[0]} at first, at most {before} in the second quarter, "
          f"{after} in the last")
    return after <= before + growth


def main():
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_MINUTES
    openid_provider.install()
    private_host.enter()
    soak = Soak(the_host(), minutes)
    samples = soak.run()
    print(f"soak: {soak.rounds()} rounds in {minutes:g} minutes")
    flat = [tell("KiB of memory", [one.memory_kib for one in samples], GROWTH_KIB),
            tell("descriptors", [one.descriptors for one in samples], 1)]
    sys.exit(0 if all(flat) else 1)


if __name__ == "__main__":
    main()
