"""Tests how the built jwks-fetcher carries the denylist of a fleet, from a web server on loopback.

Usage: feed_test.py JWKS_FETCHER JWTCTL
"""

import http.server
import os
import pathlib
import re
import sys
import threading
import time
import unittest

import daemon_test
from daemon_test import DaemonCase, wait_for

MIB = 1024 * 1024
LONGEST = 16 * MIB
REFRESH_S = 5
LATE_S = 2


def of_length(length, letter="A"):
    """Returns what looks like a feed, of so many bytes."""
    return b"e30." + letter.encode() * (length - 8) + b".AAA"


class Site(http.server.ThreadingHTTPServer):
    """A web server. The answer to a path is in `files`: a body, or a function that gets the handler."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), SiteHandler)
        self.files = {}
        self.asked = []  # (path, the ETag that the daemon has, Accept) of each request
        threading.Thread(target=self.serve_forever, args=[0.02], daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # the daemon hangs up on a body that is too long

    def url(self, path):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class SiteHandler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        seen = self.headers["If-None-Match"]
        self.server.asked.append((self.path, seen, self.headers["Accept"]))
        answer = self.server.files.get(self.path)
        if answer is None:
            return self.send_error(404)
        if callable(answer):
            return answer(self)
        tag = f'"{hash(answer)}"'
        self.answer(answer if seen != tag else b"", 304 if seen == tag else 200, ETag=tag)

    def answer(self, body, status=200, length=None, **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class FeedCase(DaemonCase):
    def setUp(self):
        super().setUp()
        self.site = Site()
        self.addCleanup(self.site.server_close)
        self.addCleanup(self.site.shutdown)
        self.carried = self.state / "denylist.jwt"

    def carry(self, path, refresh=f"{REFRESH_S}s"):
        """Configures the list at a path of the site."""
        self.configure("staff", more=f'[denylist]\nurl = "{self.site.url(path)}"\n'
                       f'keys = "/etc/pam_jwt/fleet.json"\nrefresh = "{refresh}"\n')

    def feed(self):
        """Returns what the daemon says of the list, or None."""
        return self.call("io.pamjwt.Fetcher.Status")["parameters"].get("denylist")

    def await_carried(self, body):
        # The length first: a long file is not read again and again.
        wait_for(lambda: self.carried.exists() and self.carried.stat().st_size == len(body)
                 and self.carried.read_bytes() == body, f"the list: {self.log.read_text()[-2000:]}")

    def await_error(self, pattern):
        return wait_for(lambda: re.search(pattern, (self.feed() or {}).get("error", "")),
                        f"{pattern}, but {self.feed()}")


class Carrying(FeedCase):
    def test_without_a_url_nothing_is_fetched_or_made(self):
        self.start()
        self.await_kids("s1")
        self.assertIsNone(self.feed())
        self.assertEqual(self.site.asked, [])
        self.assertFalse(self.carried.exists())
        wait_for(self.metrics.exists, "metrics")
        self.assertNotIn("denylist", self.metrics.read_text())

    def test_a_list_is_carried_as_it_is(self):
        self.site.files["/a"] = b"e30.e30.AAA\n"
        self.carry("/a")
        self.start()
        self.await_carried(b"e30.e30.AAA\n")
        self.assertEqual(self.carried.stat().st_mode & 0o7777, 0o644)
        self.assertEqual(self.site.asked[0], ("/a", None, "*/*"))
        feed = self.feed()
        self.assertEqual((feed["url"], feed["bytes"], feed["failures"]), (self.site.url("/a"), 12, 0))
        line = 'jwks_fetcher_denylist_fetches_total{outcome="changed"} 1\n'
        wait_for(lambda: line in self.metrics.read_text(), line)
        self.assertIn("denylist_fetched bytes=12 changed=yes", self.log.read_text())

    def test_a_new_list_comes_within_the_interval(self):
        self.site.files["/a"] = b"e30.e30.AAA"
        self.carry("/a")
        self.start()
        self.await_carried(b"e30.e30.AAA")
        made = self.carried.stat().st_ino
        wait_for(lambda: len(self.site.asked) >= 2, "a second request")
        self.assertNotEqual(self.site.asked[1][1], None)
        wait_for(lambda: self.feed()["fetches_unchanged"] >= 1, "HTTP 304")
        self.assertEqual(self.carried.stat().st_ino, made)
        published = time.monotonic()
        self.site.files["/a"] = b"e30.e30.BBB"
        self.await_carried(b"e30.e30.BBB")
        self.assertLess(time.monotonic() - published, REFRESH_S + LATE_S)

    def test_another_url_is_fetched_at_once_and_without_one_the_file_stays(self):
        self.site.files = {"/a": b"e30.e30.AAA", "/b": b"e30.e30.BBB"}
        self.carry("/a", refresh="1d")
        self.start()
        self.await_carried(b"e30.e30.AAA")
        self.carry("/b", refresh="1d")
        self.await_carried(b"e30.e30.BBB")
        self.configure("staff")
        wait_for(lambda: self.feed() is None, "the end of the list")
        self.assertEqual(self.carried.read_bytes(), b"e30.e30.BBB")

    def test_a_restart_does_not_write_the_same_list_again(self):
        self.site.files["/a"] = b"e30.e30.AAA"
        self.carry("/a")
        daemon = self.start()
        self.await_carried(b"e30.e30.AAA")
        made = self.carried.stat().st_ino
        self.end(daemon)
        self.start()
        wait_for(lambda: self.feed()["fetches_unchanged"] >= 1, "a fetch")
        self.assertEqual(self.carried.stat().st_ino, made)


class Failing(FeedCase):
    """Each test begins with a list, and the next one fails to come from another url."""

    def setUp(self):
        super().setUp()
        self.site.files["/good"] = b"e30.e30.AAA"
        self.carry("/good", refresh="1d")
        self.start()
        self.await_carried(b"e30.e30.AAA")

    def assert_refused(self, answer, pattern):
        self.site.files["/bad"] = answer
        self.carry("/bad")
        self.await_error(pattern)
        self.assertEqual(self.carried.read_bytes(), b"e30.e30.AAA")
        self.assertEqual(self.status()["staff"]["failures"], 0)

    def test_a_page(self):
        self.assert_refused(b"<!DOCTYPE html>", "no signed list .* begin with \"<!DOCTYPE html>\"")

    def test_a_file_that_is_not_there(self):
        self.assert_refused(None, "/bad: HTTP 404")

    def test_a_body_that_ends_early(self):
        self.assert_refused(lambda handler: handler.answer(b"e30.e30.AAA", length=100), "/bad: ")

    def test_a_redirect_elsewhere(self):
        elsewhere = f"http://localhost:{self.site.server_address[1]}/good"
        self.assert_refused(lambda handler: handler.answer(b"", 302, Location=elsewhere),
                            "redirects to another origin")

    def test_a_redirect_within_the_origin_is_followed(self):
        self.site.files["/new"] = b"e30.e30.BBB"
        self.site.files["/old"] = lambda handler: handler.answer(b"", 302, Location="/new")
        self.carry("/old")
        self.await_carried(b"e30.e30.BBB")

    def test_a_list_that_is_too_long(self):
        self.assert_refused(of_length(LONGEST + 1), f"more than {LONGEST} bytes")

    def test_a_long_list_that_grows_while_it_is_sent(self):
        def chunks(handler):
            handler.send_response(200)
            handler.end_headers()
            for _ in range(17):
                handler.wfile.write(b"A" * MIB)

        self.assert_refused(chunks, f"more than {LONGEST} bytes")

    def test_a_server_that_is_down(self):
        self.site.shutdown()
        self.site.server_close()
        self.carry("/good?again")
        self.await_error("onnect")
        self.assertEqual(self.carried.read_bytes(), b"e30.e30.AAA")

    def test_a_server_that_is_slow_delays_no_issuer(self):
        go_on = threading.Event()
        self.addCleanup(go_on.set)

        def hang(handler):
            handler.answer(b"e30.", length=11)
            go_on.wait(daemon_test.TIMEOUT_S)
            handler.wfile.write(b"e30.BBB")

        self.site.files["/slow"] = hang
        self.carry("/slow")
        wait_for(lambda: self.site.asked[-1][0] == "/slow", "a request")
        self.issuers.rotate("staff", "s2")
        self.assertEqual(self.refresh("staff"), {"parameters": {"changed": True}})
        self.assertEqual(self.carried.read_bytes(), b"e30.e30.AAA")
        go_on.set()
        self.await_carried(b"e30.e30.BBB")


class Memory(FeedCase):
    def memory_mib(self, daemon, what):
        status = pathlib.Path(f"/proc/{daemon.pid}/status").read_text()
        return int(re.search(rf"{what}:\s*(\d+) kB", status).group(1)) / 1024

    def test_the_longest_list_needs_less_than_64_mib_and_leaves_it_again(self):
        self.site.files["/a"] = of_length(LONGEST)
        self.carry("/a")
        daemon = self.start()
        self.await_carried(of_length(LONGEST))
        for letter in "BC":
            self.site.files["/a"] = of_length(LONGEST, letter)
            self.await_carried(of_length(LONGEST, letter))
        wait_for(lambda: self.feed()["fetches_changed"] == 3, "three lists")
        if b"__asan_init" in pathlib.Path(daemon_test.JWKS_FETCHER).read_bytes():
            return  # a sanitizer has memory of its own
        peak, left = self.memory_mib(daemon, "VmHWM"), self.memory_mib(daemon, "VmRSS")
        print(f"peak {peak:.0f} MiB, left {left:.0f} MiB", file=sys.stderr)
        self.assertLess(peak, 48)
        self.assertLess(left, 32)


class Once(FeedCase):
    def test_the_list_is_fetched_too(self):
        self.site.files["/a"] = b"e30.e30.AAA"
        self.carry("/a")
        self.assertEqual(self.run_once(), 0)
        self.assertEqual(self.carried.read_bytes(), b"e30.e30.AAA")

    def test_a_list_that_does_not_come_exits_1(self):
        self.carry("/a")
        self.assertEqual(self.run_once(), 1)
        self.assertEqual(self.kids(), ["s1"])
        self.assertIn("denylist_fetch_failed", self.log.read_text())


if __name__ == "__main__":
    daemon_test.JWTCTL = os.path.abspath(sys.argv.pop())
    daemon_test.JWKS_FETCHER = os.path.abspath(sys.argv.pop())
    unittest.main(verbosity=1)
