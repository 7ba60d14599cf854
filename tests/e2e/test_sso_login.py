#!/usr/bin/python3
"""Tests jwt-sso from the first day of a user on: log in with the browser, set up, and then plain ssh, while
certificates end and are renewed, until the user logs out."""

import base64
import json
import shutil
import signal
import stat
import subprocess
import time

import fido_key
import openid_provider
from certificate_case import CAROL, NO_PROMPTS, keys_options
from host_case import main
from issuer import jwtctl
from openid_provider import BOUND_AUDIENCE
from private_host import HOSTNAME, WORK
from sso_case import (BY_ACCESS_TOKEN, CA_FILE, JWT_SSO, PROFILES, SEEN, STATE, SsoCase, claims_of,
                      publish_keys, wait_until)
from token_certificate import SshKey

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

    def test_plain_ssh_says_what_to_do_when_the_login_is_over(self):
        """ssh runs `renew` with standard input and output elsewhere, so only the terminal can hear it."""
        self.log_in_and_set_up()
        self.assertEqual(self.sso("logout").code, 0)
        on_terminal = self.as_carol_with_terminal(["ssh", HOSTNAME, "id", "-un"])
        self.assertEqual(on_terminal.code, 255, on_terminal)
        self.assertIn("jwt-sso login", on_terminal.stdout)
        self.assertNotIn("jwt-sso", self.plain_ssh().stderr)


class Status(SsoCase):
    def status(self):
        """Returns what `status --json` says of the profile, and checks that nobody was asked for it."""
        with self.grants([]):
            outcome = self.sso("status", "--json")
        self.assertEqual(outcome.code, 0, outcome)
        (status,) = json.loads(outcome.stdout)["profiles"]
        return status

    def test_it_says_who_is_logged_in_how_long_and_what_to_do_next(self):
        self.assertIn("jwt-sso login", self.sso("status").stdout)
        self.log_in_by_browser()
        self.assertIn("jwt-sso setup", self.sso("status").stdout)
        self.assertEqual(self.sso("setup", "--yes").code, 0)
        text = self.sso("status").stdout
        for part in ("work", "alice", HOSTNAME):
            self.assertIn(part, text)
        self.assertNotIn("jwt-sso login", text)

    def test_it_is_there_for_programs(self):
        self.log_in_by_browser()
        status = self.status()
        self.assertEqual(status["name"], "work")
        self.assertEqual(status["issuer"], self.provider.url)
        self.assertEqual(status["hosts"], [HOSTNAME])

    def test_it_has_no_token_in_it(self):
        self.log_in_by_browser()
        saved = json.loads((STATE / "work/tokens").read_text())
        for arguments in (["status"], ["status", "--json"], ["profiles"], ["profiles", "--json"]):
            outcome = self.sso(*arguments)
            for name in ("refresh_token", "access_token", "id_token", "salt", "nonce"):
                self.assertNotIn(saved[name][:20], outcome.stdout)


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
            self.assertEqual(self.sso("renew", "--least", "601s").code, 0)
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


