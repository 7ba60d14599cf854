"""Ends `jwtctl denylist apply` at each of its operations on files, or lets the disk refuse them from there on.

Usage: denylist_apply_test.py [CLASS...] PRELOAD JWTCTL

Whatever happens, each file is the whole old one or the whole new one, the word in the denylist of the host never comes
before the list, and the next run mends everything.
"""

import errno
import itertools
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

PRELOAD = JWTCTL = ""
TIMEOUT_S = 60
FAILED = 1
URL = "https://ops.example/denied.jwt"
HOSTS_OWN = '{"account":"bob","since":1}\n'
KILLS = ("kill", "torn")
ERRORS = (errno.ENOSPC, errno.EACCES)


def read(path):
    return path.read_text(encoding="utf-8") if path.exists() else None


def jwtctl(*words, **options):
    return subprocess.run([JWTCTL, *map(str, words)], capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
                          stdin=subprocess.DEVNULL, **options)


class Host:
    """A host in a directory: what it is given, and below `kept` what it writes."""

    def __init__(self, path, feed=None):
        self.path = path
        self.kept = path / "kept"
        self.list = self.kept / "list/denied.jsonl"
        self.fleet = self.kept / "list/fleet.jsonl"
        self.state = self.kept / "list/fleet.status.json"
        self.metrics = self.kept / "metrics/denylist.prom"
        self.carried = path / "fetched/denylist.jwt"
        for directory in (self.carried.parent, self.list.parent):
            directory.mkdir(parents=True)
        if feed is not None:
            self.carry(feed)

    def configure(self, keys, stale="warn"):
        config = self.path / "pam_jwt.toml"
        config.write_text(f'[keys]\nfile = "{self.carried.parent}/keys.jsonl"\n[denylist]\nurl = "{URL}"\n'
                          f'keys = "{keys}"\nstale = "{stale}"\nmetrics_file = "{self.metrics}"\n'
                          '[issuer.staff]\nurl = "https://sso.example"\naudiences = ["ssh"]\n', encoding="utf-8")
        self.list.write_text('{"format":1}\n' + HOSTS_OWN, encoding="utf-8")

    def carry(self, feed):
        self.carried.write_text(feed, encoding="utf-8")

    def apply(self, fault="", point=0):
        """Runs apply. Returns its exit code, its messages, and the operation at which the fault was, or ""."""
        read_end, write_end = os.pipe()
        environment = {"PATH": os.environ["PATH"]}
        if fault:
            environment |= {"LD_PRELOAD": PRELOAD, "PAMJWT_FILES_PROGRAM": JWTCTL, "PAMJWT_FILES_BELOW": str(self.kept),
                            "PAMJWT_FILES_POINT": str(point), "PAMJWT_FILES_FAULT": str(fault),
                            "PAMJWT_FILES_NOTE": str(write_end)}
        try:
            done = jwtctl("denylist", "apply", "--config", self.path / "pam_jwt.toml", "--denylist", self.list,
                          env=environment, pass_fds=(write_end,))
        finally:
            os.close(write_end)
            with os.fdopen(read_end) as note:
                operation = note.read()
        return done.returncode, done.stderr, operation

    def left(self):
        return sorted(file.name for file in self.kept.rglob("*") if file.is_file())


class EachOperation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.root = pathlib.Path(directory.name).resolve()
        cls.hosts = itertools.count(1)
        key = cls.root / "key"
        assert jwtctl("keygen", "--alg", "ES256", "--out", key).returncode == 0
        cls.feeds = []
        for account in ("alice", "carol"):
            denied = cls.root / "denied.jsonl"
            assert jwtctl("deny", "--account", account, "--denylist", denied).returncode == 0
            made = jwtctl("deny", "--export", "--key", key / "key.json", "--url", URL, "--denylist", denied, "--out",
                          cls.root / "denied.jwt")
            assert made.returncode == 0, made.stderr
            cls.feeds.append(read(cls.root / "denied.jwt"))
        cls.keys = key / "jwks.json"
        # What the files are after a run without a fault, with the old feed and with the new one.
        cls.wanted = []
        for feed in cls.feeds:
            host = cls.host(feed)
            code, said, _ = host.apply()
            assert code == 0, said
            cls.wanted.append((read(host.fleet), read(host.list)))

    @classmethod
    def host(cls, feed, stale="warn"):
        host = Host(cls.root / f"host{next(cls.hosts)}", feed)
        host.configure(cls.keys, stale)
        return host

    def host_with_a_list(self):
        host = self.host(self.feeds[0])
        self.assertEqual(host.apply()[0], 0)
        host.carry(self.feeds[1])
        return host

    def judge(self, host, before):
        """Checks that each file is whole, and that the next run mends what is missing."""
        fleet, denied = read(host.fleet), read(host.list)
        self.assertIn(fleet, (before[0], self.wanted[1][0]))
        self.assertIn(denied, (before[1], self.wanted[1][1]))
        if fleet is None:
            self.assertNotIn("fleet", denied)
        for text in (read(host.state), read(host.metrics)):
            self.assertTrue(text is None or text.endswith("\n"))
        code, said, _ = host.apply()
        self.assertEqual(code, 0, said)
        self.assertEqual((read(host.fleet), read(host.list)), self.wanted[1])
        self.assertEqual(host.left(), [".lock", "denied.jsonl", "denylist.prom", "fleet.jsonl", "fleet.status.json"])

    def each_operation(self, fault, prepare):
        for point in itertools.count(1):
            host = prepare()
            before = read(host.fleet), read(host.list)
            code, said, operation = host.apply(fault, point)
            if not operation:
                self.assertEqual(code, 0, said)
                break
            with self.subTest(fault=fault, point=point, operation=operation, code=code, said=said):
                if fault in KILLS:
                    self.assertEqual(code, -signal.SIGKILL)
                elif code != 0:
                    self.assertEqual(code, FAILED)
                    self.assertIn(os.strerror(fault), said)
                self.judge(host, before)
            shutil.rmtree(host.path)
        name = fault if fault in KILLS else errno.errorcode[fault]
        print(f"{self.id().rpartition('.')[2]}, {name}: {point - 1} operations", flush=True)
        self.assertGreater(point, 3 if fault == "torn" else 10)

    def test_the_first_list(self):
        for fault in KILLS + ERRORS:
            self.each_operation(fault, lambda: self.host(self.feeds[1]))

    def test_a_new_list(self):
        for fault in KILLS + ERRORS:
            self.each_operation(fault, self.host_with_a_list)


if __name__ == "__main__":
    JWTCTL, PRELOAD = (sys.argv.pop() for _ in range(2))
    JWTCTL = os.path.realpath(JWTCTL)
    unittest.main()
