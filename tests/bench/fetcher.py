#!/usr/bin/python3
"""Measures what many issuers cost the real jwks-fetcher, and whether two issuers that misbehave delay
the others: one that hangs, and one that sends its bytes one by one. Measures 1000 issuers that are all
in order, 1000 of which two misbehave, and 10,000 of which two misbehave.
It runs as an unprivileged user, with plain HTTP on loopback, and prints lines as bench_login does.

    fetcher.py JWKS_FETCHER JWTCTL [ROUNDS]     ROUNDS says how often all keys of 1000 issuers are
                                                fetched again; those of 10,000 half as often
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from issuers import Issuers

FRESH_S = 20  # the daemon fetches again when 80 to 90 % of it have passed
FRESH_OF_10000_S = 60  # the issuers of this benchmark cannot answer more often
DEFAULT_ROUNDS = 2
START_TIMEOUT_S = 120
ISSUERS_PER_FILE = 1000  # of the configuration
REQUEST_TIMEOUT_S = 10  # the time after which the daemon gives up an issuer that hangs
AS_NOBODY = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}


class Fetcher:
    """The daemon, in a directory of its own."""

    def __init__(self, program, root, issuers):
        state = root / "state"
        self.keys, self.config, self.log = state / "keys.jsonl", root / "conf.toml", root / "log"
        tables = root / "conf.d"
        for directory in root, state, tables:
            directory.mkdir(exist_ok=True)
            directory.chmod(0o755)
        self.config.write_text(self._config(state, issuers))
        for i in range(0, len(issuers.names), ISSUERS_PER_FILE):
            names = issuers.names[i:i + ISSUERS_PER_FILE]
            (tables / f"{i:05}.toml").write_text("".join(self._table(issuers, name) for name in names))
        for file in self.config, *tables.iterdir():
            file.chmod(0o644)
        if AS_NOBODY:
            shutil.chown(state, "nobody", "nogroup")
        self.started = time.monotonic()
        with open(self.log, "wb") as log:
            self._process = subprocess.Popen([program, "--config", self.config], stdout=log,
                                             stderr=log, cwd="/", **AS_NOBODY)

    @staticmethod
    def _config(state, issuers):
        return f"""[keys]
refresh_min = "1s"
refresh_max = "{issuers.fresh_s}s"
file = "{state}/keys.jsonl"
public_socket = "{state}/public"
redeem_socket = "{state}/redeem"
metrics_file = "{state}/metrics"
"""

    @staticmethod
    def _table(issuers, name):
        return (f'[issuer.{name}]\nurl = "{issuers.url(name)}"\naudiences = ["x"]\n'
                f'timeout = "{REQUEST_TIMEOUT_S}s"\n')

    def await_keys_of(self, number):
        """Returns the seconds from the start until the file has the keys of so many issuers."""
        last = None
        while time.monotonic() - self.started < START_TIMEOUT_S and self._process.poll() is None:
            now = time.monotonic()
            written = self.keys.stat().st_mtime_ns if self.keys.exists() else None
            if written != last and self._issuers_in_file() >= number:
                return now - self.started
            last = written
            time.sleep(0.02)
        raise RuntimeError(f"the keys did not come: {self.log.read_text()[-2000:]}")

    def _issuers_in_file(self):
        return len(set(re.findall(r'^{"iss":"([^"]*)"', self.keys.read_text(), re.MULTILINE)))

    def peak_mib(self):
        status = pathlib.Path(f"/proc/{self._process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s*(\d+) kB", status).group(1)) / 1024

    def cpu_s(self):
        fields = pathlib.Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def status(self, jwtctl):
        """Returns the status of each issuer, by name, and the seconds that jwtctl took."""
        begin = time.monotonic()
        shown = subprocess.run([jwtctl, "status", "--json", "--config", self.config],
                               capture_output=True, text=True, check=False, **AS_NOBODY)
        took_s = time.monotonic() - begin
        return {issuer["name"]: issuer for issuer in json.loads(shown.stdout)["issuers"]}, took_s

    def stop(self):
        self._process.kill()
        self._process.wait()


def longest(gaps):
    return max(gaps, default=float("inf"))


def measure(programs, issuers, rounds):
    """Starts the daemon, watches it for so many rounds, and returns the figures."""
    fetcher_program, jwtctl = programs
    issuers.forget()
    others = [name for name in issuers.names if name not in issuers.hanging | issuers.slow]
    root = pathlib.Path(tempfile.mkdtemp(prefix="jwks-fetcher-bench."))
    fetcher = Fetcher(fetcher_program, root, issuers)
    try:
        all_fresh_s = fetcher.await_keys_of(len(others))
        time.sleep(rounds * issuers.fresh_s)
        end = time.monotonic()
        status, status_s = fetcher.status(jwtctl)
        served = {name: [*issuers.served[name]] for name in others}
        asked = {name: [*issuers.asked[name]] for name in others}
        return {
            "all_fresh_s": all_fresh_s,
            "requests": issuers.requests,
            "fetches": sum(len(times) for times in served.values()),
            "late_s": longest(now - before - 0.9 * issuers.fresh_s for name in others
                              for before, now in zip(served[name], asked[name][1:])),
            "oldest_s": longest(now - before for name in others for before, now in
                                zip(served[name], [*served[name][1:], end])),
            "failed": sum(status[name]["fetches_failed"] for name in others),
            "failed_two": sum(status[name]["fetches_failed"] for name in issuers.names
                              if name not in others),
            "status_s": status_s,
            "cpu_s": fetcher.cpu_s(),
            "peak_mib": fetcher.peak_mib(),
        }
    finally:
        fetcher.stop()
        shutil.rmtree(root)


# The text of a row, its unit, and the name of its figure.
ROWS = [
    ("start until the keys of all others are written", "s", "all_fresh_s"),
    ("fetch later than 90 % of freshness, at worst", "s", "late_s"),
    ("age of keys when fetched again, at worst", "s", "oldest_s"),
    ("fetches of others", "times", "fetches"),
    ("fetches of others that failed", "times", "failed"),
    ("fetches of the two that failed", "times", "failed_two"),
    ("HTTP requests", "times", "requests"),
    ("jwtctl status", "s", "status_s"),
    ("processor time", "s", "cpu_s"),
    ("resident at most", "MiB", "peak_mib"),
]


def show(which, figures):
    for text, unit, name in ROWS:
        print(f"{which}: {text}", unit, figures[name], sep="\t")


def let_two_misbehave(issuers):
    issuers.hanging.add(issuers.names[0])  # the first issuers of the configuration are asked first
    issuers.slow.add(issuers.names[1])


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    programs = [os.path.abspath(program) for program in sys.argv[1:3]]
    rounds = int(sys.argv[3]) if len(sys.argv) == 4 else DEFAULT_ROUNDS
    issuers = Issuers([f"n{number:04}" for number in range(1000)], FRESH_S)
    show("daemon", measure(programs, issuers, rounds))
    let_two_misbehave(issuers)
    show("daemon, two misbehave", measure(programs, issuers, rounds))
    many = Issuers([f"n{number:05}" for number in range(10_000)], FRESH_OF_10000_S)
    let_two_misbehave(many)
    show("daemon, 10,000 issuers", measure(programs, many, max(1, rounds // 2)))


if __name__ == "__main__":
    main()