class Keys(SsoCase):
    def make_key(self, kind="ed25519"):
        """Makes a key of carol's own, which plain ssh does not know by itself."""
        key = SshKey.make(kind)
        path = CAROL / ".ssh/own"
        self.host.write(path, key.path.read_bytes(), 0o600, "carol")
        self.host.write(f"{path}.pub", key.public.read_bytes(), 0o644, "carol")
        return path

    def test_a_public_key_file_names_the_key(self):
        path = self.make_key()
        self.write_profile("work", key=f"{path}.pub")
        self.log_in_and_set_up()
        self.assertNotIn("key", self.state_files())
        self.assert_in(self.plain_ssh())
        path.unlink()
        self.assert_no_way_in(self.plain_ssh())

    def test_the_path_of_a_key_may_begin_with_the_home_directory(self):
        self.make_key("ecdsa")
        self.write_profile("work", key="~/.ssh/own.pub")
        self.log_in_and_set_up()
        self.assert_in(self.plain_ssh())

    def test_a_key_that_is_only_in_the_agent_signs(self):
        path = self.make_key()
        fingerprint = subprocess.run(["ssh-keygen", "-l", "-f", path], capture_output=True, text=True,
                                     check=True).stdout.split()[1]
        self.write_profile("work", key=f"agent:{fingerprint}")
        script = f"""set -e
            ssh-add -q {path} && rm {path}
            {JWT_SSO} login && {JWT_SSO} setup --yes >/dev/null
            ssh {HOSTNAME} id -un
            ssh-add -q -D
            ! ssh {HOSTNAME} id -un || echo still there
            ! {JWT_SSO} login || echo still there"""
        outcome = self.attempt("alice", "", run=lambda: self.host.run_as(
            "carol", ["env", "-C", str(CAROL), "ssh-agent", "sh", "-c", script],
            environment=self.environment("alice")))
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"), outcome)
        self.assertIn(fingerprint, outcome.stderr.splitlines()[-1])
        self.assertNotIn("key", self.state_files())
        self.assert_session(outcome)

    def test_a_login_for_one_key_is_not_one_for_another(self):
        path = self.make_key()
        self.write_profile("work", key=f"{path}.pub")
        self.log_in_and_set_up()
        self.assert_in(self.plain_ssh())
        other = self.make_key()
        self.assertEqual(other, path)
        outcome = self.sso("renew", "--least", "601s")
        self.assertEqual(outcome.code, LOGIN_NEEDED, outcome)
        self.assertIn("jwt-sso login", outcome.stderr)
        self.assert_no_way_in(self.plain_ssh())
        self.log_in_by_browser()
        self.assert_in(self.plain_ssh())


    def test_a_fido_key_which_signs_no_jws(self):
        """No proof of such a key can be made, but the nonce can name it."""
        for kind in (fido_key.ED25519, fido_key.P256):
            with self.subTest(kind=kind):
                key = fido_key.FidoKey(kind)
                line = f"{kind} {base64.b64encode(key.blob).decode()} carol\n"
                self.host.write(CAROL / ".ssh/id_sk.pub", line, 0o644, "carol")
                self.write_profile("work", key="~/.ssh/id_sk.pub")
                self.log_in_by_browser()
                key.load_certificate(self.certificate_file())
                self.assert_in(self.log_in_by_paramiko(key, self.certificate_file()))

    def test_a_file_that_is_no_public_key_is_refused_before_the_browser_opens(self):
        path = self.make_key()
        for text in (path.read_text(), "ssh-ed25519 AAAA\n", ""):
            self.host.write(f"{path}.pub", text, 0o644, "carol")
            self.write_profile("work", key=f"{path}.pub")
            outcome = self.sso("login")
            self.assertNotEqual(outcome.code, 0, outcome)
            self.assertIn(f"{path}.pub", outcome.stderr)
            self.assertNotIn("PRIVATE", outcome.stderr)
            self.assertFalse(SEEN.exists())


class OtherKeys(SsoCase):
    """What plain ssh could do before setup, it can do after it."""

    def authorize(self, name):
        """Gives carol a key at a path that ssh knows, which the host takes from alice."""
        key = SshKey.make("ed25519")
        path = CAROL / ".ssh" / name
        self.host.write(path, key.path.read_bytes(), 0o600, "carol")
        self.host.write(f"{path}.pub", key.public.read_bytes(), 0o644, "carol")
        authorized = WORK / "home/alice/.ssh/authorized_keys"
        self.host.write(authorized, key.public.read_text(), 0o644, "alice")
        return path

    def test_a_default_key_still_logs_in_when_nobody_is_logged_in(self):
        self.authorize("id_ed25519")
        self.assertEqual(self.plain_ssh().code, 0)
        self.log_in_and_set_up()
        self.assert_in(self.plain_ssh())
        self.sso("logout")
        outcome = self.plain_ssh()
        self.assertEqual((outcome.code, outcome.stdout, outcome.audit), (0, "alice\n", []), outcome)

    def test_a_default_key_still_logs_in_where_the_certificate_is_refused(self):
        self.authorize("id_ed25519")
        self.log_in_by_browser(browser="bob")
        self.assertEqual(self.sso("setup", "--yes").code, 0)
        outcome = self.plain_ssh()
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"), outcome)
        self.assertIn("reason=account.not_allowed", outcome.audit[0])

    def test_a_key_in_the_agent_still_logs_in(self):
        path = self.authorize("other")
        self.log_in_and_set_up()
        self.sso("logout")
        self.assert_no_way_in(self.plain_ssh())
        script = f"ssh-add -q {path} && rm {path} {path}.pub && ssh {HOSTNAME} id -un && ssh-add -l | wc -l"
        outcome = self.host.run_as("carol", ["env", "-C", str(CAROL), "ssh-agent", "sh", "-c", script])
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n1\n"), outcome)

    def test_nothing_is_added_to_an_agent(self):
        config = CAROL / ".ssh/config"
        self.host.write(config, "AddKeysToAgent yes\n" + config.read_text(), 0o600, "carol")
        self.log_in_and_set_up()
        script = f"ssh {HOSTNAME} id -un; ssh-add -l"
        outcome = self.host.run_as("carol", ["env", "-C", str(CAROL), "ssh-agent", "sh", "-c", script])
        self.assertEqual(outcome.stdout, "alice\nThe agent has no identities.\n", outcome)

    def test_a_jump_through_a_host_uses_the_certificate_twice(self):
        other = self.host.start_sshd([*keys_options(), *NO_PROMPTS])
        self.addCleanup(self.host.stop_sshd, other)
        with self.provider.changed(id_token_seconds=30):
            self.log_in_and_set_up()
        before = self.provider.grants("refresh_token")
        outcome = self.attempt("alice", self.carried()[1], run=lambda: self.host.run_as("carol", [
            "env", "-C", str(CAROL), "ssh", "-J", f"{HOSTNAME}:{self.port}", "-p", str(other), HOSTNAME,
            "id", "-un"]))
        self.assertEqual((outcome.code, outcome.stdout), (0, "alice\n"), outcome)
        self.assertEqual(len(self.lines(outcome, "session")), 2, outcome.audit)
        self.assertEqual(self.provider.grants("refresh_token")[len(before):], ["ok"])


