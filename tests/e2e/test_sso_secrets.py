#!/usr/bin/python3
"""Looks for the secrets of a login where others could read them, while it runs and afterwards: in the command
lines and environments of all processes, in files, in logs, in what is said, and in what a crash leaves."""

import json
import contextlib
import os
import re
import resource
import signal
import stat
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

import openid_provider
from certificate_case import CAROL
from host_case import main
from private_host import WORK
from sso_case import JWT_SSO, STATE, SsoCase, wait_until

PIECE = 24  # characters of a secret that are looked for
TOKENS = STATE / "work/tokens"
PLACES = (CAROL, WORK / "home/alice", Path("/tmp"), Path("/var"), Path("/run"), Path("/etc"), Path("/dev/shm"))
# Of the tests and the provider: what they know anyway.
OWN = (WORK / "provider", WORK / "login.stdout", WORK / "login.stderr", CAROL / "seen.json",
       CAROL / "address.txt")


def processes():
    """Returns the command lines and environments of all processes of the host, by their number."""
    found = {}
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            found[int(directory.name)] = b"".join((directory / name).read_bytes()
                                                  for name in ("cmdline", "environ"))
        except OSError:
            pass  # it has ended
    return found


def readable_files():
    """Returns the files that somebody else than their owner may read, as far as directories let him."""
    for top in PLACES:
        for directory, names, files in os.walk(top):
            names[:] = [name for name in names if is_open(Path(directory) / name, stat.S_IXGRP | stat.S_IXOTH)
                        and Path(directory) / name not in OWN]
            for name in files:
                path = Path(directory) / name
                if path not in OWN and is_open(path, stat.S_IRGRP | stat.S_IROTH) and path.is_file():
                    yield path


def is_open(path, mode):
    """Returns whether `path` has one of these rights. A link has none, and neither has what another program has
    just deleted."""
    try:
        found = path.lstat().st_mode
    except FileNotFoundError:
        return False
    return not stat.S_ISLNK(found) and bool(found & mode)


class Secrets(SsoCase):
    def setUp(self):
        super().setUp()
        self.secrets = {}
        self.mark = self.host.mark()

    # --- what is looked for ----------------------------------------------------------------

    def know(self, name, text):
        self.assertGreaterEqual(len(text), PIECE, name)
        self.secrets[name] = text[-PIECE:].encode()

    def know_redirect(self, redirect):
        self.know("code", urllib.parse.parse_qs(urllib.parse.urlsplit(redirect).query)["code"][0])

    def know_state(self, when):
        saved = json.loads(TOKENS.read_text())
        for name in ("refresh_token", "id_token"):
            self.know(f"{name} {when}", saved[name])
        # The sixth line has the private half: the public one stands in the lines before.
        self.know("private key", (STATE / "work/key").read_text().splitlines()[6])

    def found_in(self, data):
        return [name for name, piece in self.secrets.items() if piece in data]

    def assert_nothing_in(self, samples):
        """Checks samples of processes(), as they were taken while the secrets were not known yet."""
        for number, data in ((number, data) for sample in samples for number, data in sample.items()):
            self.assertEqual(self.found_in(data), [], f"process {number}: {data!r}")

    def assert_nothing_elsewhere(self, *outcomes):
        for outcome in outcomes:
            self.assertEqual(self.found_in(f"{outcome.stdout}{outcome.stderr}".encode()), [], outcome)
        for line in self.host.log.since(self.mark):
            self.assertEqual(self.found_in(line.encode()), [], line)
        self.assertEqual(self.open_files(), {})

    def open_files(self):
        """Returns the files that others may read and that have a secret, each with the names of its secrets."""
        found = {}
        for path in readable_files():
            with contextlib.suppress(FileNotFoundError):  # another program has deleted it
                if names := self.found_in(path.read_bytes()):
                    found[path] = names
        return found

    # --- watching --------------------------------------------------------------------------

    @staticmethod
    def watch(is_running, samples):
        while is_running():
            samples.append(processes())

    @staticmethod
    def is_seen_in(samples, verb):
        return any(re.match(rb"[^\0]*jwt-sso\0" + verb.encode() + rb"\0", data)
                   for sample in samples for data in sample.values())

    def test_login_and_renewal_show_nothing(self):
        samples = []
        login = self.begin_login()
        samples.append(processes())
        redirect = login.redirect()
        self.know_redirect(redirect)
        # The provider hangs, so that the program is seen while it has the code in hand.
        with self.provider.hanging():
            browser = subprocess.Popen(["curl", "-s", "-K", "-"], stdin=subprocess.PIPE,
                                       stdout=subprocess.DEVNULL)
            browser.stdin.write(f'url = "{redirect}"\n'.encode())
            browser.stdin.close()
            for _ in range(20):
                samples.append(processes())
                time.sleep(0.01)
        self.watch(login.is_running, samples)
        browser.wait()
        done = login.outcome()
        self.assertEqual(done.code, 0, done)
        self.know_state("of the login")

        setup = self.sso("setup", "--yes")
        with self.provider.hanging():  # until the program was seen
            renewal = subprocess.Popen(self.host.as_user("carol", [str(JWT_SSO), "renew", "--least", "601s"]),
                                       stdin=subprocess.DEVNULL)
            self.watch(lambda: renewal.poll() is None and not self.is_seen_in(samples[-1:], "renew"), samples)
        self.watch(lambda: renewal.poll() is None, samples)
        self.assertEqual(renewal.returncode, 1, "its tokens do not live as long as it was asked")
        self.know_state("of the renewal")
        self.assertGreaterEqual(len(self.secrets), 6, self.secrets)

        login_again = self.plain_ssh()
        self.assert_in(login_again)
        for verb in ("login", "renew"):
            self.assertTrue(self.is_seen_in(samples, verb), f"nobody saw {verb} run")
        self.assert_nothing_in(samples)
        self.assert_nothing_elsewhere(done, setup, login_again, self.sso("status"), self.sso("logout"))

    def test_what_is_there_would_be_found(self):
        """The twin: the same search finds a secret in each of the places."""
        self.know("example", "example-of-a-secret-in-a-place")
        text = "xexample-of-a-secret-in-a-place"
        with subprocess.Popen(["sleep", "infinity"], env={"X": text}) as by_environment:
            with subprocess.Popen(["sh", "-c", "sleep infinity; :", text]) as by_argument:
                wait_until(lambda: len([data for data in processes().values() if self.found_in(data)]) >= 2,
                           "both are seen")
                by_argument.kill()
            by_environment.kill()
        path = self.host.write(CAROL / "open/file", text, 0o644, "carol")
        self.assertEqual(self.open_files().get(path), ["example"])
        path.chmod(0o600)
        self.assertNotIn(path, list(readable_files()))


