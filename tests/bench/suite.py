#!/usr/bin/python3
"""Runs the benchmarks in a root of a Debian suite: with its compiler, its libraries and its PAM, on the
kernel of this host.

    suite.py SUITE login|key|sshd-keys|jwt-sso|verify|redeem|fetcher [ROUNDS] [--json FILE] [--plots DIRECTORY]

It needs root and a network. The checkout is built in the root. Roots and compiled files are kept in
PAMJWT_ROOTS, roots for a week.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "packages"))

import build_packages
import suite_root

# The compiler, the counter of instructions, the suite's OpenSSH, a store of one-time tokens, and the libraries
# of the rows beside pam_jwt (BENCH_PACKAGES in ./dev).
PACKAGES = ["ccache", "g++", "openssh-client", "python3", "redis-server", "valgrind",
            "libjwt-dev", "libcjose-dev", "libjansson-dev", "libcpp-jwt-dev"]
# What each benchmark of run needs.
TARGETS = {
    "login": ["bench_login"],
    "key": ["bench_key", "sshd-keys-judge"],
    "sshd-keys": ["sshd-keys", "sshd-keys-judge", "jwtctl"],
    "jwt-sso": ["jwt-sso", "jwt-sso-net"],
    "verify": ["bench_verify"],
    "redeem": ["bench_redeem"],
    "fetcher": ["jwks-fetcher", "jwtctl"],
}
BUILD = f"{build_packages.TREE}/build/release"
RESULTS = "build/results"  # in the root
LOGS = build_packages.SOURCE / "build/bench"


def arguments():
    parser = argparse.ArgumentParser(prog="bench --suite")
    parser.add_argument("suite", choices=["bookworm", "trixie", "testing"])
    parser.add_argument("name", choices=TARGETS)
    parser.add_argument("rounds", nargs="?", type=int)
    parser.add_argument("--json", metavar="FILE", type=Path)
    parser.add_argument("--plots", metavar="DIRECTORY", type=Path)
    return parser.parse_args()


def build(suite, name, root, log):
    suite_root.unpack(suite, "bench", [*build_packages.named_dependencies(), *PACKAGES], root, log)
    (root / "ccache").mkdir()
    (root / RESULTS).mkdir(parents=True)
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n", encoding="utf-8")
    subprocess.run([build_packages.SOURCE / "packaging/source-tree", f"{root}{build_packages.TREE}"],
                   check=True)
    print(f"bench: building for {suite}, log in {log}", file=sys.stderr, flush=True)
    build_packages.run(
        suite, root, log, "sh", "-e", "-c",
        f"cd {build_packages.TREE} && cmake --preset release && "
        f"exec nice cmake --build --preset release --parallel {os.cpu_count()} --target {' '.join(TARGETS[name])}")


def measure(wanted, root):
    """Runs the benchmark in the root, and takes its files out of it. Returns the exit status."""
    files = [(f"--{option}", path) for option, path in (("json", wanted.json), ("plots", wanted.plots)) if path]
    options = [word for option, path in files for word in (option, f"/{RESULTS}/{path.name}")]
    rounds = [] if wanted.rounds is None else [wanted.rounds]
    done = subprocess.run(
        build_packages.in_root(root, "/usr/bin/python3", "-B", f"{build_packages.TREE}/tests/bench/run",
                               BUILD, wanted.name, *rounds, *options),
        env=build_packages.environment(wanted.suite), check=False)
    for _, path in files:
        made = root / RESULTS / path.name
        if made.is_dir():
            shutil.copytree(made, path, dirs_exist_ok=True)
        elif made.exists():
            shutil.copy(made, path)
    return done.returncode


def main():
    # When the caller's deadline ends this process, what runs in the root ends with it, and the root goes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: told to end"))
    wanted = arguments()
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{wanted.suite}.log"
    log.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=suite_root.kept(), prefix="work.") as work:
        os.chmod(work, 0o755)
        root = Path(work) / "root"
        build(wanted.suite, wanted.name, root, log)
        status = measure(wanted, root)
    build_packages.give_to_owner(LOGS)
    sys.exit(status)


if __name__ == "__main__":
    main()
