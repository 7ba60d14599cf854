#!/usr/bin/python3
"""Checks what built files export and need: exports.py pam_jwt.so sshd-keys-judge.so sshd-keys

The module exports the entries of PAM and nothing else, and needs few libraries. The judge of sshd-keys exports its one
function. Neither it nor sshd-keys needs a library that the module does not need.
"""

import re
import subprocess
import sys

from source_files import report

ENTRIES = {
    "pam_sm_authenticate", "pam_sm_setcred", "pam_sm_acct_mgmt", "pam_sm_open_session",
    "pam_sm_close_session", "pam_sm_chauthtok",
}
JUDGE_ENTRIES = {"pamjwt_judge_key_1"}
# The name of the loader depends on the architecture.
LIBRARIES = re.compile(
    r"^(libpam\.so\.0|libcrypto\.so\.3|libc\.so\.6|ld-linux.*\.so\.[12]|ld64\.so\.[12])$")


def check_symbols(nm, entries=frozenset(ENTRIES)):
    """Checks `nm`, the output of nm -D --defined-only."""
    names = {line.split()[-1].split("@")[0] for line in nm.splitlines() if line.strip()}
    problems = [f"exports {name}" for name in sorted(names - entries)]
    return problems + [f"does not export {name}" for name in sorted(entries - names)]


def libraries(readelf):
    return re.findall(r"\(NEEDED\).*\[(.+)\]", readelf)


def check_needed(readelf):
    """Checks the libraries in `readelf`, the output of readelf -d."""
    needed = libraries(readelf)
    problems = [f"needs {name}" for name in needed if not LIBRARIES.match(name)]
    return problems if needed else ["needs no library at all: is it the module?"]


def check_needs_no_more(readelf, module):
    """Checks that a file needs no library that the module does not need. Both are outputs of readelf -d."""
    return [f"needs {name}, and the module does not"
            for name in libraries(readelf) if name not in libraries(module)]


def check_flags(readelf):
    """Checks the flags. Without NODELETE each dlclose() would leak. Without BIND_NOW relocations stay writable."""
    flags = ("NODELETE", "NOW")
    return [f"lacks {flag}" for flag in flags if not re.search(rf"\b{flag}\b", readelf)]


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def dynamic(path):
    return run("readelf", "-dW", path)


def symbols(path):
    return run("nm", "-D", "--defined-only", path)


def main(module, judge, program):
    needs = dynamic(module)
    problems = check_symbols(symbols(module)) + check_needed(needs) + check_flags(needs)
    problems += [f"{judge} {problem}" for problem in
                 check_symbols(symbols(judge), JUDGE_ENTRIES) + check_needs_no_more(dynamic(judge), needs)]
    problems += [f"{program} {problem}" for problem in check_needs_no_more(dynamic(program), needs)]
    return report(problems)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
