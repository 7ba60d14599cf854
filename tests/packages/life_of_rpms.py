#!/usr/bin/python3
"""Tests the rpm packages in a tree of their own, from their installation to their removal.

    life_of_rpms.py PACKAGES NEXT     directories; NEXT has the same packages with a higher release

The tree is of this host's Debian suite, whose libraries the packages need, with the PAM files of
RHEL. rpm works on it by --root: its scripts run inside, where no systemd runs.
"""

import os
import pwd
import subprocess
import sys
import tempfile
from pathlib import Path

import rhel_host
import stub_rpms
import suite_root

LOGS = Path(__file__).resolve().parents[2] / "build/rpm"
NAMESPACE = "LIFE_OF_RPMS"
PACKAGES = ["pam_jwt", "jwks-fetcher", "jwt-sso", "ssh-jwt", "pam_jwt-selinux"]
TOOLS = ["openssh-server", "pamtester", "policycoreutils", "selinux-policy-default", "sudo",
         "systemd"]
MODULE = "/usr/lib64/security/pam_jwt.so"
CONFIG = "/etc/pam_jwt/pam_jwt.toml"
KEYS = "/var/lib/jwks-fetcher/keys.jsonl"
CARRIED = "/var/lib/jwks-fetcher/denylist.jwt"
AUDIENCE = "ssh://rhel.example.com"
ISSUER = "https://sso.example.com"
CONFIGURATION = f"""\
[issuer.try]
url = "{ISSUER}"
audiences = ["{AUDIENCE}"]
services = ["sshd", "sudo"]
jwks_file = "/etc/pam_jwt/keys/jwks.json"
"""
# Owner, group and mode of all that is not a plain file of root.
MODES = {
    "/etc/pam_jwt": "root:root 755",
    "/etc/pam_jwt/conf.d": "root:root 755",
    "/usr/bin/jwtctl": "root:root 755",
    "/etc/jwt-sso": "root:root 755",
    "/usr/bin/jwt-sso": "root:root 755",
    "/usr/bin/ssh-jwt": "root:root 755",
    "/usr/libexec/jwt-sso/net": "root:root 755",
    "/usr/libexec/pam_jwt/jwks-fetcher": "root:root 755",
    "/usr/libexec/pam_jwt/sshd-keys": "root:root 755",
    MODULE: "root:root 755",
    "/usr/lib/systemd/system/jwks-fetcher.service": "root:root 644",
    "/usr/share/bash-completion/completions/jwtctl": "root:root 644",
    "/usr/share/fish/vendor_completions.d/jwtctl.fish": "root:root 644",
    "/usr/share/zsh/site-functions/_jwt-sso": "root:root 644",
    "/usr/share/zsh/site-functions/_jwtctl": "root:root 644",
    "/run/jwks-fetcher": "jwks-fetcher:jwks-fetcher 755",
    "/var/lib/jwks-fetcher": "jwks-fetcher:jwks-fetcher 755",
    "/var/lib/pam_jwt": "root:root 755",
}
UNITS = ["jwks-fetcher.service", "jwks-fetcher-public.socket", "jwks-fetcher-redeem.socket",
         "pam_jwt-denylist.service", "pam_jwt-denylist.path", "pam_jwt-denylist.timer", "pam_jwt-take-back.service"]
# The files of the administrator, and the denylist: see README.redhat.
STAYS = ("/etc/pam_jwt", "/var/lib/pam_jwt")
# The last is of rpm: of two packages with the same first byte, it gives one the directory.
NOT_OURS = ("/dev", "/proc", "/run", "/sys", "/tmp", "/root", "/var/cache", "/var/log", "/var/tmp",
            "/var/lib/rpm", "/var/lib/selinux", "/etc/selinux", "/usr/lib/.build-id")


def expect(truth, otherwise):
    if not truth:
        raise AssertionError(otherwise)


def enter():
    """Runs this program again in namespaces of its own, with mounts of its own."""
    if NAMESPACE not in os.environ:
        os.environ[NAMESPACE] = "yes"
        os.execvp("unshare", ["unshare", "--mount", "--pid", "--fork", "--kill-child",
                              "--propagation", "private", sys.executable, "-B", *sys.argv])


