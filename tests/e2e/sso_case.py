"""The base of the tests of jwt-sso: carol, who has it on her machine, the provider that knows her as alice,
and a host that takes her certificates."""

import base64
import contextlib
import functools
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pexpect

from certificate_case import CAROL, CLIENT_CONFIG, CertificateCase
from openid_provider import AUDIENCE, BOUND_AUDIENCE, OpenIdProvider
from private_host import BUILD, HOSTNAME, Outcome, WORK, client_address
from scripted_browser import Browser
from token_certificate import payload_of

PREFIX = WORK / "usr"  # jwt-sso finds its network program beside itself
JWT_SSO = PREFIX / "bin/jwt-sso"
PROFILES = Path("/etc/jwt-sso")
CA_FILE = PROFILES / "idp-ca.pem"
STATE = CAROL / ".local/state/jwt-sso"
SEEN = CAROL / "seen.json"        # what carol's browser saw
ADDRESS = CAROL / "address.txt"   # where it was sent, if the test goes there itself
SCRIPT = Path(__file__).with_name("scripted_browser.py")
PATIENCE_S = 30

PROFILE = {"client_id": "jwt-sso", "scopes": ["openid", "profile", "groups", "offline_access"],
           "ca_file": str(CA_FILE), "hosts": [HOSTNAME]}
# For access tokens in certificates, and for tokens at prompts.
BY_ACCESS_TOKEN = {"token": "access", "resource": BOUND_AUDIENCE}
AT_PROMPTS = {"use": "prompt", "token": "access", "resource": AUDIENCE}

ISSUER = """\
[login]
refusal_delay = "0s"
leeway = "0s"

[issuer.idp]
url = "{url}"
audiences = ["ssh://%h", "jwt-sso-prompts"]
bound_audiences = ["jwt-sso", "jwt-sso-secret", "{audience}"]
jwks_file = "{keys}"

[[issuer.idp.account]]
claim = "preferred_username"
require = [{{ claim = "groups", any_of = ["staff"] }}]
"""
KEYS = "/etc/pam_jwt/keys/idp.json"
PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi"}


@functools.cache
def the_provider(host):
    """Returns the provider of this host. It runs, and carol's machine trusts its CA."""
    provider = OpenIdProvider.on(host, WORK / "provider")
    provider.start()
    host.write(CA_FILE, provider.ca_file.read_text())
    publish_keys(host, provider)
    return provider


def publish_keys(host, provider):
    """Gives the host the keys that the provider publishes."""
    host.write(KEYS, json.dumps({"keys": [
        {name: value for name, value in key.items() if name not in PRIVATE_MEMBERS}
        for key in provider.keys()]}))


@functools.cache
def install_jwt_sso(host):
    """Installs jwt-sso for every user of the host, carol among them, and the browsers that they can name."""
    host.add_user("carol", 2003)
    for name in ("bin/jwt-sso", "libexec/jwt-sso/net"):
        (PREFIX / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(BUILD / "jwt-sso" / name, PREFIX / name)
    script = host.write(PREFIX / "bin/scripted_browser.py", SCRIPT.read_text())
    for user in ("alice", "bob"):
        host.write(browser_of(user), f'#!/bin/sh\nexec {sys.executable} -B {script} {CA_FILE} {user} '
                                     '"$HOME/seen.json" "$1"\n', mode=0o755)
    # Whole at once, as a test waits for it.
    host.write(browser_of(None), f'#!/bin/sh\numask 077\nprintf %s "$1" >{ADDRESS}.new && '
                                 f'mv {ADDRESS}.new {ADDRESS}\n', mode=0o755)


def browser_of(user):
    """Returns a program for $BROWSER, which logs this user in; or, for None, one that only writes down
    where it was sent."""
    return PREFIX / "bin" / f"browser-{user or 'of-the-test'}"


def toml(**settings):
    """Returns the text of a profile. A setting that is None is left out."""
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()
                   if value is not None)


