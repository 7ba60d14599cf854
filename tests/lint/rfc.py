#!/usr/bin/python3
"""Checks that a unit test names each `RFC nnnn §x` of lib/core, or a subsection of it."""

import re
import sys

from source_files import report, sources

# "RFC 7518 §6.2.2, §6.3.2 and §6.4.1" and "RFC 7518 §3.3 to 3.5" name three and two.
CITATION = re.compile(r"RFC (\d+) (§[\d.]+(?:(?:,| and| or| to)?\s(?:///? )?§?\d[\d.]*)*)")


def citations(text):
    """Returns the sections that a text names: {("7518", "6.2.2"), ...}"""
    found = set()
    for rfc, sections in CITATION.findall(text):
        for section in re.findall(r"\d[\d.]*", sections):
            found.add((rfc, section.rstrip(".")))
    return found


def check(cited, named):
    """Returns a problem for each section of `cited`, {(rfc, section): path}, that the tests do not name."""
    holds = lambda rfc, section: any(
        rfc == other and (name == section or name.startswith(section + "."))
        for other, name in named)
    return [
        f"{path}: RFC {rfc} §{section} is named by no unit test"
        for (rfc, section), path in sorted(cited.items())
        if not holds(rfc, section)
    ]


def main():
    cited = {each: path for path, text in sources(("lib/core",)) for each in citations(text)}
    named = {each for _, text in sources(("tests/unit",)) for each in citations(text)}
    return report(check(cited, named))


if __name__ == "__main__":
    sys.exit(main())
