"""FIDO keys without a device: the private half is in memory, and signs as PROTOCOL.u2f of OpenSSH says."""

import hashlib
import struct

import paramiko
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from token_certificate import commitment, string

APPLICATION = "ssh:"
IS_TOUCHED, IS_VERIFIED = 1, 4  # flags: sshd asks for the first, and with verify-required for both
ED25519, P256 = "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"


def mpint(number):
    """Returns a positive mpint (RFC 4251 §5)."""
    return string(number.to_bytes(number.bit_length() // 8 + 1, "big"))


class FidoKey(paramiko.PKey):
    """A key that paramiko signs with, and that has what a certificate needs of an SshKey."""

    def __init__(self, key_type, flags=IS_TOUCHED):
        super().__init__()
        self.type, self._flags = key_type, flags
        self._counter = 0
        if key_type == ED25519:
            self._key = ed25519.Ed25519PrivateKey.generate()
            fields = string(self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        else:
            self._key = ec.generate_private_key(ec.SECP256R1())
            fields = string("nistp256") + string(self._key.public_key().public_bytes(
                Encoding.X962, PublicFormat.UncompressedPoint))
        self.blob = string(key_type) + fields + string(APPLICATION)

    def nonce(self, salt):
        return commitment(salt, self.blob)

    def load_certificate(self, path):
        self.public_blob = paramiko.pkey.PublicBlob.from_file(path)

    def get_name(self):
        return self.type

    def asbytes(self):
        return self.blob

    def can_sign(self):
        return True

    def sign_ssh_data(self, data, algorithm=None):
        self._counter += 1
        behind = struct.pack(">BI", self._flags, self._counter)
        signed = hashlib.sha256(APPLICATION.encode()).digest() + behind + hashlib.sha256(data).digest()
        if self.type == ED25519:
            return string(self.type) + string(self._key.sign(signed)) + behind
        r, s = decode_dss_signature(self._key.sign(signed, ec.ECDSA(hashes.SHA256())))
        return string(self.type) + string(mpint(r) + mpint(s)) + behind
