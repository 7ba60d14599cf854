"""Logs in many times at once with tokens in certificates, half of which must open nothing.

sshd has its own penalties for addresses (OpenSSH 9.8), which must not hit logins that are good.
"""

import collections
import re
import time
from concurrent.futures import ThreadPoolExecutor

from certificate_case import BOUND_AUDIENCE, NO_PROMPTS, STACK, install_sshd_keys, keys_options
from issuer import Issuer, jwtctl
from load_report import tell
from private_host import WORK
from token_certificate import SshKey, certify, new_salt

KINDS = [("ed25519", None), ("ecdsa", 256), ("rsa", 3072)]
# Reasons of sshd-keys, one for each way to forge.
REASONS = ["certificate.unbound", "certificate.unbound", "signature.invalid", "token.expired"]


class CertificateLoad:
    def __init__(self, host, logins, at_a_time):
        self._host, self._logins, self._at_a_time = host, logins, at_a_time
        self._issuer = Issuer(host, "staff", "RS256")
        jwtctl("keygen", "--alg", "RS256", "--out", WORK / "forger")
        self._keys = [SshKey.make(*kind) for kind in KINDS]
        self._thief = SshKey.make()
        install_sshd_keys(host)
        host.write_config(self._issuer.toml(f'bound_audiences = ["{BOUND_AUDIENCE}"]'))
        host.write_pam("sshd", STACK)
        host.start_sshd([*keys_options(), *NO_PROMPTS])

    def run(self):
        """Runs the logins and prints what they came to. Returns whether each ended as it should."""
        tickets = [self._ticket(number) for number in range(self._logins)]
        mark = self._host.mark()
        began = time.monotonic()
        with ThreadPoolExecutor(self._at_a_time) as pool:
            outcomes = list(pool.map(self._log_in, tickets))
        print(f"load: {self._logins} logins by certificate, {self._at_a_time} at a time, in "
              f"{time.monotonic() - began:.0f} s")
        return all([tell("good certificates", outcomes[::2], True),
                    tell("forged certificates", outcomes[1::2], False),
                    self._check_log(self._host.audit_since(mark))])

    def _ticket(self, number):
        """Returns a key and its certificate. Every second one is forged, in several ways in turn."""
        key = self._keys[number // 2 % len(self._keys)]
        salt, now = new_salt(), int(time.time())
        bind = {"aud": BOUND_AUDIENCE, "nonce": key.nonce(salt)}
        if number % 2 == 0:
            return key, certify(key, f"{salt}~{self._issuer.token(**bind)}")
        way = number // 2 % len(REASONS)
        if way == 0:  # a stolen token
            return self._thief, certify(self._thief, f"{salt}~{self._issuer.token(**bind)}")
        if way == 1:
            return key, certify(key, f"{new_salt()}~{self._issuer.token(**bind)}")
        changed = ({"key": WORK / "forger/key.json", "kid": self._issuer.kid()} if way == 2
                   else {"iat": now - 900, "exp": now - 300})
        return key, certify(key, f"{salt}~{self._issuer.token(**bind, **changed)}")

    def _log_in(self, ticket):
        key, certificate = ticket
        return self._host.ssh("alice", method="publickey", options=[
            f"IdentityFile={key.path}", f"CertificateFile={certificate}"])

    def _check_log(self, audit):
        """Checks that each login is in the log once, and each refusal with its reason."""
        words = collections.Counter(line.split()[1] for line in audit)
        reasons = collections.Counter(re.findall(r"reason=(\S+)", " ".join(
            line for line in audit if ": refused " in line)))
        good = (self._logins + 1) // 2
        wanted = collections.Counter(REASONS[number // 2 % len(REASONS)]
                                     for number in range(1, self._logins, 2))
        is_right = words["accepted"] == good and words["offered"] == 2 * good and reasons == wanted
        print(f"load: the log says {dict(words)}, {dict(reasons)}{'' if is_right else ': WRONG'}")
        return is_right
