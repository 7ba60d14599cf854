"""Builds the packages as a builder of the suite does: in a minimal root, without a network."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import suite_root

SOURCE = Path(__file__).resolve().parents[2]
CONTROL = SOURCE / "packaging/deb/control"
TREE = "/build/pam-jwt"

# It runs in namespaces of its own, so that nothing of it stays. $0 is the root, the rest the command.
# The root is a mount, since a program inside may make the mounts below it private.
IN_ROOT = """
mount --bind "$0" "$0"
cd "$0"
mount --rbind /dev "$0/dev"
mount -t proc proc "$0/proc"
mount --bind "$CACHE" "$0/ccache"
exec chroot "$0" env -i LC_ALL=C.UTF-8 PATH=/usr/lib/ccache:/usr/sbin:/usr/bin:/sbin:/bin \\
    CCACHE_DIR=/ccache CXX=g++ DEB_BUILD_OPTIONS="$DEB_BUILD_OPTIONS" "$@"
"""
# Every warning counts. Each override in debian/ says why it is there.
LINTIAN = ["lintian", "--allow-root", "--fail-on=error,warning", "--tag-display-limit=0"]


def build(suite, work, logs):
    """Builds the packages of the suite, and returns them as files in `logs`."""
    log = logs / "build.log"
    root = work / "build-root"
    suite_root.unpack(suite, "build", build_dependencies(), root, log)
    (root / "build").mkdir()
    (root / "ccache").mkdir()
    subprocess.run([SOURCE / "packaging/deb-tree", f"{root}{TREE}"], check=True)
    run(suite, root, log, "sh", "-c", f"cd {TREE} && exec nice dpkg-buildpackage -us -uc")
    run(suite, root, log, "sh", "-c", f"exec {' '.join(LINTIAN)} /build/*.changes")
    packages = [Path(shutil.copy(package, logs)) for package in (root / "build").glob("*.deb")]
    shutil.rmtree(root)
    return packages


def build_dependencies():
    """Returns the packages that the control file names, and those that build and check any package."""
    return ["build-essential", "ccache", "debhelper", "lintian", *named_dependencies()]


def named_dependencies():
    field = re.search(r"^Build-Depends:(.*?)^\S", CONTROL.read_text(), re.M | re.S).group(1)
    names = re.findall(r"^ ([a-z0-9.+-]+)", field, re.M)
    return [name for name in names if not name.startswith(("debhelper-compat", "dh-sequence"))]


def run(suite, root, log, *argv):
    """Runs a command in the root, without a network. It must succeed."""
    with open(log, "ab") as output:
        done = subprocess.run(in_root(root, *argv, options=["--net"]), env=environment(suite),
                              stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(argv)}: exit status {done.returncode}, see {log}\n" + suite_root.tail(log))


def in_root(root, *argv, options=()):
    """Returns the command that runs a command in the root, in an environment() of its suite."""
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private", *options,
            "sh", "-e", "-c", IN_ROOT, str(root), *map(str, argv)]


def environment(suite):
    cache = suite_root.kept() / f"ccache-{suite}"
    cache.mkdir(exist_ok=True)
    options = os.environ.get("DEB_BUILD_OPTIONS", f"parallel={os.cpu_count()}")
    return {**os.environ, "CACHE": str(cache), "DEB_BUILD_OPTIONS": options}


def give_to_owner(directory):
    """Gives the files that tests leave to the owner of the checkout, who owns all that is built."""
    owner = SOURCE.stat()
    for path in [directory, *directory.rglob("*")]:
        os.chown(path, owner.st_uid, owner.st_gid)


def with_higher_version(package, directory):
    """Makes the same package again with a version to upgrade to."""
    tree = directory / package.stem
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"(?m)^(Version: .*)$", r"\1+next", control.read_text()))
    name, version, architecture = package.name.split("_")
    upgrade = directory / f"{name}_{version}+next_{architecture}"
    subprocess.run(["dpkg-deb", "--build", tree, upgrade], stdout=subprocess.DEVNULL, check=True)
    return upgrade
