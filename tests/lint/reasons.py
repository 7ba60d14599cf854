#!/usr/bin/python3
"""Checks that docs/reasons.md has one heading for each id of base/error.cc, for example ### `token.expired`."""

import collections
import re
import sys

from source_files import ROOT, report

HEADING = re.compile(r"^#{2,4} `([a-z_.]+)`", re.MULTILINE)
ID = re.compile(r"Entry\{Reason::k\w+, \"([a-z_.]+)\"")


def check(source, document):
    ids = set(ID.findall(source))
    headings = collections.Counter(HEADING.findall(document))
    problems = [f"docs/reasons.md has no {name}" for name in sorted(ids - headings.keys())]
    problems += [f"no reason has the id {name}" for name in sorted(headings.keys() - ids)]
    problems += [f"docs/reasons.md has {name} {n} times" for name, n in headings.items() if n > 1]
    return problems if ids else ["no ids found in error.cc"]


def main():
    source = (ROOT / "lib/core/base/error.cc").read_text(encoding="utf-8")
    document = ROOT / "docs/reasons.md"
    if not document.exists():
        return report(["docs/reasons.md is missing"])
    return report(check(source, document.read_text(encoding="utf-8")))


if __name__ == "__main__":
    sys.exit(main())
