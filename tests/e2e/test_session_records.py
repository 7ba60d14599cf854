#!/usr/bin/python3
"""Tests that a login goes on, and says so in the log, if /run has no room for the record of its session, or cannot
be written. The denylist counts all the same."""

import contextlib
import subprocess
from pathlib import Path

from certificate_case import STACK
from host_case import HostCase, main
from issuer import Issuer, jwtctl

RUN = Path("/run/pam_jwt")
RECORDS = RUN / "sessions"


class NoRoom(HostCase):
    """Each test mounts a small file system on the directory of the records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = Issuer(cls.host, "staff")
        cls.host.write_config(cls.staff.toml() + "[session]\nrecord = true\n")
        cls.host.write_pam("sshd", STACK)
        cls.host.start_sshd()

    def setUp(self):
        RUN.mkdir(mode=0o755, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k,mode=755", "tmpfs", RUN], check=True)
        # A session that just ends may have the directory open for a moment longer.
        self.addCleanup(subprocess.run, ["umount", "--lazy", RUN], check=True)

    def log_in(self):
        """Logs in, and returns what the log says of the record."""
        mark = self.host.mark()
        outcome = self.host.ssh("alice", self.staff.token())
        self.assertEqual((outcome.code, outcome.stdout.strip()), (0, "alice"), f"\n{outcome}")
        return [line for line in self.host.audit_since(mark) if "record" in line]

    def assert_not_recorded(self, why):
        line, = self.log_in()
        self.assertTrue(line.startswith("pam_jwt(sshd:session): session not recorded user=alice detail="), line)
        self.assertIn(why, line)

    def test_a_file_system_with_room_has_no_line_in_the_log(self):
        self.assertEqual(self.log_in(), [])
        self.assertTrue(RECORDS.is_dir())

    def test_a_full_file_system_keeps_nobody_out(self):
        self.log_in()
        # sshd closes a session, and so takes its record away, after the client has ended.
        self.wait_until(lambda: not any(RECORDS.iterdir()), "the record of an ended session is left")
        with open(RUN / "ballast", "wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 4096)
        self.assert_not_recorded("No space left on device")
        self.assertEqual(list(RECORDS.iterdir()), [], "half a record is left")

    def test_a_file_system_that_cannot_be_written_keeps_nobody_out(self):
        subprocess.run(["mount", "-o", "remount,ro", RUN], check=True)
        self.assert_not_recorded("Read-only file system")

    def test_somebody_who_is_denied_stays_out(self):
        subprocess.run(["mount", "-o", "remount,ro", RUN], check=True)
        jwtctl("deny", "--issuer", "staff", "--sub", "alice")
        self.addCleanup(jwtctl, "undeny", "--issuer", "staff", "--sub", "alice")
        self.assertNotEqual(self.host.ssh("alice", self.staff.token()).code, 0)


if __name__ == "__main__":
    main()
