"""The base of the tests of packages: a machine with a Debian server, and how its life begins and ends."""

import contextlib
import subprocess

import machine
import suite_root
from apt_repository import AptRepository
from debian_host import DebianHost
from private_host import HOSTNAME


class MachineLife:
    """The life of a machine, from its first boot to its end. Needs an archive of the kind (suite_root.archive)."""

    KIND = None  # the name that suite_root has for the root of the machine
    ROOT = []  # the packages in the root
    CONSOLE, JOURNAL = "console.log", "journal.log"  # the names of its logs

    def __init__(self, suite, work, logs):
        self.work, self.logs = work, logs
        suite_root.unpack(suite, self.KIND, self.ROOT, work / "root", logs / "root.log")
        self.machine = machine.Machine(work / "root", suite, logs / self.CONSOLE)
        self.host = DebianHost(self.machine)
        self.repository = AptRepository(self.machine, suite, work)
        self.provider = None

    def begin(self):
        """Boots the machine for the first time, and makes its accounts."""
        self.machine.write("/etc/hostname", HOSTNAME + "\n")
        self.machine.write("/etc/hosts", f"127.0.0.1 localhost\n127.0.1.1 {HOSTNAME}\n")
        # The provider must know the names of the machine.
        subprocess.run(["mount", "--bind", self.work / "root/etc/hosts", "/etc/hosts"], check=True)
        self.machine.start()
        self.host.prepare()

    def end(self):
        """Ends the life, however far it came."""
        with contextlib.suppress(Exception):
            journal = self.machine.run("journalctl", "--no-pager").output
            (self.logs / self.JOURNAL).write_text(journal)
        self.machine.destroy()
        if self.provider is not None and self.provider.is_running():
            self.provider.stop()
