"""Roots of Debian suites, which mmdebstrap makes and which are kept as archives for a week."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KEPT = Path(os.environ.get("PAMJWT_ROOTS", "/tmp/pam_jwt-roots"))
KEPT_S = 7 * 24 * 3600
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# Suites with these two archives beside their own.
STABLE = ("bookworm", "trixie")
# The apt of the root tries each file that often.
MMDEBSTRAP = ["--variant=minbase", '--aptopt=Acquire::Retries "5"']
ATTEMPTS, BETWEEN_ATTEMPTS_S = 3, 20


def kept():
    """Returns the directory. It may be in a place where everybody can write, so it must belong to root."""
    KEPT.mkdir(mode=0o700, exist_ok=True)
    status = KEPT.lstat()
    if status.st_uid != 0 or status.st_mode & 0o7777 != 0o700 or KEPT.is_symlink():
        sys.exit(f"{KEPT} is not a directory of root's with mode 0700")
    return KEPT


def unpack(suite, name, packages, directory, log):
    """Unpacks a root of the suite with these packages into `directory`."""
    extract(archive(suite, name, packages, log), directory)


def extract(archive_file, directory):
    directory.mkdir(mode=0o755)
    subprocess.run(["tar", "--extract", "--preserve-permissions", "--numeric-owner",
                    f"--file={archive_file}", f"--directory={directory}"], check=True)


def archive(suite, name, packages, log):
    """Returns the archive of a root with these packages, which is made if it is absent or old."""
    text = " ".join([suite, *sorted(packages)])
    kept_as = kept() / f"{suite}-{name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}.tar"
    if not kept_as.exists() or time.time() - kept_as.stat().st_mtime > KEPT_S:
        make(suite, packages, kept_as, log)
    return kept_as


def make(suite, packages, kept_as, log):
    with tempfile.TemporaryDirectory(dir=kept(), prefix="new.") as directory:
        new = Path(directory) / "root.tar"
        for attempt in range(ATTEMPTS):
            time.sleep(attempt * BETWEEN_ATTEMPTS_S)
            if succeeds(["mmdebstrap", *MMDEBSTRAP, f"--include={','.join(packages)}", suite,
                         str(new), "\n".join(sources(suite))], log):
                shutil.move(new, kept_as)
                return
    sys.exit(f"mmdebstrap made no root of {suite}, tried {ATTEMPTS} times: see {log}\n" + tail(log))


def succeeds(argv, log):
    with open(log, "ab") as output:
        return subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                              check=False).returncode == 0


def tail(log):
    return "\n".join(log.read_text(errors="replace").splitlines()[-30:])


def sources(suite):
    """Returns the lines of sources.list, with the mirrors that apt uses here."""
    # A mirror may be a snapshot, which apt no longer takes for valid.
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
