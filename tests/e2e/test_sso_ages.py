#!/usr/bin/python3
"""Tests how long a login lasts where hosts count the age of a token in place of its end: one login a day by
max_bound_age, and the end of a login whose ID token binds the renewed ones, by max_binding_age."""

import json
import time

import openid_provider
from host_case import main
from sso_case import SsoCase, claims_of, wait_until

LOGIN_NEEDED = 3
HOUR_S = 3600
AGE_S = 15  # of the oldest login that the host takes


class AgeCase(SsoCase):
    host_options = ""

    @classmethod
    def configuration(cls):
        return super().configuration().replace("jwks_file", f"{cls.host_options}\njwks_file")

    def status(self):
        return json.loads(self.sso("status", "--json", "work").stdout)["profiles"][0]

    @staticmethod
    def wait_for(when):
        wait_until(lambda: time.time() > when, "the time passes")

    def assert_login_needed(self, *parts, grants=()):
        with self.grants(list(grants)):
            outcome = self.sso("renew")
        self.assertEqual(outcome.code, LOGIN_NEEDED, outcome)
        for part in parts:
            self.assertIn(part, outcome.stderr)


class OneLoginADay(AgeCase):
    """The provider gives no refresh token, and ID tokens that end at once."""

    host_options = 'max_bound_age = "10h"'
    profile = {"max_bound_age": "10h"}

    def log_in_past_the_end_of_the_token(self):
        with self.provider.changed(refresh_tokens=False, id_token_seconds=2):
            self.log_in_and_set_up()
        self.wait_for(self.carried_claims()["exp"])

    def test_plain_ssh_works_when_the_token_has_ended(self):
        self.log_in_past_the_end_of_the_token()
        with self.grants([]):
            outcome = self.sso("renew")
            self.assertEqual((outcome.code, outcome.stderr), (0, ""), outcome)
            self.assert_in(self.plain_ssh())
        status = self.status()
        self.assertEqual(status["standing"], "good")
        self.assertEqual(status["end"], self.carried_claims()["iat"] + 10 * HOUR_S)

    def test_the_login_says_until_when(self):
        with self.provider.changed(refresh_tokens=False, id_token_seconds=2):
            outcome = self.log_in_by_browser()
        end = self.carried_claims()["iat"] + 10 * HOUR_S
        self.assertRegex(outcome.stderr, f"until .*{time.strftime('%H:%M', time.localtime(end))}")
        self.assertIn("gave no refresh token, so you must log in again then", outcome.stderr)

    def test_it_ends_with_the_token_if_the_profile_does_not_say_so(self):
        self.write_profile("work")
        self.log_in_past_the_end_of_the_token()
        self.assert_login_needed("gave no refresh token")
        self.assert_no_way_in(self.plain_ssh())
        # The token is the same, so the option alone makes a certificate of it that counts.
        self.write_profile("work", **self.profile)
        self.assert_in(self.plain_ssh())


class HostThatCountsTheEnd(AgeCase):
    profile = {"max_bound_age": "10h"}

    def test_the_profile_alone_opens_nothing(self):
        with self.provider.changed(refresh_tokens=False, id_token_seconds=2):
            self.log_in_and_set_up()
        self.wait_for(self.carried_claims()["exp"])
        self.assert_out(self.plain_ssh(), "token.expired")


class OldLogins(AgeCase):
    """Renewed ID tokens lack the nonce, and end so soon that each use renews them."""

    host_options = f'max_binding_age = "{AGE_S}s"'
    profile = {"max_binding_age": f"{AGE_S}s"}

    def log_in_for_a_moment(self, **more):
        with self.provider.changed(renewed_nonce=False, id_token_seconds=30, **more):
            self.log_in_and_set_up()
            self.assertEqual(self.sso("renew").code, 0)
        self.assertEqual(len(self.carried()), 3)

    def end_of_login(self):
        return claims_of(self.carried()[2])["iat"] + AGE_S

    def test_the_user_logs_in_again_when_hosts_stop_taking_the_login(self):
        self.log_in_for_a_moment()
        status = self.status()
        self.assertEqual((status["end"], status["renews"]), (self.end_of_login(), False))
        self.wait_for(self.end_of_login())
        self.assert_login_needed("the login is too old", f"{AGE_S} seconds (max_binding_age in /etc/jwt-sso/work.toml)",
                                 "run jwt-sso login work")
        self.assertEqual(self.status()["standing"], "over")
        self.assert_no_way_in(self.plain_ssh())
        self.log_in_by_browser()
        self.assert_in(self.plain_ssh())

    def test_without_the_option_hosts_refuse_what_was_renewed(self):
        self.write_profile("work")
        self.log_in_for_a_moment()
        self.wait_for(self.end_of_login() + 1)
        self.assert_out(self.plain_ssh(), "binding.too_old")

    def test_a_renewed_token_with_the_nonce_needs_no_login(self):
        with self.provider.changed(id_token_seconds=30):
            self.log_in_and_set_up()
        self.wait_for(self.carried_claims()["iat"] + AGE_S)
        with self.grants(["ok"]):
            self.assert_in(self.plain_ssh())
        self.assertEqual(len(self.carried()), 2)

    def test_the_provider_is_asked_once_whether_it_repeats_the_nonce(self):
        with self.provider.changed(renewed_nonce=False, id_token_seconds=5):
            self.log_in_and_set_up()
            self.wait_for(self.carried_claims()["iat"] + AGE_S)
            self.assert_login_needed("the login is too old", grants=["ok"])
            self.assert_login_needed("the login is too old", grants=[])
            self.assertEqual(self.status()["standing"], "over")


if __name__ == "__main__":
    openid_provider.install()
    main()
