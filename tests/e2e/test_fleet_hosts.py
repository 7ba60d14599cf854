#!/usr/bin/python3
"""Tests what a host does with the list of its fleet, beside its own list and past its end.

The daemon's part is played by writing its file.
"""

import json
import shutil
import subprocess
import time

from feed_publisher import deny_account, deny_subject
from fleet_case import FLEET_KEYS, FLEET_LIST, METRICS, FleetCase
from host_case import main
from private_host import JWTCTL, WORK

LEEWAY_S = 300

class Hosts(FleetCase):
    """What a login finds in both lists, and in none."""

    def test_either_list_denies_and_neither_takes_back_what_the_other_says(self):
        self.take(deny_account("alice"))
        self.assert_key_out("alice")
        self.assert_key_in("bob")
        self.run_jwtctl("deny", "--account", "bob")
        self.assert_key_out("bob")
        self.run_jwtctl("undeny", "--account", "alice", code=None)
        self.assert_key_out("alice")
        self.take()
        self.assert_key_in("alice")
        self.assert_key_out("bob")

    def test_a_subject_is_denied_with_its_tokens_alone(self):
        self.take(deny_subject(self.staff.url, "alice"))
        self.assert_refused(self.token_login("alice"), "token.denied")
        self.assert_key_in("alice")
        self.assert_token_in("bob")

    def test_tokens_before_a_time_are_denied_and_no_later_ones(self):
        self.take(deny_subject(self.staff.url, "alice", before=int(time.time()) - 60))
        self.assert_token_in("alice")
        self.take(deny_subject(self.staff.url, "alice", before=int(time.time()) + 60))
        self.assert_refused(self.token_login("alice"), "token.denied")

    def test_a_list_that_was_removed_or_cut_is_missed(self):
        self.take(deny_account("bob"))
        whole = FLEET_LIST.read_bytes()
        for content in (None, whole[:-5], whole.replace(b"bob", b"b0b") + b"x"):
            FLEET_LIST.unlink() if content is None else FLEET_LIST.write_bytes(content)
            outcome = self.token_login("alice")
            self.assertNotEqual(outcome.code, 0, f"\n{outcome}")
            self.assert_audit(outcome, "pam_jwt(sshd:auth): no_verdict user=alice ", "reason=denylist.damaged ")
            self.assertIn("fleet.jsonl", outcome.audit[0])
            self.assert_key_in("alice")
            FLEET_LIST.write_bytes(whole)
        self.assert_token_in("alice")

    def test_reset_lets_a_smaller_serial_follow_and_keeps_the_list_until_then(self):
        self.take(deny_account("alice"), serial=2**53)
        self.publisher.serial = 10
        self.carry(self.publisher.feed(deny_account("bob")))
        self.assertEqual(self.apply().returncode, 1)
        self.run_jwtctl("denylist", "reset")
        self.assert_key_out("alice")
        self.assert_applied(self.apply())
        self.assert_key_out("bob")
        self.assert_key_in("alice")

    def test_metrics_tell_of_the_list(self):
        self.take(deny_account("alice"), deny_account("bob"))
        text = METRICS.read_text()
        self.assertIn(str(self.publisher.serial), text)
        self.assertRegex(text, r"(?m)^pam_jwt_denylist_entries\S* 2$")

    def test_doctor_and_check_tell_of_a_list_that_is_missed(self):
        self.take(deny_account("bob"))
        self.assertEqual(self.findings(), {})
        self.assertIn("denylist: 1 entry", self.run_jwtctl("check").stdout)
        FLEET_LIST.unlink()
        self.assertEqual(self.findings(), {"fleet.damaged": "critical"})
        self.assertIn("fleet.jsonl", self.run_jwtctl("check", code=2).stderr)

    def findings(self):
        """Returns what doctor finds about the list, as {rule: health}. The namespace has no systemd, and no timer."""
        examined = subprocess.run([JWTCTL, "doctor", "--json"], capture_output=True, text=True, check=False)
        return {finding["rule"]: finding["health"] for finding in json.loads(examined.stdout)["findings"]
                if finding["rule"].startswith("fleet.")}

    def test_jwtctl_publishes_what_it_takes(self):
        directory = WORK / "publisher"
        self.addCleanup(shutil.rmtree, directory)
        self.run_jwtctl("keygen", "--alg", "ES256", "--out", directory)
        self.host.write(FLEET_KEYS, (directory / "jwks.json").read_text())
        self.run_jwtctl("deny", "--account", "alice")
        out = directory / "denied.jwt"
        export = ["deny", "--export", "--key", directory / "key.json", "--url", self.publisher.url, "--out", out]
        self.run_jwtctl(*export)
        self.run_jwtctl("undeny", "--account", "alice")
        self.carry(out.read_text())
        self.assert_applied(self.apply())
        self.assert_key_out("alice")
        first = self.taken_serial()
        self.run_jwtctl(*export)
        self.carry(out.read_text())
        self.assert_applied(self.apply())
        self.assertGreater(self.taken_serial(), first)
        self.assert_key_in("alice")

    def run_jwtctl(self, *arguments, code=0):
        done = subprocess.run([JWTCTL, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=30, check=False)
        if code is not None:
            self.assertEqual(done.returncode, code, done)
        return done


class PastItsEnd(FleetCase):
    """A list that has ended. Logins add the greatest leeway that there can be, as the host does here too."""

    leeway = f"{LEEWAY_S}s"

    def let_a_list_end(self):
        now = int(time.time())
        end = now + 6
        self.take(deny_account("bob"), iat=now - 2 * LEEWAY_S, exp=end - LEEWAY_S)
        self.wait_until(lambda: time.time() >= end, "the clock stands still", 60)


class PastItsEndWarn(PastItsEnd):
    def test_the_last_list_counts_with_warnings(self):
        self.let_a_list_end()
        self.assert_key_out("bob")
        self.assert_token_in("alice")
        self.assertNotEqual(self.status()[0], 0)


class PastItsEndDeny(PastItsEnd):
    settings = 'stale = "deny"'

    def test_no_token_gets_a_verdict_and_keys_log_in_unless_it_denies_them(self):
        self.take(deny_account("bob"))
        self.assert_token_in("alice")
        self.let_a_list_end()
        self.assert_no_verdict()
        self.assert_key_out("bob")
        self.assert_key_in("alice")
        self.take()
        self.assert_token_in("alice")

    def test_no_token_counts_before_the_first_list(self):
        self.apply()
        self.assert_no_verdict()
        self.assert_key_in("alice")
        self.take()
        self.assert_token_in("alice")

    def assert_no_verdict(self):
        outcome = self.token_login("alice")
        self.assertNotEqual(outcome.code, 0, f"\n{outcome}")
        self.assert_audit(outcome, "pam_jwt(sshd:auth): no_verdict user=alice ", "reason=denylist.stale ")


if __name__ == "__main__":
    main()