def claims_of(token):
    """Returns the claims of a token, as they stand in it."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def wait_until(condition, what):
    """Waits until `condition` returns something true, and returns it."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"it never came to this: {what}")
        time.sleep(0.02)


class Waiting:
    """A login that waits for a browser, which the test itself is."""

    def __init__(self, command, browser):
        self.browser = browser
        self._stdout, self._stderr = WORK / "login.stdout", WORK / "login.stderr"
        with open(self._stdout, "wb") as stdout, open(self._stderr, "wb") as stderr:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
        self.pid = self._process.pid

    @functools.cached_property
    def address(self):
        """The address to which the login sent the browser."""
        return self._wait_for(lambda: ADDRESS.exists() and ADDRESS.read_text(), "the browser is opened")

    def line(self, pattern):
        """Waits until the login says something, and returns the match."""
        return self._wait_for(lambda: re.search(pattern, self._stderr.read_text()), f"it says {pattern!r}")

    def redirect(self):
        """Logs in at the provider, and returns the address with the code, to which nobody went yet."""
        return self.browser.redirect_of(self.address)

    def outcome(self):
        """Waits for the end of the login."""
        code = self._process.wait(timeout=PATIENCE_S)
        return Outcome(code, self._stdout.read_text(), self._stderr.read_text())

    def is_running(self):
        return self._process.poll() is None

    def end(self):
        self._process.kill()
        self._process.wait()

    def _wait_for(self, condition, what):
        def happens():
            running = self.is_running()
            found = condition()
            if not found and not running:
                raise AssertionError(f"the login ended before {what}: {self.outcome()}")
            return found

        return wait_until(happens, what)


