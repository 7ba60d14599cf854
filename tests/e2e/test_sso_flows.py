#!/usr/bin/python3
"""Tests the other ways to a token: a device code, a pasted address, and a client without a person."""

import openid_provider
from certificate_case import CAROL
from host_case import main
from openid_provider import AUDIENCE, BOUND_AUDIENCE
from scripted_browser import Browser
from sso_case import BY_ACCESS_TOKEN, JWT_SSO, SEEN, SsoCase, claims_of

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
ROBOT_RULE = """
[[issuer.idp.account]]
claim = "client_id"
pattern = "robot-*"
name = "deploy"
"""


class Devices(SsoCase):
    profile = {"flows": ["code", "device"]}

    def log_in_by_device(self, user="alice"):
        """Logs in with the browser of another machine, and returns the outcome."""
        login = self.begin_login("--device", user=user)
        address = login.line(rf"({self.provider.url}/device\?\S+)").group(1)
        page = login.browser.log_in(address)
        self.assertIn("Sign-in Success", page.text, page)
        return login.outcome()

    def test_an_access_token_that_names_the_key_by_cnf(self):
        self.write_profile("work", **self.profile, **BY_ACCESS_TOKEN)
        outcome = self.log_in_by_device()
        self.assertEqual(outcome.code, 0, outcome)
        self.assertIn(f"    {self.provider.url}/device\n", outcome.stderr)
        self.assertEqual(self.sso("setup", "--yes").code, 0)
        self.assert_in(self.plain_ssh())
        with self.grants(["ok"]):
            self.renew_now()
        self.assert_in(self.plain_ssh())

    def test_an_id_token_that_repeats_the_nonce(self):
        with self.provider.changed(device_nonce=True):
            self.assertEqual(self.log_in_by_device().code, 0)
        self.assertRegex(self.carried_claims()["nonce"], r"\Apjk1\.")
        self.assertEqual(self.sso("setup", "--yes").code, 0)
        self.assert_in(self.plain_ssh())

    def test_an_id_token_that_does_not_gives_no_certificate(self):
        outcome = self.log_in_by_device()
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn("nonce", outcome.stderr)
        self.assertFalse(self.certificate_file().exists())

    def test_the_user_says_no(self):
        self.write_profile("work", **self.profile, **BY_ACCESS_TOKEN)
        login = self.begin_login("--device")
        address = login.line(rf"({self.provider.url}/device\?\S+)").group(1)
        login.browser.refuse_device(address)
        outcome = login.outcome()
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn("access_denied", outcome.stderr)
        self.assertFalse(self.certificate_file().exists())

    def test_a_profile_that_does_not_allow_it(self):
        self.write_profile("work", **BY_ACCESS_TOKEN)
        with self.grants([], DEVICE_CODE):
            outcome = self.sso("login", "--device")
        self.assertEqual(outcome.code, 2, outcome)
        self.assertIn("flows", outcome.stderr)
        self.assertIn("/etc/jwt-sso/work.toml", outcome.stderr)


class Paste(SsoCase):
    profile = {"flows": ["code", "paste"], "redirect_ports": [4711]}

    def log_in_by_paste(self, *, answer=None):
        def address_of(said):
            question = next(word for word in said.split() if word.startswith(f"{self.provider.url}/auth?"))
            redirect = Browser(self.provider.ca_file, "alice").redirect_of(question)
            return answer(redirect) if answer else redirect

        return self.as_carol_with_terminal([JWT_SSO, "login", "--paste"], ("(it is not shown): ", address_of))

    def test_the_address_of_the_page_that_is_not_there(self):
        outcome = self.log_in_by_paste()
        self.assertEqual(outcome.code, 0, outcome)
        self.assertNotIn("code=", outcome.stdout, "what was pasted is shown")
        self.assertEqual(self.sso("setup", "--yes").code, 0)
        self.assert_in(self.plain_ssh())

    def test_the_state_of_another_login(self):
        outcome = self.log_in_by_paste(answer=lambda redirect: redirect.replace("state=", "state=x"))
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn("state", outcome.stdout)
        self.assertFalse(self.certificate_file().exists())

    def test_something_that_is_no_address(self):
        outcome = self.log_in_by_paste(answer=lambda _: "yes")
        self.assertEqual(outcome.code, 1, outcome)
        self.assertFalse(self.certificate_file().exists())

    def test_without_a_terminal(self):
        outcome = self.sso("login", "--paste")
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn("terminal", outcome.stderr)

    def test_a_profile_that_does_not_allow_it(self):
        self.write_profile("work")
        outcome = self.sso("login", "--paste")
        self.assertEqual(outcome.code, 2, outcome)
        self.assertIn("flows", outcome.stderr)


class Robots(SsoCase):
    @classmethod
    def configuration(cls):
        return super().configuration() + ROBOT_RULE

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host.add_user("deploy", 2010)

    def be_robot(self, name, **settings):
        secret = self.host.write(CAROL / "client-secret", "robot-secret\n", 0o600, "carol")
        self.write_profile("work", client_id=name, client_secret_file=str(secret), scopes=["ssh"],
                           flows=["client_credentials"], token="access", **settings)

    def test_its_certificate_names_the_key_by_cnf(self):
        self.be_robot("robot-dpop", resource=BOUND_AUDIENCE)
        with self.grants(["ok"], "client_credentials", "robot-dpop"):
            self.log_in_and_set_up()
        self.assertFalse(SEEN.exists())
        outcome = self.attempt("deploy", self.carried()[1], run=lambda: self.host.run_as(
            "carol", ["env", "-C", str(CAROL), "ssh", "-l", "deploy", "host1.example.com", "id", "-un"]))
        self.assert_in(outcome, "deploy")
        with self.grants(["ok"], "client_credentials", "robot-dpop"):
            self.renew_now()

    def test_without_proofs_it_gets_no_certificate(self):
        self.be_robot("robot-ES256", resource=BOUND_AUDIENCE)
        with self.provider.changed(dpop="off"), self.grants([], "client_credentials", "robot-ES256"):
            outcome = self.sso("login")
        self.assertEqual(outcome.code, 2, outcome)
        self.assertIn("DPoP", outcome.stderr)
        self.assertFalse(self.certificate_file().exists())

    def test_its_token_for_prompts(self):
        self.be_robot("robot-ES256", resource=AUDIENCE, use="prompt")
        with self.grants(["ok"], "client_credentials", "robot-ES256"):
            self.log_in_by_browser()
        with self.grants([], "client_credentials", "robot-ES256"):
            outcome = self.sso("token")
        self.assertEqual(outcome.code, 0, outcome)
        claims = claims_of(outcome.stdout)
        self.assertEqual((claims["aud"], claims["client_id"]), (AUDIENCE, "robot-ES256"))
        self.assertNotIn("cnf", claims)


if __name__ == "__main__":
    openid_provider.install()
    main()
