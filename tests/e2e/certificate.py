"""Certificates for servers on the private host."""

import subprocess

from private_host import HOSTNAME


def make(crt, key):
    """Writes a certificate for this host, which signs itself, and its key."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", f"/CN={HOSTNAME}",
                    "-addext", f"subjectAltName=DNS:{HOSTNAME}", "-out", crt, "-keyout", key],
                   stderr=subprocess.DEVNULL, check=True)
