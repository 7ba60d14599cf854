"""Measures what jwt-sso costs each start of ssh while the certificate is good: jwt_sso.py JWT_SSO ROUNDS

Prints a line for report.py of it, and of /bin/true.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

from program_times import TRUE, report

TOKEN_BYTES = 4096  # of a long token
PROFILE = """issuer = "https://login.example.com"
client_id = "ssh"
scopes = ["openid", "offline_access"]
hosts = ["*.example.com"]
"""


def log_in(home):
    """Makes a profile and a certificate in a home directory, as an administrator and a login leave them."""
    profile = home / ".config/jwt-sso/work.toml"
    profile.parent.mkdir(parents=True)
    profile.write_text(PROFILE)
    state = home / ".local/state/jwt-sso/work"
    state.mkdir(parents=True)
    state.chmod(0o700)
    keygen = lambda *words: subprocess.run(["ssh-keygen", "-q", *words], check=True)
    for name in ("key", "ca"):
        keygen("-t", "ecdsa", "-N", "", "-f", state / name)
    keygen("-s", state / "ca", "-I", "alice", "-n", "token@pamjwt.io", "-V", "-1m:+8h",
           "-O", "extension:token@pamjwt.io=" + "x" * TOKEN_BYTES, state / "key.pub")
    (state / "key-cert.pub").chmod(0o600)


def main(program, rounds):
    os.umask(0o022)
    with tempfile.TemporaryDirectory() as directory:
        log_in(pathlib.Path(directory))
        os.environ["HOME"] = directory
        for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            os.environ.pop(variable, None)
        report({"/bin/true beside jwt-sso": [TRUE], "jwt-sso renew: certificate is good": [program, "renew", "work"]}, rounds)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
