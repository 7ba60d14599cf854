#!/usr/bin/python3
"""Tests that the daemon carries the denylist of a fleet from a web server with a private CA, what it does if the
server fails, and how much memory it needs. It does not look whether the list is good: root does."""

import os
import re
import subprocess
import time
from pathlib import Path

import private_host
from host_case import HostCase, main
from jwks_fetcher import STATE, JwksFetcher
from private_host import JWTCTL, WORK
from static_site import StaticSite

CA_FILE = "/etc/pam_jwt/fleet-ca.pem"
CARRIED = STATE / "denylist.jwt"
METRICS = Path("/run/jwks-fetcher/jwks-fetcher.prom")
FEED, OTHER = "e30.e30.AAA", "e30.e30.BBB"
LONGEST = 16 * 1024 * 1024
REFRESH_S = 5
LATE_S = 10  # what a busy machine may add
EXCHANGE_S = 60  # the longest exchange


class Carrying(HostCase):
    """Each test begins with a list that was carried."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = StaticSite.on(cls.host, WORK / "site")
        cls.fetcher = JwksFetcher(cls.host)

    def setUp(self):
        CARRIED.unlink(missing_ok=True)
        self.host.write(CA_FILE, self.site.ca_file.read_text())
        self.site.publish("/denied.jwt", FEED)
        self.configure("/denied.jwt")
        self.fetcher.start()
        self.await_carried(FEED)

    def tearDown(self):
        self.fetcher.stop()

    def configure(self, path, ca_file=CA_FILE):
        trust = f'ca_file = "{ca_file}"\n' if ca_file else ""
        self.host.write_config(f'[denylist]\nurl = "{self.site.url}{path}"\nkeys = "/etc/pam_jwt/fleet.json"\n'
                               f'refresh = "{REFRESH_S}s"\n{trust}')

    def feed(self):
        return self.fetcher.call("Status")["parameters"]["denylist"]

    def await_carried(self, feed):
        self.fetcher.wait_for(lambda: CARRIED.exists() and CARRIED.stat().st_size == len(feed)
                              and CARRIED.read_text() == feed)

    def await_error(self, pattern):
        self.fetcher.wait_for(lambda: re.search(pattern, self.feed().get("error", "")))
        self.assertEqual(CARRIED.read_text(), FEED)

    def await_success(self):
        self.fetcher.wait_for(lambda: "error" not in self.feed() and "fetched" in self.feed())

    def test_a_new_list_comes_by_the_next_fetch_and_the_same_one_is_not_sent_again(self):
        first, second = self.site.wait_for_answers(2)
        self.assertEqual((first.status, second.status), (304, 304))
        made = CARRIED.stat().st_ino
        published = time.monotonic()
        self.site.publish("/denied.jwt", OTHER)
        self.await_carried(OTHER)
        self.assertLess(time.monotonic() - published, REFRESH_S + LATE_S)
        self.assertNotEqual(CARRIED.stat().st_ino, made)

    def test_a_server_of_an_unknown_ca_is_not_believed(self):
        self.configure("/denied.jwt", ca_file=None)
        self.await_error("certificate problem.*ca_file is not set")
        self.configure("/denied.jwt")
        self.await_success()

    def test_a_server_that_is_down_keeps_the_list(self):
        with self.site.down():
            self.await_error("onnect")
            told = subprocess.run([JWTCTL, "status"], capture_output=True, text=True, check=False).stdout
            self.assertRegex(told, r"denylist of the fleet .*last fetch failed: .*onnect")
        self.await_success()
        failed = r'jwks_fetcher_denylist_fetches_total{outcome="failed"} [1-9]'
        self.fetcher.wait_for(lambda: re.search(failed, METRICS.read_text()))

    def test_an_answer_that_is_cut_off_keeps_the_list(self):
        with self.site.cutting_off(after=7):
            self.site.publish("/denied.jwt", OTHER)
            self.await_error("/denied.jwt: ")
        self.await_carried(OTHER)

    def test_a_server_that_stalls_is_left_after_a_minute(self):
        before = len(self.site.answers())
        with self.site.stalling(after=7):
            self.site.publish("/denied.jwt", OTHER)
            self.fetcher.wait_for(lambda: 200 in [answer.status for answer in self.site.answers()[before:]])
            deadline = time.monotonic() + EXCHANGE_S + LATE_S
            while "error" not in self.feed():  # and it answers all the while
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.2)
            self.assertIn("timed out", self.feed()["error"])
            self.assertEqual(CARRIED.read_text(), FEED)
        self.await_carried(OTHER)

    def test_the_longest_list_comes_and_a_longer_one_does_not(self):
        longest = "e30." + "A" * (LONGEST - 8) + ".AAA"
        self.site.publish("/denied.jwt", longest)
        self.await_carried(longest)
        self.site.publish("/denied.jwt", longest + "A")
        self.fetcher.wait_for(lambda: f"more than {LONGEST} bytes" in self.feed().get("error", ""))
        self.assertEqual(CARRIED.stat().st_size, LONGEST)
        memory = Path(f"/proc/{self.fetcher.pid()}/status").read_text()
        peak = int(re.search(r"VmHWM:\s*(\d+) kB", memory).group(1)) / 1024
        self.assertLess(peak, 48)
        self.site.publish("/denied.jwt", FEED)
        self.await_carried(FEED)

    def test_without_a_url_the_daemon_looks_at_no_list(self):
        self.fetcher.stop()
        self.host.write_config("")
        CARRIED.unlink()
        trace = WORK / "trace"
        self.fetcher.start()
        with open(trace, "w", encoding="utf-8") as out:
            strace = subprocess.Popen(["strace", "-f", "-e", "trace=file,network", "-p", str(self.fetcher.pid())],
                                      stdout=out, stderr=out)
        self.fetcher.wait_for(lambda: "attached" in trace.read_text())
        os.kill(self.fetcher.pid(), 1)
        self.fetcher.wait_for(lambda: "pam_jwt.toml" in trace.read_text())
        self.assertNotIn("denylist", self.fetcher.call("Status")["parameters"])
        strace.terminate()
        strace.wait()
        self.assertNotIn("denylist", trace.read_text())
        self.assertFalse(CARRIED.exists())


if __name__ == "__main__":
    main()
