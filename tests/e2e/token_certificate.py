"""Certificates that carry a token (docs/certificate-format.md), and the keys that tokens are bound to.

The stock ssh-keygen signs those that can be used, with a CA that nobody trusts. Forgery makes those that
ssh-keygen does not write.
"""

import base64
import dataclasses
import hashlib
import itertools
import json
import secrets
import shutil
import struct
import subprocess
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from private_host import WORK

NAME = "token@pamjwt.io"  # the name of the extension, and of the one principal
PERMITS = ("permit-X11-forwarding", "permit-agent-forwarding", "permit-port-forwarding", "permit-pty",
           "permit-user-rc")
DIRECTORY = WORK / "certificates"
CURVES = {"nistp256": "P-256", "nistp384": "P-384", "nistp521": "P-521"}
NUMBERS = itertools.count()


def string(data):
    """Returns an SSH string (RFC 4251 §5)."""
    data = data.encode() if isinstance(data, str) else data
    return struct.pack(">I", len(data)) + data


def strings(blob):
    """Returns the SSH strings of which `blob` consists."""
    found = []
    while blob:
        size = struct.unpack(">I", blob[:4])[0]
        found.append(blob[4:4 + size])
        blob = blob[4 + size:]
    return found


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def new_salt():
    return secrets.token_urlsafe(16)


def commitment(salt, blob):
    """Returns the nonce that binds a token to the key with this blob."""
    digest = hashlib.sha256(string("pjk1@pamjwt.io") + string(salt) + string(blob)).digest()
    return "pjk1." + base64url(digest)


class SshKey:
    """A key of a user: the private half in `path`, the public half in `path`.pub."""

    def __init__(self, path):
        self.path = Path(path)
        self.public = Path(f"{path}.pub")
        self.type, text = self.public.read_text().split()[:2]
        self.blob = base64.b64decode(text)

    @classmethod
    def make(cls, kind="ed25519", bits=None):
        """Makes a key with ssh-keygen, of its kinds and sizes."""
        DIRECTORY.mkdir(exist_ok=True)
        path = DIRECTORY / f"key-{next(NUMBERS)}"
        subprocess.run(["ssh-keygen", "-q", "-t", kind, *(["-b", str(bits)] if bits else []), "-N", "",
                        "-C", "", "-f", path], check=True)
        return cls(path)

    def nonce(self, salt):
        return commitment(salt, self.blob)

    def jwk(self):
        """Returns the key as a JWK, with the members that its thumbprint counts (RFC 7638)."""
        kind, *fields = strings(self.blob)
        if kind == b"ssh-rsa":
            e, n = (base64url(number.lstrip(b"\0")) for number in fields)
            return {"e": e, "kty": "RSA", "n": n}
        if kind == b"ssh-ed25519":
            return {"crv": "Ed25519", "kty": "OKP", "x": base64url(fields[0])}
        point = fields[1][1:]
        x, y = point[:len(point) // 2], point[len(point) // 2:]
        return {"crv": CURVES[fields[0].decode()], "kty": "EC", "x": base64url(x), "y": base64url(y)}

    def thumbprint(self):
        text = json.dumps(self.jwk(), sort_keys=True, separators=(",", ":"))
        return base64url(hashlib.sha256(text.encode()).digest())


def authority():
    """Returns the CA of this process. Nobody has a reason to trust it."""
    path = DIRECTORY / "ca"
    if not path.exists():
        DIRECTORY.mkdir(exist_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ecdsa", "-b", "256", "-N", "", "-f", path], check=True)
    return path


def certify(key, payload, *, principals=NAME, validity="-1h:+15m", options=(), ca=None):
    """Lets ssh-keygen sign a certificate for `key`, with `payload` in the extension; returns its path.

    `principals` are as for `ssh-keygen -n`, and `options` as for `ssh-keygen -O`.
    """
    public = DIRECTORY / f"signed-{next(NUMBERS)}.pub"
    shutil.copyfile(key.public, public)
    carried = [f"extension:{NAME}={payload}"] if payload else []
    subprocess.run(["ssh-keygen", "-q", "-s", ca or authority(), "-I", "sso", "-V", validity,
                    *(["-n", principals] if principals else []),
                    *[part for option in [*carried, *options] for part in ("-O", option)], public],
                   check=True)
    return public.with_name(f"{public.stem}-cert.pub")


@dataclasses.dataclass
class Forgery:
    """A certificate that is put together by hand, signed by a CA of its own. Each field can be wrong."""

    key: SshKey
    payload: str
    kind: int = 1  # 1 is of a user, 2 of a host
    principals: tuple = (NAME,)
    critical: tuple = ()    # pairs: the name, and its data as bytes
    extensions: tuple = ()  # the same, beside the permits and the token
    valid_after: int = dataclasses.field(default_factory=lambda: int(time.time()) - 3600)
    valid_before: int = dataclasses.field(default_factory=lambda: int(time.time()) + 900)

    def text(self):
        """Returns the line of a -cert.pub file."""
        return f"{certificate_type(self.key.type)} {base64.b64encode(self.blob()).decode()}\n"

    def blob(self):
        signer = Ed25519PrivateKey.generate()
        public = signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        # Sorted by name only: ssh-keygen sorts too, but drops no name that stands twice.
        own = ((NAME, string(self.payload)),) if self.payload else ()
        extensions = [*((name, b"") for name in PERMITS), *own, *self.extensions]
        signed = b"".join([
            string(certificate_type(self.key.type)), string(secrets.token_bytes(32)),
            self.key.blob[4 + len(self.key.type):],
            struct.pack(">QI", 0, self.kind), string("sso"),
            string(b"".join(map(string, self.principals))),
            struct.pack(">QQ", self.valid_after, self.valid_before),
            string(pairs(self.critical)), string(pairs(extensions)), string(b""),
            string(string("ssh-ed25519") + string(public))])
        return signed + string(string("ssh-ed25519") + string(signer.sign(signed)))

    def write(self):
        """Writes the certificate to a file of its own, and returns its path."""
        path = DIRECTORY / f"forged-{next(NUMBERS)}-cert.pub"
        path.write_text(self.text())
        return path


def payload_of(certificate):
    """Returns what the extension of a certificate carries, or "" if it is cut or absent."""
    blob = base64.b64decode(Path(certificate).read_text().split()[1])
    _, _, data = blob.rpartition(string(NAME))
    size = struct.unpack(">I", data[4:8])[0] if len(data) > 8 else 0
    return data[8:8 + size].decode(errors="replace")


def certificate_type(key_type):
    return key_type.removesuffix("@openssh.com") + "-cert-v01@openssh.com"


def pairs(options):
    """Returns options as a certificate has them."""
    ordered = sorted(options, key=lambda option: option[0])
    return b"".join(string(name) + string(data) for name, data in ordered)
