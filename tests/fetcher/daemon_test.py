"""Runs the built jwks-fetcher as an unprivileged user, against issuers on loopback.

Usage: daemon_test.py JWKS_FETCHER JWTCTL
"""

import http.server
import json
import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

JWKS_FETCHER = JWTCTL = ""
TIMEOUT_S = 30
AS_NOBODY = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
# Keys and sockets of another user are not trusted below /tmp, which everybody may write.
PLACE = "/run" if os.getuid() == 0 else None


def wait_for(condition, what):
    """Calls `condition` until its result is true, and returns this result."""
    end = time.monotonic() + TIMEOUT_S
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {TIMEOUT_S} s: {what}")


class Issuers(http.server.ThreadingHTTPServer):
    """Issuers at http://127.0.0.1:PORT/NAME. Issuers in `broken` answer 500."""

    daemon_threads = True

    def __init__(self, directory):
        super().__init__(("127.0.0.1", 0), Handler)
        self.directory = directory
        self.jwks = {}
        self.broken = set()
        self.user_agents = set()
        threading.Thread(target=self.serve_forever, args=[0.02], daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # a daemon that was killed reads no answer

    def url(self, name, host="127.0.0.1"):
        return f"http://{host}:{self.server_address[1]}/{name}"

    def rotate(self, name, kid):
        """Puts a new key in the place of the issuer's keys."""
        out = self.directory / f"{name}-{kid}"
        subprocess.run([JWTCTL, "keygen", "--alg", "ES256", "--kid", kid, "--out", out],
                       check=True, capture_output=True)
        self.jwks[name] = (out / "jwks.json").read_bytes()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.user_agents.add(self.headers["User-Agent"])
        name, _, rest = self.path[1:].partition("/")
        if name in self.server.broken or name not in self.server.jwks:
            return self.send_error(500)
        body = self.server.jwks[name]
        if rest == ".well-known/openid-configuration":
            url = f"http://{self.headers['Host']}/{name}"
            body = json.dumps({"issuer": url, "jwks_uri": url + "/keys"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class DaemonCase(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="jwks-fetcher-test.", dir=PLACE))
        self.addCleanup(shutil.rmtree, self.root)
        self.state = self.make_directory("state")
        self.run_directory = self.make_directory("run")
        self.root.chmod(0o755)
        self.keys = self.state / "keys.jsonl"
        self.socket = self.run_directory / "public"
        self.metrics = self.run_directory / "metrics.prom"
        self.config = self.root / "pam_jwt.toml"
        self.log = self.root / "log"
        self.issuers = Issuers(self.root)
        self.addCleanup(self.issuers.server_close)
        self.addCleanup(self.issuers.shutdown)
        self.issuers.rotate("staff", "s1")
        self.configure("staff")
        self.systemd = self.notify_socket()

    def make_directory(self, name):
        path = self.root / name
        path.mkdir(mode=0o755)
        if AS_NOBODY:
            shutil.chown(path, "nobody", "nogroup")
        return path

    def notify_socket(self):
        path = self.root / "notify"
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify.bind(str(path))
        path.chmod(0o666)
        # As systemd, it reads at any time: the daemon waits while the socket is full.
        told = queue.SimpleQueue()

        def read():
            with notify:
                while message := notify.recv(4096):
                    told.put(message.decode())

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        self.addCleanup(self.end_reader, notify, reader)
        return told

    @staticmethod
    def end_reader(notify, reader):
        """Ends the thread. If the socket were closed under it, it would go on with another test's socket of the
        same number, and take messages of that one."""
        notify.shutdown(socket.SHUT_RD)
        reader.join()

    def configure(self, *names, cooldown="30s", more=""):
        text = f"""
[keys]
file = "{self.keys}"
public_socket = "{self.socket}"
redeem_socket = "{self.run_directory}/redeem"
metrics_file = "{self.metrics}"
cooldown = "{cooldown}"
"""
        for name in names:
            text += f'[issuer.{name}]\nurl = "{self.issuers.url(name)}"\naudiences = ["ssh://%h"]\n'
        self.config.write_text(text + more)
        self.config.chmod(0o644)

    def write_config(self, text):
        """Replaces the configuration by rename, as editors do."""
        new = self.config.with_name("new")
        new.write_text(text)
        new.chmod(0o644)
        new.rename(self.config)

    def popen(self, *arguments, before=(), **environment):
        with open(self.log, "ab") as log:
            daemon = subprocess.Popen(
                [*before, JWKS_FETCHER, "--config", str(self.config), *arguments],
                env={"PATH": "/usr/bin:/bin", "NOTIFY_SOCKET": str(self.root / "notify"),
                     "ASAN_OPTIONS": "detect_leaks=0", **environment},
                cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, **AS_NOBODY)
        self.addCleanup(self.end, daemon)
        return daemon

    @staticmethod
    def end(daemon):
        if daemon.poll() is None:
            daemon.kill()
        daemon.wait()

    def await_told(self, pattern):
        """Reads what the daemon tells systemd until a message matches."""
        end = time.monotonic() + TIMEOUT_S
        while True:
            try:
                told = self.systemd.get(timeout=max(0, end - time.monotonic()))
            except queue.Empty:
                self.fail(f"systemd was not told {pattern}: {self.log.read_text()}")
            if re.search(pattern, told):
                return told

    def start(self, *arguments, **environment):
        daemon = self.popen(*arguments, **environment)
        self.await_told("READY=1")
        return daemon

    def run_once(self):
        daemon = self.popen("--once")
        return daemon.wait(timeout=TIMEOUT_S)

    def kids(self):
        """Returns the key ids in the key file, which must be whole at any time."""
        if not self.keys.exists():
            return []
        text = self.keys.read_text()
        self.assertTrue(text.endswith("\n"))
        return sorted(json.loads(line)["kid"] for line in text.splitlines()[1:])

    def await_kids(self, *kids):
        wait_for(lambda: self.kids() == list(kids), f"{kids}, but {self.kids()}: "
                 f"{self.log.read_text()}")

    def call(self, method, at=None, **parameters):
        """Calls the daemon, at its public socket unless another is given, and returns the reply."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(TIMEOUT_S)
            client.connect(str(at or self.socket))
            client.sendall(json.dumps({"method": method, "parameters": parameters}).encode()
                           + b"\0")
            reply = b""
            while not reply.endswith(b"\0"):
                more = client.recv(65536)
                self.assertTrue(more, "the daemon hung up")
                reply += more
        return json.loads(reply[:-1])

    def status(self):
        reply = self.call("io.pamjwt.Fetcher.Status")
        return {issuer["name"]: issuer for issuer in reply["parameters"]["issuers"]}

    def config_status(self):
        return self.call("io.pamjwt.Fetcher.Status")["parameters"]["config"]

    def refresh(self, name):
        return self.call("io.pamjwt.Fetcher.Refresh", issuer=self.issuers.url(name))

    def reload(self, daemon):
        daemon.send_signal(signal.SIGHUP)
        self.await_told("RELOADING=1\nMONOTONIC_USEC=[0-9]+")
        return self.await_told("READY=1")


class Running(DaemonCase):
    def test_fetches_and_answers(self):
        daemon = self.start()
        self.await_kids("s1")
        self.assertEqual(self.keys.stat().st_mode & 0o7777, 0o644)
        self.assertEqual(self.socket.stat().st_mode & 0o7777, 0o666)
        staff = self.status()["staff"]
        self.assertEqual((staff["url"], staff["keys"]), (self.issuers.url("staff"), 1))
        info = self.call("org.varlink.service.GetInfo")["parameters"]
        self.assertEqual(info["interfaces"], ["org.varlink.service", "io.pamjwt.Fetcher"])
        self.assertEqual(self.issuers.user_agents, {f"jwks-fetcher/{info['version']}"})
        unknown = self.call("io.pamjwt.Fetcher.Refresh", issuer="https://nobody.example")
        self.assertEqual(unknown["error"], "io.pamjwt.Fetcher.UnknownIssuer")
        daemon.terminate()
        self.assertEqual(daemon.wait(timeout=TIMEOUT_S), 0)
        self.await_told("STOPPING=1")

    def test_refresh_brings_a_new_key_and_then_cools_down(self):
        self.configure("staff", cooldown="1h")
        self.start()
        self.await_kids("s1")
        self.issuers.rotate("staff", "s2")
        self.assertEqual(self.refresh("staff"), {"parameters": {"changed": True}})
        self.assertEqual(self.kids(), ["s2"])
        again = self.refresh("staff")
        self.assertEqual(again["error"], "io.pamjwt.Fetcher.Cooldown")
        self.assertGreater(again["parameters"]["cooldown"], 3500)
        self.assertGreater(self.status()["staff"]["cooldown"], 3500)

    def test_only_root_may_refresh_within_a_cooldown(self):
        self.configure("staff", cooldown="1h")
        self.start()
        self.await_kids("s1")
        self.refresh("staff")
        self.issuers.rotate("staff", "s2")
        forced = self.call("io.pamjwt.Fetcher.Refresh", issuer=self.issuers.url("staff"), force=True)
        if os.geteuid() != 0:
            self.assertEqual(forced["error"], "org.varlink.service.PermissionDenied")
            return
        self.assertEqual(forced, {"parameters": {"changed": True}})
        self.assertEqual(self.kids(), ["s2"])

    def test_metrics_are_written(self):
        self.start()
        self.await_kids("s1")
        line = 'jwks_fetcher_keys{issuer="staff"} 1\n'
        wait_for(lambda: self.metrics.exists() and line in self.metrics.read_text(), line)
        self.assertIn("jwks_fetcher_config_good 1\n", self.metrics.read_text())
        self.assertEqual(self.metrics.stat().st_mode & 0o7777, 0o644)

    def test_feeds_the_watchdog(self):
        self.start(WATCHDOG_USEC="200000")
        for _ in range(3):
            self.await_told("WATCHDOG=1")

    def test_the_daemon_confines_itself(self):
        daemon = self.start()
        status = pathlib.Path(f"/proc/{daemon.pid}/status").read_text()
        self.assertRegex(status, "NoNewPrivs:\t1\n")
        self.assertRegex(status, "Seccomp:\t2\n")
        self.assertRegex(status, "CapEff:\t0+\n")
        self.assertNotIn("part=seccomp", self.log.read_text())

    def test_resolves_names_inside_its_sandbox(self):
        url = self.issuers.url("staff", host="localhost")
        self.configure(more=f'[issuer.named]\nurl = "{url}"\naudiences = ["ssh"]\n')
        self.start()
        self.await_kids("s1")

    def test_jwtctl_talks_to_it(self):
        self.start()
        self.await_kids("s1")
        for verb in "status", "keys":
            shown = subprocess.run([JWTCTL, verb, "--config", self.config], capture_output=True,
                                   text=True, check=False, **AS_NOBODY)
            self.assertEqual(shown.returncode, 0, shown.stdout + shown.stderr)
            self.assertIn("staff", shown.stdout)

    def test_a_client_that_hangs_delays_nobody(self):
        self.start()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as idle:
            idle.connect(str(self.socket))
            idle.sendall(b"{")
            self.assertEqual(list(self.status()), ["staff"])


class Reloading(DaemonCase):
    def test_issuers_that_stay_keep_their_keys(self):
        daemon = self.start()
        self.await_kids("s1")
        self.issuers.broken.add("staff")
        self.issuers.rotate("ci", "c1")
        self.configure("staff", "ci")
        self.reload(daemon)
        self.await_kids("c1", "s1")
        self.assertEqual(sorted(self.status()), ["ci", "staff"])
        self.configure("ci")
        self.reload(daemon)
        self.await_kids("c1")

    def test_a_bad_configuration_keeps_the_old_one(self):
        daemon = self.start()
        self.await_kids("s1")
        self.configure("staff", more="frobnicate = 1\n")
        self.reload(daemon)
        self.assertEqual(list(self.status()), ["staff"])
        self.assertIn("config_refused", self.log.read_text())
        line = "jwks_fetcher_config_good 0\n"
        wait_for(lambda: line in self.metrics.read_text(), line)
        self.configure("staff")
        self.reload(daemon)
        wait_for(lambda: line not in self.metrics.read_text(), "the good one")

    def test_a_configuration_for_another_directory_needs_a_restart(self):
        daemon = self.start()
        self.configure("staff", "ci")
        self.reload(daemon)
        self.assertNotIn("restart_needed", self.log.read_text())
        self.metrics = self.root / "elsewhere/metrics.prom"
        self.configure("staff")
        self.reload(daemon)
        self.assertRegex(self.log.read_text(), f"restart_needed .*path={self.root}/elsewhere\n")


class Watching(DaemonCase):
    """The daemon notices by itself that its configuration appears and changes."""

    def start_activated(self):
        """Starts the daemon with the sockets of systemd, and waits until it says that it is ready."""
        self.socket, redeem = self.run_directory / "activated", self.run_directory / "once"
        daemon = self.popen(before=["systemd-socket-activate", f"--listen={self.socket}",
                                    f"--listen={redeem}", "--fdname=public:redeem",
                                    f"--setenv=NOTIFY_SOCKET={self.root}/notify"])
        wait_for(redeem.exists, "the sockets")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as first:
            first.connect(str(self.socket))
            self.told = self.await_told("READY=1")
        return daemon

    def await_config_error(self, pattern):
        return wait_for(lambda: re.search(pattern, self.config_status().get("error", "")),
                        f"{pattern}: {self.log.read_text()}")

    def await_issuers(self, *names):
        wait_for(lambda: sorted(self.status()) == sorted(names), f"{names}, but {self.status()}: "
                 f"{self.log.read_text()}")

    def test_without_a_configuration_it_answers_that_it_waits(self):
        self.config.unlink()
        self.start_activated()
        self.assertRegex(self.told, "STATUS=waits for a configuration: .*No such file")
        self.assertIn("waiting_for_config", self.log.read_text())
        self.assertEqual(self.status(), {})
        config = self.config_status()
        self.assertEqual((config["path"], config.get("loaded")), (str(self.config), None))
        self.assertIn(f"{self.config}: No such file", config["error"])
        self.assertEqual(self.refresh("staff")["error"], "io.pamjwt.Fetcher.NoConfiguration")
        redeemed = self.call("io.pamjwt.Fetcher.Redeem", at=self.run_directory / "once",
                             issuer=self.issuers.url("staff"), jti="1", expires=int(time.time()))
        self.assertEqual(redeemed["error"], "io.pamjwt.Fetcher.NoConfiguration")
        self.assertFalse(self.keys.exists())

    def test_it_works_once_the_configuration_comes(self):
        self.config.unlink()
        daemon = self.start_activated()
        self.configure("staff")
        self.await_kids("s1")
        self.await_told("STATUS=1 issuer, 1 with keys")
        config = self.config_status()
        self.assertNotIn("error", config)
        self.assertGreater(config["loaded"], time.time() - TIMEOUT_S)
        seccomp = pathlib.Path(f"/proc/{daemon.pid}/status").read_text()
        self.assertRegex(seccomp, "Seccomp:\t2\n")
        # It notices changes inside of its sandbox, too.
        self.issuers.rotate("ci", "c1")
        self.configure("staff", "ci")
        self.await_kids("c1", "s1")
        self.assertNotIn("config_unwatched", self.log.read_text())

    def test_it_waits_for_missing_directories(self):
        self.config = self.root / "etc/pam_jwt/pam_jwt.toml"
        self.start_activated()
        self.config.parent.parent.mkdir()
        self.config.parent.mkdir()
        self.await_config_error("pam_jwt.toml: No such file")
        self.configure("staff")
        self.await_kids("s1")
        self.config.parent.parent.rename(self.root / "old")
        self.await_config_error("No such file")
        self.assertIn("loaded", self.config_status())
        (self.root / "old").rename(self.config.parent.parent)
        wait_for(lambda: "error" not in self.config_status(), self.log.read_text())

    def test_a_faulty_configuration_is_named_with_its_line(self):
        self.configure("staff", more="frobnicate = 1\n")
        self.start_activated()
        self.assertRegex(self.told, r"STATUS=waits for a configuration: pam_jwt.toml:\d+: .*frobn")
        self.assertRegex(self.config_status()["error"], r"pam_jwt.toml:\d+: ")
        self.assertIn("config_refused, waiting for another", self.log.read_text())
        self.configure("staff")
        self.await_kids("s1")

    def test_an_unreadable_configuration_is_not_a_missing_one(self):
        self.config.chmod(0)
        self.start_activated()
        self.assertRegex(self.told, "STATUS=waits for a configuration: .*Permission denied")
        self.assertNotIn("waiting_for_config", self.log.read_text())
        self.config.chmod(0o644)
        self.await_kids("s1")

    def test_changes_are_noticed_however_they_are_made(self):
        self.start()
        self.await_issuers("staff")
        self.configure("staff", "ci")  # in place
        self.await_issuers("ci", "staff")
        text = self.config.read_text()
        self.configure("staff")
        self.await_issuers("staff")
        self.write_config(text)
        self.await_issuers("ci", "staff")
        self.config.unlink()
        self.await_config_error("No such file")
        self.await_issuers("ci", "staff")
        self.configure("ci")
        self.await_issuers("ci")
        drop_in = self.root / "conf.d/more.toml"
        drop_in.parent.mkdir()
        drop_in.write_text(f'[issuer.more]\nurl = "{self.issuers.url("more")}"\n'
                           'audiences = ["ssh"]\n')
        drop_in.chmod(0o644)
        self.await_issuers("ci", "more")
        shutil.rmtree(drop_in.parent)
        self.await_issuers("ci")

    def test_a_burst_of_changes_is_one_reload(self):
        self.start()
        self.await_issuers("staff")
        for number in range(20):
            self.configure("staff", f"ci{number}")
        self.await_issuers("ci19", "staff")
        self.assertLess(self.log.read_text().count("reloaded"), 10)  # on a slow machine

    def test_a_bad_configuration_keeps_the_old_one_and_status_says_so(self):
        self.start()
        self.await_kids("s1")
        self.configure("staff", more="frobnicate = 1\n")
        self.await_config_error(r"pam_jwt.toml:\d+: .*frobnicate")
        self.await_told("STATUS=1 issuer, .*the old one stays in use: pam_jwt.toml:")
        self.assertEqual(list(self.status()), ["staff"])
        self.assertRegex(self.log.read_text(), r"config_refused, the old one stays .*toml:\d+: ")
        self.configure("staff")
        wait_for(lambda: "error" not in self.config_status(), self.log.read_text())


class Starting(DaemonCase):
    def test_a_killed_daemon_leaves_a_whole_file_that_the_next_one_serves(self):
        daemon = self.start()
        self.await_kids("s1")
        daemon.kill()
        daemon.wait()
        self.assertEqual(self.kids(), ["s1"])
        self.issuers.broken.add("staff")
        self.start()
        self.assertEqual(self.status()["staff"]["keys"], 1)
        wait_for(lambda: self.status()["staff"].get("error"), "a fetch that failed")
        self.assertEqual(self.kids(), ["s1"])

    def test_a_second_daemon_refuses(self):
        self.start()
        self.await_kids("s1")
        second = self.popen()
        self.assertEqual(second.wait(timeout=TIMEOUT_S), 2)
        self.assertIn("cannot_start", self.log.read_text())
        self.assertEqual(self.status()["staff"]["keys"], 1)
        self.assertEqual(self.run_once(), 2)

    def test_refuses_a_key_file_where_others_may_put_one(self):
        self.state.chmod(0o1777)
        self.assertEqual(self.popen().wait(timeout=TIMEOUT_S), 2)
        self.assertRegex(self.log.read_text(), "cannot_start .*which others may write")
        self.assertFalse(self.keys.exists())
        self.state.chmod(0o755)
        self.start()
        self.await_kids("s1")

    def test_takes_the_socket_of_systemd(self):
        passed = self.run_directory / "activated"
        self.socket = passed
        self.popen(before=["systemd-socket-activate", f"--listen={passed}", "--fdname=public",
                           f"--setenv=NOTIFY_SOCKET={self.root}/notify"])
        wait_for(passed.exists, "a socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as first:
            first.connect(str(passed))  # this starts the daemon
            self.await_told("READY=1")
        self.assertEqual(list(self.status()), ["staff"])
        self.assertFalse((self.run_directory / "public").exists())

    def test_help_version_and_wrong_arguments_have_their_exit_codes(self):
        for arguments, code, text in [(["--help"], 0, "Exit codes: 0 "),
                                      (["--version"], 0, "jwks-fetcher "),
                                      (["--frobnicate"], 2, "--help"), (["x"], 2, "--help")]:
            done = subprocess.run([JWKS_FETCHER, *arguments], capture_output=True, text=True,
                                  check=False)
            self.assertEqual(done.returncode, code, arguments)
            self.assertIn(text, done.stdout if code == 0 else done.stderr)


class Once(DaemonCase):
    def test_fetches_and_ends(self):
        self.assertEqual(self.run_once(), 0, self.log)
        self.assertEqual(self.kids(), ["s1"])
        self.assertFalse(self.socket.exists())

    def test_an_issuer_that_fails_exits_1_and_the_others_are_written(self):
        self.configure("staff", "ci")
        self.assertEqual(self.run_once(), 1)
        self.assertEqual(self.kids(), ["s1"])
        self.issuers.rotate("ci", "c1")
        self.assertEqual(self.run_once(), 0)
        self.assertEqual(self.kids(), ["c1", "s1"])

    def test_a_bad_or_missing_configuration_exits_2(self):
        self.configure("staff", more="frobnicate = 1\n")
        self.assertEqual(self.run_once(), 2)
        self.assertIn("pam_jwt.toml:", self.log.read_text())
        self.config.unlink()
        self.assertEqual(self.run_once(), 2)
        self.assertFalse(self.keys.exists())

    def test_a_directory_that_cannot_be_written_exits_2(self):
        self.state.chmod(0o555)
        self.assertEqual(self.run_once(), 2)
        self.state.chmod(0o755)
        self.assertEqual(self.run_once(), 0)


if __name__ == "__main__":
    JWTCTL = os.path.abspath(sys.argv.pop())
    JWKS_FETCHER = os.path.abspath(sys.argv.pop())
    unittest.main(verbosity=1)