class WhatBindsTheKey(SsoCase):
    """Each certificate must name the key that ssh signs with, whatever the provider gives."""

    def assert_renews(self):
        with self.grants(["ok"]):
            self.assertEqual(self.sso("renew", "--least", "601s").code, 0)
        self.assert_in(self.plain_ssh())

    def test_an_id_token_by_the_nonce_of_the_login(self):
        with self.provider.changed(dpop="off"):
            self.log_in_and_set_up()
            nonce = self.carried_claims()["nonce"]
            self.assertRegex(nonce, r"\Apjk1\.")
            self.assert_renews()
        self.assertEqual(self.carried_claims()["nonce"], nonce)
        self.assertEqual(len(self.carried()), 2)

    def test_a_renewed_id_token_without_a_nonce_by_that_of_the_login(self):
        """OpenID Connect Core §12.2: a refreshed ID token should not have a nonce."""
        with self.provider.changed(renewed_nonce=False):
            self.log_in_and_set_up()
            _, first = self.carried()
            self.assert_renews()
            self.assert_renews()
        _, renewed, binding = self.carried()
        self.assertNotIn("nonce", claims_of(renewed))
        self.assertEqual(binding, first)

    def test_an_access_token_by_its_cnf(self):
        self.write_profile("work", **BY_ACCESS_TOKEN)
        self.log_in_and_set_up()
        self.assert_renews()
        key = SshKey(self.public_key_of_the_state())
        claims = self.carried_claims()
        self.assertEqual((claims["aud"], claims["cnf"]), (BOUND_AUDIENCE, {"jkt": key.thumbprint()}))
        self.assertEqual(len(self.carried()), 2)

    def test_an_access_token_without_cnf_for_another_audience_is_refused(self):
        """The ID token of the login binds only a token for the same client and the same audience."""
        with self.provider.changed(dpop="off"):
            self.write_profile("work", **BY_ACCESS_TOKEN)
            outcome = self.sso("login")
        self.assertEqual(outcome.code, 1, outcome)
        self.assertIn("the token that binds the key has another client_id than the token", outcome.stderr)
        self.assertFalse(self.certificate_file().exists())

    def test_an_access_token_without_cnf_and_without_an_id_token_is_refused(self):
        with self.provider.changed(dpop="off"):
            self.write_profile("work", **BY_ACCESS_TOKEN, scopes=["profile", "groups"])
            outcome = self.sso("login")
        self.assertNotEqual(outcome.code, 0, outcome)
        self.assertFalse(self.certificate_file().exists())

    def test_proofs_carry_the_nonce_that_the_provider_demands(self):
        with self.provider.changed(dpop="nonce"):
            self.write_profile("work", **BY_ACCESS_TOKEN)
            with self.grants(["use_dpop_nonce", "ok"], "authorization_code"):
                self.log_in_and_set_up()
            with self.grants(["use_dpop_nonce", "ok"]):
                self.assertEqual(self.sso("renew", "--least", "601s").code, 0)
            self.assert_in(self.plain_ssh())

    def public_key_of_the_state(self):
        """Makes the .pub file of the key in the state, and returns the path of the key without it."""
        path = WORK / "certificates/of-the-state"
        shutil.copy(STATE / "work/key", path)
        public = subprocess.run(["ssh-keygen", "-y", "-f", path], capture_output=True, text=True,
                                check=True).stdout
        self.host.write(f"{path}.pub", public)
        return path


class Providers(SsoCase):
    def test_one_whose_keys_change(self):
        self.log_in_and_set_up()
        for change in (self.provider.rotate, self.provider.withdraw_old_keys):
            change()
            publish_keys(self.host, self.provider)
            self.assertEqual(self.sso("renew", "--least", "601s").code, 0)
            self.assert_in(self.plain_ssh())

    def test_one_whose_tokens_are_long(self):
        groups = ["staff", *(f"a-group-with-a-long-name-{number:04}" for number in range(300))]
        with self.provider.changed(users={"alice": groups}):
            self.log_in_and_set_up()
            self.assertGreater(len(self.carried()[1]), 12000)
            self.assertEqual(self.sso("renew", "--least", "601s").code, 0)
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
            self.assertEqual(self.sso("renew", "--least", "601s").code, 0)
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
