#!/usr/bin/python3
"""Tests a login with a real browser, Chromium: from the address that jwt-sso gives it, through the login page of a
real provider, to the page of jwt-sso."""

import base64
import hashlib
import re
import shutil
import subprocess

import openid_provider
from certificate_case import CAROL
from chromium import Chromium
from host_case import main
from private_host import BUILD
from scripted_browser import PASSWORD
from sso_case import JWT_SSO, PATIENCE_S, SsoCase

PICTURES = BUILD / "screenshots"  # for people
LEAST_CONTRAST = 7                # WCAG 2.2, 1.4.6, for text of any size

# The colours of each text of a page, and of the surface below it; and those of the sign.
COLOURS = """(() => {
  const surface = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return colour === 'rgba(0, 0, 0, 0)' ? surface(element.parentElement) : colour;
  };
  const pairs = [...document.querySelectorAll('h1, p, code')].map(
    (element) => [getComputedStyle(element).color, surface(element)]);
  const sign = document.querySelector('svg');
  return [...pairs, [getComputedStyle(sign).stroke, surface(sign)]];
})()"""
FETCHED = "performance.getEntriesByType('resource').map((entry) => entry.name)"


def luminance(colour):
    """Returns the relative luminance of a colour, "rgb(RED, GREEN, BLUE)" (WCAG 2.2)."""
    parts = [int(part) / 255 for part in re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", colour).groups()]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def redirect_path(issuer):
    """Returns the path of the redirect_uri of a profile that names none."""
    digest = hashlib.sha256(issuer.encode()).digest()
    return "/cb/" + base64.urlsafe_b64encode(digest).decode()[:16]


class BrowserLogin(SsoCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        directory = CAROL / "chromium"
        directory.mkdir()
        shutil.chown(directory, "carol", "carol")
        cls.chromium = Chromium(cls.host.as_user("carol", []), directory, [cls.provider.certificate])
        cls.addClassCleanup(cls.chromium.close)

    def setUp(self):
        super().setUp()
        self.chromium.forget()

    def log_in(self):
        """Does what alice does at the login page of the provider."""
        self.chromium.fill("input[name=user]", "alice")
        self.chromium.fill("input[name=password]", PASSWORD)
        self.chromium.click("button")

    def assert_no_code(self, login):
        """Checks that nothing of the answer of the provider stays in the browser."""
        own = login.address.split("/start/")[0]
        self.assertTrue(self.chromium.address().startswith(own + "/end/"), self.chromium.address())
        for address in self.chromium.history():
            self.assertNotRegex(address, r"code=|state=|error=")

    def assert_readable(self, name):
        """Checks the contrast of the page, in light and dark, and takes pictures of it."""
        PICTURES.mkdir(exist_ok=True)
        for scheme in ("light", "dark"):
            with self.subTest(scheme=scheme):
                self.chromium.prefer(scheme)
                self.chromium.screenshot(PICTURES / f"{name}-{scheme}.png")
                colours = self.chromium.evaluate(COLOURS)
                self.assertGreaterEqual(len(colours), 4)
                for text, surface in colours:
                    self.assertGreaterEqual(contrast(text, surface), LEAST_CONTRAST, (text, surface))
                    self.assertEqual(luminance(surface) > 0.5, scheme == "light", surface)

    def test_a_person_logs_in_and_sees_it(self):
        login = self.begin_login()
        self.assertNotRegex(login.address, "state|nonce|challenge|client")
        self.chromium.open(login.address)
        self.log_in()
        self.chromium.wait_for_text("logged in")
        outcome = login.outcome()
        self.assertEqual(outcome.code, 0, outcome)
        self.assert_no_code(login)
        self.assertIn("As alice until ", self.chromium.text())
        self.assertIn("jwt-sso setup work", self.chromium.text())
        self.assert_readable("logged-in")
        self.assertEqual(self.chromium.evaluate(FETCHED), [])
        self.assertEqual(self.carried_claims()["sub"], "alice")

    def test_a_redirect_uri_may_say_localhost(self):
        """Chromium tries ::1 first, where the port is taken and nobody listens."""
        self.write_profile("work", redirect_uri="http://localhost/cb")
        login = self.begin_login()
        self.assertTrue(login.address.startswith("http://localhost:"), login.address)
        self.chromium.open(login.address)
        self.log_in()
        self.chromium.wait_for_text("You are logged in")
        self.assertEqual(login.outcome().code, 0)
        self.assert_no_code(login)

    def test_a_person_who_refuses_sees_why_nothing_happened(self):
        login = self.begin_login()
        self.chromium.open(login.address)
        self.chromium.click("button[name=cancel]")
        self.chromium.wait_for_text("access_denied")
        outcome = login.outcome()
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn("access_denied", outcome.stderr)
        self.assertFalse(self.certificate_file().exists())
        # The text of the provider is shown, and is no markup.
        self.assertIn("<b>the user</b> cancelled & left", self.chromium.text())
        self.assertEqual(self.chromium.evaluate("document.querySelectorAll('b').length"), 0)
        self.assert_no_code(login)
        self.assert_readable("refused")

    def test_the_address_for_the_browser_works_once(self):
        login = self.begin_login()
        self.chromium.open(login.address)
        self.chromium.click("input[name=user]")
        self.chromium.forget()
        self.chromium.open(login.address)
        self.chromium.wait_for_text("works only once")
        self.assertNotIn(self.provider.url, self.chromium.text())
        self.assert_readable("used")
        self.assertTrue(login.is_running())

    def test_a_page_that_guesses_the_answer_ends_nothing(self):
        login = self.begin_login()
        own = login.address.split("/start/")[0]
        self.chromium.open(f"{own}{redirect_path(self.provider.url)}?code=of-another&state=of-another")
        self.chromium.wait_for_text("not the answer to the login")
        self.assert_readable("other-state")
        self.chromium.open(login.address)
        self.log_in()
        self.chromium.wait_for_text("You are logged in")
        self.assertEqual(login.outcome().code, 0)

    def test_the_address_on_the_terminal_works_where_no_browser_opens(self):
        login = subprocess.Popen(
            self.host.as_user("carol", ["env", "-C", str(CAROL), str(JWT_SSO), "login"]), text=True,
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.addCleanup(login.stderr.close)
        self.addCleanup(login.kill)
        lines = []
        while not lines or not lines[-1].startswith("waiting for the browser"):
            lines.append(login.stderr.readline())
            self.assertTrue(lines[-1], lines)
        said = "".join(lines)
        self.assertIn("there is no graphical session, and $BROWSER is not set", said)
        address = re.search(r"https://\S+", said).group()
        port = re.search(r"127\.0\.0\.1%3A(\d+)", address).group(1)
        self.assertIn(f"    ssh -N -L {port}:127.0.0.1:{port} NAME\n", said)
        self.chromium.open(address)
        self.log_in()
        self.chromium.wait_for_text("You are logged in")
        self.assertEqual(login.wait(PATIENCE_S), 0)


if __name__ == "__main__":
    openid_provider.install()
    main()
