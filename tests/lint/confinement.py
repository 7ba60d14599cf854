#!/usr/bin/python3
"""Checks that the AppArmor profiles compile, and that the profiles, the SELinux module, the unit and the documents name
the same programs."""

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
DOCUMENT = ROOT / "docs/confinement.md"
# The command of sshd.
KEYS = "/usr/libexec/pam_jwt/sshd-keys"


def programs():
    daemon = re.search(r"^ExecStart=(\S+)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE).group(1)
    return [daemon, KEYS]


def name_of_profile(program):
    """Returns the name that AppArmor gives the file with the profile of a program."""
    return program[1:].replace("/", ".")


def check_program(program, contexts, profile):
    problems = []
    if not re.search(f"^{re.escape(program)}\t", contexts, re.MULTILINE):
        problems.append(f"{CONTEXTS.name} has no line for {program}")
    name = program.rpartition("/")[2]
    if f"profile {name} {program} {{\n" not in profile or f"  {program} mr,\n" not in profile:
        problems.append(f"the AppArmor profile is not for {program}")
    if local(program) not in profile:
        problems.append(f"{name_of_profile(program)} does not include what is local")
    return problems


def local(program):
    return f"  include if exists <local/{name_of_profile(program)}>\n"


def additions():
    """Returns the rules that the document gives as examples of what is local."""
    return re.findall(r"^/.*,$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)


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
    contexts = CONTEXTS.read_text(encoding="utf-8")
    profiles = {path.name: path.read_text(encoding="utf-8") for path in APPARMOR.glob("usr.*")}
    problems = []
    if profiles.keys() != set(map(name_of_profile, programs())):
        problems.append(f"{sorted(profiles)} are not named as AppArmor names profiles of {programs()}")
    for program in programs():
        profile = profiles.get(name_of_profile(program), "")
        problems += check_program(program, contexts, profile) + compile_profile(profile)
        problems += compile_profile(profile.replace(local(program), "\n".join(additions()) + "\n"))
    return report(problems + compile_profile(using(ABSTRACTION)))


if __name__ == "__main__":
    sys.exit(main())
