"""Makes empty packages that provide what a distribution does, so that rpm's own solver has something
to do."""

import subprocess

# RHEL's systemd does this for every package with files of this kind.
TRIGGERS = """\
%transfiletriggerin -- /usr/lib/tmpfiles.d
exec systemd-tmpfiles --create
"""
SPEC = """\
Name: {name}
Version: 1
Release: 1
Summary: Stands for packages of the distribution
License: Apache-2.0
BuildArch: noarch
{provides}
%description
{name}
%files
{triggers}
"""


def distribution(packages, work):
    """Returns what `packages` require, without what they provide themselves and what depends on others."""
    required = ask("--requires", packages)
    own = {line.split()[0] for line in ask("--provides", packages)}
    wanted = {line for line in required
              if not line.startswith(("rpmlib(", "(")) and line.split()[0] not in own
              and not line.startswith(("selinux-policy", "policycoreutils", "libselinux"))}
    return build("stub-distribution", wanted, work, TRIGGERS)


def targeted_policy(work):
    names = {"selinux-policy", "selinux-policy-targeted", "policycoreutils", "libselinux-utils"}
    return build("stub-selinux", names, work)


def ask(what, packages):
    run = subprocess.run(["rpm", "-qp", "--nosignature", what, *packages], stdout=subprocess.PIPE,
                         text=True, check=True)
    return set(run.stdout.splitlines())


def build(name, provides, work, triggers=""):
    spec = work / f"{name}.spec"
    lines = "\n".join(f"Provides: {line.replace('>=', '=')}" for line in sorted(provides))
    spec.write_text(SPEC.format(name=name, provides=lines, triggers=triggers))
    subprocess.run(["rpmbuild", "--quiet", "--define", f"_topdir {work}/{name}", "-bb", spec],
                   check=True)
    return next((work / name).glob("RPMS/noarch/*.rpm"))
