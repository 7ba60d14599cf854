#!/usr/bin/python3
"""Tests which lists of a fleet a host refuses, and that a daemon that was taken over cannot change what counts.

The daemon's part is played by writing its file.
"""

import os
import random
import shutil
import socket
import subprocess
import time
from pathlib import Path

from feed_publisher import EdDsaKey, FeedPublisher, Rs256Key, base64url, deny_account
from fleet_case import CARRIED, FLEET_KEYS, FLEET_LIST, HOST_LIST, FleetCase
from host_case import main
from jwks_fetcher import STATE, USER
from private_host import JWTCTL, WORK

LONGEST = 16 * 1024 * 1024


def of_length(length):
    """Returns text that could be a feed by its look, of so many bytes."""
    return f"e30.{base64url(bytes(length))[:length - 8]}.AAA"


class Lists(FleetCase):
    """Each test begins with a list that denies bob."""

    def setUp(self):
        super().setUp()
        self.take(deny_account("bob"))

    def refusals(self):
        """Returns what must be refused, each with words of the reason. Each would deny alice."""
        alice = deny_account("alice")
        feed = self.publisher.feed
        stranger = FeedPublisher(self.publisher.url)
        now = int(time.time())
        payload = "{" + '"entries":[],' * 2 + f'"aud":"{self.publisher.url}","iat":{now},"exp":{now + 60},"serial":1}}'
        return {
            "signed with another key": (stranger.feed(alice, serial=self.publisher.serial + 9), "signature"),
            "by an unknown key": (stranger.feed(alice, header={"kid": "fleet-2"}), "key"),
            "with another payload": (self.swapped(feed(alice)), "signature"),
            "older": (feed(alice, serial=self.taken_serial() - 1), "serial"),
            "the same serial again": (feed(alice, serial=self.taken_serial()), "serial"),
            "serial 0": (feed(alice, serial=0), "serial"),
            "a serial beyond 2^53": (feed(alice, serial=2**53 + 1), "serial"),
            "expired": (feed(alice, iat=now - 60, exp=now - 1), "exp"),
            "of the future": (feed(alice, iat=now + 600), "iat"),
            "for another url": (feed(alice, aud="https://ops.example.com/other.jwt"), "aud"),
            "of another type": (feed(alice, header={"typ": "JWT"}), "typ"),
            "unsigned": (feed(alice, header={"alg": "none"}), "alg"),
            "by a shared secret": (feed(alice, header={"alg": "HS256"}), "HS256"),
            "with crit": (feed(alice, header={"crit": ["exp"]}), "crit"),
            "with an unknown claim": (feed(alice, only="web*"), "only"),
            "without exp": (feed(alice, exp=None), "exp"),
            "without serial": (feed(alice, serial=None), "serial"),
            "without entries": (feed(alice, entries=None), "entries"),
            "with an unknown entry": (feed(alice, {"group": "staff", "since": now}), "denylist"),
            "with an unknown member": (feed({**alice, "host": "web*"}), "denylist"),
            "with entries twice": (self.publisher.sign(payload), "twice"),
            "100,001 entry": (feed(*[{"account": f"u{n}", "since": 1} for n in range(100_001)]), "100"),
            "cut off": (feed(alice)[:-10], ""),
            "cut off in its payload": (feed(alice)[:120], ""),
            "empty": ("", ""),
            "a page": ("<html><p>It works.</p></html>", ""),
            "bytes": (random.Random(1).randbytes(4096), ""),
            "too long": (of_length(LONGEST + 1), "16"),
        }

    @staticmethod
    def swapped(feed):
        header, payload, signature = feed.split(".")
        return f"{header}.{payload[:-8]}{payload[-8:].swapcase()}.{signature}"

    def test_what_is_refused_changes_nothing_and_is_reported(self):
        for name, (feed, words) in self.refusals().items():
            with self.subTest(feed=name):
                self.carry(feed)
                self.assert_refused_list(words)
        self.assert_token_in("alice")
        self.assert_key_out("bob")

    def test_the_twin_of_all_that_is_refused_is_taken(self):
        self.take(deny_account("alice"), deny_account("bob"))
        self.assert_key_out("alice")
        self.assert_refused(self.token_login("alice"), "account.denied")
        self.assertIsNone(self.reported())

    def test_the_bounds_are_taken(self):
        self.take(*[{"account": f"u{n}", "since": 1} for n in range(100_000)])
        self.take(deny_account("alice"), aud=["https://ops.example.com/other.jwt", self.publisher.url])
        self.take(deny_account("alice"), serial=2**53)

    def test_a_list_of_each_kind_of_key_is_taken(self):
        for key in (EdDsaKey(), Rs256Key()):
            with self.subTest(algorithm=key.algorithm):
                serial = self.publisher.serial
                self.publisher = FeedPublisher(self.publisher.url, key)
                self.publisher.serial = serial
                self.host.write(FLEET_KEYS, self.publisher.key_set())
                self.take(deny_account("alice"))

    def test_the_same_list_again_is_no_news(self):
        feed = self.publisher.feed(deny_account("alice"))
        for _ in range(2):
            self.carry(feed)
            self.assert_applied(self.apply())
        written = FLEET_LIST.stat()
        self.assert_applied(self.apply())
        self.assertEqual(FLEET_LIST.stat().st_ino, written.st_ino)

    def test_many_at_the_same_time_leave_the_last_list(self):
        command = [JWTCTL, "denylist", "apply"]
        for _ in range(10):
            self.carry(self.publisher.feed(deny_account("alice"), deny_account("bob")))
            applied = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(8)]
            self.assertEqual([one.wait(timeout=20) for one in applied], [0] * 8)
            self.assertEqual(self.taken_serial(), self.publisher.serial)

    def test_a_refused_list_is_forgotten_with_the_next_good_one(self):
        self.carry("nonsense")
        self.assertEqual(self.apply().returncode, 1)
        code, told = self.status()
        self.assertNotEqual(code, 0, told)
        self.assertIn(self.reported(), told)
        self.take(deny_account("alice"))
        self.assertNotIn("nonsense", self.status()[1])
        self.assertIsNone(self.reported())

    def assert_refused_list(self, words):
        before = {path: path.read_bytes() for path in (FLEET_LIST, HOST_LIST)}
        done = self.apply()
        self.assertEqual(done.returncode, 1, done)
        self.assertIn(words, done.stderr)
        self.assertLess(len(done.stderr), 2000, "the report is as long as somebody else wants")
        self.assertTrue(done.stderr.replace("\n", "").isprintable(), done.stderr)
        for path, content in before.items():
            self.assertEqual(path.read_bytes(), content, path)
        self.assertIn(words, self.reported())


