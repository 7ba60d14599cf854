#!/usr/bin/python3
"""Tests jwt-sso from the first day of a user on: log in with the browser, set up, and then plain ssh, while
certificates end and are renewed, until the user logs out."""

import shutil
import signal
import stat
import subprocess
import time

import openid_provider
from certificate_case import CAROL
from host_case import main
from issuer import jwtctl
from private_host import HOSTNAME, WORK
from sso_case import CA_FILE, JWT_SSO, PROFILES, STATE, SsoCase, wait_until

LOGIN_NEEDED = 3
SHORT_S = 2  # a lifetime that a test can wait for


class FirstDay(SsoCase):
    def test_two_commands_and_then_plain_ssh_logs_in(self):
        login = self.log_in_by_browser()
        self.assertEqual(login.stdout, "")
        self.assertIn(f"    {self.provider.url}/auth?", login.stderr)
        page = self.seen()
        self.assertEqual(page["status"], 200)
        self.assertIn("<h1>You are logged in</h1>", page["text"])
        self.assertNotIn("?", page["url"], "the code stayed in the browser's address")
        self.assert_no_way_in(self.plain_ssh())

        setup = self.sso("setup", "--yes")
        self.assertEqual(setup.code, 0, setup)
        self.assert_in(self.plain_ssh())

    def test_the_profile_that_the_host_prints_is_enough(self):
        text = jwtctl("client-profile", "idp", "--client-id", "jwt-sso", "--scope", "groups")
        self.host.write(PROFILES / "work.toml", f'{text}ca_file = "{CA_FILE}"\n')
        self.log_in_by_browser()
        self.assertEqual(self.sso("setup", "work", "*.example.com", "--yes").code, 0)
        self.assert_in(self.plain_ssh())

    def test_the_state_is_for_its_user_alone(self):
        self.log_in_by_browser()
        for path in (STATE, STATE / "work", *(STATE / "work").iterdir()):
            mode = stat.S_IMODE(path.stat().st_mode)
            self.assertEqual((mode, path.owner()), (0o700 if path.is_dir() else 0o600, "carol"), path)
        self.assertEqual(self.state_files(), ["key", "key-cert.pub", "lock", "tokens"])

    def test_a_second_login_takes_the_place_of_the_first(self):
        self.log_in_and_set_up()
        key = (STATE / "work/key").read_bytes()
        first = self.carried()
        self.log_in_by_browser()
        self.assertNotEqual(self.carried(), first)
        self.assertEqual((STATE / "work/key").read_bytes(), key)
        self.assert_in(self.plain_ssh())

    def test_somebody_else_at_the_provider_is_somebody_else_at_the_host(self):
        self.log_in_and_set_up()
        self.assert_in(self.plain_ssh())
        self.log_in_by_browser(browser="bob")
        self.assert_out(self.plain_ssh(), "account.not_allowed")

    def test_a_host_that_no_pattern_names_gets_no_certificate(self):
        self.write_profile("work", hosts=["*.example.net"])
        self.log_in_and_set_up()
        self.assert_no_way_in(self.plain_ssh())
        self.assertEqual(self.sso("setup", "work", HOSTNAME, "--yes").code, 0)
        self.assert_in(self.plain_ssh())

    def test_setup_is_taken_back(self):
        before = (CAROL / ".ssh/config").read_text()
        self.log_in_and_set_up()
        self.assert_in(self.plain_ssh())
        again = self.sso("setup", "--yes")
        self.assertEqual(again.code, 0, again)
        self.assertIn("nothing to do", again.stdout + again.stderr)
        self.assertEqual(self.sso("setup", "--remove", "--yes").code, 0)
        self.assertEqual((CAROL / ".ssh/config").read_text(), before)
        self.assert_no_way_in(self.plain_ssh())


class Terminal(SsoCase):
    def test_setup_shows_the_change_and_asks(self):
        self.log_in_by_browser()
        config = CAROL / ".ssh/config"
        before = config.read_text()
        refused = self.as_carol_with_terminal([JWT_SSO, "setup"], ("[y/N] ", "n"))
        self.assertEqual(refused.code, 1, refused)
        self.assertIn(f'+Include "{CAROL}/.ssh/jwt-sso.conf"', refused.stdout)
        self.assertIn("nothing was changed", refused.stdout)
        self.assertEqual(config.read_text(), before)
        self.assert_no_way_in(self.plain_ssh())
        agreed = self.as_carol_with_terminal([JWT_SSO, "setup"], ("[y/N] ", "y"))
        self.assertEqual(agreed.code, 0, agreed)
        self.assert_in(self.plain_ssh())

    def test_without_a_terminal_setup_asks_nobody_and_changes_nothing(self):
        before = (CAROL / ".ssh/config").read_text()
        outcome = self.sso("setup", stdin="y\n")
        self.assertNotEqual(outcome.code, 0, outcome)
        self.assertIn("--yes", outcome.stderr)
        self.assertEqual((CAROL / ".ssh/config").read_text(), before)

    def test_c_ends_a_login_that_waits_for_the_browser(self):
        outcome = self.as_carol_with_terminal([JWT_SSO, "login"], ("^C to stop", "\x03"), browser=None)
        self.assertEqual(outcome.code, -signal.SIGINT, outcome)
        self.assertFalse(self.certificate_file().exists())
        self.log_in_by_browser()

    def test_a_login_names_setup_only_while_ssh_is_not_set_up(self):
        first = self.log_in_by_browser()
        self.assertIn("To let plain ssh use the certificate: jwt-sso setup work\n", first.stderr)
        self.assertIn("jwt-sso setup work", self.seen()["text"])
        self.assertEqual(self.sso("logout").code, 0)
        self.assertIn("jwt-sso setup work", self.log_in_by_browser().stderr)
        self.assertEqual(self.sso("setup", "--yes").code, 0)
        self.assertEqual(self.sso("logout").code, 0)
        again = self.log_in_by_browser()
        self.assertNotIn("setup", again.stderr)
        self.assertIn("go on in the terminal", self.seen()["text"])
        self.assert_in(self.plain_ssh())

    def test_plain_ssh_says_what_to_do_when_the_login_is_over(self):
        """ssh runs `renew` with standard input and output elsewhere, so only the terminal can hear it."""
        self.log_in_and_set_up()
        self.assertEqual(self.sso("logout").code, 0)
        on_terminal = self.as_carol_with_terminal(["ssh", HOSTNAME, "id", "-un"])
        self.assertEqual(on_terminal.code, 255, on_terminal)
        self.assertIn("jwt-sso login", on_terminal.stdout)
        self.assertNotIn("jwt-sso", self.plain_ssh().stderr)


