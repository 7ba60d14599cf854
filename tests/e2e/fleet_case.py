"""The base of the tests of the denylist of a fleet: a host, a publisher, and the web server between them."""

import functools
import json
import subprocess
from pathlib import Path

from certificate_case import STACK
from feed_publisher import FeedPublisher
from host_case import HostCase
from issuer import Issuer
from jwks_fetcher import JwksFetcher, STATE, USER
from private_host import JWTCTL, WORK
from static_site import StaticSite

FLEET_KEYS, CA_FILE = "/etc/pam_jwt/fleet.json", "/etc/pam_jwt/fleet-ca.pem"
FEED = "/denied.jwt"  # on the web server
CARRIED = STATE / "denylist.jwt"
HOST_LIST, FLEET_LIST = Path("/var/lib/pam_jwt/denied.jsonl"), Path("/var/lib/pam_jwt/fleet.jsonl")
STATUS = FLEET_LIST.with_name("fleet.status.json")
METRICS = Path("/run/pam_jwt/denylist.prom")
REFRESH_S = 5
APPLY_S = 20


@functools.cache
def the_fleet(host):
    """Returns the web server and the daemon of this host, and the keys of its users. The daemon is not started."""
    site = StaticSite.on(host, WORK / "site")
    host.write(CA_FILE, site.ca_file.read_text())
    host.write_pam("sshd", STACK)
    host.start_sshd()
    keys = {user: host.add_ssh_key(user) for user in ("alice", "bob")}
    return site, JwksFetcher(host), keys


class FleetCase(HostCase):
    """A host that takes the list of a fleet. Each test has a publisher, and begins without a list."""

    settings = ""  # more lines of [denylist]
    leeway = "0s"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = Issuer(cls.host, "staff")
        cls.site, cls.fetcher, cls.keys = the_fleet(cls.host)

    def setUp(self):
        self.publisher = FeedPublisher(self.site.url + FEED)
        self.host.write(FLEET_KEYS, self.publisher.key_set())
        self.host.write_config(self.configuration())
        for path in (CARRIED, *Path("/var/lib/pam_jwt").iterdir()):
            path.unlink(missing_ok=True)

    def configuration(self):
        return ('[login]\nrefusal_delay = "0s"\n' + f'leeway = "{self.leeway}"\n'
                + "[session]\nrecord = true\n" + self.staff.toml()
                + f'[denylist]\nurl = "{self.publisher.url}"\nkeys = "{FLEET_KEYS}"\nca_file = "{CA_FILE}"\n'
                + f'refresh = "{REFRESH_S}s"\n{self.settings}\n')

    # --- the list --------------------------------------------------------------------------

    def carry(self, feed):
        """Writes what the daemon has fetched, as the daemon does."""
        self.host.write(CARRIED, feed, owner=USER)

    def apply(self):
        return subprocess.run([JWTCTL, "denylist", "apply"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=APPLY_S, check=False)

    def take(self, *entries, **claims):
        """Carries a good feed, and applies it."""
        self.carry(self.publisher.feed(*entries, **claims))
        self.assert_applied(self.apply())
        self.assertEqual(self.taken_serial(), claims.get("serial", self.publisher.serial))

    @staticmethod
    def taken_serial():
        with FLEET_LIST.open(encoding="utf-8") as taken:
            return json.loads(taken.readline())["serial"]

    @staticmethod
    def reported():
        """Returns why the last list was refused, or None."""
        return json.loads(STATUS.read_text()).get("error")

    def status(self):
        """Returns the exit status and the text of `jwtctl status`."""
        told = subprocess.run([JWTCTL, "status"], capture_output=True, text=True, timeout=APPLY_S, check=False)
        return told.returncode, told.stdout + told.stderr

    def assert_applied(self, done):
        self.assertEqual(done.returncode, 0, done)

    # --- logins ----------------------------------------------------------------------------

    def token_login(self, user, **claims):
        return self.attempt(user, self.staff.token(sub=user, **claims))

    def key_login(self, user):
        return self.attempt(user, "", method="publickey", options=[f"IdentityFile={self.keys[user]}"])

    def assert_key_in(self, user):
        outcome = self.key_login(user)
        self.assertEqual((outcome.code, outcome.stdout.strip()), (0, user), f"\n{outcome}\n{outcome.audit}")
        return outcome

    def assert_key_out(self, user):
        outcome = self.key_login(user)
        self.assertNotEqual(outcome.code, 0, f"\n{outcome}")
        self.assertEqual(len(outcome.audit), 1, f"\n{outcome}\n{outcome.audit}")
        start = f"pam_jwt(sshd:account): refused user={user} reason=account.denied "
        self.assertTrue(outcome.audit[0].startswith(start), outcome.audit)

    def assert_token_in(self, user):
        self.assert_accepted(self.token_login(user), user)
