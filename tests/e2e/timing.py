#!/usr/bin/python3
"""Measures what the time of a refusal tells a client: from its answer to the refusal by sshd, over
loopback, for each kind of refusal, with the default refusal_delay and without a delay.

    timing.py [TRIES]     TRIES of each kind, 60 by default. Prints how well each kind can be told from
    the first
"""

import collections
import random
import socket
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import paramiko

import private_host
from host_case import TOKEN_STACK, the_host
from issuer import Issuer, jwtctl
from private_host import WORK, connect

DEFAULT_TRIES = 60
PARALLEL = 3
# The number of kinds with each outcome. sshd replaces the answer of a user that it does not know with junk.
REASONS = {"signature.invalid": 1, "token.expired": 1, "audience.mismatch": 1, "issuer.unknown": 1,
           "key.unknown": 1, "account.not_allowed": 2, "token.malformed": 2}
# After its question sshd sleeps for a time that depends on the user's name, known or not, and on a secret
# (its user_specific_delay). A client that answers at once measures the rest of that time.
SSHD_SLEEPS_S = 0.15
TELLING = 0.75  # two kinds are told apart by one try more often than not


def kinds_of_refusal(issuer):
    """Returns the user and the answer of each kind of refusal."""
    jwtctl("keygen", "--alg", "ES256", "--out", WORK / "forger")
    good, forger = issuer.token(), WORK / "forger/key.json"
    return {
        "bad signature": ("alice", issuer.token(key=forger, kid="k")),
        "expired": ("alice", issuer.token(exp=int(time.time()) - 3600, iat=int(time.time()) - 7200)),
        "another audience": ("alice", issuer.token(aud="ssh://elsewhere.example.com")),
        "unknown issuer": ("alice", issuer.token(iss="https://nobody.example.com")),
        "unknown key": ("alice", issuer.token(kid="nobody-has-this-key")),
        "another user's": ("bob", good),
        "unknown user": ("nosuchuser", good),
        "system account": ("svc", good),
        "no token, 300 bytes": ("alice", "x" * 300),
    }


def refuse(port, user, token):
    """Returns the seconds from the answer to the refusal."""
    connection = connect(port)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    transport = paramiko.Transport(connection)
    answered = []

    def answer(_title, _instructions, prompts):
        if not answered:  # the second round only shows a message
            time.sleep(SSHD_SLEEPS_S)
        answered.append(time.monotonic())
        return [token for _ in prompts]

    try:
        transport.start_client(timeout=30)
        transport.auth_timeout = 60
        transport.auth_interactive(user, answer)
    except paramiko.AuthenticationException:
        return time.monotonic() - answered[0]
    finally:
        transport.close()
    raise AssertionError(f"{user} got in")


def measure(port, kinds, tries):
    order = [kind for kind in kinds for _ in range(tries)]
    random.shuffle(order)
    seconds = collections.defaultdict(list)
    with ThreadPoolExecutor(PARALLEL) as pool:
        for kind, took in zip(order, pool.map(lambda kind: refuse(port, *kinds[kind]), order)):
            seconds[kind].append(took)
    return seconds


def check_reasons(audit, tries):
    """Checks that each kind was refused for its own reason."""
    reasons = collections.Counter(
        word.removeprefix("reason=") for line in audit for word in line.split()
        if word.startswith("reason="))
    if reasons != {reason: kinds * tries for reason, kinds in REASONS.items()}:
        raise AssertionError(f"other refusals than wanted: {reasons}")


def told_apart(one, other):
    """Returns how often a try of `other` takes longer than one of `one`, or the reverse: 0.5 if the time
    tells nothing, 1 if it tells all."""
    later = sum((y > x) + 0.5 * (y == x) for x in one for y in other) / (len(one) * len(other))
    return max(later, 1 - later)


def tell(title, seconds):
    """Prints a table, and returns how well the most different two kinds are told apart."""
    print(f"timing: {title}, milliseconds")
    first = next(iter(seconds.values()))
    best = 0.0
    for kind, times in seconds.items():
        deciles = [value * 1000 for value in statistics.quantiles(times, n=10)]
        apart = told_apart(first, times)
        best = max(best, apart)
        print(f"timing:   {kind:20} p10 {deciles[0]:8.2f}  median {deciles[4]:8.2f}  "
              f"p90 {deciles[8]:8.2f}  told apart {apart:.2f}")
    return best


def main():
    tries = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_TRIES
    private_host.enter()
    host = the_host()
    issuer = Issuer(host, "staff")
    host.write_pam("sshd", TOKEN_STACK)
    port = host.start_sshd(["MaxAuthTries=1", "LoginGraceTime=60"])
    kinds = kinds_of_refusal(issuer)
    best = {}
    for delay in ("1s", "0s"):
        host.write_config(f'[login]\nrefusal_delay = "{delay}"\n' + issuer.toml())
        mark = host.mark()
        seconds = measure(port, kinds, tries)
        check_reasons(host.audit_since(mark), tries)
        best[delay] = tell(f"refusal_delay {delay}", {kind: seconds[kind] for kind in kinds})
    print(f"timing: at best {best['1s']:.2f} with the delay, {best['0s']:.2f} without one")
    sys.exit(0 if best["1s"] < TELLING else 1)


if __name__ == "__main__":
    main()
