#!/usr/bin/python3
"""Checks that each link of a document leads to a file and heading of the tree, and [0041](...) to decision 0041."""

import pathlib
import re
import sys

from source_files import ROOT, report

LINK = re.compile(r"\[([^\]]*)\]\(([^()\s]+)\)")
PICTURE = re.compile(r'<(?:source|img)\b[^>]*?\bsrc(?:set)?="([^"]*)"')
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchor(heading):
    """Returns the anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def anchors(path):
    return {anchor(heading) for heading in HEADING.findall(BLOCK.sub("", path.read_text(encoding="utf-8")))}


def check_link(path, text, target):
    """Returns what is wrong with one link of the document at `path`, or an empty text."""
    if re.match(r"(https?|mailto):", target):
        return ""
    name, _, heading = target.partition("#")
    file = path.parent / name if name else path
    if not file.exists():
        return "leads nowhere"
    if heading and heading not in anchors(file):
        return "leads to no heading"
    number = re.fullmatch(r"(?:decision )?(\d{4})", text.lower().replace("\n", " "))
    if number and not file.name.startswith(number[1]):
        return f"leads to another decision than {number[1]}"
    return ""


def check(path):
    page = path.read_text(encoding="utf-8")
    links = LINK.findall(page) + [("", target) for target in PICTURE.findall(page)]
    return [f"{path}: the link to {target} {problem}"
            for text, target in links if (problem := check_link(path, text, target))]


def documents(root):
    return [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md")), *sorted((root / "etc").rglob("*.md"))]


def main(root=ROOT):
    paths = documents(pathlib.Path(root))
    return report([problem for path in paths for problem in check(path)] if paths else ["no documents found"])


if __name__ == "__main__":
    sys.exit(main())
