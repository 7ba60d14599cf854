#!/usr/bin/python3
"""Checks that clang-format 14 changes no C++ file. Exits with 77 if it is not installed."""

import shutil
import subprocess
import sys

from source_files import ROOT, sources

VERSION = "version 14."  # the layout differs a little from version to version
SKIPPED = 77


def find_clang_format():
    for name in ("clang-format-14", "clang-format"):
        if shutil.which(name) is None:
            continue
        version = subprocess.run([name, "--version"], capture_output=True, text=True).stdout
        if VERSION in version:
            return name
    return None


def main():
    clang_format = find_clang_format()
    if clang_format is None:
        print("clang-format 14 is not installed")
        return SKIPPED
    files = [path for path, _ in sources()]
    return subprocess.run([clang_format, "--dry-run", "-Werror", *files], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
