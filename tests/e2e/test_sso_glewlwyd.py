#!/usr/bin/python3
"""Tests jwt-sso with a second real provider, Debian's glewlwyd."""

import functools
import hashlib
import json
import shutil
import urllib.parse

from certificate_case import CAROL
from chromium import Chromium
from glewlwyd import Glewlwyd, GlewlwydBrowser, NAME
from host_case import main
from private_host import HOSTNAME, WORK
from scripted_browser import PASSWORD
from sso_case import CA_FILE, KEYS, STATE, SsoCase
from token_certificate import base64url

PORT = 4711
BOUND_AUDIENCE = "https://certificates.example.com"  # glewlwyd takes no other form of resource
LOGIN_NEEDED = 3
ISSUER = """\
[login]
refusal_delay = "0s"

[issuer.idp]
url = "{url}"
audiences = ["ssh://%h"]
bound_audiences = ["jwt-sso", "{audience}"]
jwks_file = "{keys}"

[[issuer.idp.account]]
claim = "preferred_username"
"""
# The access tokens of glewlwyd have only registered claims.
BY_SUBJECT = """
[[issuer.idp.account]]
claim = "sub"
pattern = "{subject}"
name = "alice"
"""


@functools.cache
def the_glewlwyd(host):
    url = f"https://{NAME}/api/oidc"
    path = base64url(hashlib.sha256(url.encode()).digest())[:16]
    provider = Glewlwyd(host, WORK / "glewlwyd", f"http://127.0.0.1:{PORT}/cb/{path}", BOUND_AUDIENCE)
    assert provider.url == url
    host.write(CA_FILE, provider.ca_file.read_text())
    host.write(KEYS, provider.keys())
    return provider


class SecondProvider(SsoCase):
    profile = {"scopes": ["openid", "ssh"], "redirect_ports": [PORT]}

    @classmethod
    def configuration(cls):
        cls.provider = the_glewlwyd(cls.host)
        return ISSUER.format(url=cls.provider.url, audience=BOUND_AUDIENCE, keys=KEYS)

    def log_in_by_glewlwyd(self):
        login = self.begin_login(browser=GlewlwydBrowser)
        page = login.browser.visit(login.redirect())
        outcome = login.outcome()
        self.assertEqual(outcome.code, 0, outcome)
        self.assertIn("You are logged in", page.text)
        self.assertEqual(self.sso("setup", "--yes").code, 0)

    def test_plain_ssh_by_an_id_token(self):
        self.log_in_by_glewlwyd()
        self.assert_in(self.plain_ssh())

    def test_a_person_logs_in_by_its_login_page(self):
        """The page is a program in JavaScript. It asks for the name, then for consent."""
        directory = CAROL / "chromium"
        directory.mkdir()
        shutil.chown(directory, "carol", "carol")
        browser = Chromium(self.host.as_user("carol", []), directory, [self.provider.certificate])
        self.addCleanup(browser.close)
        login = self.begin_login()
        browser.open(login.address)
        browser.fill("#username", "bob")
        browser.fill("#password", PASSWORD)
        for button in ("#loginbut", "#grant-ssh", "button.btn-primary"):
            browser.click(button)
        browser.wait_for_text("What do you wish for?")
        browser.click("button.btn-success")
        browser.wait_for_text("You are logged in")
        outcome = login.outcome()
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual(self.carried_claims()["preferred_username"], "bob")
        self.assertEqual(self.sso("setup", "--yes").code, 0)
        self.assert_in(self.attempt("bob", self.carried()[1], run=lambda: self.host.run_as(
            "carol", ["env", "-C", str(CAROL), "ssh", "-l", "bob", HOSTNAME, "id", "-un"])), "bob")

    def test_it_renews_no_id_token(self):
        self.log_in_by_glewlwyd()
        before = json.loads((STATE / "work/tokens").read_text())
        outcome = self.sso("renew", "--least", "601s")
        self.assertEqual(outcome.code, LOGIN_NEEDED, outcome)
        self.assertIn("renews no ID token", outcome.stderr)
        self.assertIn("jwt-sso login", outcome.stderr)
        after = json.loads((STATE / "work/tokens").read_text())
        self.assertNotEqual(after["refresh_token"], before["refresh_token"], "the new one is lost")
        self.assert_in(self.plain_ssh())

    def test_an_access_token_is_renewed(self):
        self.write_profile("work", **self.profile, token="access", resource=BOUND_AUDIENCE)
        self.log_in_by_glewlwyd()
        claims = self.carried_claims()
        self.assertIn("jkt", claims["cnf"])
        self.host.write_config(self.configuration() + BY_SUBJECT.format(subject=claims["sub"]))
        self.addCleanup(lambda: self.host.write_config(self.configuration()))
        self.assert_in(self.plain_ssh())
        before = self.carried()
        self.renew_now()
        self.assertNotEqual(self.carried(), before)
        self.assert_in(self.plain_ssh())

    def test_a_port_that_is_not_registered(self):
        self.write_profile("work", **{**self.profile, "redirect_ports": [0]})
        login = self.begin_login(browser=GlewlwydBrowser)
        page = login.browser.log_in(login.browser.leaves_program(login.address))
        self.assertNotEqual(urllib.parse.urlsplit(page.url).hostname, "127.0.0.1")
        self.assertTrue(login.is_running())

    def test_a_refresh_token_that_was_used(self):
        """The provider says only 400, without a body: nothing is known then, and nothing is deleted."""
        self.log_in_by_glewlwyd()
        tokens = STATE / "work/tokens"
        before = json.loads(tokens.read_text())
        self.sso("renew", "--least", "601s")
        self.host.write(tokens, json.dumps(before), 0o600, "carol")
        outcome = self.sso("renew", "--least", "601s")
        self.assertIn(outcome.code, (1, LOGIN_NEEDED), outcome)
        self.assertIn("400", outcome.stderr)
        after = json.loads(tokens.read_text())
        self.assertTrue(after.pop("unanswered"), "the token may be used up, and it says since when")
        self.assertEqual(after, before)

    def test_logging_out_says_that_the_provider_did_not_revoke(self):
        """It lets only clients with a secret do that (RFC 7009 §2.1 has public ones too)."""
        self.log_in_by_glewlwyd()
        outcome = self.sso("logout")
        self.assertEqual(outcome.code, 0, outcome)
        self.assertIn("401", outcome.stderr)
        self.assertEqual(self.state_files(), ["lock"])
        self.assert_no_way_in(self.plain_ssh())


if __name__ == "__main__":
    main()
