#!/usr/bin/python3
"""Tests jwt-sso status with a real provider: what it says before and after each step of a user."""

import json

import openid_provider
from certificate_case import CAROL
from host_case import main
from private_host import HOSTNAME
from sso_case import AT_PROMPTS, JWT_SSO, STATE, SsoCase

GOOD, LOGIN_NEEDED = 0, 3


class Status(SsoCase):
    def entry(self, code, profile="work"):
        """Returns what status says of a profile. It must end with `code`."""
        outcome = self.sso("status", "--json")
        self.assertEqual((outcome.code, outcome.stderr), (code, ""), outcome)
        return next(entry for entry in json.loads(outcome.stdout)["profiles"] if entry["name"] == profile)

    def assert_has(self, entry, **members):
        self.assertEqual({name: entry[name] for name in members}, members)

    def test_follows_a_user_from_the_first_step_to_the_last(self):
        self.assert_has(self.entry(LOGIN_NEEDED), standing="logged_out", person=None, end=None, setup="none",
                        next="jwt-sso login work")
        self.log_in_by_browser()
        entry = self.entry(GOOD)
        self.assert_has(entry, standing="good", renews=True, setup="none", next="jwt-sso setup work")
        self.assertIn("alice", entry["person"])
        self.assertEqual(entry["end"], self.carried_claims()["exp"])
        self.assertRegex(entry["key"]["fingerprint"], r"\ASHA256:[\w+/]{43}\Z")
        self.assertEqual(self.sso("setup", "--yes").code, 0)
        self.assert_has(self.entry(GOOD), setup="done", ssh_hosts=[HOSTNAME], next=None)
        self.assertEqual(self.sso("logout").code, 0)
        self.assert_has(self.entry(LOGIN_NEEDED), standing="logged_out", setup="done", next="jwt-sso login work")

    def test_tokens_for_prompts_are_shown_too(self):
        self.write_profile("prompts", **AT_PROMPTS)
        self.log_in_by_browser("prompts")
        self.assert_has(self.entry(GOOD, "prompts"), use="prompt", standing="good", key=None, setup=None, next=None)

    def test_another_client_in_the_profile_needs_a_login(self):
        self.log_in_by_browser()
        self.write_profile("work", client_id="another")
        self.assert_has(self.entry(LOGIN_NEEDED), standing="changed", next="jwt-sso login work")

    def test_it_has_no_token_in_it(self):
        self.log_in_by_browser()
        saved = json.loads((STATE / "work/tokens").read_text())
        for arguments in (["status"], ["status", "--json"], ["profiles"], ["profiles", "--json"]):
            outcome = self.sso(*arguments)
            for name in ("refresh_token", "id_token", "salt", "nonce"):
                self.assertNotIn(saved[name][:20], outcome.stdout)

    def test_it_asks_nobody(self):
        self.log_in_by_browser()
        self.provider.stop()
        self.addCleanup(self.provider.start)
        self.entry(GOOD)

    def test_a_terminal_gets_colours_and_a_pipe_does_not(self):
        self.log_in_by_browser()
        piped = self.sso("status")
        self.assertEqual(piped.code, GOOD, piped)
        self.assertIn("work: logged in as", piped.stdout)
        self.assertNotIn("\x1b", piped.stdout)
        shown = self.as_carol_with_terminal([JWT_SSO, "status"], environment={"TERM": "xterm"})
        self.assertEqual(shown.code, GOOD, shown)
        self.assertIn("\x1b[1mwork\x1b[0m: logged in as", shown.stdout)

    def test_a_key_that_ssh_cannot_use_is_an_error_with_what_to_do(self):
        key = STATE / "work/key"

        def empty():
            self.host.write(key, "", 0o600, "carol")

        def link():
            key.rename(CAROL / "moved")
            key.symlink_to(CAROL / "moved")

        again = "log out and in again, which makes a new key"
        for damage, words in ((key.unlink, "is missing: log in again, which makes a new key"),
                              (lambda: key.chmod(0o644), f"may be used by group or others: chmod go= {key}"),
                              (empty, f"is empty: {again}"), (link, f"is not a regular file: {again}")):
            with self.subTest(words):
                self.sso("logout")
                self.log_in_by_browser()
                self.entry(GOOD)
                damage()
                shown = self.sso("status")
                self.assertEqual(shown.code, 1, shown)
                self.assertIn(f"work: {key} {words}", shown.stdout)
                for least in ((), ("--least", "601s")):
                    with self.grants([]):
                        renewed = self.sso("renew", *least)
                    self.assertEqual((renewed.code, renewed.stdout), (1, ""), renewed)
                    self.assertTrue(renewed.stderr.startswith(f"jwt-sso: {key} {words}"), renewed)
        self.assertEqual(self.sso("logout").code, 0)
        self.log_in_by_browser()
        self.entry(GOOD)

    def test_a_login_of_somebody_else_is_an_error_that_names_it(self):
        self.log_in_by_browser()
        (STATE / "work/tokens").chmod(0o644)
        outcome = self.sso("status")
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn(f"{CAROL}/.local/state/jwt-sso/work/tokens may be used by group or others", outcome.stdout)


if __name__ == "__main__":
    openid_provider.install()
    main()
