#!/usr/bin/python3
"""Tests the clients as which jwt-sso logs in, and what a provider may do."""

import shutil
import subprocess

import openid_provider
from certificate_case import CAROL
from host_case import main
from private_host import WORK
from sso_case import CA_FILE, SEEN, SsoCase, publish_keys

LOGIN_NEEDED = 3


class Providers(SsoCase):
    def test_one_whose_keys_change(self):
        self.log_in_and_set_up()
        for change in (self.provider.rotate, self.provider.withdraw_old_keys):
            change()
            publish_keys(self.host, self.provider)
            self.renew_now()
            self.assert_in(self.plain_ssh())

    def test_one_whose_tokens_are_long(self):
        groups = ["staff", *(f"a-group-with-a-long-name-{number:04}" for number in range(300))]
        with self.provider.changed(users={"alice": groups}):
            self.log_in_and_set_up()
            self.assertGreater(len(self.carried()[1]), 12000)
            self.renew_now()
            self.assert_in(self.plain_ssh())

    def test_one_whose_tokens_are_too_long_for_the_host(self):
        """Only the host knows its max_token_bytes."""
        groups = ["staff", *(f"a-group-with-a-long-name-{number:04}" for number in range(600))]
        with self.provider.changed(users={"alice": groups}):
            self.log_in_and_set_up()
            self.assert_out(self.plain_ssh(), "token.too_long")


class Clients(SsoCase):
    def test_a_client_with_a_secret_that_every_user_has(self):
        """Google demands a secret of programs on a user's own machine too."""
        secret = self.host.write(CAROL / "client-secret", "no-secret\n", 0o600, "carol")
        self.write_profile("work", client_id="jwt-sso-secret", client_secret_file=str(secret))
        with self.grants(["ok"], "authorization_code", "jwt-sso-secret"):
            self.log_in_and_set_up()
        with self.grants(["ok"], client="jwt-sso-secret"):
            self.renew_now()
        self.assert_in(self.plain_ssh())

        self.host.write(secret, "another\n", 0o600, "carol")
        with self.grants(["invalid_client"], client="jwt-sso-secret"):
            outcome = self.sso("renew", "--least", "601s")
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn("invalid_client", outcome.stderr)

    def test_a_redirect_to_localhost(self):
        """Entra ID registers no other."""
        self.write_profile("work", redirect_uri="http://localhost/cb")
        self.log_in_and_set_up()
        self.assertRegex(self.seen()["url"], r"\Ahttp://localhost:\d+/")
        self.assert_in(self.plain_ssh())

    def test_a_redirect_that_is_not_registered_shows_what_the_provider_says(self):
        self.write_profile("work", redirect_uri="http://127.0.0.1/other")
        login = self.begin_login()
        page = login.browser.log_in(login.address)
        self.assertEqual(page.status, 400)
        self.assertIn("redirect_uri", page.text)
        self.assertTrue(login.is_running())

    def test_the_login_of_another_client_does_not_count(self):
        self.log_in_and_set_up()
        self.write_profile("work", client_id="jwt-sso-stranger")
        outcome = self.sso("renew", "--least", "601s")
        self.assertEqual(outcome.code, LOGIN_NEEDED, outcome)
        self.assertIn("the profile", outcome.stderr)
        self.log_in_by_browser()
        self.assert_out(self.plain_ssh(), "audience.mismatch")

    def test_a_provider_of_another_authority_is_not_asked(self):
        self.assertEqual(self.sso("login").code, 0)
        shutil.copy(self.host_authority(), CA_FILE)
        self.addCleanup(shutil.copy, self.provider.ca_file, CA_FILE)
        self.seen()
        SEEN.unlink()
        outcome = self.sso("login")
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn("certificate", outcome.stderr)
        self.assertFalse(SEEN.exists())

    @staticmethod
    def host_authority():
        """Returns a CA that certified nothing."""
        path = WORK / "other-ca.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=other", "-keyout", "/dev/null",
                        "-out", path], check=True, capture_output=True)
        return path


if __name__ == "__main__":
    openid_provider.install()
    main()
