#!/usr/bin/python3
"""Tests the denylist of a fleet from the publisher to the end of a session: web server, daemon, jwtctl and sshd.

systemd does not run here, so the tests do what its path unit does: they apply what the daemon has carried.
"""

import subprocess
import time

from feed_publisher import FeedPublisher, deny_account, deny_subject
from fleet_case import CARRIED, FEED, FLEET_LIST, REFRESH_S, FleetCase
from host_case import main
from private_host import processes_of, start_time

BOB = 2002
LATE_S = 10  # what a busy machine may add
MIB = 1024 * 1024


class TakenAway(FleetCase):
    """The daemon runs, and has carried a list that denies nobody."""

    def setUp(self):
        super().setUp()
        self.site.publish(FEED, self.publisher.feed())
        self.fetcher.start()
        self.addCleanup(self.fetcher.stop)
        self.wait_for_list()

    def publish(self, *entries):
        self.site.publish(FEED, self.publisher.feed(*entries))

    def wait_for_list(self, seconds=REFRESH_S + LATE_S):
        """Waits until the daemon has carried the last list, and applies it."""
        published = self.site.file(FEED)
        self.wait_until(lambda: CARRIED.exists() and CARRIED.read_bytes() == published, self.fetcher.log, seconds)
        self.assert_applied(self.apply())
        self.assertEqual(self.taken_serial(), self.publisher.serial)

    def test_a_published_list_denies_by_the_next_fetch(self):
        self.assert_token_in("alice")
        begun = time.monotonic()
        self.publish(deny_subject(self.staff.url, "alice"))
        self.wait_for_list()
        self.assert_refused(self.token_login("alice"), "token.denied")
        took_s = time.monotonic() - begun
        print(f"denied {took_s:.1f} s after the list was published; the host looks every {REFRESH_S} s")
        self.assertLess(took_s, REFRESH_S + LATE_S)
        self.assert_token_in("bob")
        self.assert_key_in("alice")

    def test_a_published_list_ends_sessions_and_touches_nobody_else(self):
        # sshd ends the session of an earlier test after its client has ended.
        self.wait_until(lambda: not processes_of(BOB), "a session of bob is left")
        hers = [self.hold("alice"), self.hold("alice")]
        his = [self.hold("bob"), self.hold_by_key("bob"), self.hold_by_key("alice")]
        before = processes_of(BOB)
        self.publish(deny_subject(self.staff.url, "alice"))
        begun = time.monotonic()
        self.wait_for_list()
        for session in hers:
            self.assertLess(session.wait_for_end() - begun, REFRESH_S + 2 * LATE_S)
        for session in his:
            self.assertTrue(session.is_open(), session.errors())
            self.assertEqual([pid for pid in session.pids if start_time(pid) is None], [])
        self.assertEqual(processes_of(BOB), before)

    def test_a_plain_key_is_refused_by_the_list_of_the_fleet(self):
        self.assert_key_in("alice")
        self.publish(deny_account("alice"))
        self.wait_for_list()
        self.assert_key_out("alice")
        self.assert_key_in("bob")

    def test_a_list_that_has_not_changed_is_not_sent_again(self):
        written = CARRIED.stat()
        answer, = self.site.wait_for_answers(1)
        self.assertEqual((answer.status, answer.is_conditional), (304, True))
        self.assertEqual((CARRIED.stat().st_ino, CARRIED.stat().st_mtime_ns), (written.st_ino, written.st_mtime_ns))

    def test_the_last_list_holds_while_the_server_is_down(self):
        self.publish(deny_account("alice"))
        self.wait_for_list()
        with self.site.down():
            self.wait_for_report()
            self.assert_applied(self.apply())
            self.assert_key_out("alice")
            # A single failure is no alarm.
            self.wait_until(lambda: self.status()[0] == 1, "status does not warn", 4 * REFRESH_S)
        self.publish()
        self.wait_for_list(60)
        self.assert_key_in("alice")

    def test_an_answer_that_is_cut_off_changes_nothing(self):
        before = CARRIED.read_bytes()
        with self.site.cutting_off(100):
            self.publish(deny_account("alice"))
            self.wait_for_report()
            self.assertEqual(CARRIED.read_bytes(), before)
        self.wait_for_list(60)
        self.assert_key_out("alice")

    def test_what_cannot_be_a_list_is_not_carried(self):
        before = CARRIED.read_bytes()
        for name, body in (("a page", "<html><p>It works.</p></html>"), ("nothing", ""),
                           ("17 MiB", b"e30." + b"A" * (17 * MIB) + b".AAAA")):
            with self.subTest(body=name):
                self.site.publish(FEED, body)
                self.wait_for_report()
                self.assertEqual(CARRIED.read_bytes(), before)
                self.publish()
                self.wait_for_list(60)
                before = CARRIED.read_bytes()
        self.site.remove(FEED)
        self.wait_for_report()
        self.assertEqual(CARRIED.read_bytes(), before)

    def test_a_forged_list_is_carried_and_refused(self):
        before = FLEET_LIST.read_bytes()
        forged = FeedPublisher(self.publisher.url).feed(deny_account("alice"))
        self.site.publish(FEED, forged)
        self.wait_until(lambda: CARRIED.read_text() == forged, self.fetcher.log, REFRESH_S + LATE_S)
        done = self.apply()
        self.assertEqual((done.returncode, FLEET_LIST.read_bytes()), (1, before), done)
        self.assert_key_in("alice")

    def wait_for_report(self):
        """Waits until the daemon says that it cannot fetch the list."""
        def is_reported():
            return self.fetcher.call("Status")["parameters"]["denylist"].get("error")

        self.wait_until(is_reported, self.fetcher.log, 2 * REFRESH_S + LATE_S)
        _, told = self.status()
        self.assertIn(f"last fetch failed: {self.publisher.url}", told)

    # --- logins that stay open -------------------------------------------------------------

    def hold(self, user):
        return self.keep(self.host.hold(user, self.staff.token(sub=user)))

    def hold_by_key(self, user):
        return self.keep(self.host.hold(user, method="publickey", options=[f"IdentityFile={self.keys[user]}"]))

    def keep(self, login):
        self.addCleanup(login.close)
        return login


if __name__ == "__main__":
    main()