class SsoCase(CertificateCase):
    """carol has a profile `work` of her administrator's, and logs in to the host as alice."""

    profile = {}  # what differs from PROFILE

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        install_jwt_sso(cls.host)

    @classmethod
    def configuration(cls):
        cls.provider = the_provider(cls.host)
        return ISSUER.format(url=cls.provider.url, audience=BOUND_AUDIENCE, keys=KEYS)

    def setUp(self):
        for home in (WORK / "home").iterdir():
            for directory in (".local", ".ssh", ".config"):
                shutil.rmtree(home / directory, ignore_errors=True)
        for path in (SEEN, ADDRESS):
            path.unlink(missing_ok=True)
        for path in PROFILES.glob("*.toml"):
            path.unlink()
        self.write_profile("work", **self.profile)
        self.host.write(CAROL / ".ssh/config", CLIENT_CONFIG.format(
            port=self.port, address=client_address(), known_hosts=WORK / "known_hosts"), 0o600, "carol")
        (CAROL / ".ssh").chmod(0o700)
        shutil.chown(CAROL / ".ssh", "carol", "carol")

    def write_profile(self, name, **settings):
        """Writes a profile of the administrator's: PROFILE with these settings in its place."""
        self.host.write(PROFILES / f"{name}.toml",
                        toml(**{"issuer": self.provider.url, **PROFILE, **settings}))

    # --- running jwt-sso -------------------------------------------------------------------

    @staticmethod
    def environment(browser, more=None):
        return {"BROWSER": str(browser_of(browser)), "LANG": "C.UTF-8", **(more or {})}

    def sso(self, *arguments, browser="alice", stdin="", environment=None, user="carol"):
        """Runs jwt-sso without a terminal. `browser` is who is logged in by it."""
        return self.host.run_as(user, ["env", "-C", str(WORK / "home" / user), str(JWT_SSO), *arguments],
                                stdin, self.environment(browser, environment))

    def as_carol_with_terminal(self, argv, *dialogue, browser="alice", environment=None):
        """Runs a program on a terminal. Each part of `dialogue` is a text to wait for, and the answer, which
        may be a function of what the program said so far."""
        command = self.host.as_user("carol", ["env", "-C", str(CAROL), *map(str, argv)],
                                    {"TERM": "dumb", **self.environment(browser, environment)})
        child = pexpect.spawn(command[0], command[1:], timeout=PATIENCE_S, encoding="utf-8",
                              dimensions=(50, 200))
        seen = ""
        try:
            for text, answer in dialogue:
                child.expect_exact(text)
                seen += child.before + child.after
                child.sendline(answer(seen) if callable(answer) else answer)
            child.expect(pexpect.EOF)
        except (pexpect.TIMEOUT, pexpect.EOF) as error:
            raise AssertionError(f"it said only {seen + str(child.before)!r}") from error
        child.close()
        code = child.exitstatus if child.signalstatus is None else -child.signalstatus
        return Outcome(code, (seen + child.before).replace("\r\n", "\n"), "")

    def begin_login(self, *arguments, user="alice", browser=Browser, environment=None):
        """Starts a login whose browser is the test, until the end of the test."""
        ADDRESS.unlink(missing_ok=True)
        command = self.host.as_user("carol", ["env", "-C", str(CAROL), str(JWT_SSO), "login", *arguments],
                                    self.environment(None, environment))
        login = Waiting(command, browser(self.provider.ca_file, user))
        self.addCleanup(login.end)
        return login

    def log_in_by_browser(self, *arguments, **more):
        """Logs carol in, which must work."""
        SEEN.unlink(missing_ok=True)
        outcome = self.sso("login", *arguments, **more)
        self.assertEqual(outcome.code, 0, outcome)
        return outcome

    def renew_now(self, *arguments, run=None, **more):
        """Renews a login, which must work, although its tokens are new: they never live as long as it is asked."""
        outcome = (run or self.sso)("renew", *arguments, "--least", "601s", **more)
        self.assertEqual((outcome.code, outcome.stdout), (1, ""), outcome)
        self.assertIn("do not live longer", outcome.stderr)
        return outcome

    # --- what jwt-sso left -----------------------------------------------------------------

    @staticmethod
    def certificate_file(profile="work"):
        return STATE / profile / "key-cert.pub"

    def carried(self, profile="work"):
        """Returns the parts of what the certificate carries: the salt, the token, and a second one."""
        return payload_of(self.certificate_file(profile)).split("~")

    def carried_claims(self, profile="work"):
        return claims_of(self.carried(profile)[1])

    @staticmethod
    def state_files(profile="work"):
        return sorted(path.name for path in (STATE / profile).iterdir())

    @staticmethod
    def seen():
        """Returns the page at which the scripted browser of the last login ended. The browser may write it
        after the login has ended. A test that logs in twice must ask before the second login too."""
        return json.loads(wait_until(lambda: SEEN.exists() and SEEN.read_text(), "the browser ends"))

    @contextlib.contextmanager
    def grants(self, expected, grant_type="refresh_token", client="jwt-sso"):
        """Checks that meanwhile the token endpoint answered these requests of a grant type, and so."""
        before = len(self.provider.grants(grant_type, client))
        yield
        self.assertEqual(self.provider.grants(grant_type, client)[before:], expected)

    # --- plain ssh -------------------------------------------------------------------------

    def plain_ssh(self, *argv):
        """Logs in as a user does, with nothing but `ssh host`. Nothing of the token may be logged."""
        signature = self.carried()[1] if self.certificate_file().exists() else ""
        return self.attempt("alice", signature, run=lambda: self.host.run_as(
            "carol", ["env", "-C", str(CAROL), "ssh", HOSTNAME, *(argv or ("id", "-un"))]))

    def assert_no_way_in(self, outcome):
        """Checks that ssh came as far as the host, and had nothing that the host takes."""
        self.assertEqual((outcome.code, outcome.stdout), (255, ""), outcome)
        self.assertIn("Permission denied", outcome.stderr)
        self.assertEqual(self.lines(outcome, "session"), [])

    def log_in_and_set_up(self, *arguments):
        """Does what a user does on the first day."""
        self.log_in_by_browser(*arguments)
        outcome = self.sso("setup", "--yes")
        self.assertEqual(outcome.code, 0, outcome)