class HostileFetcher(FleetCase):
    """Somebody has taken the daemon over, and writes what he wants where it may write."""

    def setUp(self):
        super().setUp()
        self.older = self.publisher.feed(deny_account("alice"))
        self.carry(self.older)
        self.assert_applied(self.apply())
        self.take(deny_account("bob"))

    def tearDown(self):
        # Whatever stands in the place of the file.
        shutil.rmtree(CARRIED) if CARRIED.is_dir() and not CARRIED.is_symlink() else CARRIED.unlink(missing_ok=True)

    def test_no_file_of_any_kind_changes_the_list(self):
        shadow = Path("/etc/shadow").read_text()
        pipe = socket.socket(socket.AF_UNIX)
        self.addCleanup(pipe.close)
        kinds = {
            "an older list": lambda: self.carry(self.older),
            "a forged list": lambda: self.carry(FeedPublisher(self.publisher.url).feed(deny_account("alice"))),
            "a link to a file of root": lambda: CARRIED.symlink_to("/etc/shadow"),
            "a link to a good list": lambda: CARRIED.symlink_to(self.elsewhere(self.good())),
            "a link to itself": lambda: CARRIED.symlink_to(CARRIED),
            "a link to a device": lambda: CARRIED.symlink_to("/dev/zero"),
            "a directory": CARRIED.mkdir,
            "a pipe": lambda: os.mkfifo(CARRIED),
            "a socket": lambda: pipe.bind(str(CARRIED)),
            "a huge hole": lambda: self.hole(1 << 40),
            "a hole of the longest length": lambda: self.hole(LONGEST),
            "escapes for a terminal": lambda: self.carry("\x1b]0;owned\x07\x1b[2J.\n.ended account=root by=fleet\r\n"),
        }
        before = FLEET_LIST.read_bytes()
        for name, place in kinds.items():
            with self.subTest(file=name):
                self.tearDown()
                place()
                done = self.apply()
                self.assertEqual(done.returncode, 1, done)
                self.assertEqual(FLEET_LIST.read_bytes(), before)
                said = done.stdout + done.stderr + self.status()[1]
                self.assertNotIn(shadow.splitlines()[0][:20], said)
                self.assertTrue(said.replace("\n", "").isprintable(), said)
                self.assertNotIn("\nended account=root", "\n" + said)
        self.tearDown()
        self.assertEqual(FLEET_LIST.read_bytes(), before)
        self.assert_key_in("alice")
        self.assert_key_out("bob")
        self.take(deny_account("alice"))
        self.assert_key_out("alice")

    def test_no_mode_and_no_name_beside_it_helps_him(self):
        self.carry(self.publisher.feed(deny_account("alice")))
        CARRIED.chmod(0o666)
        before = FLEET_LIST.read_bytes()
        done = self.apply()
        self.assertEqual((done.returncode, FLEET_LIST.read_bytes()), (1, before), done)
        CARRIED.chmod(0o644)
        self.assert_applied(self.apply())
        self.assert_key_out("alice")

    def test_a_list_that_changes_while_it_is_read_is_never_an_older_or_a_forged_one(self):
        older, forged = WORK / "older", WORK / "forged"
        newer = self.elsewhere(self.publisher.feed(deny_account("alice"), deny_account("bob")))
        older.write_text(self.older)
        forged.write_text(FeedPublisher(self.publisher.url).feed())
        swap = f"while :; do for f in {older} {forged} {newer}; do cat $f >{CARRIED}; done; done"
        CARRIED.touch()
        shutil.chown(CARRIED, USER, USER)
        attack = subprocess.Popen(self.host.as_user(USER, ["sh", "-c", swap]), stderr=subprocess.DEVNULL,
                                  start_new_session=True)
        try:
            serials = []
            for _ in range(50):
                self.apply()
                serials.append(self.taken_serial())
        finally:
            os.killpg(attack.pid, 9)
            attack.wait()
        self.assertEqual(serials, sorted(serials))
        self.assertLessEqual(set(serials), {self.publisher.serial - 1, self.publisher.serial})
        self.assert_key_out("bob")

    def good(self):
        return self.publisher.feed(deny_account("alice"))

    def elsewhere(self, feed):
        """Writes a file of the attacker's in another directory of his."""
        directory = STATE / "elsewhere"
        directory.mkdir(exist_ok=True)
        shutil.chown(directory, USER, USER)
        self.addCleanup(shutil.rmtree, directory, ignore_errors=True)
        return self.host.write(directory / "feed", feed, owner=USER)

    @staticmethod
    def hole(length):
        with CARRIED.open("wb") as file:
            file.truncate(length)
        shutil.chown(CARRIED, USER, USER)


if __name__ == "__main__":
    main()
