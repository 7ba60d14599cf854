"""Roots of Debian suites, made by mmdebstrap and kept as archives for a week."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

KEPT = Path(os.environ.get("PAMJWT_ROOTS", "/tmp/pam_jwt-roots"))
KEPT_S = 7 * 24 * 3600
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# Suites that have these two archives beside their own.
STABLE = ("bookworm", "trixie")


def kept():
    """The directory. It may be in a place where everybody can write, so it has to be root's own."""
    KEPT.mkdir(mode=0o700, exist_ok=True)
    status = KEPT.lstat()
    if status.st_uid != 0 or status.st_mode & 0o7777 != 0o700 or KEPT.is_symlink():
        sys.exit(f"{KEPT} is not a directory of root's with mode 0700")
    return KEPT


def unpack(suite, name, packages, directory, log):
    """Makes `directory` a root of the suite with these packages."""
    text = " ".join([suite, *sorted(packages)])
    archive = kept() / f"{suite}-{name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}.tar"
    if not archive.exists() or time.time() - archive.stat().st_mtime > KEPT_S:
        make(suite, packages, archive, log)
    directory.mkdir(mode=0o755)
    subprocess.run(["tar", "--extract", "--preserve-permissions", "--numeric-owner",
                    f"--file={archive}", f"--directory={directory}"], check=True)


def make(suite, packages, archive, log):
    new = archive.with_suffix(".new.tar")
    with open(log, "ab") as output:
        done = subprocess.run(["mmdebstrap", "--variant=minbase", f"--include={','.join(packages)}",
                               suite, str(new), "\n".join(sources(suite))],
                              stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False)
    if done.returncode != 0:
        new.unlink(missing_ok=True)
        sys.exit(f"mmdebstrap made no root of {suite}: see {log}")
    shutil.move(new, archive)


def sources(suite):
    """Lines of sources.list, with the mirrors that apt uses here."""
    # A mirror may be a snapshot, which no longer counts as valid.
    options = f"[signed-by={KEYRING} check-valid-until=no]"
    debian = mirror("Debian")
    lines = [f"deb {options} {debian} {suite} main"]
    if suite in STABLE:
        lines += [f"deb {options} {debian} {suite}-updates main",
                  f"deb {options} {mirror('Debian-Security')} {suite}-security main"]
    return lines


def mirror(label):
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages"],
        stdout=subprocess.PIPE, text=True, check=True).stdout
    for line in targets.splitlines():
        name, _, uri = line.rpartition(" ")
        if name == label:
            return uri
    sys.exit(f"apt has no mirror of {label} here: run this on Debian, after apt-get update")
