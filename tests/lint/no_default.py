#!/usr/bin/python3
"""Checks that lib, and any switch over Reason, has no `default:`, so that the compiler asks for each new value."""

import re
import sys

from source_files import report, sources, without_comments_and_strings

PARTS = ("lib", "pam_jwt", "jwtctl", "ssh-jwt", "sshd-keys", "jwt-sso", "jwks-fetcher")
DEFAULT = re.compile(r"\bdefault\s*:(?!:)")


def switch_bodies(code):
    """Yields (line, body) of every switch. A switch inside another is part of both."""
    for match in re.finditer(r"\bswitch\b[^{]*\{", code):
        depth, end = 1, match.end()
        while depth > 0 and end < len(code):
            depth += {"{": 1, "}": -1}.get(code[end], 0)
            end += 1
        yield code.count("\n", 0, match.start()) + 1, code[match.end():end]


def check_file(path, text):
    code = without_comments_and_strings(text)
    return [
        f"{path}:{line}: a switch has a default:"
        for line, body in switch_bodies(code)
        if DEFAULT.search(body) and (path.startswith("lib/") or "Reason::" in body)
    ]


def main():
    return report([problem for path, text in sources(PARTS) for problem in check_file(path, text)])


if __name__ == "__main__":
    sys.exit(main())
