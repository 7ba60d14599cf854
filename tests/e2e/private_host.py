"""A private host for the end-to-end tests.

It has real sshd, sudo, su and cron, with an /etc, /var, /run, /dev, network and process list that
nobody else sees. All of it is on a tmpfs in a mount namespace, so nothing outside changes, and
nothing is left when the process ends, however it ends.
"""

import contextlib
import glob
import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from held_login import HOLD, HeldInside, HeldLogin

HOSTNAME = "host1.example.com"
WORK = Path("/run/e2e")
CONFIG = "/etc/pam_jwt/pam_jwt.toml"
CLIENT_TIMEOUT_S = 60
CLIENTS = itertools.count()

SOURCE = Path(__file__).resolve().parents[2]
BUILD = (SOURCE / os.environ.get("PAMJWT_BUILD", "build/dev")).resolve()
MODULE = BUILD / "pam_jwt/pam_jwt.so"
JWTCTL = BUILD / "jwtctl/jwtctl"

# This helper answers each prompt with the part of the token that the prompt asks for.
ASKPASS = """#!/bin/sh
printf '%s\\0' "$1" >>"$E2E_PROMPTS"
from=0
case $1 in
  *"continued from byte "*) from=${1##*byte }; from=${from%%)*} ;;
esac
tail -c +$((from + 1)) "$E2E_ANSWER" | head -c "${E2E_PART:-1023}"
"""

SSHD_CONFIG = f"""\
ListenAddress 127.0.0.1
HostKey {WORK}/hostkey
PidFile none
UsePAM yes
KbdInteractiveAuthentication yes
PasswordAuthentication yes
PubkeyAuthentication yes
PermitRootLogin no
UseDNS no
LogLevel VERBOSE
MaxStartups 200
"""


def client_address():
    """Returns an address of this host for one client: sshd punishes addresses, since OpenSSH 9.8."""
    number = next(CLIENTS) % (250 * 250)
    return f"127.1.{number // 250}.{number % 250 + 1}"


def kill(pid):
    """Kills a process of this host, if it still runs."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def start_time(pid):
    """Returns when a process started, in ticks since the boot, or None if it does not run."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The first process of the namespace is a test, which reaps no orphans.
    return None if fields[0] in "ZX" else int(fields[19])


