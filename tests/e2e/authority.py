"""A private CA, and the certificate that it gives to a web server."""

import subprocess


def make_authority(directory, name):
    """Makes the CA ca.pem, and tls.pem with tls.key for the server `name`, in a directory."""
    certify(directory, "ca", "/CN=CA of the tests", "basicConstraints=critical,CA:TRUE",
            "keyUsage=critical,keyCertSign")
    certify(directory, "tls", f"/CN={name}", "basicConstraints=critical,CA:FALSE",
            f"subjectAltName=DNS:{name}", signer=["-CA", "ca.pem", "-CAkey", "ca.key"])


def certify(directory, file, subject, *extensions, signer=()):
    """Makes a key and its certificate, which signs itself if there is no signer."""
    argv = ["openssl", "req", "-config", "/dev/null", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", subject,
            "-keyout", f"{file}.key", "-out", f"{file}.pem", *signer]
    argv += [word for extension in extensions for word in ("-addext", extension)]
    subprocess.run(argv, cwd=directory, check=True, stderr=subprocess.DEVNULL)
