"""Measures how many logins a second real programs do, on a private host and in several ways."""

import os
import random
import shlex
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from private_host import WORK

UNIT = "logins/s"
TOKEN_BYTES = 1500  # of a token with some groups, signed with RS256
PASSWORD = "correct horse"  # of alice (host_case.py)
PASSWORD_STACK = """\
auth     required pam_unix.so
account  required pam_unix.so
session  required pam_permit.so
"""
# Gives each prompt the file with its answer: a password, or the part of a token that begins at that byte.
HELPER = """#!/bin/sh
from=0
case $1 in *"continued from byte "*) from=${1##*byte } from=${from%%)*} ;; esac
exec cat "$ANSWER.$from"
"""


def write_helper(host):
    """Returns the path of the helper that answers prompts of ssh and sudo."""
    return host.write(WORK / "bin/helper", HELPER, mode=0o755)


def write_answer(host, name, text, part_bytes):
    """Writes the answer to each prompt. Returns what the helper must have in ANSWER."""
    path = WORK / "answers" / name
    for start in range(0, len(text) + 1, part_bytes):
        host.write(f"{path}.{start}", text[start:start + part_bytes])
    return str(path)


def forge(token):
    """Returns the token with another signature."""
    signed, _, signature = token.rpartition(".")
    return f"{signed}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


def repeat(command, times, at_a_time=1):
    """Returns the command line that runs a command many times. It fails if the command fails once."""
    # xargs adds a number to the command, which must not mind.
    return ["sh", "-c", f'seq {times} | xargs -n 1 -P {at_a_time} "$0" "$@"', *map(str, command)]


def run(command, environment=None):
    """Returns whether a command succeeded, how many seconds it took, and what it wrote."""
    begin = time.perf_counter()
    done = subprocess.run(list(map(str, command)), env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode == 0, time.perf_counter() - begin, done.stdout


def must(command, environment=None):
    """Runs a command that must succeed. Returns its seconds and its output."""
    went_well, seconds, output = run(command, environment)
    if not went_well:
        sys.exit(f"failed: {shlex.join(map(str, command))}\n{output}")
    return seconds, output


def rate(times, command, environment=None):
    """Runs a command that logs in so many times. Returns the logins per second."""
    return times / must(command, environment)[0]


class ServerTime:
    """The processor time of a server, with all processes that it starts, but the clients."""

    def __init__(self, pid):
        self._pid = pid
        self._at_rest = len(self._children())

    def per_login(self, times, log_in):
        """Calls `log_in`, which logs in so many times. Returns what it returns, and microseconds per login."""
        before = self._microseconds()
        result = log_in()
        while len(self._children()) > self._at_rest:
            time.sleep(0.001)  # the server ends a login after its client
        return result, (self._microseconds() - before) / times

    def _microseconds(self):
        # The time of a child counts for the server when the server has waited for it (man 5 proc: cutime).
        fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") * 1e6

    def _children(self):
        return Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split()


def expect_refusal(name, command, environment=None):
    """Runs a command that must fail, since it logs in with a wrong token or password."""
    if run(command, environment)[0]:
        sys.exit(f"{name}: a login with a wrong answer succeeded")


def report(ways, rounds):
    """Prints lines for report.py of each way to log in. `ways` has functions by name, each of which logs in, and
    returns the logins per second and, if known, the processor time of the server per login. They run in random order
    in each round."""
    measured = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name in random.sample(sorted(ways), len(ways)):
            values = ways[name]()
            if number > 0:  # the first round warms up
                measured[name].append(values)
    for name, values in measured.items():
        for what, row in zip((f"{name}\t{UNIT}", f"{name}, processor time\tus"), zip(*values)):
            print(what, *(f"{value:.3f}" for value in row), sep="\t")