def processes_of(uid):
    """Returns the processes of a user that run, each with its start time."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if path.stat().st_uid == uid and (started := start_time(path.name)) is not None:
                found[int(path.name)] = started
    return found


def connect(port):
    """Returns a connection to a server of this host, from an address of its own."""
    return socket.create_connection(("127.0.0.1", port), source_address=(client_address(), 0))


def enter():
    """Runs this program again in namespaces of its own, unless it already runs in them."""
    if os.environ.get("E2E_NAMESPACE") == "private":
        # The first process of a namespace ignores signals that it does not handle. When it ends, so
        # do all other processes and every mount.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda caught, _frame: os._exit(128 + caught))
        return
    if os.geteuid() != 0:
        sys.exit("the end-to-end tests and the demo must run as root (they use namespaces)")
    unshare = ["unshare", "--mount", "--net", "--uts", "--pid", "--fork", "--kill-child",
               "--mount-proc", "--propagation", "private"]
    os.environ["E2E_NAMESPACE"] = "private"
    os.execvp("unshare", unshare + [sys.executable, "-B"] + sys.argv)


@dataclass
class Outcome:
    """The outcome of one run of a client program."""

    code: int
    stdout: str
    stderr: str
    prompts: list = field(default_factory=list)  # without ssh's "(user@host) "
    seconds: float = 0.0


class SystemLog:
    """The /dev/log of the private host, which keeps every line that is sent to it."""

    def __init__(self):
        self._lines = []
        self._grown = threading.Condition()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("/dev/log")
        os.chmod("/dev/log", 0o666)
        threading.Thread(target=self._receive, daemon=True).start()

    def _receive(self):
        while True:
            line = self._socket.recv(65536).rstrip(b"\0\n").decode(errors="replace")
            with self._grown:
                self._lines.append(line)
                self._grown.notify_all()

    def mark(self):
        """Returns the present end of the log. All lines that were sent earlier are before it."""
        sentinel = f"mark {time.monotonic_ns()} {threading.get_ident()}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(sentinel.encode(), "/dev/log")
        # Datagrams arrive in order, so all lines that were sent before the sentinel have arrived too.
        with self._grown:
            self._grown.wait_for(lambda: sentinel in self._lines, timeout=10)
            return self._lines.index(sentinel) + 1

    def since(self, mark):
        """Returns the lines after `mark`, each as `<priority>time program[pid]: text`."""
        end = self.mark() - 1
        return [line for line in self._lines[mark:end] if not line.startswith("mark ")]


class PrivateHost:
    """The host, one per process. The process must have called enter()."""

    def __init__(self):
        self._ports = iter(range(22, 1000))
        self._runs = iter(range(1_000_000))
        self._sshds = {}
        self._mount_everything()
        self.log = SystemLog()
        self._write_identity()
        self._write_client_files()
        self.install_module()

    # --- files ---------------------------------------------------------------------------

    def write(self, path, text, mode=0o644, owner="root"):
        """Writes a file of the host, and makes the directories above it."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        data = text if isinstance(text, bytes) else text.encode()
        path.write_bytes(data)
        path.chmod(mode)
        shutil.chown(path, owner, owner)
        return path

    def write_pam(self, service, text):
        """Replaces the PAM stack of `service`."""
        self.write(f"/etc/pam.d/{service}", text)

    def write_config(self, text, path=CONFIG):
        """Replaces the configuration of pam_jwt as a whole: the daemon may read it at any time."""
        return self.write(f"{path}.new", text).rename(path)

    def install_module(self):
        """Installs the built module beside the other PAM modules."""
        shutil.copyfile(MODULE, self._module)
        self._module.chmod(0o644)

    def remove_module(self):
        self._module.unlink()

    # --- users ---------------------------------------------------------------------------

    def add_user(self, name, uid, password=None):
        """Adds an account with a home. Without a password it is locked, as useradd makes it."""
        home = WORK / "home" / name
        self._replace_line("/etc/passwd", name, f"{name}:x:{uid}:{uid}::{home}:/bin/sh")
        self._replace_line("/etc/group", name, f"{name}:x:{uid}:")
        self._replace_line("/etc/shadow", name, f"{name}:!:19000:0:99999:7:::")
        home.mkdir(parents=True, mode=0o755)
        shutil.chown(home, uid, uid)
        if password:
            subprocess.run(["chpasswd"], input=f"{name}:{password}\n", text=True, check=True)

    def add_group(self, name, gid):
        self._replace_line("/etc/group", name, f"{name}:x:{gid}:")

    def add_ssh_key(self, user):
        """Gives `user` an SSH key and returns the path of the private half."""
        key = WORK / f"key-{user}"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        ssh_dir = WORK / "home" / user / ".ssh"
        ssh_dir.mkdir(mode=0o755)
        shutil.copyfile(f"{key}.pub", ssh_dir / "authorized_keys")
        return key

    # --- servers -------------------------------------------------------------------------

    def start_sshd(self, options=(), service="sshd", tracer=()):
        """Starts an sshd whose PAM service is `service`. Returns its port, which is 22 for the first.

        `options` are as for `sshd -o`, and override the defaults. A `tracer` runs the command that follows
        it as this process.
        """
        port = next(self._ports)
        config = self.write(WORK / f"sshd_config.{port}", SSHD_CONFIG)
        program = shutil.which("sshd", path="/usr/sbin:/usr/bin")
        extra = [f"Port={port}", *options]
        # OpenSSH 9.8 takes the service from its configuration, older versions from the program's name.
        named = [f"PAMServiceName={service}"]
        if self._sshd_accepts(program, config, named):
            extra += named
        elif service != "sshd":
            link = WORK / "bin" / service
            if not link.exists():
                link.symlink_to(program)
            program = str(link)
        arguments = [argument for option in extra for argument in ("-o", option)]
        with open(WORK / f"sshd.{port}.log", "wb") as log:
            self._sshds[port] = subprocess.Popen(
                [*tracer, program, "-D", "-e", "-f", config, *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._wait_for_port(port)
        return port

    def stop_sshd(self, port):
        sshd = self._sshds.pop(port)
        sshd.terminate()
        sshd.wait()

    def sshd_pid(self, port=22):
        return self._sshds[port].pid

    def sshd_log(self, port=22):
        return (WORK / f"sshd.{port}.log").read_text(errors="replace")

    # --- clients -------------------------------------------------------------------------

    def ssh(self, user, answer="", method="keyboard-interactive", command="id -un", port=22,
            options=()):
        """Logs in with the stock ssh, whose helper answers each prompt with the next part of `answer`."""
        argv, environment = self._ssh_client(user, answer, method, command, port, options)
        outcome = self._run(argv, environment)
        prompts = Path(environment["E2E_PROMPTS"]).read_text().split("\0")[:-1]
        outcome.prompts = [re.sub(r"^\(\S*@\S*\) ", "", prompt) for prompt in prompts]
        self._remove_client_files(environment)
        return outcome

    def hold(self, user, answer="", method="keyboard-interactive", port=22, options=(), inside=None,
             first_line=""):
        """Logs in as ssh() does, and returns the login, which stays open.

        With a program `inside`, such as "su bob -c", that is held in the session: it reads `first_line`.
        """
        command, kind = (HeldInside.command(inside), HeldInside) if inside else (HOLD, HeldLogin)
        argv, environment = self._ssh_client(user, answer, method, command, port, options)
        try:
            return kind(argv, environment, first_line=first_line, kill=kill)
        finally:
            self._remove_client_files(environment)

    def _ssh_client(self, user, answer, method, command, port, options):
        number = next(self._runs)
        answer_file = self.write(WORK / f"answer.{number}", answer, mode=0o600)
        prompts_file = self.write(WORK / f"prompts.{number}", "", mode=0o600)
        argv = ["ssh", *self.ssh_options(port), "-o", f"PreferredAuthentications={method}",
                *[part for option in options for part in ("-o", option)],
                "-l", user, "127.0.0.1", command]
        return argv, {
            "PATH": os.environ["PATH"], "HOME": str(WORK / "home"),
            "SSH_ASKPASS": str(WORK / "askpass"), "SSH_ASKPASS_REQUIRE": "force",
            "E2E_ANSWER": str(answer_file), "E2E_PROMPTS": str(prompts_file),
        }

    @staticmethod
    def _remove_client_files(environment):
        for name in ("E2E_ANSWER", "E2E_PROMPTS"):
            Path(environment[name]).unlink()

    def ssh_options(self, port=22):
        """Returns options that keep ssh from using anything outside this host."""
        return ["-F", "none", "-p", str(port), "-o", f"UserKnownHostsFile={WORK}/known_hosts",
                "-o", "GlobalKnownHostsFile=none", "-o", "NumberOfPasswordPrompts=1",
                "-o", "IdentitiesOnly=yes", "-o", f"BindAddress={client_address()}"]

    def run_as(self, user, argv, stdin="", environment=None):
        """Runs a program as `user`, without a terminal."""
        return self._run(self.as_user(user, argv, environment), None, stdin)

    def as_user(self, user, argv, environment=None):
        """Returns the command that runs `argv` as `user`, with the environment of a fresh login."""
        variables = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "USER": user, "LOGNAME": user,
                     "HOME": str(WORK / "home" / user), **(environment or {})}
        return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "env", "-i",
                *[f"{name}={value}" for name, value in variables.items()], *argv]

    # --- what was logged -----------------------------------------------------------------

    def mark(self):
        return self.log.mark()

    def audit_since(self, mark):
        """Returns the audit lines of pam_jwt after `mark`, from `pam_jwt(` on."""
        lines = self.log.since(mark)
        return [line[line.index("pam_jwt("):] for line in lines if "pam_jwt(" in line]

    # --- the inside ----------------------------------------------------------------------

    def _mount_everything(self):
        if os.environ.get("E2E_NAMESPACE") != "private":
            raise RuntimeError("call private_host.enter() first")
        self._mount("-t", "tmpfs", "-o", "mode=0755", "e2e", "/run")
        for directory in ("/run/sshd", "/run/lock", WORK, WORK / "bin", WORK / "home"):
            Path(directory).mkdir(mode=0o755)
        places = ("/usr/lib/*/security", "/usr/lib64/security", "/lib/*/security")
        pam_unix = [path for place in places for path in glob.glob(f"{place}/pam_unix.so")][0]
        self._module = Path(pam_unix).with_name("pam_jwt.so")
        for directory in ("/etc", "/var", "/usr/libexec", str(self._module.parent)):
            self._overlay(directory)
        self._mount_dev()
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)

    @staticmethod
    def _mount(*arguments):
        subprocess.run(["mount", *map(str, arguments)], check=True)

    def _overlay(self, directory):
        name = directory.strip("/").replace("/", "-")
        upper, work = WORK / f"{name}.upper", WORK / f"{name}.work"
        upper.mkdir()
        work.mkdir()
        self._mount("-t", "overlay", "-o",
                    f"lowerdir={directory},upperdir={upper},workdir={work}", "overlay", directory)

    def _mount_dev(self):
        """Mounts a /dev with few files, because a socket in the real /dev would be seen outside."""
        dev = WORK / "dev"
        dev.mkdir()
        self._mount("-t", "tmpfs", "-o", "mode=0755", "e2e-dev", dev)
        for name in ("null", "zero", "full", "random", "urandom", "tty"):
            (dev / name).touch()
            self._mount("--bind", f"/dev/{name}", dev / name)
        (dev / "pts").mkdir()
        self._mount("-t", "devpts", "-o", "newinstance,ptmxmode=0666,mode=0620,gid=5",
                    "devpts", dev / "pts")
        (dev / "ptmx").symlink_to("pts/ptmx")
        for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
            (dev / name).symlink_to(f"/proc/self/fd{target}")
        (dev / "shm").mkdir(mode=0o1777)
        (dev / "shm").chmod(0o1777)
        self._mount("--rbind", dev, "/dev")

    def _write_identity(self):
        """Gives the host its name, and hides a pam_jwt that is installed on the machine itself."""
        socket.sethostname(HOSTNAME)
        self.write("/etc/hostname", HOSTNAME + "\n")
        self.write("/etc/hosts", f"127.0.0.1 localhost {HOSTNAME}\n")
        Path("/etc/nologin").unlink(missing_ok=True)
        for directory in ("/etc/pam_jwt", "/var/lib/pam_jwt", "/var/lib/jwks-fetcher",
                          "/usr/libexec/pam_jwt"):
            shutil.rmtree(directory, ignore_errors=True)
            Path(directory).mkdir(mode=0o755)
        self._module.unlink(missing_ok=True)

    def _write_client_files(self):
        self.write(WORK / "askpass", ASKPASS, mode=0o755)
        key = WORK / "hostkey"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        self.write(WORK / "known_hosts", "* " + Path(f"{key}.pub").read_text())

    @staticmethod
    def _replace_line(path, name, line):
        lines = Path(path).read_text().splitlines()
        kept = [other for other in lines if not other.startswith(name + ":")]
        Path(path).write_text("\n".join(kept + [line, ""]))

    @staticmethod
    def _sshd_accepts(program, config, options):
        arguments = [argument for option in options for argument in ("-o", option)]
        return subprocess.run([program, "-t", "-f", config, *arguments],
                              stderr=subprocess.DEVNULL, check=False).returncode == 0

    def _wait_for_port(self, port):
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > deadline or self._sshds[port].poll() is not None:
                    raise RuntimeError(f"sshd did not start:\n{self.sshd_log(port)}") from None
                time.sleep(0.01)

    @staticmethod
    def _run(argv, environment, stdin=""):
        started = time.monotonic()
        done = subprocess.run(argv, env=environment, input=stdin, capture_output=True, text=True,
                              errors="replace", timeout=CLIENT_TIMEOUT_S, start_new_session=True,
                              check=False)
        return Outcome(done.returncode, done.stdout, done.stderr,
                       seconds=time.monotonic() - started)
