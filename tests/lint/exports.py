#!/usr/bin/python3
"""Checks that a module exports the entries of PAM and nothing else, and needs few libraries: exports.py pam_jwt.so"""

import re
import subprocess
import sys

from source_files import report

ENTRIES = {
    "pam_sm_authenticate", "pam_sm_setcred", "pam_sm_acct_mgmt", "pam_sm_open_session",
    "pam_sm_close_session", "pam_sm_chauthtok",
}
# The name of the loader depends on the architecture.
LIBRARIES = re.compile(
    r"^(libpam\.so\.0|libcrypto\.so\.3|libc\.so\.6|ld-linux.*\.so\.[12]|ld64\.so\.[12])$")


def check_symbols(nm):
    """Checks `nm`, the output of nm -D --defined-only."""
    names = {line.split()[-1].split("@")[0] for line in nm.splitlines() if line.strip()}
    problems = [f"exports {name}" for name in sorted(names - ENTRIES)]
    return problems + [f"does not export {name}" for name in sorted(ENTRIES - names)]


def check_needed(readelf):
    """Checks the libraries in `readelf`, the output of readelf -d."""
    needed = re.findall(r"\(NEEDED\).*\[(.+)\]", readelf)
    problems = [f"needs {name}" for name in needed if not LIBRARIES.match(name)]
    return problems if needed else ["needs no library at all: is it the module?"]


def check_flags(readelf):
    """Checks the flags. Without NODELETE each dlclose() would leak. Without BIND_NOW relocations stay writable."""
    flags = ("NODELETE", "NOW")
    return [f"lacks {flag}" for flag in flags if not re.search(rf"\b{flag}\b", readelf)]


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main(module):
    dynamic = run("readelf", "-dW", module)
    symbols = run("nm", "-D", "--defined-only", module)
    return report(check_symbols(symbols) + check_needed(dynamic) + check_flags(dynamic))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
