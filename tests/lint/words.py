#!/usr/bin/python3
"""Checks how comments and documents are written: how contracts begin, how much of the headers is
comment, and how long the lines of documents are.
"""

import re
import sys

from source_files import ROOT, report, sources

PRODUCT = ("lib", "pam_jwt", "jwtctl", "ssh-jwt", "sshd-keys", "jwt-sso", "jwks-fetcher")
# Words at which a reader stops. "if there is none" is plain, "and is none" is not.
PUZZLES = re.compile(r"\b(?:whoever|others than|(?<!there )(?:is|are) none|likewise|thereof|a 54th)\b", re.IGNORECASE)
QUOTED = re.compile(r'`[^`]*`|"[^"]*"')
# A contract begins with a verb ("Returns") or with a noun phrase ("The path of a file").
NO_OPENING = frozenset(
    "Are As By Can Could Did Do From How If Likewise May None Of Such Was What When Where Whether Which Who Whoever "
    "Whom Whose Why Would".split())
LEAST_SHARE = 1 / 4
LEAST_SHARE_OF_ONE = 1 / 10
MANY_DECLARATIONS = 10
LONGEST_LINE = 120
LONGEST_README = 240


def blocks(text, mark):
    """Yields (line, text) of each run of lines that are comments with `mark`, joined by blanks."""
    comment = re.compile(rf"\s*{mark}(?![/<])\s?(.*)")
    start, words = 0, []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        match = comment.fullmatch(line)
        if match:
            start = start if words else number
            words.append(match.group(1))
        elif words:
            yield start, " ".join(words)
            words = []


def check_contracts(path, text):
    problems = []
    for line, block in blocks(text, "///"):
        sentence = re.split(r"(?<=[.?!])\s", block, maxsplit=1)[0]
        opening = re.match(r"[\w-]*", block).group(0)
        if not re.match(r"[A-Z]", block):
            problems.append(f"{path}:{line}: a contract begins with a capital letter: {sentence}")
        elif opening in NO_OPENING:
            problems.append(f"{path}:{line}: a contract begins with a verb or a noun, not \"{opening}\": {sentence}")
        elif sentence.endswith("?"):
            problems.append(f"{path}:{line}: a contract is not a question: {sentence}")
    return problems


def check_puzzles(path, texts):
    """Checks `texts`, (line, text) of each comment or paragraph, but not what they quote."""
    return [f"{path}:{line}: \"{match.group(0)}\" is hard to read"
            for line, text in texts
            for match in PUZZLES.finditer(QUOTED.sub("", " ".join(text.split())))]


def comments(text):
    """Yields (line, text) of each run of `//` and `///`, and of each comment behind code."""
    yield from blocks(text, "//")
    yield from blocks(text, "///")
    for number, line in enumerate(text.splitlines(), 1):
        match = re.search(r"\S.*?\s//(?:/<)?\s(.*)", line)
        if match and not line.lstrip().startswith("//"):
            yield number, match.group(1)


def paragraphs(text):
    """Yields (line, text) of each run of lines that are not empty."""
    for match in re.finditer(r"(?:\S.*|[ \t]+\S.*)(?:\n.*\S.*)*", text):
        yield text.count("\n", 0, match.start()) + 1, match.group(0)


def count_header(text):
    """Returns the numbers of comments, of all lines that are not empty, and of declarations."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    comment = [line for line in lines if line.startswith("//") or "///<" in line]
    declarations = [line for line in lines if line.endswith(";") and not line.startswith("//")]
    return len(comment), len(lines), len(declarations)


def share_of_comments(headers):
    """Returns the share, from 0 to 1, in all lines of all `headers`, which are (path, text)."""
    comment, total, _ = (sum(column) for column in zip(*(count_header(text) for _, text in headers)))
    return comment / total


def check_headers(headers):
    problems = []
    for path, text in headers:
        comment, total, declarations = count_header(text)
        if declarations > MANY_DECLARATIONS and comment < LEAST_SHARE_OF_ONE * total:
            problems.append(f"{path}:1: {comment} of {total} lines are comments, for {declarations} declarations")
    if share_of_comments(headers) < LEAST_SHARE:
        problems.append(f"headers: less than {LEAST_SHARE:.0%} of all lines are comments")
    return problems


def check_document(path, text):
    lines = text.splitlines()
    problems = [
        f"{path}:{number}: the line has {len(line.encode())} bytes, more than {LONGEST_LINE}"
        for number, line in enumerate(lines, 1)
        if len(line.encode()) > LONGEST_LINE
    ]
    if path == "README.md" and len(lines) > LONGEST_README:
        problems.append(f"{path}:{LONGEST_README + 1}: the file has {len(lines)} lines, more than {LONGEST_README}")
    return problems + check_puzzles(path, paragraphs(text))


def documents():
    """Yields (path, text) of each Markdown file, but not of those in build directories."""
    tops = [top for top in ROOT.iterdir() if not top.name.startswith((".", "build", "obj-"))]
    for top in sorted(tops):
        for path in [top] if top.is_file() else sorted(top.rglob("*.md")):
            if path.suffix == ".md":
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def main():
    problems = []
    for path, text in sources((*PRODUCT, "tests/support")):
        problems += check_contracts(path, text)
    for path, text in sources():
        problems += check_puzzles(path, comments(text))
    headers = [(path, text) for path, text in sources(PRODUCT) if path.endswith(".h")]
    print(f"headers: {share_of_comments(headers):.1%} of the lines are comments")
    problems += check_headers(headers)
    for path, text in documents():
        problems += check_document(path, text)
    return report(problems)


if __name__ == "__main__":
    sys.exit(main())
