"""Tests what ssh-jwt has to do with the penalties of OpenSSH 9.8 and later (PerSourcePenalties)."""

import base64
import itertools
import json

from debian_host import CLIENT

CALLS = 10
# Clients come from these addresses, so that the penalties of one do not hit the others.
HARMLESS, PUNISHED = "127.0.0.8", "127.0.0.9"
CLOSED = "was closed before the host asked for a token. sshd does so for a while after failed logins"


def expect(truth, otherwise):
    if not truth:
        raise AssertionError(otherwise)


def expired(token):
    """Returns the token with an `exp` that is long past. Its signature no longer fits."""
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    old = base64.urlsafe_b64encode(json.dumps({**claims, "exp": claims["iat"] - 60}).encode())
    return f"{header}.{old.decode().rstrip('=')}.{signature}"


class Penalties:
    """Logins of alice with ssh-jwt, with sshd's own penalties."""

    def __init__(self, machine, host, good, forged):
        self._machine, self._host = machine, host
        self._good = self._file("good", good)
        self._forged = self._file("forged", forged)
        self._expired = self._file("expired", expired(good))

    def expect_none_without_a_good_token(self):
        """Calls ssh-jwt ten times without a good token, and checks that a good one then logs in at once."""
        calls = [["--token-file", f"/home/{CLIENT}/missing"],
                 ["--token-file", self._file("empty", "\n")],
                 ["--token-file", self._expired],
                 ["--token-command", "exit 3"]]
        mark = len(self._host.audit())
        for call in itertools.islice(itertools.cycle(calls), CALLS):
            done = self._log_in(HARMLESS, *call)
            expect((done.code, done.output) == (255, ""), f"{call}: {done}")
            expect(done.errors.startswith("ssh-jwt: ") and done.errors.count("\n") == 1,
                   f"{call} does not say why in one line: {done}")
        expect(self._host.audit()[mark:] == [], "the host was asked without a good token")
        self._expect_accepted(HARMLESS)

    def expect_none_for_keys_before_the_token(self):
        """Logs in ten times by token, after a key that the host does not take."""
        for _ in range(CALLS):
            self._expect_accepted(HARMLESS, "-i", self._host.client_key("unknown"))

    def expect_some_for_forged_tokens(self):
        """Tries as many forged tokens, and checks that the address is shut out, and the user told why."""
        for _ in range(CALLS):
            done = self._log_in(PUNISHED, "--token-file", self._forged)
            expect((done.code, done.output) == (255, ""), f"a forged token: {done}")
        for file in (self._forged, self._good):
            done = self._log_in(PUNISHED, "--token-file", file)
            expect(done.code == 255 and CLOSED in done.errors and "PerSourcePenalties" in done.errors,
                   f"ssh-jwt does not name the penalty: {done}")
        self._expect_accepted(HARMLESS)

    def _expect_accepted(self, address, *options):
        done = self._log_in(address, "--token-file", self._good, *options)
        expect((done.code, done.output) == (0, "alice\n"), f"a good token from {address}: {done}")

    def _log_in(self, address, *own):
        return self._host.ssh_jwt("alice", *own, "-b", address)

    def _file(self, name, text):
        return self._host.client_file(name, text)
