"""An apt repository in a directory of a machine, made as docs/install.md says."""

import os
import subprocess

import build_packages

DIRECTORY = "/home/repository"
SOURCES = "/etc/apt/sources.list.d/pam_jwt.sources"
PUBLIC_KEY = "/home/repository.gpg"
ENTRY = """\
Types: deb
URIs: file://{directory}
Suites: {suite}
Components: main
{trust}
"""


class AptRepository:
    def __init__(self, machine, suite, work):
        self._machine, self._suite = machine, suite
        self._directory = machine.root / DIRECTORY.lstrip("/")
        self._key_ring = work / "gnupg"

    def add(self, packages):
        """Adds packages. The repository is not signed afterwards."""
        subprocess.run([build_packages.SOURCE / "packaging/deb-repo", self._directory, self._suite,
                        *packages], check=True)

    def be_trusted_unsigned(self):
        self._write_entry("Trusted: yes")

    def be_trusted_if_signed(self):
        """Makes a key, and lets apt take the repository only if this key has signed it."""
        self._key_ring.mkdir(mode=0o700)
        self._gpg("--passphrase", "", "--quick-generate-key", "packages@example.com", "ed25519",
                  "sign", "1d")
        self._gpg("--output", self._machine.root / PUBLIC_KEY.lstrip("/"), "--export")
        self._write_entry(f"Signed-By: {PUBLIC_KEY}")

    def sign(self):
        release = self._directory / "dists" / self._suite / "Release"
        self._gpg("--clearsign", "--output", release.with_name("InRelease"), release)

    def _write_entry(self, trust):
        self._machine.write(SOURCES, ENTRY.format(directory=DIRECTORY, suite=self._suite,
                                                  trust=trust))

    def _gpg(self, *arguments):
        subprocess.run(["gpg", "--batch", "--quiet", *arguments], check=True,
                       stderr=subprocess.DEVNULL,
                       env={**os.environ, "GNUPGHOME": str(self._key_ring)})
