"""A publisher of the denylist of a fleet, written from docs/denylist-feed-format.md alone.

It shares no code with jwtctl, so that a feed of one is read by the other only if the document is right.
"""

import base64
import json
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

DAY_S = 24 * 3600


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def number(value, size=None):
    """Returns an integer as JWKs have it, in `size` bytes or as few as it needs."""
    return base64url(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


class Es256Key:
    algorithm = "ES256"

    def __init__(self):
        self._key = ec.generate_private_key(ec.SECP256R1())

    def members(self):
        point = self._key.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": number(point.x, 32), "y": number(point.y, 32)}

    def sign(self, data):
        r, s = decode_dss_signature(self._key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class EdDsaKey:
    algorithm = "EdDSA"

    def __init__(self):
        self._key = ed25519.Ed25519PrivateKey.generate()

    def members(self):
        x = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "x": base64url(x)}

    def sign(self, data):
        return self._key.sign(data)


class Rs256Key:
    algorithm = "RS256"

    def __init__(self):
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def members(self):
        numbers = self._key.public_key().public_numbers()
        return {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e)}

    def sign(self, data):
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())


class FeedPublisher:
    """Signs the feeds of one url. Each serial is greater than the one before."""

    def __init__(self, url, key=None, kid="fleet-1"):
        self.url = url
        self.kid = kid
        self.serial = int(time.time())
        self._key = key or Es256Key()

    def jwk(self):
        return {**self._key.members(), "kid": self.kid, "use": "sig", "alg": self._key.algorithm}

    def key_set(self):
        """Returns the text of the JWK Set that hosts have."""
        return json.dumps({"keys": [self.jwk()]})

    def claims(self, *entries, **changes):
        """Returns the claims of the next feed. A claim that is None is left out."""
        self.serial += 1
        now = int(time.time())
        claims = {"aud": self.url, "iat": now, "exp": now + DAY_S, "serial": self.serial,
                  "entries": list(entries), **changes}
        return {name: value for name, value in claims.items() if value is not None}

    def feed(self, *entries, header=None, **changes):
        """Returns the next feed, with changes of its header and its claims."""
        return self.sign(json.dumps(self.claims(*entries, **changes)), header)

    def sign(self, payload, header=None):
        """Signs any text as the payload of a feed."""
        head = {"alg": self._key.algorithm, "typ": "denylist+jwt", "kid": self.kid, **(header or {})}
        signed = f"{base64url(json.dumps(head).encode())}.{base64url(payload.encode())}"
        return f"{signed}.{base64url(self._key.sign(signed.encode()))}"


def deny_account(name):
    return {"account": name, "since": int(time.time())}


def deny_subject(issuer, sub, **more):
    return {"iss": issuer, "sub": sub, **more, "since": int(time.time())}