def suite():
    for line in Path("/etc/os-release").read_text().splitlines():
        if line.startswith("VERSION_CODENAME="):
            return line.partition("=")[2]
    sys.exit("this host has no name of a Debian suite")


def libraries(packages):
    """Returns the Debian packages of this host with the libraries that `packages` need."""
    names = {f"*/{line.partition('(')[0]}" for line in stub_rpms.ask("--requires", packages)
             if ".so." in line}
    found = subprocess.run(["dpkg-query", "--search", *sorted(names)], stdout=subprocess.PIPE,
                           text=True, check=True).stdout
    return sorted({line.partition(":")[0] for line in found.splitlines() if "-linux-gnu/" in line})


class Life:
    """The life of the packages. Each method named in STEPS is one step, and fails with an AssertionError."""

    STEPS = ["lack_the_distribution", "lack_the_policy", "install", "configure", "switch_on",
             "log_in", "upgrade", "remove_in_use", "switch_off", "remove", "install_again"]

    def __init__(self, packages, following, work):
        self.packages = self.by_name(packages)
        self.following = self.by_name(following)
        self.work, self.root = work, work / "root"
        debian = TOOLS + libraries(self.packages.values())
        suite_root.unpack(suite(), "rpm", debian, self.root, LOGS / "root.log")
        self.make_it_rhel()

    def run(self):
        for name in self.STEPS:
            print(f"  {name.replace('_', ' ')}", flush=True)
            getattr(self, name)()

    def make_it_rhel(self):
        for what, kind in (("/dev", ["--rbind"]), ("proc", ["-t", "proc"])):
            subprocess.run(["mount", *kind, what, self.root / what.lstrip("/")], check=True)
        rhel_host.write(self.root)
        # Debian's libpam looks here for modules that RHEL's libpam finds in its own directory.
        modules = next(self.root.glob("usr/lib/*/security/pam_unix.so")).parent
        (modules / "pam_jwt.so").symlink_to(MODULE)
        for place in ("etc/selinux", "var/lib/selinux"):
            (self.root / place / "default").rename(self.root / place / "targeted")
        self.write("/etc/selinux/config", "SELINUX=enforcing\nSELINUXTYPE=targeted\n")
        self.inside("useradd", "--create-home", "alice")
        (self.root / "run/sshd").mkdir(exist_ok=True)

    # --- steps ---------------------------------------------------------------------------

    def lack_the_distribution(self):
        refused = self.rpm("--install", "--test", *self.packages.values(), check=False)
        expect(refused.returncode != 0 and "libcrypto.so.3" in refused.stdout,
               f"rpm installs without libraries: {refused.stdout}")
        every = list(self.packages.values())
        self.rpm("--install", stub_rpms.distribution(every, self.work))
        without = [file for name, file in self.packages.items() if name != "pam_jwt-selinux"]
        self.rpm("--install", "--test", *without)

    def lack_the_policy(self):
        self.rpm("--install", stub_rpms.targeted_policy(self.work))
        for name in ("pam_jwt", "jwks-fetcher"):
            refused = self.rpm("--install", "--test", self.packages[name], check=False)
            expect(refused.returncode != 0 and "pam_jwt-selinux" in refused.stdout,
                   f"{name} does not ask for the policy: {refused.stdout}")
        self.files_before = self.files()
        self.stacks_before = self.stacks()

    def install(self):
        self.rpm("--install", *self.packages.values())
        self.expect_installed("1.debian")
        self.expect_stacks_as_before("the installation")
        for path, wanted in MODES.items():
            found = self.inside("stat", "--format=%U:%G %a", path).stdout.strip()
            expect(found == wanted, f"{path} is {found}, not {wanted}")
        self.inside("getent", "group", "jwt-redeem")
        self.inside("getent", "passwd", "pam-jwt")
        self.inside("systemd-analyze", "verify", "--man=no",
                    *(f"/usr/lib/systemd/system/{unit}" for unit in UNITS))
        expect(self.is_enabled() == "disabled", "the installation has enabled the daemon")
        files = self.inside("find", "/etc/pam_jwt", "-type", "f").stdout
        expect(files == "", f"the packages bring a configuration of their own: {files}")
        for program in ("jwtctl", "jwt-sso", "ssh-jwt", "/usr/libexec/pam_jwt/jwks-fetcher"):
            said = self.inside(program, "--version").stdout
            expect(f" {self.version()}\n" in said, f"{program} --version says {said}")
        self.expect_policy(True)

    def configure(self):
        self.inside("jwtctl", "keygen", "--alg", "ES256", "--out", "/root/key")
        self.write("/etc/pam_jwt/keys/jwks.json", self.read("/root/key/jwks.json"))
        self.write(CONFIG, CONFIGURATION)
        self.inside("jwtctl", "check")
        # The preset of an administrator and `systemctl enable` do the same.
        self.inside("systemctl", "enable", "jwks-fetcher.service")

    def switch_on(self):
        for service in ("sshd", "sudo"):
            self.inside("jwtctl", "enable", service, "--yes")
        asked = self.inside("sshd", "-T").stdout
        expect("kbdinteractiveauthentication yes" in asked, "sshd does not ask for tokens")

    def log_in(self):
        for service in ("sshd", "sudo"):
            self.expect_login(service, self.token("alice"), True)
            self.expect_login(service, self.token("root"), False)

    def upgrade(self):
        stacks, configuration = self.stacks(), self.contents("/etc/pam_jwt")
        for path in (KEYS, CARRIED):
            self.write(path, "what the daemon has written\n")
        self.rpm("--upgrade", *self.following.values())
        self.expect_installed("1.next")
        expect(self.stacks() == stacks, "the upgrade changed a PAM file or sshd's")
        expect(self.contents("/etc/pam_jwt") == configuration, "the upgrade changed /etc/pam_jwt")
        expect(self.is_enabled() == "enabled", "the upgrade has disabled the daemon")
        expect(self.exists(KEYS) and self.exists(CARRIED), "the upgrade has removed what the daemon has written")
        self.expect_policy(True)
        self.log_in()

    def remove_in_use(self):
        refused = self.rpm("--erase", *PACKAGES, check=False)
        for said in ("pam_jwt: not removed", "  /etc/pam.d/sshd\n", "  /etc/pam.d/sudo\n"):
            expect(refused.returncode != 0 and said in refused.stdout,
                   f"the removal does not say {said!r}: {refused.stdout}")
        expect(self.installed() == {"pam_jwt", "pam_jwt-selinux"},
               f"the removal has left {self.installed()}")
        expect(self.exists(KEYS), "the removal of the daemon has taken the keys of logins")
        expect(not self.exists(CARRIED), "the removal of the daemon has left the denylist of a fleet")
        self.expect_policy(True)
        self.log_in()

    def switch_off(self):
        for service in ("sshd", "sudo"):
            self.inside("jwtctl", "disable", service)
        self.expect_stacks_as_before("switching off")

    def remove(self):
        others = [self.following[name] for name in ("jwks-fetcher", "jwt-sso", "ssh-jwt")]
        self.rpm("--install", *others)
        said = self.rpm("--erase", *PACKAGES).stdout
        expect("are yours, and stay" in said, f"the removal does not tell what stays: {said}")
        expect(self.installed() == set(), f"the removal has left {self.installed()}")
        left = sorted(path for path in self.files() - self.files_before
                      if not path.startswith(STAYS))
        expect(not left, f"the removal left {left}")
        expect(self.exists(CONFIG), "the removal took the configuration away")
        self.expect_stacks_as_before("the removal")
        self.expect_policy(False)

    def install_again(self):
        """Installs the packages again, with the files that were left."""
        self.rpm("--install", *self.packages.values())
        self.inside("jwtctl", "check")
        self.rpm("--erase", *PACKAGES)

    # --- what is there -------------------------------------------------------------------

    def expect_installed(self, release):
        expect(self.installed() == set(PACKAGES), f"installed are {self.installed()}")
        for name in PACKAGES:
            found = self.rpm("--query", "--queryformat", "%{release}", name).stdout
            expect(found == release, f"{name} has release {found}")
            differs = self.rpm("--verify", "--nodeps", name, check=False).stdout
            expect(differs == "", f"{name} is not as it was packed: {differs}")

    def version(self):
        return self.rpm("--query", "--queryformat", "%{version}", "pam_jwt").stdout

    def installed(self):
        names = self.rpm("--query", "--all", "--queryformat", "%{name}\n").stdout.split()
        return {name for name in names if not name.startswith("stub-")}

    def expect_policy(self, is_there):
        modules = self.inside("semodule", "--store=targeted", "--list-modules=full").stdout
        expect((" pam_jwt " in modules) == is_there, f"pam_jwt in the policy: not {is_there}")

    def is_enabled(self):
        return self.inside("systemctl", "is-enabled", UNITS[0], check=False).stdout.strip()

    def files(self):
        found = set()
        for directory, below, names in os.walk(self.root):
            inside = directory[len(str(self.root)):]
            below[:] = [name for name in below if f"{inside}/{name}" not in NOT_OURS]
            found.update(f"{inside}/{name}" for name in below + names)
        return found

    def contents(self, *directories):
        return {path: path.read_bytes() for directory in directories
                for path in (self.root / directory.lstrip("/")).rglob("*")
                if path.is_file() and not path.is_symlink()}

    def stacks(self):
        return self.contents("/etc/pam.d", "/etc/authselect", "/etc/ssh")

    def expect_stacks_as_before(self, what):
        expect(self.stacks() == self.stacks_before, f"{what} leaves PAM files or sshd's changed")

    # --- logins --------------------------------------------------------------------------

    def token(self, subject):
        return self.inside("jwtctl", "mint", "--key", "/root/key/key.json", "--ttl", "10m",
                           "--claim", f"iss={ISSUER}", "--claim", f"aud={AUDIENCE}",
                           "--claim", f"sub={subject}").stdout

    def expect_login(self, service, token, is_let_in):
        """Logs in through RHEL's stack of the service, and checks the outcome."""
        done = self.inside("pamtester", service, "alice", "authenticate", "acct_mgmt", stdin=token,
                           check=False)
        expect((done.returncode == 0) == is_let_in, f"{service}: not {is_let_in}: {done.stdout}")

    # --- commands and files --------------------------------------------------------------

    @staticmethod
    def by_name(directory):
        files = [file for file in directory.rglob("*.rpm")
                 if "-debug" not in file.name and not file.name.endswith(".src.rpm")]
        found = {file.name.rsplit("-", 2)[0]: file for file in files}
        expect(sorted(found) == sorted(PACKAGES), f"{directory} has {sorted(found)}")
        return found

    def rpm(self, mode, *arguments, check=True):
        # Debian's rpm installs only with this option.
        ours = ["--force-debian"] if mode in ("--install", "--upgrade", "--erase") else []
        command = ["rpm", "--root", self.root, "--dbpath", "/var/lib/rpm", "--nosignature", *ours,
                   mode, *arguments]
        return self.done(command, check)

    def inside(self, *argv, check=True, stdin=""):
        command = ["chroot", self.root, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                   "LC_ALL=C.UTF-8", "HOME=/root", *argv]
        return self.done(command, check, stdin)

    @staticmethod
    def done(command, check, stdin=""):
        done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        expect(done.returncode == 0 or not check,
               f"{' '.join(map(str, command))}: exit status {done.returncode}\n{done.stdout}")
        return done

    def exists(self, path):
        return (self.root / path.lstrip("/")).exists()

    def read(self, path):
        return (self.root / path.lstrip("/")).read_text()

    def write(self, path, text):
        file = self.root / path.lstrip("/")
        file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o644)


def main():
    enter()
    os.umask(0o022)
    with tempfile.TemporaryDirectory(dir=suite_root.kept(), prefix="work.") as work:
        Path(work).chmod(0o755)
        try:
            Life(Path(sys.argv[1]), Path(sys.argv[2]), Path(work)).run()
        except AssertionError as error:
            sys.exit(f"life of the rpm packages: FAILED\n{error}")
        finally:
            # Otherwise their contents would be removed with the temporary directory.
            for mounted in ("dev", "proc"):
                subprocess.run(["umount", "--recursive", f"{work}/root/{mounted}"],
                               stderr=subprocess.DEVNULL, check=False)
    print("life of the rpm packages: all is well")


if __name__ == "__main__":
    main()
