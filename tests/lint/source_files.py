"""The C++ files of the tree, for the lints beside this file."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
PARTS = ("lib", "pam_jwt", "jwtctl", "ssh-jwt", "sshd-keys", "jwt-sso", "jwks-fetcher", "tests")


def sources(parts=PARTS, root=ROOT):
    """Yields every .cc and .h of `parts`, as (path relative to the root, text)."""
    for part in parts:
        for path in sorted((root / part).rglob("*")):
            if path.suffix in (".cc", ".h"):
                yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def without_comments_and_strings(text):
    """Returns `text` with blanks for comments and the contents of strings. Line breaks stay, so line numbers hold."""
    pattern = r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\''
    blank = lambda match: re.sub(r"[^\n]", " ", match.group(0))
    return re.sub(pattern, blank, text, flags=re.DOTALL)


def report(problems):
    """Prints the problems, and returns the exit code for sys.exit."""
    for problem in problems:
        print(problem)
    return 1 if problems else 0
