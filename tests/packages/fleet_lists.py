"""Tests the denylist of a fleet on a machine: the daemon fetches it, and the units end what it denies."""

import contextlib
import json

from feed_publisher import FeedPublisher, deny_account, deny_subject
from held_logins import ISSUER, SUBJECTS, expect
from static_site import StaticSite

CONFIG = "/etc/pam_jwt/conf.d/fleet.toml"
KEYS, CA_FILE = "/etc/pam_jwt/fleet.json", "/etc/pam_jwt/fleet-ca.pem"
PATH = "/denied.jwt"
CONFIGURATION = """\
[denylist]
url = "{url}"
keys = "{keys}"
ca_file = "{ca_file}"
refresh = "10s"
"""
LIST, HOST_LIST = "/var/lib/pam_jwt/fleet.jsonl", "/var/lib/pam_jwt/denied.jsonl"
STATE = "/var/lib/pam_jwt/fleet.status.json"
METRICS = "/run/pam_jwt/denylist.prom"
TIMER, PATH_UNIT, SERVICE = (f"pam_jwt-denylist.{kind}" for kind in ("timer", "path", "service"))
DAEMON, CARRIED = "jwks-fetcher", "/var/lib/jwks-fetcher/denylist.jwt"
RESTLESS = f"for n in $(seq 500); do echo $n >{CARRIED}.new && mv {CARRIED}.new {CARRIED}; done"
UNITS = [TIMER, PATH_UNIT, SERVICE]
REFRESH_S, WITHIN_S = 10, 15


class FleetLists:
    """A fleet of one machine, and a publisher on a web server with a private CA."""

    def __init__(self, machine, work, away):
        self._machine, self._work, self._away = machine, work, away
        self._site = self._publisher = None

    # --- on and off ----------------------------------------------------------------------

    def expect_nothing_of_it(self):
        """Checks that a machine with the packages, but no fleet, runs and keeps nothing for one."""
        for path in (LIST, STATE, METRICS, "/run/pam_jwt/sessions", CARRIED):
            expect(self._machine.run("test", "-e", path, check=False).code != 0, f"{path} is there without a fleet")

    def switch_on(self):
        self._site = StaticSite.on(self._machine, self._work / "site")
        self._publisher = FeedPublisher(self._site.url + PATH)
        self._machine.write(CA_FILE, self._site.ca_file.read_text())
        self._machine.write(KEYS, self._publisher.key_set())
        self.publish()
        self._machine.write(CONFIG, CONFIGURATION.format(url=self._publisher.url, keys=KEYS, ca_file=CA_FILE))
        checked = self._machine.run("jwtctl", "check").output
        expect("errors: 0" in checked, f"jwtctl check has something to say: {checked}")
        self._machine.run("systemctl", "enable", "--now", TIMER)
        self._wait_for_serial()

    def switch_off(self):
        """Takes the list out as docs/denylist.md says."""
        self._site.stop()
        self._machine.run("rm", CONFIG, KEYS, CA_FILE)
        self._machine.run("jwtctl", "denylist", "apply")
        self._machine.run("systemctl", "disable", "--now", TIMER)
        expect("fleet" not in self._machine.read(HOST_LIST), "the host still reads the list of the fleet")
        for unit in UNITS:
            expect(self._machine.run("systemctl", "is-active", unit, check=False).code != 0, f"{unit} is active")

    # --- what must hold ------------------------------------------------------------------

    def expect_a_person_to_go(self, logins):
        """Publishes a list that denies the subject of alice's tokens."""
        with logins:
            hers = [logins.by_prompt("alice"), logins.by_certificate("alice"), logins.by_sudo()]
            others = [logins.by_prompt("bob"), logins.by_key("bob"), logins.by_key("alice")]
            with self._away.untouched(others), self._away.ending(hers, WITHIN_S):
                self.publish(deny_subject(ISSUER, SUBJECTS["alice"]))
            lines = [line for line in self._log() if line.startswith("ended ") or " ended " in line]
            expect(len(lines) == len(hers) and all("account=alice" in line and SUBJECTS["alice"] in line and
                                                   "by=fleet" in line for line in lines),
                   f"the journal has {lines}")

    def expect_bad_lists_to_change_nothing(self, logins):
        """Publishes lists that must be refused, while alice has a session that each of them would end."""
        self.publish()
        self._wait_for_serial()
        denied, serial = deny_account("alice"), self._publisher.serial
        stranger = FeedPublisher(self._publisher.url)
        bad = {"signature": stranger.feed(denied, serial=serial + 1000),
               "serial": self._publisher.feed(denied, serial=serial - 1),
               "exp": self._publisher.feed(denied, iat=1_700_000_000, exp=1_700_086_400),
               "aud": self._publisher.feed(denied, aud="https://ops.example.com/other.jwt")}
        with logins:
            session = logins.by_key("alice")
            before = self._machine.read(LIST)
            for word, feed in bad.items():
                self._site.publish(PATH, feed)
                self._machine.wait_for(f"a report of {word}", lambda w=word: self._is_reported(w))
                expect(self._machine.read(LIST) == before, f"a list was taken in spite of its {word}")
                expect(session.is_open(), f"a list ended a session in spite of its {word}")
            # The twin of all of them.
            with self._away.ending([session], WITHIN_S):
                self.publish(denied)
        self._machine.wait_for("the end of the report", lambda: not self._is_reported(""))

    def expect_a_restless_daemon_to_change_nothing(self, logins):
        """Lets the daemon's user write its file as often as it can. The units must still run afterwards."""
        self.publish()
        self._wait_for_serial()
        before = self._machine.read(LIST)
        self._machine.run("sh", "-c", RESTLESS, user=DAEMON)
        expect(self._machine.read(LIST) == before, "nonsense was taken")
        for unit in (TIMER, PATH_UNIT):
            expect(self._machine.run("systemctl", "is-active", unit, check=False).code == 0, f"{unit} has given up")
        with logins:
            session = logins.by_key("alice")
            with self._away.ending([session], WITHIN_S):
                self.publish(deny_account("alice"))

    def expect_the_last_list_to_hold(self, host):
        self.publish(deny_account("alice"))
        self._wait_for_serial()
        with self._site.down():
            self._machine.run("systemctl", "start", SERVICE)
            refused = host.key_login()
            expect(refused.code != 0, f"alice logs in while the server is down: {refused}")
        self.publish()
        self._wait_for_serial()
        accepted = host.key_login()
        expect(accepted.code == 0, f"alice does not log in again: {accepted}")

    # --- publishing ----------------------------------------------------------------------

    def publish(self, *entries):
        self._site.publish(PATH, self._publisher.feed(*entries))

    # --- what the machine says -----------------------------------------------------------

    def _wait_for_serial(self):
        def is_taken():
            with contextlib.suppress(FileNotFoundError):
                head = json.loads(self._machine.read(LIST).split("\n", 1)[0])
                return head["serial"] == self._publisher.serial
            return False

        self._machine.wait_for("the list of the fleet", is_taken, WITHIN_S)

    def _is_reported(self, word):
        # Monitoring is alarmed if it lasts. People read it at once.
        told = self._machine.run("jwtctl", "status", check=False).output
        return "`jwtctl denylist apply` has failed" in told and word in told

    def _log(self):
        self._machine.run("journalctl", "--sync")
        return self._machine.run("journalctl", "--output=cat", f"--unit={SERVICE}").output.splitlines()