class EndOfACertificate(SsoCase):
    def log_in_for(self, seconds):
        with self.provider.changed(id_token_seconds=seconds):
            self.log_in_and_set_up()

    def wait_for_the_end(self):
        end = self.carried_claims()["exp"]
        wait_until(lambda: time.time() > end, "the token expires")

    def without_renewal(self):
        """Logs in with the certificate as it is."""
        key = STATE / "work/key"
        return self.attempt("alice", self.carried()[1], run=lambda: self.host.run_as("carol", [
            "ssh", "-F", "none", "-p", str(self.port), "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes",
            "-o", f"UserKnownHostsFile={WORK}/known_hosts", "-i", str(key),
            f"alice@{HOSTNAME}", "id", "-un"]))

    def test_plain_ssh_renews_what_has_expired(self):
        self.log_in_for(SHORT_S)
        self.wait_for_the_end()
        self.assertEqual(self.without_renewal().code, 255)
        with self.grants(["ok"]):
            self.assert_in(self.plain_ssh())
        with self.grants([]):
            self.assert_in(self.plain_ssh())
        self.assert_in(self.without_renewal())

    def test_renew_asks_nobody_while_the_certificate_is_good_enough(self):
        self.log_in_for(600)
        before = self.carried()
        with self.grants([]):
            outcome = self.sso("renew")
        self.assertEqual((outcome.code, outcome.stdout, outcome.stderr), (0, "", ""), outcome)
        with self.grants(["ok"]):
            self.renew_now()
        self.assertNotEqual(self.carried(), before)

    def test_a_certificate_that_is_good_needs_no_provider(self):
        self.log_in_for(600)
        self.provider.stop()
        self.addCleanup(self.provider.start)
        self.assert_in(self.plain_ssh())

    def test_without_the_provider_an_expired_one_opens_nothing(self):
        self.log_in_for(SHORT_S)
        self.wait_for_the_end()
        self.provider.stop()
        tokens = (STATE / "work/tokens").read_bytes()
        try:
            self.assertEqual(self.plain_ssh().code, 255)
            renewal = self.sso("renew")
        finally:
            self.provider.start()
        self.assertEqual(renewal.code, 1, renewal)
        self.assertIn(self.provider.url, renewal.stderr)
        self.assertEqual((STATE / "work/tokens").read_bytes(), tokens)
        # The provider keeps logins in memory, and knows this one no more.
        self.log_in_by_browser()
        self.assert_in(self.plain_ssh())

    def test_logging_out_ends_it(self):
        self.log_in_for(600)
        self.assert_in(self.plain_ssh())
        stolen = WORK / "stolen"
        shutil.copytree(STATE, stolen)
        self.addCleanup(shutil.rmtree, stolen)
        outcome = self.sso("logout")
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual(self.state_files(), ["lock"])
        self.assert_no_way_in(self.plain_ssh())
        renewal = self.sso("renew")
        self.assertEqual(renewal.code, LOGIN_NEEDED, renewal)
        self.assertIn("jwt-sso login", renewal.stderr)

        # The provider knows it too: a copy of the state is worth nothing more.
        shutil.rmtree(STATE)
        shutil.copytree(stolen, STATE)
        subprocess.run(["chown", "-R", "carol:carol", STATE], check=True)
        with self.grants(["invalid_grant"]):
            self.assertEqual(self.sso("renew", "--least", "601s").code, LOGIN_NEEDED)

    def test_logging_out_without_the_provider_says_that_it_was_not_told(self):
        self.log_in_for(600)
        self.provider.stop()
        try:
            outcome = self.sso("logout")
        finally:
            self.provider.start()
        self.assertEqual(outcome.code, 0, outcome)
        self.assertIn("The provider was not told", outcome.stderr)
        self.assertEqual(self.state_files(), ["lock"])
        self.assert_no_way_in(self.plain_ssh())

    def test_logging_out_of_all(self):
        self.write_profile("other", client_id="jwt-sso-prompts", use="prompt")
        self.write_profile("unused")
        self.log_in_by_browser("work")
        self.log_in_by_browser("other")
        outcome = self.sso("logout", "--all")
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual([self.state_files(name) for name in ("work", "other")], [["lock"], ["lock"]])

    def test_an_old_refresh_token_ends_it(self):
        with self.provider.changed(id_token_seconds=SHORT_S, refresh_token_seconds=SHORT_S):
            self.log_in_and_set_up()
        self.wait_for_the_end()
        outcome = self.sso("renew")
        self.assertEqual(outcome.code, LOGIN_NEEDED, outcome)
        self.assertIn("jwt-sso login", outcome.stderr)
        self.assertEqual(self.state_files(), ["key", "key-cert.pub", "lock", "tokens"])


if __name__ == "__main__":
    openid_provider.install()
    main()
