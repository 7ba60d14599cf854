"""Issuers for the tests, whose keys and tokens jwtctl makes, as an administrator would."""

import json
import subprocess

from private_host import HOSTNAME, JWTCTL, WORK

SSH_AUDIENCE = f"ssh://{HOSTNAME}"


def jwtctl(*arguments, stdin=""):
    """Runs jwtctl and returns what it printed. The test fails if jwtctl does."""
    done = subprocess.run([JWTCTL, *map(str, arguments)], input=stdin, capture_output=True,
                          text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"jwtctl {arguments[0]} failed: {done.stderr}")
    return done.stdout


class Issuer:
    """An issuer with one key, whose public half is on the private host."""

    def __init__(self, host, name, algorithm="ES256", url=None):
        self.name = name
        self.algorithm = algorithm
        self.url = url or f"https://{name.lower()}.example.com"
        self._directory = WORK / "issuers" / name
        jwtctl("keygen", "--force", "--alg", algorithm, "--out", self._directory)
        self.key = self._directory / "key.json"
        self.key_line = self._publish(host)

    def _publish(self, host):
        if self.algorithm.startswith("HS"):
            secret = host.write(f"/etc/pam_jwt/keys/{self.name}.secret",
                                (self._directory / "secret").read_bytes(), mode=0o600)
            return f'secret_file = "{secret}"'
        key = json.loads((self._directory / "jwks.json").read_text())["keys"][0]
        # One key has key ids of several lengths, so that a token of any length can be made.
        self._kids = ["k", "kk", "kkk"]
        jwks = {"keys": [key] + [{**key, "kid": kid} for kid in self._kids]}
        path = host.write(f"/etc/pam_jwt/keys/{self.name}.json", json.dumps(jwks))
        return f'jwks_file = "{path}"'

    def toml(self, *lines):
        """Returns the issuer's table in the configuration, with `lines` added."""
        table = [f"[issuer.{self.name}]", f'url = "{self.url}"', 'audiences = ["ssh://%h"]',
                 f'algorithms = ["{self.algorithm}"]', self.key_line]
        return "\n".join([*table, *lines, ""]) + "\n"

    def kid(self):
        """Returns the key id in the tokens of this issuer."""
        return json.loads(self.key.read_text())["kid"]

    def token(self, sub="alice", *, kid=None, ttl="10m", key=None, **claims):
        """Returns a token for `sub`. A claim that is None is left out."""
        claims = {"iss": self.url, "sub": sub, "aud": SSH_AUDIENCE, **claims}
        arguments = ["mint", "--key", key or self.key, "--ttl", ttl]
        arguments += ["--kid", kid] if kid else []
        for name, value in claims.items():
            arguments += ["--claim", f"{name}:={json.dumps(value)}"] if value is not None else []
        return jwtctl(*arguments).strip()

    def token_of(self, length, **claims):
        """Returns a token of exactly `length` bytes."""
        # Base64url never has a length of 1 modulo 4, so one key id is not enough for all lengths.
        for kid in self._kids:
            bare = len(self.token(kid=kid, padding="", **claims))
            for padding in range((length - bare) * 3 // 4 - 1, (length - bare) * 3 // 4 + 2):
                token = self.token(kid=kid, padding="x" * padding, **claims)
                if len(token) == length:
                    return token
        raise AssertionError(f"cannot make a token of {length} bytes")
