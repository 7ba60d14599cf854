#!/usr/bin/python3
"""Checks that the AppArmor profile compiles, and that the profile, the SELinux module and the unit name the same
program."""

import re
import shutil
import subprocess
import sys

from source_files import ROOT, report

PARSER = shutil.which("apparmor_parser", path="/usr/sbin:/sbin")
APPARMOR = ROOT / "packaging/apparmor"
ABSTRACTION = APPARMOR / "abstractions/authentication.d/pam_jwt"
UNIT = ROOT / "packaging/systemd/jwks-fetcher.service"
CONTEXTS = ROOT / "packaging/selinux/pam_jwt.fc"


def check_program(unit, contexts, profile_name, profile):
    program = re.search(r"^ExecStart=(\S+)$", unit, re.MULTILINE).group(1)
    problems = []
    if f"\n{program}\t" not in contexts:
        problems.append(f"{CONTEXTS.name} has no line for {program}")
    if f"profile jwks-fetcher {program} {{\n" not in profile or f"  {program} mr,\n" not in profile:
        problems.append(f"the AppArmor profile is not for {program}")
    if profile_name != program[1:].replace("/", "."):
        problems.append(f"{profile_name} is not named as AppArmor names profiles of {program}")
    if f"<local/{profile_name}>" not in profile:
        problems.append(f"{profile_name} does not include what is local")
    return problems


def compile_profile(text):
    """Compiles a profile without loading it into the kernel."""
    done = subprocess.run([PARSER, "--skip-kernel-load", "--skip-cache", "--quiet"], input=text,
                          capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else [done.stderr.strip()]


def using(abstraction):
    return f'include <tunables/global>\nprofile login {{\n  include "{abstraction}"\n}}\n'


def main():
    if PARSER is None:
        print("there is no apparmor_parser: install the package apparmor")
        return 77
    [path] = APPARMOR.glob("usr.*")
    profile = path.read_text(encoding="utf-8")
    problems = check_program(UNIT.read_text(encoding="utf-8"),
                             CONTEXTS.read_text(encoding="utf-8"), path.name, profile)
    return report(problems + compile_profile(profile) + compile_profile(using(ABSTRACTION)))


if __name__ == "__main__":
    sys.exit(main())
