"""A machine that boots: systemd-nspawn with systemd as its init, on a root of a Debian suite.

It runs in namespaces that enter() makes: a network with nothing but lo, cgroups of its own, and
processes that end with this one. Commands inside see that network, or for apt that of the host.
"""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from held_login import HeldLogin

CGROUPS = Path("/sys/fs/cgroup")
ENVIRONMENT = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "TERM=dumb",
               "HOME=/root", "DEBIAN_FRONTEND=noninteractive"]
# Rights that nspawn keeps from a container, and that the sandbox of a unit on a real machine has.
SANDBOX_CALLS = ("bpf landlock_create_ruleset landlock_add_rule landlock_restrict_self"
                 " memfd_secret @keyring @memlock")
SANDBOX_CAPABILITIES = "CAP_BPF,CAP_PERFMON,CAP_IPC_LOCK"
BOOT_S = 60
COMMAND_S = 300


def enter():
    """Runs this program again in namespaces of its own, unless it already runs in them."""
    if "HOST_NETWORK" in os.environ:
        return
    host_network = os.open("/proc/self/ns/net", os.O_RDONLY)
    os.set_inheritable(host_network, True)
    os.environ["HOST_NETWORK"] = str(host_network)
    os.execvp("unshare", ["unshare", "--mount", "--net", "--uts", "--pid", "--fork", "--kill-child",
                          "--mount-proc", "--propagation", "private", sys.executable, "-B",
                          *sys.argv])


@dataclass
class Done:
    """The outcome of a command."""

    code: int
    output: str
    errors: str

    def __str__(self):
        return f"exit status {self.code}\n{self.output}{self.errors}"


class Machine:
    def __init__(self, root, name, log):
        self.root, self._name, self._log = root, name, log
        self._cgroup = CGROUPS / f"pam_jwt-{name}-{os.getpid()}"
        self._nspawn = None
        self._init = None
        self._use_cgroups_of_version_2()
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)

    def _use_cgroups_of_version_2(self):
        """Mounts cgroups of version 2 in this mount namespace. The hierarchies of the host stay as they are."""
        subprocess.run(["umount", "--recursive", CGROUPS], stderr=subprocess.DEVNULL, check=False)
        subprocess.run(["mount", "-t", "cgroup2", "none", CGROUPS], check=True)

    # --- on and off ----------------------------------------------------------------------

    def start(self):
        """Boots the machine, and waits until all that starts at boot has started."""
        self._cgroup.mkdir(exist_ok=True)
        nspawn = [
            "systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--link-journal=no",
            f"--machine={self._name}", f"--directory={self.root}", "--console=pipe",
            "--resolv-conf=copy-host", "--timezone=off",
            f"--network-namespace-path=/proc/{os.getpid()}/ns/net",
            f"--system-call-filter={SANDBOX_CALLS}", f"--capability={SANDBOX_CAPABILITIES}",
            "--boot"]
        with open(self._log, "ab") as log:
            self._nspawn = subprocess.Popen(
                ["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', self._cgroup, *nspawn],
                env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.wait_for("systemd", self._find_init, BOOT_S)
        self.wait_for("the end of the boot", self._has_booted, BOOT_S)

    def stop(self):
        os.kill(self._init, signal.SIGRTMIN + 3)
        self._nspawn.wait(timeout=BOOT_S)
        self._init = None

    def lose_power(self):
        os.kill(self._init, signal.SIGKILL)
        self._nspawn.wait(timeout=BOOT_S)
        self._init = None

    def destroy(self):
        """Ends the machine, whatever state it is in."""
        if self._nspawn is not None and self._nspawn.poll() is None:
            self._nspawn.kill()
            self._nspawn.wait()
            if self._init is not None:
                os.kill(self._init, signal.SIGKILL)
        self.wait_for("the cgroups to be empty", self._remove_cgroups, BOOT_S)

    def _remove_cgroups(self):
        directories = [path for path in self._cgroup.rglob("*") if path.is_dir()]
        try:
            for directory in [*sorted(directories, reverse=True), self._cgroup]:
                directory.rmdir()
        except OSError:
            return False
        return True

    def _find_init(self):
        pid = self._nspawn.pid
        if self._nspawn.poll() is not None:
            raise AssertionError(f"nspawn ended with {self._nspawn.returncode}: see {self._log}")
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            if Path(f"/proc/{child}/comm").read_text() == "systemd\n":
                self._init = int(child)
        return self._init is not None

    def _has_booted(self):
        return self.run("systemctl", "is-system-running", check=False).output.strip() in (
            "running", "degraded")

    # --- commands inside -----------------------------------------------------------------

    def run(self, *argv, check=True, stdin="", user="root", on_host_network=False):
        """Runs a command inside. It must succeed unless `check` is False."""
        run = subprocess.run(self.command(*argv, user=user, on_host_network=on_host_network),
                             input=stdin, capture_output=True, text=True, errors="replace",
                             timeout=COMMAND_S, start_new_session=True, check=False)
        done = Done(run.returncode, run.stdout, run.stderr)
        if check and done.code != 0:
            raise AssertionError(f"{' '.join(map(str, argv))}: {done}")
        return done

    def hold(self, *argv, user, kind=HeldLogin, first_line=""):
        """Runs the client of a login inside, which stays open."""
        return kind(self.command(*argv, user=user), first_line=first_line,
                    kill=lambda pid: self.run("kill", "-KILL", pid, check=False))

    def command(self, *argv, user="root", on_host_network=False):
        """Returns the command that runs a command inside."""
        network = ["--net"] if not on_host_network else [
            f"--net=/proc/{os.getpid()}/fd/{os.environ['HOST_NETWORK']}"]
        command = ["nsenter", f"--target={self._init}", "--mount", "--uts", "--ipc", "--pid",
                   "--cgroup", *network, "--", *ENVIRONMENT]
        if user != "root":
            command += ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups",
                        "env", f"HOME=/home/{user}", f"USER={user}"]
        return [*command, *map(str, argv)]

    def write(self, path, text, mode=0o644):
        """Writes a file of root."""
        inside = self.root / str(path).lstrip("/")
        inside.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        inside.write_text(text)
        inside.chmod(mode)

    def read(self, path):
        return (self.root / str(path).lstrip("/")).read_text()

    @staticmethod
    def wait_for(what, condition, seconds=30):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {seconds} s in vain for {what}")
            time.sleep(0.05)