class Crash(SsoCase):
    """A process with secrets in it leaves no core, and nobody but root may look into it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def test_the_user_himself_cannot_read_its_memory(self):
        login = self.begin_login()
        self.assertTrue(login.address)
        sleep = subprocess.Popen(self.host.as_user("carol", ["sleep", "infinity"]))
        self.addCleanup(sleep.wait)
        self.addCleanup(sleep.kill)
        wait_until(lambda: Path(f"/proc/{sleep.pid}/cmdline").read_bytes().startswith(b"sleep\0"), "sleep runs")
        for name in ("environ", "maps"):
            outcome = self.host.run_as("carol", ["head", "-c1", f"/proc/{login.pid}/{name}"])
            self.assertIn("Permission denied", outcome.stderr)
            twin = self.host.run_as("carol", ["head", "-c1", f"/proc/{sleep.pid}/{name}"])
            self.assertEqual(twin.code, 0, twin)

    def test_it_leaves_no_core(self):
        login = self.begin_login()
        self.assertTrue(login.address)
        limits = Path(f"/proc/{login.pid}/limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 ")
        os.kill(login.pid, signal.SIGABRT)
        self.assertEqual(login.outcome().code, -signal.SIGABRT)
        self.assertEqual([str(path) for path in CAROL.glob("core*")], [])

    def test_the_keys_of_its_connections_are_written_nowhere(self):
        keys = CAROL / "tls-keys.log"
        environment = {"SSLKEYLOGFILE": str(keys)}
        self.log_in_by_browser(environment=environment)
        self.renew_now(environment=environment)
        self.assertFalse(keys.exists())
        twin = [sys.executable, "-c", "import ssl; ssl.create_default_context()"]
        self.assertEqual(self.host.run_as("carol", twin, environment=environment).code, 0)
        self.assertTrue(keys.exists())

    def test_another_process_of_hers_leaves_one(self):
        """The twin, on a host that leaves core files in the directory of the process."""
        if Path("/proc/sys/kernel/core_pattern").read_text().startswith(("|", "/")):
            return
        command = ["sh", "-c", "ulimit -c unlimited; kill -ABRT $$"]
        self.host.run_as("carol", ["env", "-C", str(CAROL), *command])
        cores = list(CAROL.glob("core*"))
        self.assertEqual(len(cores), 1)
        cores[0].unlink()


if __name__ == "__main__":
    openid_provider.install()
    main()
