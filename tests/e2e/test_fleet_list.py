#!/usr/bin/python3
"""Applies the denylist of a fleet as root, from a file of the daemon's user, who may be hostile."""

import json
import os
import resource
import shutil
import subprocess
from pathlib import Path

from feed_publisher import Es256Key, FeedPublisher, deny_account, deny_subject
from host_case import HostCase, main
from issuer import JWTCTL
from jwks_fetcher import STATE, UID, USER

URL = "https://ops.example/denied.jwt"
LISTS = Path("/var/lib/pam_jwt")
DENYLIST, FLEET, STATUS = LISTS / "denied.jsonl", LISTS / "fleet.jsonl", LISTS / "fleet.status.json"
METRICS = Path("/run/pam_jwt/denylist.prom")
KEYS = Path("/etc/pam_jwt/fleet.json")
CARRIED = STATE / "denylist.jwt"
ENTRIES = 100_000
MOST_S, MOST_BYTES = 2.0, 128 * 1024 * 1024


class FleetList(HostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host.add_user(USER, UID)
        STATE.mkdir(mode=0o755, exist_ok=True)
        shutil.chown(STATE, USER, USER)
        cls.host.write_config(f'[denylist]\nurl = "{URL}"\nkeys = "{KEYS}"\n'
                              '[issuer.staff]\nurl = "https://sso.example"\naudiences = ["ssh"]\n')

    def setUp(self):
        self.publisher = FeedPublisher(URL, Es256Key())
        self.host.write(KEYS, self.publisher.key_set())
        for path in (DENYLIST, FLEET, STATUS, METRICS):
            path.unlink(missing_ok=True)
        self.clear()

    @staticmethod
    def clear():
        if CARRIED.is_dir() and not CARRIED.is_symlink():
            CARRIED.rmdir()
        CARRIED.unlink(missing_ok=True)

    def carry(self, feed, owner=USER, mode=0o644):
        self.clear()
        self.host.write(CARRIED, feed, mode, owner)

    @staticmethod
    def apply():
        """Runs apply. It gets no more memory than it may need."""
        return subprocess.run(["prlimit", f"--data={MOST_BYTES}", JWTCTL, "denylist", "apply"], capture_output=True,
                              text=True, check=False, timeout=60)

    def assert_applied(self):
        done = self.apply()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(STATUS.read_text()).get("error"), None)
        head = json.loads(FLEET.read_text().splitlines()[0])
        self.assertEqual(head["serial"], self.publisher.serial)

    def assert_refused(self, says):
        """Checks that apply changes neither list, and that the state says why."""
        before = FLEET.read_bytes(), DENYLIST.read_bytes()
        done = self.apply()
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual((FLEET.read_bytes(), DENYLIST.read_bytes()), before)
        state = json.loads(STATUS.read_text())
        self.assertIn(says, state["error"])
        self.assertIn(f"refused reason={state['reason']} ", done.stderr)
        self.assertIn(f'failed_runs_total{{reason="{state["reason"]}"}} 1\n', METRICS.read_text())

    def test_takes_what_the_daemon_carries(self):
        self.carry(self.publisher.feed(deny_account("mallory")))
        self.assert_applied()
        self.assertEqual(DENYLIST.read_text(), '{"format":1,"fleet":"warn"}\n')
        for path in (FLEET, STATUS, METRICS, DENYLIST):
            status = path.stat()
            self.assertEqual((status.st_uid, status.st_mode & 0o7777), (0, 0o644), path)

    def test_takes_nothing_of_another_user(self):
        self.carry(self.publisher.feed())
        self.assert_applied()
        for owner in ("alice", "bob"):
            STATUS.unlink()
            self.carry(self.publisher.feed(), owner)
            self.assert_refused(str(CARRIED))
        self.carry(self.publisher.feed(), "root")
        self.assert_applied()

    def test_takes_nothing_that_others_can_write(self):
        self.carry(self.publisher.feed())
        self.assert_applied()
        STATE.chmod(0o777)
        try:
            self.carry(self.publisher.feed())
            self.assert_refused(str(STATE))
        finally:
            STATE.chmod(0o755)
        self.assert_applied()

    def test_reads_nothing_that_a_link_leads_to(self):
        self.carry(self.publisher.feed())
        self.assert_applied()
        for target in ("/etc/shadow", str(KEYS), "/dev/zero"):
            STATUS.unlink()
            self.clear()
            CARRIED.symlink_to(target)
            self.assert_refused(str(CARRIED))
        self.carry(self.publisher.feed())
        self.assert_applied()

    def test_does_not_wait_for_a_device_or_a_pipe(self):
        self.carry(self.publisher.feed())
        self.assert_applied()
        for make in (lambda: os.mkfifo(CARRIED, 0o644), lambda: CARRIED.mkdir(0o755)):
            STATUS.unlink()
            self.clear()
            make()
            self.assert_refused("is not a regular file")
        self.carry(self.publisher.feed())
        self.assert_applied()

    def test_says_that_the_key_set_is_missing(self):
        self.carry(self.publisher.feed())
        self.assert_applied()
        self.carry(self.publisher.feed())
        KEYS.unlink()
        self.assert_refused(str(KEYS))
        self.host.write(KEYS, FeedPublisher(URL).key_set())
        STATUS.unlink()
        self.assert_refused("denylist.jwt: ")
        self.host.write(KEYS, self.publisher.key_set())
        self.assert_applied()

    def test_is_for_root(self):
        self.carry(self.publisher.feed())
        done = subprocess.run([JWTCTL, "denylist", "apply"], capture_output=True, text=True, check=False,
                              user=2001, group=2001, extra_groups=[])
        self.assertEqual(done.returncode, 1)
        self.assertFalse(FLEET.exists())
        self.assert_applied()

    def test_a_list_of_the_greatest_length_is_cheap(self):
        entries = [deny_subject("https://sso.example/realms/staff", f"{number:08x}-6b1e-4f0c-9d7a-1f0c2a3b4c5d")
                   for number in range(ENTRIES - 1)]
        claims = self.publisher.claims(deny_account("mallory"), *entries)
        self.carry(self.publisher.sign(json.dumps(claims, separators=(",", ":"))))
        for run in ("the first run", "the same list again"):
            # The time of the processor: other tests may run beside this one.
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            self.assert_applied()
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            took_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            print(f"{ENTRIES} entries, {CARRIED.stat().st_size} bytes, {run}: {took_s:.2f} s", flush=True)
            self.assertLess(took_s, MOST_S)
        self.assertEqual(len(FLEET.read_text().splitlines()), ENTRIES + 1)


if __name__ == "__main__":
    main()
